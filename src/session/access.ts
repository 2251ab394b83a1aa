import { FleetError } from './fleet-error.ts';
import { isSessionName } from './session-name.ts';
import type { EpochMs, Milliseconds } from './units.ts';

/** What a token may do: its scope, and the sessions that it is limited to. */

/** From the least to the most: each may what those before it may. */
export const tokenScopes = ['read', 'operate', 'admin'] as const;
export type TokenScope = (typeof tokenScopes)[number];

export const covers = (has: TokenScope, wanted: TokenScope): boolean =>
  tokenScopes.indexOf(has) >= tokenScopes.indexOf(wanted);

/** What a client is told of the token that opened its door. */
export interface Access {
  readonly token: string;
  readonly scope: TokenScope;
  /** It sees some sessions only. */
  readonly isLimited: boolean;
}

/** One token as it is listed: what opens is never told again. */
export interface TokenLine {
  readonly name: string;
  readonly scope: TokenScope;
  /** Names; null: all sessions, those that are made later among them. */
  readonly sessions: readonly string[] | null;
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  /** Null: never. */
  readonly expiresAt: EpochMs | null;
  /** The hour in which it opened something last; null: never. */
  readonly lastUsedAt: EpochMs | null;
}

/** At most so many: each is compared with whatever is sent. */
export const mostTokens = 200;
export const mostTokenSessions = 200;

/** Throws `usage`. */
export const parseTokenName = (text: string): string => {
  if (/^[a-z0-9][a-z0-9._-]{0,39}$/.test(text)) return text;
  throw new FleetError(
    'usage',
    `${JSON.stringify(text.slice(0, 60))} is not a token's name: use 1 to 40 small letters, digits, ".", "-" and "_"`,
  );
};

/** Names of sessions, each once and in order. Throws `usage`. */
export const parseTokenSessions = (names: readonly string[]): readonly string[] => {
  const wrong = names.find((name) => !isSessionName(name));
  if (wrong !== undefined)
    throw new FleetError('usage', `${JSON.stringify(wrong.slice(0, 60))} is not a session's name.`);
  if (names.length === 0) throw new FleetError('usage', 'name at least one session, or leave --sessions out for all.');
  return [...new Set(names)].sort();
};

const day: Milliseconds = 86_400_000;
const units: Readonly<Record<string, Milliseconds>> = { h: 3_600_000, d: day, w: 7 * day };
const longest: Milliseconds = 3650 * day;

/** `90d`, `12h` or `4w` as a span. Throws `usage`. */
export const parseTokenSpan = (text: string): Milliseconds => {
  const [, count = '', unit = ''] = /^(\d{1,5})([hdw])$/.exec(text.trim()) ?? [];
  const span = Number(count) * (units[unit] ?? 0);
  if (span > 0 && span <= longest) return span;
  throw new FleetError('usage', `${JSON.stringify(text.slice(0, 40))} is no span: write 12h, 90d or 52w.`);
};
