import type { Restriction } from '../session/records.ts';
import type { EpochMs } from '../session/units.ts';
import { notOfProbe } from './conversations/probe-chats.ts';
import type { Database } from './database.ts';
import { dayStartIn } from './day-start.ts';
import type { SilenceCounts, SilenceStore } from './silence-store.ts';
import { dayIn, microPerUsd } from './usage-store.ts';

/** What the master folds into a session's row once a second. */
export interface SessionActivity {
  readonly sessionId: string;
  readonly receivedLastHour: number;
  readonly sentLastHour: number;
  readonly receivedLastMinute: number;
  readonly sentLastMinute: number;
  readonly lastMessageAt: EpochMs | null;
  /** Last message of a customer: for telling a deaf session from a quiet one. */
  readonly lastInboundAt: EpochMs | null;
  /** Chats with a message that waits for an answer, overdue or not. */
  readonly pendingChats: number;
  /** Chats past maxWait plus the AI's deadline to which nothing went out since: their customers are not being answered. */
  readonly overdueChats: number;
  /** The overdue chats, and those that wait as long because WhatsApp takes no messages to new people: the verdict says that in its own words. */
  readonly lateChats: number;
  /** Since when the oldest late chat waits. */
  readonly lateSince: EpochMs | null;
  /** Messages held until opening hours. */
  readonly heldMessages: number;
  readonly opensAt: EpochMs | null;
  readonly pausedChats: number;
  /** Who paused them, when it was the same for all. */
  readonly pausedBy?: string | null;
  readonly drafts: number;
  /** Changes of the instructions that wait for a person, and can be published. */
  readonly proposals: number;
  /** Messages that ended `unanswered` or `unknown` since the operator last looked, at most a day back. */
  readonly troubleMessages: number;
  /** Customers whose messages ended without an answer. */
  readonly silence: SilenceCounts;
  /** Chats whose customer asks for a person. */
  readonly asksForPerson: number;
  readonly restriction: Restriction | null;
  readonly costTodayUsd: number;
}

/** A session's own normal for this hour of the day, from the last seven days. */
export interface SessionNormal {
  readonly sessionId: string;
  readonly receivedPerHour: number;
  /** Customers (not messages) who write in such an hour. */
  readonly visitsPerHour: number;
  readonly daysSeen: number;
}

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Sending a long answer takes this long at most; a chat is not overdue while its parts go out. */
export const slackMs = 30_000;

interface Row {
  sessionId: string;
  timeZone: string;
  receivedLastHour: number | null;
  sentLastHour: number | null;
  receivedLastMinute: number | null;
  sentLastMinute: number | null;
  lastMessageAt: number | null;
  lastInboundAt: number | null;
  pendingChats: number;
  overdueChats: number;
  lateChats: number;
  lateSince: number | null;
  heldMessages: number;
  opensAt: number | null;
  pausedChats: number;
  pausedBy: string | null;
  drafts: number;
  proposals: number;
  troubleMessages: number;
  asksForPerson: number;
  restriction: string | null;
}

