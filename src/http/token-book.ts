import { timingSafeEqual } from 'node:crypto';
import type { Grant } from '../protocol/access/grant.ts';
import type { TokenLine } from '../session/access.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import {
  hashOfToken,
  lineOf,
  newTokenSecret,
  readTokens,
  type StoredToken,
  type WantedToken,
  withoutToken,
  withToken,
  writeTokens,
} from './token-file.ts';

/** A token that opened something. */
export interface OpenToken extends Grant {
  /** Calls back once, when it is revoked or expires; returns how to unsubscribe. */
  onEnd(listener: () => void): () => void;
}

/** The named tokens of a running fleet. */
export interface TokenBook {
  list(): readonly TokenLine[];
  /** `secret` is told this once. Throws `already-exists`, `refused-by-state`, `failed`. */
  add(wanted: WantedToken): { readonly token: TokenLine; readonly secret: string };
  /** Ends it, and whatever it opened, before this returns. Throws `usage`, `failed`. */
  revoke(name: string): void;
  /** Whose this is; null: nobody's. */
  find(secret: string): OpenToken | null;
  /** Nothing of it expires any more by itself. */
  close(): void;
}

const hour: Milliseconds = 3_600_000;
/** Node's timers reach 24.8 days. */
const longestTimer: Milliseconds = 20 * 24 * hour;

interface Listeners {
  add(name: string, listener: () => void): () => void;
  tell(name: string): void;
}

const createListeners = (): Listeners => {
  const all = new Map<string, Set<() => void>>();
  return {
    add: (name, listener) => {
      const known = all.get(name) ?? new Set();
      all.set(name, known.add(listener));
      return () => {
        known.delete(listener);
        if (known.size === 0 && all.get(name) === known) all.delete(name);
      };
    },
    tell: (name) => {
      const told = [...(all.get(name) ?? [])];
      all.delete(name);
      for (const listener of told) listener();
    },
  };
};

export const openTokenBook = (options: {
  readonly file: string;
  readonly now: () => EpochMs;
  readonly log: (text: string, fields: Readonly<Record<string, unknown>>) => void;
}): TokenBook => {
  const { file, now } = options;
  let tokens: readonly StoredToken[] = [];
  let problem: FleetError | null = null;
  const ends = createListeners();
  /** By hash: another token of the same name is another one. */
  const open = new Map<string, OpenToken>();
  let timer: NodeJS.Timeout | null = null;

  const isOpen = (token: StoredToken): boolean =>
    tokens.some(({ hash }) => hash === token.hash) && (token.expiresAt === null || token.expiresAt > now());

  const endExpired = (): void => {
    for (const token of tokens) if (!isOpen(token)) ends.tell(token.hash);
    expectNext();
  };
  const expectNext = (): void => {
    if (timer !== null) clearTimeout(timer);
    const next = Math.min(
      ...tokens.flatMap(({ expiresAt }) => (expiresAt !== null && expiresAt > now() ? [expiresAt] : [])),
    );
    timer = Number.isFinite(next) ? setTimeout(endExpired, Math.min(longestTimer, Math.max(1, next - now()))) : null;
    timer?.unref();
  };

  const take = (next: readonly StoredToken[]): void => {
    writeTokens(file, next);
    const gone = tokens.filter(({ hash }) => !next.some((token) => token.hash === hash));
    tokens = next;
    for (const { hash } of gone) {
      open.delete(hash);
      ends.tell(hash);
    }
    expectNext();
  };

  const refuseDamaged = (): void => {
    if (problem !== null) throw problem;
  };

  /** By the hour, so that it says little and is seldom written. */
  const markUsed = (used: StoredToken): void => {
    const at = Math.floor(now() / hour) * hour;
    const current = tokens.find(({ hash }) => hash === used.hash);
    if (current === undefined || current.lastUsedAt === at) return;
    tokens = tokens.map((token) => (token.hash === used.hash ? { ...token, lastUsedAt: at } : token));
    try {
      writeTokens(file, tokens);
    } catch (error) {
      options.log('when a token was used could not be written', { called: used.name, error: messageOf(error) });
    }
  };

  const opened = (token: StoredToken): OpenToken => {
    const known = open.get(token.hash);
    if (known !== undefined) return known;
    const made: OpenToken = {
      name: token.name,
      scope: token.scope,
      sessions: token.sessions === null ? null : new Set(token.sessions),
      isOpen: () => isOpen(token),
      onEnd: (listener) => ends.add(token.hash, listener),
    };
    open.set(token.hash, made);
    return made;
  };

  try {
    tokens = readTokens(file);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    problem = error;
    options.log('the named tokens cannot be read; none opens anything', { error: messageOf(error) });
  }
  expectNext();

  return {
    list: () => {
      refuseDamaged();
      return tokens.map(lineOf);
    },
    add: (wanted) => {
      refuseDamaged();
      const secret = newTokenSecret();
      const next = withToken(tokens, wanted, secret, now());
      take(next);
      const made = next.find(({ name }) => name === wanted.name);
      if (made === undefined) throw new FleetError('failed', 'the token was not kept.');
      return { token: lineOf(made), secret };
    },
    revoke: (name) => {
      refuseDamaged();
      take(withoutToken(tokens, name));
    },
    find: (secret) => {
      const given = Buffer.from(hashOfToken(secret), 'hex');
      // All of them, so that how long it takes tells nothing of any.
      const [found] = tokens.filter(({ hash }) => timingSafeEqual(Buffer.from(hash, 'hex'), given));
      if (found === undefined || !isOpen(found)) return null;
      markUsed(found);
      return opened(found);
    },
    close: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
};
