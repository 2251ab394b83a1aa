import { type RehearsalCase, type RehearsalSummary, worstFirst } from '../../session/rehearsal.ts';
import type { Store } from '../../store/store.ts';

const usualCases = 200;

/** The last rehearsal of a session, its cases the worst first: of a master, and of a fleet that is stopped. */
export const newestRehearsal = (
  store: Pick<Store, 'rehearsals'>,
  sessionId: string,
  limit = usualCases,
): { readonly rehearsal: RehearsalSummary | null; readonly cases: readonly RehearsalCase[] } => {
  const newest = store.rehearsals.newest(sessionId);
  if (newest === null) return { rehearsal: null, cases: [] };

  const cases = worstFirst(store.rehearsals.cases(newest.id));
  return { rehearsal: store.rehearsals.summary(newest), cases: cases.slice(0, limit) };
};
