import type { ChatMessage, ChatRow, DraftRow } from '../session/records.ts';
import { clip } from '../session/send-file.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { slackMs } from './activity-queries.ts';
import { notOfProbe } from './conversations/probe-chats.ts';
import type { Database } from './database.ts';
import type { PromisedFile } from './outbox/outbox-rows.ts';
import { microPerUsd } from './usage-store.ts';

const chatColumns = `newest.session_name AS sessionName, newest.chat_id AS chatId, newest.name, newest.phone, newest.lid, newest.last_inbound_at AS lastInboundAt,
  nullif(max(coalesce(newest.last_outbound_at, 0), coalesce(newest.last_owner_at, 0)), 0) AS lastOutboundAt, newest.last_text AS lastText, newest.message_count AS messages,
  (SELECT count(*) FROM messages m WHERE m.session_id = newest.session_id AND m.conversation_id = newest.id AND m.outcome = 'pending') AS waiting,
  (SELECT min(coalesce(m.pending_since, m.at)) FROM messages m WHERE m.session_id = newest.session_id AND m.conversation_id = newest.id AND m.outcome = 'pending') AS waitingSince,
  coalesce(json_extract(kept.timing_config, '$.maxWaitMs'), 60000) + coalesce(json_extract(kept.ai_config, '$.timeoutMs'), 60000) AS mayTakeMs,
  CASE WHEN newest.paused_until > :now THEN newest.paused_until END AS pausedUntil, CASE WHEN newest.paused_until > :now THEN newest.paused_by END AS pausedBy,
  CASE WHEN newest.paused_until > :now THEN newest.paused_reason END AS pausedReason,
  (SELECT count(*) FROM outbox o WHERE o.session_id = newest.session_id AND o.conversation_id = newest.id AND o.status = 'draft') AS drafts,
  silence.since AS silentSince, silence.code AS silentCode, silence.reason AS silentReason, newest.chat_kind = 'probe' AS isProbe, newest.asks_for_person AS asksForPersonSince, newest.handover_summary AS handoverSummary`;
const besidesChat =
  'LEFT JOIN sessions kept ON kept.id = newest.session_id LEFT JOIN silences silence ON silence.session_id = newest.session_id AND silence.conversation_id = newest.id AND silence.ended_at IS NULL';

interface RawChat extends Omit<ChatRow, 'overdue' | 'probe'> {
  readonly isProbe: number;
  readonly mayTakeMs: Milliseconds;
}

/** As the fleet's table counts them (activity-queries.ts): longer than an answer may take, and nothing went out since. */
const chatFromRow = ({ mayTakeMs, isProbe, ...chat }: RawChat, now: EpochMs): ChatRow => {
  // Nobody waits in it.
  if (isProbe === 1) return { ...chat, waiting: 0, waitingSince: null, drafts: 0, overdue: false, probe: true };
  const since = chat.waitingSince ?? null;
  const overdue = since !== null && now - since > mayTakeMs + slackMs && (chat.lastOutboundAt ?? 0) < since;

  return { ...chat, overdue };
};

interface RawDraft
  extends Omit<DraftRow, 'asked' | 'files' | 'model' | 'instructionsVersion' | 'historyMessages' | 'costUsd'> {
  readonly files: string | null;
  readonly asked: string;
  readonly model: string | null;
  readonly instructionsVersion: number | null;
  readonly historyMessages: number | null;
  readonly costMicro: number | null;
}

/** Of a turn that is not stored any more nothing is said. */
const draftFromRow = (row: RawDraft): DraftRow => {
  const { asked, files, model, instructionsVersion, historyMessages, costMicro, ...draft } = row;
  return {
    ...draft,
    ...(files === null ? {} : { files: (JSON.parse(files) as readonly PromisedFile[]).map(({ name }) => name) }),
    asked: JSON.parse(asked) as NonNullable<DraftRow['asked']>,
    ...(model === null ? {} : { model, instructionsVersion }),
    ...(historyMessages === null ? {} : { historyMessages }),
    ...(costMicro === null ? {} : { costUsd: costMicro / microPerUsd }),
  };
};

const draftColumns = `o.id AS outboxId, c.session_name AS sessionName, c.chat_id AS chatId, c.name AS chatName, o.text, o.with_files AS files, o.created_at AS createdAt, o.turn_id AS turnId,
  t.model, t.instructions_version AS instructionsVersion, t.history_count AS historyMessages, t.cost_micro AS costMicro,
  (SELECT json_group_array(json_object('text', told.text, 'at', told.at)) FROM (
     SELECT CASE WHEN m.media_text IS NULL THEN m.text WHEN m.text = '' THEN m.media_text ELSE m.text || ' — ' || m.media_text END AS text, m.at
     FROM messages m WHERE m.turn_id = o.turn_id AND m.sender = 'customer' ORDER BY m.at, m.seq) told) AS asked`;
const besidesDraft = 'JOIN conversations c ON c.id = o.conversation_id LEFT JOIN turns t ON t.id = o.turn_id';

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
/** Whose customers wait for somebody, each kind by an index that holds nobody else. */
const chatsInNeed = (isOfSession: boolean): string => {
  const also = isOfSession ? 'session_id = :session AND' : '';
  return [
    `SELECT conversation_id FROM (SELECT DISTINCT conversation_id FROM messages INDEXED BY messages_pending WHERE ${also} outcome = 'pending' AND ${notOfProbe('conversation_id')} LIMIT :limit)`,
    `SELECT conversation_id FROM (SELECT conversation_id FROM silences WHERE ${also} ended_at IS NULL LIMIT :limit)`,
    `SELECT id FROM (SELECT id FROM conversations INDEXED BY conversations_asking WHERE ${also} asks_for_person IS NOT NULL LIMIT :limit)`,
  ].join('\n            UNION ');
};

