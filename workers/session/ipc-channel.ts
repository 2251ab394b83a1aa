import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../src/log/logger.ts';
import { type WorkerCommand, workerCommandSchema, workerProtocolVersion } from '../../src/protocol/worker-messages.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { Publish, WorkerIdentity } from './worker-identity.ts';

/** The worker's end of PM2's bus: up by `process.send`, down as `process:msg`. */
export interface IpcChannel {
  readonly publish: Publish;
  onCommand(listener: (command: WorkerCommand) => void): void;
  /** The other end is gone: PM2's daemon died, or the master asked it to let go. */
  onDisconnect(listener: () => void): void;
  /** Waits until what was published has left this process, at most `within`. */
  flushed(within: Milliseconds): Promise<void>;
  close(): void;
}

/** The part of `process` that is needed; a test gives its own. */
export interface IpcProcess {
  readonly pid: number;
  readonly connected: boolean;
  send?(message: object, handle: undefined, options: undefined, callback: (error: Error | null) => void): boolean;
  on(event: 'message' | 'disconnect', listener: (message: unknown) => void): unknown;
  off(event: 'message' | 'disconnect', listener: (message: unknown) => void): unknown;
}

/** With this many messages on their way the daemon is stopped or ill: then only what tells of a change is still queued. */
const backlog = 50;

export const openIpcChannel = (proc: IpcProcess, identity: WorkerIdentity, log: Logger): IpcChannel => {
  let inFlight = 0;
  let commandListener: (command: WorkerCommand) => void = () => undefined;
  let disconnectListener: () => void = () => undefined;

  const publish: Publish = (type, body) => {
    if (!proc.connected || proc.send === undefined) return;
    if (inFlight >= backlog && (type === 'zap:heartbeat' || type === 'zap:activity')) return;
    inFlight += 1;
    const data = { v: workerProtocolVersion, ...identity, pid: proc.pid, at: Date.now(), ...body };
    try {
      proc.send({ type, data }, undefined, undefined, (error) => {
        inFlight -= 1;
        if (error !== null && proc.connected) log.warn('a message to the master did not leave', { type, error });
      });
    } catch (error) {
      // The channel closed between the check and the call; `disconnect` follows.
      inFlight -= 1;
      log.debug('the channel to the master is closed', { type, error });
    }
  };

  const onMessage = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('data' in message)) return;
    const data = message.data;
    const parsed = workerCommandSchema.safeParse(data);
    if (parsed.success) {
      commandListener(parsed.data);
      return;
    }
    log.warn('a command was not understood', { issue: parsed.error.issues[0]?.message ?? '' });
    if (typeof data === 'object' && data !== null && 'id' in data && typeof data.id === 'string')
      publish('zap:result', {
        id: data.id.slice(0, 64),
        ok: false,
        error: 'this worker does not understand the command; it runs another version. Restart the session.',
        words: [],
      });
  };
  const onDisconnect = (): void => disconnectListener();
  proc.on('message', onMessage);
  proc.on('disconnect', onDisconnect);

  return {
    publish,
    onCommand: (listener) => {
      commandListener = listener;
    },
    onDisconnect: (listener) => {
      disconnectListener = listener;
      if (!proc.connected && proc.send !== undefined) listener();
    },
    flushed: async (within) => {
      const deadline = performance.now() + within;
      while (inFlight > 0 && proc.connected && performance.now() < deadline) await delay(5);
    },
    close: () => {
      proc.off('message', onMessage);
      proc.off('disconnect', onDisconnect);
    },
  };
};
