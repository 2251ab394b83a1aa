import type { SessionBook } from '../orchestrator/state/session-book.ts';
import type { Replicator } from '../store/replica/replicator-types.ts';
import type { Store } from '../store/store.ts';

const offeredKey = 'replica_offered';
/** More at once are one event: a first look may find thousands. */
const toldOneByOne = 10;

/**
 * Rows that no server ran yet are told of once; only a person adopts them. What stands on another server is no news here: `store status`
 * lists it.
 */
export const createOfferRecorder = (replica: Pick<Replicator, 'newRows'>, store: Store, book: SessionBook) => {
  let seen: ReturnType<Replicator['newRows']> | null = null;
  let told: ReadonlySet<string> | null = null;

  const record = (kind: string, text: string, evidence: Record<string, unknown>): void =>
    book.record(null, { level: 'info', kind, text, evidence, actor: 'supabase' });

  return (): void => {
    const rows = replica.newRows();
    if (rows === seen) return;
    seen = rows;

    told ??= new Set<string>(JSON.parse(store.meta.get(offeredKey) ?? '[]') as string[]);
    const names = rows.map(({ name }) => name);
    const known = told;
    const fresh = names.filter((name) => !known.has(name));
    if (fresh.length === 0) return;

    if (fresh.length > toldOneByOne)
      record(
        'sessions-offered',
        `${fresh.length} sessions are in Supabase and on no server yet. To see them: zap-fleet store status`,
        { count: fresh.length },
      );
    else
      for (const name of fresh)
        record(
          'session-offered',
          `${name} is in Supabase and on no server yet. To take it in: zap-fleet store adopt ${name}`,
          { name },
        );
    told = new Set(names);
    store.meta.set(offeredKey, JSON.stringify(names));
  };
};