/** How many chats, newest first, a search looks at: enough for a person, and never the whole table. */
const searchDepth = 5000;

/** A file by its sign and name, with what is written under it; a draft with the files that go with it. */
const partWords = `CASE WHEN outbox.file IS NOT NULL THEN '${clip} ' || coalesce((SELECT f.file_name FROM session_files f WHERE f.session_id = outbox.session_id AND f.name = outbox.file), outbox.file)
    || CASE WHEN outbox.text = '' THEN '' ELSE ': ' || outbox.text END
  ELSE outbox.text || coalesce((SELECT group_concat(char(10) || '${clip} ' || json_extract(w.value, '$.name'), '') FROM json_each(outbox.with_files) w), '') END`;

export const createChatQueries = (database: Database) => ({
  /**
   * Chats, the latest first; of one session (also a removed one) or of the whole fleet. `search` looks in names, numbers and the last text.
   * Without it whoever waits, was left in silence or asks for a person is among them however long ago he wrote: up to `limit` of each more.
   */
  chats: (options: {
    readonly sessionId?: string;
    readonly search?: string;
    readonly limit: number;
    readonly now: EpochMs;
  }): ChatRow[] => {
    const ofSession = options.sessionId === undefined ? '' : 'WHERE session_id = :session';
    const search = options.search?.trim() ?? '';
    const source =
      search === ''
        ? `(SELECT * FROM conversations WHERE id IN (SELECT id FROM (SELECT id FROM conversations ${ofSession} ORDER BY last_at DESC LIMIT :limit)
            UNION ${chatsInNeed(options.sessionId !== undefined)}))`
        : `(SELECT * FROM (SELECT * FROM conversations ${ofSession} ORDER BY last_at DESC LIMIT ${searchDepth})
            WHERE name LIKE :like ESCAPE '\\' OR phone LIKE :like ESCAPE '\\' OR chat_id LIKE :like ESCAPE '\\' OR last_text LIKE :like ESCAPE '\\' LIMIT :limit)`;
    return database
      .prepare(`SELECT ${chatColumns} FROM ${source} newest ${besidesChat} ORDER BY newest.last_at DESC`)
      .all({
        now: options.now,
        limit: options.limit,
        ...(options.sessionId === undefined ? {} : { session: options.sessionId }),
        ...(search === '' ? {} : { like: `%${escapeLike(search)}%` }),
      })
      .map((row) => chatFromRow(row as unknown as RawChat, options.now));
  },

  /** What was said in a chat and what waits to be said, oldest first: the newest `limit` before the time `before`. */
  messages: (options: {
    readonly sessionId: string;
    readonly chatId: string;
    readonly before?: EpochMs;
    readonly limit: number;
  }): ChatMessage[] => {
    const conversation = database.get<{ id: number }>(
      'SELECT conversation_id AS id FROM addresses WHERE session_id = ? AND address = ?',
      options.sessionId,
      options.chatId,
    );
    if (conversation === undefined) return [];
    const before = options.before ?? Number.MAX_SAFE_INTEGER;
    const said = database.all<ChatMessage>(
      `SELECT wa_id AS id, at, sender AS "from", kind, CASE WHEN media_text IS NULL THEN text WHEN text = '' THEN media_text ELSE text || ' — ' || media_text END AS text,
         outcome, outcome_code AS outcomeCode, outcome_reason AS outcomeReason, ack, CASE WHEN outbox_id IS NOT NULL THEN 'sent' END AS status, turn_id AS turnId
       FROM messages WHERE conversation_id = ? AND at < ? ORDER BY at DESC, seq DESC LIMIT ?`,
      conversation.id,
      before,
      options.limit,
    );
    const unsent = database.all<ChatMessage>(
      `SELECT 'outbox:' || id AS id, created_at AS at, 'bot' AS "from", 'text' AS kind, ${partWords} AS text, NULL AS outcome, NULL AS outcomeCode, reason AS outcomeReason, ack, status, turn_id AS turnId
       FROM outbox WHERE conversation_id = ? AND status <> 'sent' AND created_at < ? ORDER BY created_at DESC, id DESC LIMIT ?`,
      conversation.id,
      before,
      options.limit,
    );
    // Both lists are newest first; a stable sort keeps their inner order where times are equal.
    return [...said, ...unsent]
      .sort((a, b) => b.at - a.at)
      .slice(0, options.limit)
      .reverse();
  },

  /** Drafts that wait for a person, oldest first. */
  drafts: (sessionId?: string): DraftRow[] => {
    // The index is named: along the times of all parts a session's past would be read for its drafts.
    const sql = (index: string, condition: string): string =>
      `SELECT ${draftColumns} FROM outbox o INDEXED BY ${index} ${besidesDraft} WHERE o.status = 'draft' AND ${notOfProbe('o.conversation_id')} ${condition} ORDER BY o.created_at LIMIT 500`;
    const rows =
      sessionId === undefined
        ? database.all<RawDraft>(sql('outbox_drafts_fleet', ''))
        : database.all<RawDraft>(sql('outbox_drafts', 'AND o.session_id = ?'), sessionId);

    return rows.map(draftFromRow);
  },
  draft: (outboxId: number): DraftRow | null => {
    const row = database.get<RawDraft>(`SELECT ${draftColumns} FROM outbox o ${besidesDraft} WHERE o.id = ?`, outboxId);
    return row === undefined ? null : draftFromRow(row);
  },
});
export type ChatQueries = ReturnType<typeof createChatQueries>;
