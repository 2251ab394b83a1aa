import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { EpochMs, Milliseconds } from '../session/units.ts';

/**
 * The client's links: one page, one session, 30 minutes or until it connects. Only a hash of each code is kept, so neither the
 * database nor a backup opens a page. Kept in the store's `meta`, so that a restart of the master ends none.
 */
export interface Links {
  /** Makes a link; older ones of the session end. `code` is 128 random bits. */
  create(sessionId: string): { readonly code: string; readonly expiresAt: EpochMs };
  /** Null: never made, expired, revoked; these are told apart by nobody. */
  resolve(code: string): ResolvedLink | null;
  /** The session connected: its link shows no code any more, and says so for five minutes. */
  markConnected(sessionId: string): void;
  /** Whether there was one to revoke. */
  revoke(sessionId: string): boolean;
  /** Sessions with a link that may still show a code. */
  openSessions(): readonly string[];
}

export interface ResolvedLink {
  readonly sessionId: string;
  readonly expiresAt: EpochMs;
  readonly connected: boolean;
}

export const linkLifetime: Milliseconds = 30 * 60_000;
/** How long the page may still say "connected": long enough for every open page to ask once more. */
const farewell: Milliseconds = 5 * 60_000;

/** Where the code of a link is kept in the store. */
export const linksMetaKey = 'client_links';

const keptSchema = z.array(
  z.object({ hash: z.string(), sessionId: z.string(), expiresAt: z.number(), connected: z.boolean() }),
);
type Kept = z.infer<typeof keptSchema>[number];

const codeShape = /^[\w-]{22}$/;
const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex');

/** What was kept, or nothing: a damaged entry ends links, it does not end the master. */
const parseKept = (text: string | null): Kept[] => {
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

export const createLinks = (options: {
  /** The `meta` value of `linksMetaKey`. */
  readonly load: () => string | null;
  readonly save: (text: string) => void;
  readonly now?: () => EpochMs;
  readonly random?: (bytes: number) => Uint8Array;
}): Links => {
  const now = options.now ?? Date.now;
  const random = options.random ?? randomBytes;
  let links = parseKept(options.load());

  const keep = (next: readonly Kept[]): void => {
    links = next.filter((link) => link.expiresAt > now());
    options.save(JSON.stringify(links));
  };

  return {
    create: (sessionId) => {
      const code = Buffer.from(random(16)).toString('base64url');
      const expiresAt = now() + linkLifetime;
      keep([
        ...links.filter((link) => link.sessionId !== sessionId),
        { hash: hashOf(code), sessionId, expiresAt, connected: false },
      ]);
      return { code, expiresAt };
    },
    resolve: (code) => {
      if (!codeShape.test(code)) return null;
      // Looked up by hash: how long that takes tells nothing about a code.
      const hash = hashOf(code);
      const link = links.find((kept) => kept.hash === hash);
      if (link === undefined || link.expiresAt <= now()) return null;
      return { sessionId: link.sessionId, expiresAt: link.expiresAt, connected: link.connected };
    },
    markConnected: (sessionId) => {
      if (!links.some((link) => link.sessionId === sessionId && !link.connected)) return;
      keep(
        links.map((link) =>
          link.sessionId === sessionId && !link.connected
            ? { ...link, connected: true, expiresAt: Math.min(link.expiresAt, now() + farewell) }
            : link,
        ),
      );
    },
    revoke: (sessionId) => {
      const had = links.some((link) => link.sessionId === sessionId && link.expiresAt > now());
      if (had) keep(links.filter((link) => link.sessionId !== sessionId));
      return had;
    },
    openSessions: () => links.filter((link) => !link.connected && link.expiresAt > now()).map((link) => link.sessionId),
  };
};

/** Address of a link's page under the public or local web address of the master. */
export const linkUrl = (base: string, code: string): string => `${base.replace(/\/+$/, '')}/link/${code}`;
