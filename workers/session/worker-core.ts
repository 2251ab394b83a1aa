import type { Logger } from '../../src/log/logger.ts';
import type { IpcChannel } from './ipc-channel.ts';
import type { SessionRuntime } from './runtime-types.ts';
import type { SessionHost } from './session-host.ts';
import type { StatusServer } from './status-server.ts';
import type { Vitals } from './vitals.ts';
import type { WorkerIdentity } from './worker-identity.ts';

/** What the parts of a worker process share. */
export interface WorkerCore {
  readonly identity: WorkerIdentity;
  readonly log: Logger;
  readonly channel: IpcChannel;
  readonly vitals: Vitals;
  readonly live: LiveWorker;
}

/** What the worker has opened so far; null: not yet. */
export interface LiveWorker {
  host: SessionHost | null;
  runtime: SessionRuntime | null;
  server: StatusServer | null;
  heartbeat: NodeJS.Timeout | undefined;
  isStopping: boolean;
}

export const newLiveWorker = (): LiveWorker => ({
  host: null,
  runtime: null,
  server: null,
  heartbeat: undefined,
  isStopping: false,
});
