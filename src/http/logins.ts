import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { EpochMs, Milliseconds } from '../session/units.ts';

export const loginCookie = 'zap_fleet_login';
const loginLifetime: Milliseconds = 12 * 3_600_000;
/** More browsers at once than this, and the one that logged in first has to do it again. */
const mostLogins = 500;

/** Where the logins are kept in the store. */
export const loginsMetaKey = 'web_logins';

/** Text of one entry in the store. */
export interface KeptText {
  load(): string | null;
  save(text: string): void;
}

/**
 * Who is logged in with a browser. The cookie is a random number that means nothing by itself; here stands which ones are good, so that
 * a logout ends one wherever it was copied to. Kept as hashes under the token: neither the store nor a backup opens a page, and a new
 * token ends them all.
 */
export interface Logins {
  readonly lifetimeSeconds: number;
  /** A new login's cookie. */
  issue(): string;
  /** The login that a cookie stands for; null: none, over, or ended. */
  find(cookie: string | undefined): Login | null;
  /** Ends the login of a cookie, if it is one. */
  end(cookie: string | undefined): void;
}

export interface Login {
  /** Tells logins apart; opens nothing. */
  readonly id: string;
  isOpen(): boolean;
  /** Calls back once when it is ended by hand; returns how to unsubscribe. */
  onEnd(listener: () => void): () => void;
}

const keptSchema = z.array(z.object({ id: z.string().max(64), expiresAt: z.number() })).max(mostLogins);

/** What was kept, or nothing: a damaged entry ends logins, it does not end the master. */
const parseKept = (text: string | null): z.infer<typeof keptSchema> => {
  if (text === null) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  return keptSchema.safeParse(value).data ?? [];
};

export const createLogins = (options: {
  readonly token: string;
  readonly kept: KeptText;
  readonly now: () => EpochMs;
  /** The store does not take it: what was changed holds until the master ends. */
  readonly onProblem: (error: unknown) => void;
}): Logins => {
  const { token, kept, now } = options;
  const idOf = (cookie: string): string => createHmac('sha256', `login:${token}`).update(cookie).digest('base64url');
  /** In the order in which they end. */
  const open = new Map(parseKept(kept.load()).map(({ id, expiresAt }) => [id, expiresAt]));
  const listeners = new Map<string, Set<() => void>>();

  const isOpen = (id: string): boolean => (open.get(id) ?? 0) > now();

  const keep = (): void => {
    for (const [id, expiresAt] of open) if (expiresAt <= now() || open.size > mostLogins) open.delete(id);
    try {
      kept.save(JSON.stringify([...open].map(([id, expiresAt]) => ({ id, expiresAt }))));
    } catch (error) {
      options.onProblem(error);
    }
  };

  const loginOf = (id: string): Login => ({
    id,
    isOpen: () => isOpen(id),
    onEnd: (listener) => {
      const known = listeners.get(id) ?? new Set();
      listeners.set(id, known.add(listener));
      return () => {
        known.delete(listener);
        if (known.size === 0) listeners.delete(id);
      };
    },
  });

  return {
    lifetimeSeconds: loginLifetime / 1000,
    issue: () => {
      const cookie = randomBytes(32).toString('base64url');
      open.set(idOf(cookie), now() + loginLifetime);
      keep();
      return cookie;
    },
    find: (cookie) => {
      if (cookie === undefined || !/^[\w-]{43}$/.test(cookie)) return null;
      // Looked up by hash: how long that takes tells nothing about a cookie.
      const id = idOf(cookie);
      return isOpen(id) ? loginOf(id) : null;
    },
    end: (cookie) => {
      const id = idOf(cookie ?? '');
      if (!open.delete(id)) return;
      keep();
      const ended = listeners.get(id);
      listeners.delete(id);
      for (const listener of ended ?? []) listener();
    },
  };
};
