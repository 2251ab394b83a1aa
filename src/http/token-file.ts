import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { mostTokenSessions, mostTokens, type TokenLine, tokenScopes } from '../session/access.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { EpochMs } from '../session/units.ts';
import { whyUnreadable } from '../settings/unreadable-secrets.ts';

/**
 * The named tokens of a fleet: `FLEET_HOME/data/access-tokens.json` (0600), each as a hash alone. It lies beside the store and not in it: it
 * moves with `data/`, and no backup holds it, so that none brings back a token that was revoked.
 */
export const accessTokenFile = (dataDirectory: string): string => join(dataDirectory, 'access-tokens.json');

export interface StoredToken extends TokenLine {
  /** SHA-256 of what opens, in hex. What opens has 256 random bits: there is nothing to guess that a slower hash would slow down. */
  readonly hash: string;
}

const stored = z.strictObject({
  name: z.string().min(1).max(100),
  scope: z.enum(tokenScopes),
  sessions: z.array(z.string()).max(mostTokenSessions).nullable(),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
const fileSchema = z.strictObject({ version: z.literal(1), tokens: z.array(stored).max(mostTokens) });

export const hashOfToken = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** What a named token looks like: programs that search for secrets know it by its beginning, and our own log does. */
const tokenBeginning = 'zft_';
export const newTokenSecret = (): string => `${tokenBeginning}${randomBytes(32).toString('base64url')}`;

const damaged = (file: string, why: string, cause?: unknown): FleetError =>
  new FleetError(
    'failed',
    `${file} cannot be read: ${why}. No named token opens anything until it is mended; removed, all of them have ended.`,
    { cause },
  );

/** None without a file. Throws `failed` when it is damaged, or others can read it: then no named token opens anything. */
export const readTokens = (file: string): readonly StoredToken[] => {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isFile()) throw damaged(file, 'it is not a file');
  if ((stat.mode & 0o077) !== 0) throw damaged(file, `others can read it. Run: chmod 600 ${file}`);

  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).tokens;
  } catch (error) {
    throw damaged(file, whyUnreadable(error));
  }
};

/** Puts them in the place of those that were there, at once and on the disk. Throws `failed`. */
export const writeTokens = (file: string, tokens: readonly StoredToken[]): void => {
  const fresh = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(fresh, `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    renameSync(fresh, file);
  } catch (error) {
    try {
      unlinkSync(fresh);
    } catch {
      // It was never made.
    }
    throw new FleetError('failed', `cannot write ${file}: ${messageOf(error)}.`, { cause: error });
  }
};

export const lineOf = ({ hash: _, ...line }: StoredToken): TokenLine => line;

export interface WantedToken {
  readonly name: string;
  readonly scope: TokenLine['scope'];
  readonly sessions: readonly string[] | null;
  readonly expiresAt: EpochMs | null;
  readonly createdBy: string;
}

/** With one more. Throws `already-exists`, `refused-by-state`. */
export const withToken = (
  tokens: readonly StoredToken[],
  wanted: WantedToken,
  secret: string,
  now: EpochMs,
): readonly StoredToken[] => {
  if (tokens.some(({ name }) => name === wanted.name))
    throw new FleetError(
      'already-exists',
      `there is a token ${wanted.name} already. Choose another name, or first: zap-fleet token revoke ${wanted.name}`,
    );
  if (tokens.length >= mostTokens)
    throw new FleetError('refused-by-state', `there are ${mostTokens} tokens already. Revoke one first.`);
  const made: StoredToken = { ...wanted, createdAt: now, lastUsedAt: null, hash: hashOfToken(secret) };
  return [...tokens, made].sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** Without that one. Throws `usage` where there is none. */
export const withoutToken = (tokens: readonly StoredToken[], name: string): readonly StoredToken[] => {
  if (tokens.some((token) => token.name === name)) return tokens.filter((token) => token.name !== name);
  throw new FleetError('usage', `there is no token ${JSON.stringify(name.slice(0, 60))}. See: zap-fleet token ls`);
};
