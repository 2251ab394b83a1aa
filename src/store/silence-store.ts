import type { EpochMs } from '../session/units.ts';
import { notOfProbe } from './conversations/probe-chats.ts';
import type { Database } from './database.ts';
import { createHookNotes } from './hooks/hook-notes.ts';

/** Customers who wrote and got nothing: one row a person from the first message without an answer until somebody answers or lets it be. */
export interface Silence {
  readonly id: number;
  readonly sessionId: string;
  readonly conversationId: number;
  readonly chatId: string;
  readonly name: string | null;
  readonly phone: string | null;
  /** When the oldest message without an answer came. */
  readonly since: EpochMs;
  /** When it was last left without one. */
  readonly lastAt: EpochMs;
  readonly code: string;
  readonly reason: string;
}

export interface SilenceCounts {
  /** Customers who are left in silence now. */
  readonly chats: number;
  /** Customers who were, since the day began: those who were answered later among them. */
  readonly today: number;
  readonly oldestSince: EpochMs | null;
  /** Customers who were left so in the last ten minutes, or one after the other with no answer to anybody between, and still are. */
  readonly lately: number;
  /** Code of the newest. */
  readonly newestCode: string | null;
  readonly newestReason: string | null;
}

const latelyMs = 10 * 60_000;
const noSilence: SilenceCounts = {
  chats: 0,
  today: 0,
  oldestSince: null,
  lately: 0,
  newestCode: null,
  newestReason: null,
};

/** So many in a row mean that nobody is answered, however slowly they write. */
const rowLength = 3;

/** Whether the newest silences came without an answer between: nobody but those left in silence was written to since the first of them. */
const isUnbroken = (database: Database, sessionId: string): boolean => {
  const first = database.get<{ at: number }>(
    'SELECT last_at AS at FROM silences WHERE session_id = ? AND ended_at IS NULL ORDER BY last_at DESC LIMIT 1 OFFSET ?',
    sessionId,
    rowLength - 1,
  );
  if (first === undefined) return false;

  const answered = database.get(
    `SELECT 1 FROM conversations c WHERE c.session_id = ?1 AND c.last_at >= ?2 AND c.last_outbound_at >= ?2
       AND ${notOfProbe('c.id')}
       AND NOT EXISTS (SELECT 1 FROM silences o WHERE o.session_id = ?1 AND o.conversation_id = c.id AND o.ended_at IS NULL) LIMIT 1`,
    sessionId,
    first.at,
  );
  return answered === undefined;
};

interface Left {
  readonly sessionId: string;
  readonly conversationId: number;
  readonly since: EpochMs;
  readonly code: string;
  readonly reason: string;
  /** An answer was tried; false: something else was in the way. */
  readonly isTry?: boolean;
}

const openId = (database: Database, sessionId: string, conversationId: number): number | null =>
  database.get<{ id: number }>(
    'SELECT id FROM silences WHERE session_id = ? AND conversation_id = ? AND ended_at IS NULL',
    sessionId,
    conversationId,
  )?.id ?? null;

export const createSilenceStore = (database: Database) => ({
  /**
   * A customer got no answer. While his silence lasts it is one, since its earliest message, for its newest reason. `begun`: it is new;
   * `tries`: how often an
   * answer was tried since and did not come.
   */
  leave: (left: Left, now: EpochMs): { readonly begun: boolean; readonly tries: number } =>
    database.transaction(() => {
      const { sessionId, conversationId } = left;
      const begun = openId(database, sessionId, conversationId) === null;
      database.run(
        `INSERT INTO silences (session_id, conversation_id, since, last_at, code, reason) VALUES (?,?,?,?,?,?)
         ON CONFLICT (session_id, conversation_id) WHERE ended_at IS NULL
         DO UPDATE SET since = min(since, excluded.since), last_at = excluded.last_at, code = excluded.code, reason = excluded.reason`,
        sessionId,
        conversationId,
        left.since,
        now,
        left.code,
        left.reason,
      );
      database.run(
        'UPDATE conversations SET silence_tries = CASE WHEN ? THEN 0 ELSE silence_tries END + ?, updated_at = ? WHERE id = ?',
        begun ? 1 : 0,
        left.isTry === false ? 0 : 1,
        now,
        conversationId,
      );
      if (begun) {
        const subject = openId(database, sessionId, conversationId);
        createHookNotes(database)({ sessionId, type: 'customer.silent', at: now, subject, conversationId });
      }
      const tries = database.get<{ tries: number }>(
        'SELECT silence_tries AS tries FROM conversations WHERE id = ?',
        conversationId,
      )?.tries;

      return { begun, tries: tries ?? 0 };
    }),

  /** Somebody answered, a person decided that nobody has to, or the customer took his words back. False: there was no silence. */
  end: (
    sessionId: string,
    conversationId: number,
    by: 'bot' | 'owner' | 'person' | 'customer',
    now: EpochMs,
  ): boolean =>
    database.run(
      'UPDATE silences SET ended_at = ?, ended_by = ? WHERE session_id = ? AND conversation_id = ? AND ended_at IS NULL',
      now,
      by,
      sessionId,
      conversationId,
    ).changes > 0,

  /** Since when this customer is left in silence; null: he is not. */
  since: (sessionId: string, conversationId: number): EpochMs | null =>
    database.get<{ since: EpochMs }>(
      'SELECT since FROM silences WHERE session_id = ? AND conversation_id = ? AND ended_at IS NULL',
      sessionId,
      conversationId,
    )?.since ?? null,

  /** Who is left in silence now, the longest first. */
  open: (sessionId: string): Silence[] =>
    database.all<Silence>(
      `SELECT s.id, s.session_id AS sessionId, s.conversation_id AS conversationId, c.chat_id AS chatId, c.name, c.phone, s.since,
         s.last_at AS lastAt, s.code, s.reason
       FROM silences s JOIN conversations c ON c.id = s.conversation_id
       WHERE s.session_id = ? AND s.ended_at IS NULL ORDER BY s.since`,
      sessionId,
    ),

  /** `dayStart`: when today began in the session's time zone. */
  countsOf: (sessionId: string, dayStart: EpochMs, now: EpochMs): SilenceCounts => {
    const counts =
      database.get<{ [K in keyof SilenceCounts]: SilenceCounts[K] }>(
        `SELECT count(DISTINCT conversation_id) FILTER (WHERE ended_at IS NULL) AS chats,
           count(DISTINCT conversation_id) FILTER (WHERE last_at >= ?2) AS today,
           min(since) FILTER (WHERE ended_at IS NULL) AS oldestSince,
           count(DISTINCT conversation_id) FILTER (WHERE ended_at IS NULL AND last_at >= ?3) AS lately,
           (SELECT code FROM silences WHERE session_id = ?1 AND ended_at IS NULL ORDER BY last_at DESC LIMIT 1) AS newestCode,
           (SELECT reason FROM silences WHERE session_id = ?1 AND ended_at IS NULL ORDER BY last_at DESC LIMIT 1) AS newestReason
         FROM silences WHERE session_id = ?1 AND (ended_at IS NULL OR last_at >= ?2)`,
        sessionId,
        dayStart,
        now - latelyMs,
      ) ?? noSilence;
    if (counts.lately >= rowLength || counts.chats < rowLength || !isUnbroken(database, sessionId)) return counts;

    return { ...counts, lately: rowLength };
  },
});
export type SilenceStore = ReturnType<typeof createSilenceStore>;
