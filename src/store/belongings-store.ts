import { type Belonging, type BelongingName, type Belongings, belongingsSchema } from '../session/belongings.ts';
import type { MetaStore } from './meta-store.ts';

/** How what a bot has in its hands stands beside its bundles, by session id; in no table that is replicated. */
export const createBelongingsStore = (meta: MetaStore) => {
  const keyOf = (sessionId: string): string => `belongings:${sessionId}`;

  const get = (sessionId: string): Belongings | null => {
    const value = meta.get(keyOf(sessionId));
    return value === null ? null : belongingsSchema.parse(JSON.parse(value));
  };

  const change = (sessionId: string, fields: Partial<Belongings>): void =>
    meta.set(keyOf(sessionId), JSON.stringify({ ...(get(sessionId) ?? belongingsSchema.parse({})), ...fields }));

  return {
    get,
    change,
    changeKind: (sessionId: string, what: BelongingName, fields: Partial<Belonging>): void => {
      const kinds = get(sessionId)?.kinds ?? {};
      const fresh: Belonging = { base: null, made: null, missing: null };
      change(sessionId, { kinds: { ...kinds, [what]: { ...(kinds[what] ?? fresh), ...fields } } });
    },
    forget: (sessionId: string): void => meta.remove(keyOf(sessionId)),
  };
};
export type BelongingsStore = ReturnType<typeof createBelongingsStore>;
