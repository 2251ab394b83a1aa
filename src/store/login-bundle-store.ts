import { type LoginBundle, loginBundleSchema } from '../session/login-bundle.ts';
import type { MetaStore } from './meta-store.ts';

/** How each session's login stands beside its bundles, by session id; in no table that is replicated. */
export const createLoginBundleStore = (meta: MetaStore) => {
  const keyOf = (sessionId: string): string => `login_bundle:${sessionId}`;
  const fresh = { epoch: 0, at: 0 };

  const get = (sessionId: string): LoginBundle | null => {
    const value = meta.get(keyOf(sessionId));
    return value === null ? null : loginBundleSchema.parse(JSON.parse(value));
  };

  return {
    get,
    change: (sessionId: string, change: Partial<LoginBundle>): LoginBundle => {
      const next = { ...(get(sessionId) ?? loginBundleSchema.parse(fresh)), ...change };
      meta.set(keyOf(sessionId), JSON.stringify(next));
      return next;
    },
    forget: (sessionId: string): void => meta.remove(keyOf(sessionId)),
  };
};
export type LoginBundleStore = ReturnType<typeof createLoginBundleStore>;
