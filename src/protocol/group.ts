import type { Failover } from '../session/failover.ts';
import type { EpochMs } from '../session/units.ts';

/** What a master knows of the other servers of its group or Swarm. A client shows it; no master acts for another. */
export interface GroupState {
  /** In order of name and address. */
  readonly peers: readonly Peer[];
  /** Servers that fell silent, and those that were stopped while something of them waits. */
  readonly gone: readonly GoneNode[];
}

/** Another server whose door was found without anybody naming it here. */
export interface Peer {
  /** Its fleet's id where Supabase tells it; else its address. */
  readonly key: string;
  /** What its drafts and incidents carry behind the point; its own for as long as it is known. */
  readonly number: number;
  /** Null: only its address is known. */
  readonly name: string | null;
  readonly url: string;
}

export interface GoneNode {
  /** Of its fleet. */
  readonly id: string;
  readonly name: string;
  readonly host: string | null;
  /** Its last sign of life. */
  readonly since: EpochMs;
  /** It said goodbye: nobody needs to look for it, and what is named here waits for it. */
  readonly stopped: boolean;
  /** Those that wanted to run there, in order of name. */
  readonly sessions: readonly GoneSession[];
}

export interface GoneSession {
  /** As in its row, wherever it is; null: no fleet ever took it in. */
  readonly id: string | null;
  readonly name: string;
  readonly failover: Failover;
  /** The server that has it since; null: none. */
  readonly takenBy: string | null;
  /** Whether the right of the server that is gone still lasts. */
  readonly leaseLasts: boolean;
}
