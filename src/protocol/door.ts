import type { EpochMs } from '../session/units.ts';
import type { FleetSnapshot } from './fleet.ts';
import type { FleetApi, FleetMethod } from './fleet-api.ts';

/**
 * The door: the one interface through which dashboards, commands and the HTTP API see and drive a fleet. The master serves it
 * in-process, `src/client` over the socket.
 */
export interface Fleet {
  /** The newest snapshot; the same object until something changes, and rows keep their identity while they are unchanged. */
  getSnapshot(): FleetSnapshot;
  /** Calls back after every change (latest wins: a slow listener sees fewer, never stale ones). Returns the unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Runs one command or query. Rejects with `FleetError`. */
  request<M extends FleetMethod>(method: M, params: FleetApi[M]['params']): Promise<FleetApi[M]['result']>;
  /** Whether the door leads somewhere: a remote client that lost its master is `lost` until it is back, and tries by itself. */
  connection(): DoorConnection;
  close(): Promise<void>;
}

export type DoorConnection =
  | { readonly state: 'open' }
  | {
      readonly state: 'lost';
      readonly since: EpochMs;
      readonly reason: string;
      /** The door leads to another machine: a silence says nothing of the master there. */
      readonly elsewhere?: true;
    };
