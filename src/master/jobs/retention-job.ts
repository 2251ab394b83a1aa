import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { KeepDays } from '../../store/retention/prune.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { Store } from '../../store/store.ts';
import type { JobKind } from './job-kind.ts';

/** Erases by the clock what a session wants to be kept for some days only (`filters.retentionDays`), and what nobody reads any more. */

const day: Milliseconds = 86_400_000;
/** After a reconnect unread messages are read back over `maxAgeMs` and a day (conversation-engine.ts): their ids must still be known then, or one would be answered twice. */
const readBack: Milliseconds = 2 * day;

/** Before when what was said in a session is erased now; null: it is kept. */
export const erasedBefore = ({ config }: Pick<StoredSession, 'config'>, now: EpochMs): EpochMs | null => {
  const { retentionDays } = config.filters;
  return retentionDays === null ? null : now - Math.max(retentionDays * day, config.timing.maxAgeMs + readBack);
};

export const createRetentionJob = (options: {
  readonly store: Store;
  readonly book: SessionBook;
  readonly keep: KeepDays;
  readonly now: () => EpochMs;
  readonly log: (level: 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}): JobKind => {
  const { store, book, keep, now, log } = options;

  return {
    kind: 'retention',
    lane: 'store',
    insists: false,
    run: async ({ signal, progress }) => {
      let done = 0;
      const follow = async (step: string, work: AsyncIterable<number>): Promise<void> => {
        for await (const did of work) {
          done += did;
          progress({ done, total: 0, step });
        }
      };

      await follow('counters', store.retention.pruneActivity({ now: now(), signal }));
      for (const { stored } of book.all()) {
        const before = erasedBefore(stored, now());
        if (before === null) continue;
        let erased = 0;
        const count = (what: string, howMany: number): void => {
          if (what === 'messages') erased += howMany;
        };
        await follow('messages', store.retention.pruneSession(stored.id, before, { now: now(), signal, count }));
        if (erased > 0)
          log('info', 'old messages were erased (filters.retentionDays)', { session: stored.name, erased });
      }
      await follow('records', store.retention.pruneRecords(keep, { now: now(), signal }));
      return {};
    },
  };
};
