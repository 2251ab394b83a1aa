import { plainText } from '../../session/plain-text.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { type Batch, createBatches } from './batch.ts';
import type { BatchLimits } from './batch-cut.ts';
import { ReplicaFailure } from './replica-failure.ts';
import type { ReplicaStore } from './replica-store.ts';
import { createStream } from './replica-stream.ts';
import type { SupabaseDoor } from './supabase-door.ts';

export interface PusherOptions {
  readonly store: Store;
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly host: string;
  readonly limits: BatchLimits;
  readonly now: () => EpochMs;
  readonly onRewound: () => void;
}

/**
 * Sends the change feed, batch after batch. Supabase counts per fleet how far it has come, and takes a batch only where the last one ended:
 * one that is delivered twice, late, or whose answer was lost changes nothing. What was sent is known on both sides:
 * - Supabase is behind our cursor (restored from a backup): we go back to where it stands.
 * - It is where our unanswered batch ends: that batch had arrived.
 * - It is ahead of everything we remember (this store was restored), or is empty: a new stream from 0; rows are keyed, so nothing doubles.
 */
export const createPusher = (options: PusherOptions) => {
  const { store, replica, door, nodeId, host, now } = options;
  const batches = createBatches(store, replica, now);
  let limitRows = options.limits.rows;
  let others = 0;

  const stream = createStream(options);

  const arrived = (batch: Batch, sessions: readonly { session_name: string; revision: number }[]): void =>
    store.database.transaction(() => {
      replica.setCursor(batch.through);
      store.changes.forgetTombstones(batch.through);
      for (const one of batch.instructions) replica.update(one.sessionId, { sentInstructions: one.version });
      for (const id of batch.removed) replica.markRemoved(id);
      for (const sent of batch.rows['sessions'] ?? []) {
        const there = sessions.find((one) => one.session_name === sent['session_name']);
        if (there !== undefined && there.revision === sent['revision'])
          replica.update(String(sent['fleet_session_id']), { syncedRevision: there.revision });
      }
    });

  const setAside = async (batch: Batch, reason: string): Promise<void> => {
    if (batch.only === null) throw new ReplicaFailure('refused', `Supabase refuses what was erased here: ${reason}`);
    replica.setAside(batch.only.kind, batch.only.localId, batch.only.changeSeq, reason, now());
    store.events.add({
      at: now(),
      level: 'error',
      session: null,
      kind: 'replica-row-refused',
      text: `Supabase refuses one row of ${batch.only.kind}; it stays here, the rest goes on: ${reason}`,
      evidence: { ...batch.only, reason },
      actor: 'supabase',
    });
    const empty: Batch = { ...batch, rows: {}, instructions: [], removed: [] };
    await send(empty);
  };

  const send = async (batch: Batch): Promise<void> => {
    replica.setState('in_flight', String(batch.through));
    const answer = await door.call('zap_fleet_push', {
      p_node: nodeId,
      p_host: host,
      p_stream: replica.state('stream'),
      p_after: batch.after,
      p_through: batch.through,
      p_batch: batch.rows,
    });
    if (answer.result === 'refused') throw new ReplicaFailure('row', plainText(answer.reason ?? '').slice(0, 300));
    if (answer.result === 'applied') arrived(batch, answer.sessions);
    else await stream.align(answer.stream, answer.applied_seq);
  };

  return {
    /** Other fleets seen in this Supabase lately, as of the last contact. */
    others: (): number => others,
    hello: async (): Promise<void> => {
      const answer = await door.call('zap_fleet_hello', { p_node: nodeId, p_host: host });
      others = answer.others;
      replica.setState('others', String(others));
      await stream.align(answer.stream, answer.applied_seq);
    },
    /** Sends one batch. False: nothing waits. */
    push: async (): Promise<boolean> => {
      const read = await batches.next(replica.readFrom(), { rows: limitRows, characters: options.limits.characters });
      // Numbers that no row carries any more (it changed again, or went) need no request.
      if (read.size === 0) return false;
      const batch: Batch = { ...read, after: replica.cursor() };
      try {
        await send(batch);
        limitRows = Math.min(options.limits.rows, limitRows * 2);
      } catch (error) {
        if (!(error instanceof ReplicaFailure) || (error.kind !== 'row' && error.kind !== 'too-big')) throw error;
        if (limitRows > 1) {
          limitRows = Math.max(1, Math.floor(limitRows / 4));
          return true;
        }
        await setAside(batch, error.message);
      }
      return true;
    },
    waitingRows: (): number => store.changes.countSince(replica.readFrom()),
    /** Everything again from the first change. */
    restart: async (): Promise<void> => {
      replica.forgetAside();
      await stream.reopen();
    },
  };
};
export type Pusher = ReturnType<typeof createPusher>;
