import type { SessionBook } from '../orchestrator/state/session-book.ts';
import type { Replicator } from '../store/replica/replicator.ts';
import type { Store } from '../store/store.ts';

const offeredKey = 'replica_offered';
/** So many names are remembered as told. */
const rememberedNames = 1000;

/** Rows that nobody runs here are told of once; only a person adopts them. */
export const recordOffers = (replica: Replicator, store: Store, book: SessionBook): void => {
  const known = new Set<string>(JSON.parse(store.meta.get(offeredKey) ?? '[]') as string[]);
  const offered = replica.offered();
  const fresh = offered.filter(({ name }) => !known.has(name));
  for (const { name, runningOn } of fresh)
    book.record(null, {
      level: 'info',
      kind: 'session-offered',
      text: `${name} is in Supabase and not here${runningOn === null ? '' : ` (it runs on ${runningOn})`}. To take it in: zap-fleet store adopt ${name}`,
      evidence: { name, runningOn },
      actor: 'supabase',
    });
  if (fresh.length > 0)
    store.meta.set(offeredKey, JSON.stringify([...known, ...fresh.map(({ name }) => name)].slice(-rememberedNames)));
};
