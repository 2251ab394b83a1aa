import { createHash } from 'node:crypto';
import { parsePhone, phoneSpellings } from '../session/phone.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

/**
 * What a phone may still tell, but a session must not take up again: messages between a backup and its restore, which the old server may
 * have answered, and those of a customer who was erased. Kept in the store's `meta`.
 */

const put = (database: Pick<Database, 'run'>, key: string, value: number): void => {
  database.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    String(value),
  );
};
const read = (database: Pick<Database, 'get'>, key: string): number | null => {
  const row = database.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', key);
  return row === undefined ? null : Number(row.value);
};

const restoredKey = (sessionId: string): string => `restored:${sessionId}`;
/** Until the phone is reached for the first time, nobody knows when the old server stopped. */
const stillOpen = 0;

export const markRestored = (database: Pick<Database, 'run'>, sessionId: string): void =>
  put(database, restoredKey(sessionId), stillOpen);

/**
 * Whether a message of that time fell between the backup that was restored and the first connection after it; the old server may have
 * answered it. `connectedAt`: of the connection now; the first one closes the time.
 */
export const mayBeAnsweredElsewhere = (
  database: Pick<Database, 'get' | 'run'>,
  sessionId: string,
  at: EpochMs,
  connectedAt: EpochMs,
): boolean => {
  const until = read(database, restoredKey(sessionId));
  if (until === null) return false;
  if (until !== stillOpen) return at < until;
  // A message of the connection's own second is new.
  const end = secondOf(connectedAt);
  if (end > 0) put(database, restoredKey(sessionId), end);
  return end <= 0 || at < end;
};

const hashed = (sessionId: string, what: string): string =>
  createHash('sha256').update(`${sessionId}:${what}`).digest('hex');
const erasedKey = (sessionId: string, who: string): string => `erased:${hashed(sessionId, who)}`;
const erasedMessageKey = (sessionId: string, id: string): string => `erased-message:${hashed(sessionId, id)}`;
/** WhatsApp's times are whole seconds. */
const secondOf = (at: EpochMs): EpochMs => Math.floor(at / 1000) * 1000;
/** More than a session takes in within one second. */
const newestMessages = 100;
const spellings = (phone: string | null, chatIds: readonly (string | null)[]): readonly string[] => [
  ...(phone === null ? [] : phoneSpellings(parsePhone(phone) ?? phone)),
  ...chatIds.flatMap((id) => {
    if (id === null) return [];
    const digits = /^(\d{8,15})@c\.us$/.exec(id)?.[1];
    return digits === undefined ? [id] : [id, ...phoneSpellings(digits)];
  }),
];

/**
 * To be called before the rows are gone: what came in the same second is told apart by its id, so that a customer who writes again at once
 * is heard. Only hashes are kept.
 */
export const markErased = (
  database: Pick<Database, 'run' | 'all'>,
  sessionId: string,
  who: { readonly phone: string; readonly chatIds: readonly string[] },
  now: EpochMs,
): void => {
  for (const spelling of spellings(who.phone, who.chatIds)) put(database, erasedKey(sessionId, spelling), now);
  // Along the index of session and time: by their sequence, all that the session ever said was sorted (740 ms at 700,000 messages).
  const newest = database.all<{ id: string; at: EpochMs }>(
    'SELECT wa_id AS id, at FROM messages WHERE session_id = ? ORDER BY stored_at DESC LIMIT ?',
    sessionId,
    newestMessages,
  );
  for (const { id, at } of newest) if (at >= secondOf(now)) put(database, erasedMessageKey(sessionId, id), now);
};

/** Whether a message is from before its customer was erased: it is not stored again. */
export const isErased = (
  database: Pick<Database, 'get'>,
  sessionId: string,
  message: {
    readonly id: string;
    readonly fromMe: boolean;
    readonly phone: string | null;
    readonly chatId: string;
    readonly author: string | null;
    readonly timestamp: EpochMs;
  },
): boolean =>
  spellings(message.phone, [message.chatId, message.author]).some((spelling) => {
    const at = read(database, erasedKey(sessionId, spelling));
    if (at === null || message.timestamp > at) return false;
    // What we sent in that second comes back as an echo whose part is erased: it is no word of the owner.
    return (
      message.fromMe ||
      message.timestamp < secondOf(at) ||
      read(database, erasedMessageKey(sessionId, message.id)) !== null
    );
  });
