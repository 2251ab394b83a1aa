import type { EpochMs } from '../../session/units.ts';
import { addTombstone } from '../changes.ts';
import type { Database } from '../database.ts';
import { createEventStore } from '../event-store.ts';
import type { StoredConversation } from './conversation-rows.ts';
import { movedAtOnce, moveOpenRows, moveSomeRows, rememberMove } from './move-rows.ts';

/** Two summaries of one person, one after the other. */
const joined = (kept: string | null, gone: string | null): string | null =>
  kept === null || gone === null ? (kept ?? gone) : `${kept}\n${gone}`;

/** What two rows of one person add up to. Of two pauses the longer one holds, of two cleared memories the later one. */
const mergeRows = (database: Database, kept: StoredConversation, gone: StoredConversation, now: EpochMs): void => {
  const isLonger = (gone.pausedUntil ?? 0) > (kept.pausedUntil ?? 0);
  const pause = isLonger ? gone : kept;
  const summary = joined(kept.contextSummary, gone.contextSummary);
  // What one summary has and the other has not yet is read again rather than lost.
  const through = summary === null ? 0 : Math.min(kept.summaryThrough, gone.summaryThrough);

  database.run(
    `UPDATE conversations SET phone = coalesce(phone, ?2), phone_key = coalesce(phone_key, (SELECT phone_key FROM conversations WHERE id = ?3)),
       lid = coalesce(lid, ?4), name = coalesce(name, ?5), is_saved = max(is_saved, ?6), paused_until = ?7, paused_by = ?8, paused_reason = ?9,
       context_summary = ?10, summary_through = ?11, history_from = max(history_from, ?12), away_day = max(coalesce(away_day, ''), coalesce(?13, '')),
       bot_loop = coalesce(bot_loop, ?14), last_inbound_at = nullif(max(coalesce(last_inbound_at, 0), ?15), 0),
       last_outbound_at = nullif(max(coalesce(last_outbound_at, 0), ?16), 0), last_owner_at = nullif(max(coalesce(last_owner_at, 0), ?17), 0),
       last_text = CASE WHEN last_at >= ?18 THEN last_text ELSE (SELECT last_text FROM conversations WHERE id = ?3) END, last_at = max(last_at, ?18),
       message_count = message_count + ?19, created_at = min(created_at, ?20),
       asks_for_person = coalesce(asks_for_person, (SELECT asks_for_person FROM conversations WHERE id = ?3)),
       handover_summary = coalesce(handover_summary, (SELECT handover_summary FROM conversations WHERE id = ?3)),
       silence_tries = max(silence_tries, (SELECT silence_tries FROM conversations WHERE id = ?3)),
       updated_at = ?21 WHERE id = ?1`,
    kept.id,
    gone.phone,
    gone.id,
    gone.lid,
    gone.name,
    gone.isSaved ? 1 : 0,
    pause.pausedUntil,
    pause.pausedBy,
    pause.pausedReason,
    summary,
    through,
    gone.historyFrom,
    gone.awayDay,
    gone.botLoop,
    gone.lastInboundAt ?? 0,
    gone.lastOutboundAt ?? 0,
    gone.lastOwnerAt ?? 0,
    gone.lastAt,
    gone.messageCount,
    gone.createdAt,
    now,
  );
};

/** A person who was left in silence under two addresses is one who was, since the earlier time. */
const mergeSilences = (database: Database, kept: StoredConversation, gone: StoredConversation, now: EpochMs): void => {
  const open = (id: number) =>
    database.get<{ id: number; since: number }>(
      'SELECT id, since FROM silences WHERE session_id = ? AND conversation_id = ? AND ended_at IS NULL',
      kept.sessionId,
      id,
    );
  const [of, other] = [open(kept.id), open(gone.id)];
  if (of !== undefined && other !== undefined) {
    database.run('UPDATE silences SET since = ? WHERE id = ?', Math.min(of.since, other.since), of.id);
    database.run("UPDATE silences SET ended_at = ?, ended_by = 'merged' WHERE id = ?", now, other.id);
  }
  database.run('UPDATE silences SET conversation_id = ? WHERE conversation_id = ?', kept.id, gone.id);
};

/**
 * Under one address he was left in silence, under the other somebody wrote to him: the owner after the words that got nothing, or the
 * bot after they were given up. In doubt whether it was the owner, he stays shown.
 */
const endAnsweredSilence = (database: Database, { id }: StoredConversation, now: EpochMs): void => {
  database.run(
    `UPDATE silences SET ended_at = ?2, ended_by = 'owner' WHERE conversation_id = ?1 AND ended_at IS NULL AND code <> 'in-doubt'
       AND EXISTS (SELECT 1 FROM messages o WHERE o.conversation_id = ?1 AND o.sender = 'owner' AND o.at > coalesce(
         (SELECT max(m.at) FROM messages m WHERE m.conversation_id = ?1 AND m.sender = 'customer'
            AND m.at >= silences.since AND m.outcome IN ('unanswered', 'unknown') AND m.deleted_at IS NULL), silences.last_at))`,
    id,
    now,
  );
  database.run(
    `UPDATE silences SET ended_at = ?2, ended_by = 'bot' WHERE conversation_id = ?1 AND ended_at IS NULL AND code <> 'in-doubt'
       AND EXISTS (SELECT 1 FROM messages b WHERE b.conversation_id = ?1 AND b.sender = 'bot' AND b.turn_id IS NOT NULL
         AND b.stored_at > silences.last_at)`,
    id,
    now,
  );
};

/**
 * Makes one conversation of two that turned out to be the same person's: history in the order of its arrival, turns, parts, drafts, what
 * waits and what was held. Of a long history the oldest part comes after it, in slices. Runs inside the caller's transaction, is never undone, and sends nothing.
 */
export const mergeConversations = (
  database: Database,
  kept: StoredConversation,
  gone: StoredConversation,
  now: EpochMs,
): void => {
  // First, so that the rows which move are newer than the word of it.
  addTombstone(database, 'merged', gone.sessionId, `${gone.chatId} ${kept.chatId}`, now);

  mergeRows(database, kept, gone, now);
  mergeSilences(database, kept, gone, now);
  const move = { sessionId: gone.sessionId, from: gone.id, to: kept.id };
  moveOpenRows(database, move, now);
  rememberMove(database, move, now);
  // A short history is moved whole; of a long one the rest follows (move-rows.ts).
  if (moveSomeRows(database, move, movedAtOnce, now) < movedAtOnce)
    database.run('DELETE FROM conversation_merges WHERE gone_id = ?', gone.id);
  endAnsweredSilence(database, kept, now);
  database.run('UPDATE addresses SET conversation_id = ? WHERE conversation_id = ?', kept.id, gone.id);
  database.run(
    "UPDATE hook_events SET subject = ? WHERE type = 'customer.handed_over' AND subject = ?",
    kept.id,
    gone.id,
  );
  database.run('DELETE FROM conversations WHERE id = ?', gone.id);

  createEventStore(database).add({
    at: now,
    level: 'info',
    session: { id: kept.sessionId, name: kept.sessionName },
    kind: 'chats-merged',
    text: `${gone.chatId} and ${kept.chatId} are one person: their chats are one now`,
    actor: 'whatsapp',
    evidence: { chat: kept.chatId, other: gone.chatId, messages: gone.messageCount },
  });
};
