import { setImmediate as breathe } from 'node:timers/promises';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../orchestrator/state/session-book.ts';
import { createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import type { StoredSession } from '../store/session-store.ts';
import type { Store } from '../store/store.ts';

/** Erases by the clock what a session wants to be kept for some days only (`filters.retentionDays`), and counters past their use. */
export interface RetentionSchedule {
  /** One look at all sessions; `begin` does it on its own. */
  run(): Promise<void>;
  begin(): void;
  close(): Promise<void>;
}

const every: Milliseconds = 6 * 3_600_000;
/** After a start the sessions come up first. */
const firstAfter: Milliseconds = 5 * 60_000;
/** One look at all sessions; a late one is told, and goes on. */
const runWithin: Milliseconds = 30 * 60_000;
const day: Milliseconds = 86_400_000;
/** After a reconnect unread messages are read back over `maxAgeMs` and a day (conversation-engine.ts): their ids must still be known then, or one would be answered twice. */
const readBack: Milliseconds = 2 * day;

/** Before when what was said in a session is erased now; null: it is kept. */
export const erasedBefore = ({ config }: Pick<StoredSession, 'config'>, now: EpochMs): EpochMs | null => {
  const { retentionDays } = config.filters;
  return retentionDays === null ? null : now - Math.max(retentionDays * day, config.timing.maxAgeMs + readBack);
};

export const createRetentionSchedule = (options: {
  readonly store: Store;
  readonly book: SessionBook;
  readonly now: () => EpochMs;
  readonly log: (level: 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}): RetentionSchedule => {
  const { store, book, now, log } = options;
  let closed = false;

  const eraseOf = async ({ stored }: ManagedSession): Promise<void> => {
    const before = erasedBefore(stored, now());
    let erased = 0;
    while (before !== null && !closed) {
      const { messages, turns, parts } = store.retention.pruneStep(stored.id, before, now());
      if (messages + turns + parts === 0) break;

      erased += messages;
      // The door is served between two batches.
      await breathe();
    }

    if (erased > 0) log('info', 'old messages were erased (filters.retentionDays)', { session: stored.name, erased });
  };

  const beat = createBeat({
    look: async () => {
      store.retention.pruneActivity(now());
      for (const session of book.all()) await eraseOf(session);
    },
    everyMs: every,
    firstMs: firstAfter,
    withinMs: runWithin,
    onProblem: (error) =>
      log('warn', 'old messages could not be erased; tried again later', { error: messageOf(error) }),
    unref: true,
  });

  return {
    run: beat.look,
    begin: beat.begin,
    close: async () => {
      closed = true;
      await beat.close();
    },
  };
};