// One pass: a row per session from point seeks into partial indices; nothing here grows with the number of stored messages.
const activitySql = `
SELECT s.id AS sessionId, coalesce(json_extract(s.timing_config, '$.timeZone'), 'America/Sao_Paulo') AS timeZone,
  m.receivedLastHour, m.sentLastHour, m.receivedLastMinute, m.sentLastMinute,
  (SELECT c.last_at FROM conversations c WHERE c.session_id = s.id AND ${notOfProbe('c.id')} ORDER BY c.last_at DESC LIMIT 1) AS lastMessageAt,
  (SELECT c.last_inbound_at FROM conversations c WHERE c.session_id = s.id AND ${notOfProbe('c.id')} ORDER BY c.last_inbound_at DESC LIMIT 1) AS lastInboundAt,
  p.pendingChats, p.overdueChats, p.lateChats, p.lateSince,
  h.heldMessages, h.opensAt,
  (SELECT count(*) FROM conversations c WHERE c.session_id = s.id AND c.paused_until > :now AND ${notOfProbe('c.id')}) AS pausedChats,
  (SELECT CASE WHEN count(DISTINCT c.paused_by) = 1 THEN min(c.paused_by) END FROM conversations c WHERE c.session_id = s.id AND c.paused_until > :now AND ${notOfProbe('c.id')}) AS pausedBy,
  (SELECT count(*) FROM outbox o WHERE o.session_id = s.id AND o.status = 'draft' AND ${notOfProbe('o.conversation_id')}) AS drafts,
  (SELECT count(*) FROM proposals r WHERE r.session_id = s.id AND r.state = 'waiting' AND r.base_version IS s.instructions_version) AS proposals,
  (SELECT count(*) FROM conversations c WHERE c.session_id = s.id AND c.asks_for_person IS NOT NULL AND ${notOfProbe('c.id')}) AS asksForPerson, s.restriction,
  (SELECT count(*) FROM messages t WHERE t.session_id = s.id AND t.outcome IN ('unanswered', 'unknown')
     AND t.outcome_at > max(s.looked_at, :now - ${dayMs}) AND t.outcome_code IS NOT 'draft-dropped' AND ${notOfProbe('t.conversation_id')}) AS troubleMessages
FROM sessions s
LEFT JOIN (
  SELECT session_id, sum(received) AS receivedLastHour, sum(sent) AS sentLastHour,
    sum(CASE WHEN minute >= :minute - 1 THEN received END) AS receivedLastMinute, sum(CASE WHEN minute >= :minute - 1 THEN sent END) AS sentLastMinute
  FROM activity_minutes WHERE session_id IN (SELECT value FROM json_each(:ids)) AND minute > :minute - 60 GROUP BY session_id
) m ON m.session_id = s.id
LEFT JOIN (
  SELECT w.session_id, count(*) AS pendingChats, coalesce(sum(w.isLate AND NOT w.isRestricted), 0) AS overdueChats,
    coalesce(sum(w.isLate), 0) AS lateChats, min(CASE WHEN w.isLate THEN w.since END) AS lateSince
  FROM (
    SELECT g.session_id, g.since,
      :now - g.since > coalesce(json_extract(e.timing_config, '$.maxWaitMs'), 60000) + coalesce(json_extract(e.ai_config, '$.timeoutMs'), 60000) + ${slackMs}
        AND coalesce(c.last_outbound_at, 0) < g.since AS isLate,
      -- They wait because of the restriction, which the verdict says.
      e.restriction IS NOT NULL AND c.last_outbound_at IS NULL AND c.last_owner_at IS NULL AS isRestricted
    FROM (SELECT session_id, conversation_id, min(since) AS since FROM (
        SELECT session_id, conversation_id, pending_since AS since FROM messages
          WHERE outcome = 'pending' AND session_id IN (SELECT value FROM json_each(:ids)) AND ${notOfProbe('conversation_id')}
        UNION ALL
        -- Held because the session has no AI, or because a cap of the whole session is reached: then every customer gets nothing.
        SELECT session_id, conversation_id, coalesce(pending_since, at) FROM messages
          WHERE outcome = 'held' AND outcome_code IN ('no-ai', 'cap') AND session_id IN (SELECT value FROM json_each(:ids))
            AND ${notOfProbe('conversation_id')}
            AND (outcome_code = 'no-ai' OR outcome_reason GLOB 'timing_config.maxPerHour *' OR outcome_reason GLOB 'timing_config.maxPerDay *')
      ) GROUP BY session_id, conversation_id) g
    JOIN conversations c ON c.id = g.conversation_id
    JOIN sessions e ON e.id = g.session_id
  ) w GROUP BY w.session_id
) p ON p.session_id = s.id
LEFT JOIN (
  SELECT session_id, count(*) AS heldMessages, min(held_until) AS opensAt FROM messages
  WHERE outcome = 'held' AND outcome_code = 'closed' AND session_id IN (SELECT value FROM json_each(:ids)) AND ${notOfProbe('conversation_id')}
  GROUP BY session_id
) h ON h.session_id = s.id
WHERE s.id IN (SELECT value FROM json_each(:ids))`;

/** The worker writes it, the table is ours alone. What only the worker needs of it stays here. */
const restrictionFrom = (text: string | null): Restriction | null => {
  if (text === null) return null;
  const { scope, since, refused, nextTryAt, code } = JSON.parse(text) as Restriction;
  return { scope, since, refused, nextTryAt, code };
};

