import { endsWithin } from '../../pace/deadline.ts';
import { plainText } from '../../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { asFailure } from './replica-failure.ts';
import { assembleReplication, type ReplicationParts } from './replication-parts.ts';
import type { Replicator, ReplicatorOptions } from './replicator-types.ts';

/** Sends what it can, gives leases back and ends within this time; requests that are still under way end with the door. */
const endWithin = async (
  { door, leases, group, loop, standing, exclusive, drain }: ReplicationParts,
  log: ReplicatorOptions['log'],
  withinMs: Milliseconds,
  { keepLeases, goodbye }: { readonly keepLeases: boolean; readonly goodbye: boolean },
): Promise<void> => {
  const last = async (): Promise<void> => {
    await loop.ended();
    if (standing.isOk()) await exclusive(drain);
    if (!keepLeases) await leases.releaseAll();
    if (goodbye) await group?.goodbye();
  };
  const ended = last().catch((error: unknown) =>
    log('warn', `Supabase was left behind at the stop: ${asFailure(error).message}`),
  );

  await endsWithin(ended, withinMs);
  await door.close();
  await ended;
};

/** Waits until what was erased here by now is erased there, too. */
const erasedWithin = async (
  { loop, standing }: ReplicationParts,
  { changes }: Store,
  now: () => EpochMs,
  withinMs: Milliseconds,
): Promise<boolean> => {
  const newest = changes.newest();
  const giveUpAt = now() + withinMs;
  for (;;) {
    const next = changes.tombstonesSince(0, 1)[0];
    if (next === undefined || next.changeSeq > newest) return true;
    if (loop.isStopping() || !standing.isOk() || now() > giveUpAt) return false;

    loop.wake();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Keeps Supabase in step with the store, in the background; nothing in the fleet ever waits for it but a session's lease. */
export const createReplicator = (options: ReplicatorOptions): Replicator => {
  const parts = assembleReplication(options);
  const { timing, replica, door, edits, standing, leases, isElsewhere, loop, errands } = parts;
  let watch: ReturnType<typeof setInterval> | null = null;
  /** Beside the loop: what moves there may take longer than the shortest lease lasts. */
  const renewInTime = (): void => {
    leases.renewInTime().catch((error: unknown) => standing.failed(asFailure(error)));
  };

  return {
    start: () => {
      if (loop.isRunning()) return;

      door.onEdited((edit) => {
        // Our own writes of states come back here, too.
        if (edit === null || edit.movingTo === options.nodeId || !edits.isKnown(edit.name, edit.revision))
          loop.pollSoon();
      });
      watch = setInterval(() => {
        if (standing.isOk()) renewInTime();
        else leases.watch();
        standing.publish();
      }, timing.watchMs);
      loop.begin();
    },
    stop: async (withinMs, { keepLeases = false, goodbye = false } = {}) => {
      loop.stop();
      if (watch !== null) clearInterval(watch);
      await endWithin(parts, options.log, withinMs, { keepLeases, goodbye });
    },
    status: standing.status,
    ...errands,
    moves: parts.moves,
    offered: edits.offered,
    newRows: edits.newRows,
    takeLease: parts.takeLease,
    epochOf: leases.epochOf,
    releaseLease: async (sessionId) => {
      try {
        await leases.release(sessionId);
      } catch (error) {
        // It ends by itself; the other server waits for that.
        standing.failed(asFailure(error));
      }
    },
    confirmLease: async (sessionId) => {
      try {
        return await leases.confirm(sessionId);
      } catch (error) {
        standing.failed(asFailure(error));
        return false;
      }
    },
    runsElsewhere: edits.runsElsewhere,
    hostOf: (sessionId) => {
      const known = replica.session(sessionId);
      return known !== null && isElsewhere(sessionId) ? plainText(known.homeHost ?? known.homeNode ?? '?') : null;
    },
    erased: (withinMs) => erasedWithin(parts, options.store, options.clock.now, withinMs),
  };
};