export const createActivityQueries = (database: Database, silences: SilenceStore) => ({
  /** Counts of many sessions in one pass; cheap enough for once a second (bench/store.ts). Unknown ids are left out. */
  activityOf: (sessionIds: readonly string[], now: EpochMs): ReadonlyMap<string, SessionActivity> => {
    const rows = database
      .prepare(activitySql)
      .all({ ids: JSON.stringify(sessionIds), now, minute: Math.floor(now / 60_000) }) as unknown as Row[];
    return new Map(
      rows.map((row) => {
        const cost =
          database.get<{ n: number | null }>(
            'SELECT sum(cost_micro) AS n FROM ai_usage WHERE session_id = ? AND day = ?',
            row.sessionId,
            dayIn(row.timeZone, now),
          )?.n ?? 0;
        return [
          row.sessionId,
          {
            sessionId: row.sessionId,
            receivedLastHour: row.receivedLastHour ?? 0,
            sentLastHour: row.sentLastHour ?? 0,
            receivedLastMinute: row.receivedLastMinute ?? 0,
            sentLastMinute: row.sentLastMinute ?? 0,
            lastMessageAt: row.lastMessageAt,
            lastInboundAt: row.lastInboundAt,
            pendingChats: row.pendingChats ?? 0,
            overdueChats: row.overdueChats ?? 0,
            lateChats: row.lateChats ?? 0,
            lateSince: row.lateSince,
            heldMessages: row.heldMessages ?? 0,
            opensAt: row.opensAt,
            pausedChats: row.pausedChats,
            pausedBy: row.pausedBy,
            drafts: row.drafts,
            proposals: row.proposals,
            troubleMessages: row.troubleMessages,
            silence: silences.countsOf(row.sessionId, dayStartIn(row.timeZone, now), now),
            asksForPerson: row.asksForPerson,
            restriction: restrictionFrom(row.restriction),
            costTodayUsd: cost / microPerUsd,
          },
        ];
      }),
    );
  },

  /** The operator saw this session's trouble: its count begins anew. */
  lookedAt: (sessionId: string, now: EpochMs): void => {
    database.run('UPDATE sessions SET looked_at = ? WHERE id = ?', now, sessionId);
  },

  /** When customers wrote to a session: the newest message, and each minute since then in which some did. */
  inboundOf: (
    sessionId: string,
    since: EpochMs,
  ): { readonly lastAt: EpochMs | null; readonly minutes: readonly EpochMs[] } => ({
    lastAt:
      database.get<{ at: number | null }>(
        `SELECT last_inbound_at AS at FROM conversations WHERE session_id = ? AND ${notOfProbe('id')} ORDER BY last_inbound_at DESC LIMIT 1`,
        sessionId,
      )?.at ?? null,
    minutes: database
      .all<{ minute: number }>(
        'SELECT minute FROM activity_minutes WHERE session_id = ? AND minute >= ? AND received > 0',
        sessionId,
        Math.floor(since / 60_000),
      )
      .map(({ minute }) => minute * 60_000),
  }),

  /** What is normal for a session at this hour of the day; for the estimate of who waits while we cannot see WhatsApp, and for deafness. */
  normalOf: (sessionIds: readonly string[], now: EpochMs): ReadonlyMap<string, SessionNormal> => {
    const sums = new Map<string, { received: number; visits: number; days: number }>();
    for (const id of sessionIds) {
      for (let daysBack = 1; daysBack <= 7; daysBack += 1) {
        const from = Math.floor((now - daysBack * dayMs - hourMs / 2) / 60_000);
        const row = database.get<{ received: number | null; visits: number | null }>(
          'SELECT sum(received) AS received, sum(visits) AS visits FROM activity_minutes WHERE session_id = ? AND minute >= ? AND minute < ?',
          id,
          from,
          from + 60,
        );
        const sum = sums.get(id) ?? { received: 0, visits: 0, days: 0 };
        sum.received += row?.received ?? 0;
        sum.visits += row?.visits ?? 0;
        if (row?.received !== null && row !== undefined) sum.days += 1;
        sums.set(id, sum);
      }
    }
    return new Map(
      [...sums].map(([sessionId, sum]) => [
        sessionId,
        {
          sessionId,
          receivedPerHour: sum.received / Math.max(1, sum.days),
          visitsPerHour: sum.visits / Math.max(1, sum.days),
          daysSeen: sum.days,
        },
      ]),
    );
  },
});
export type ActivityQueries = ReturnType<typeof createActivityQueries>;
