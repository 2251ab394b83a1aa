import type { EpochMs } from '../../session/units.ts';

/** One chat of one session, as it lasts. */
export interface StoredConversation {
  readonly id: number;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly chatId: string;
  readonly chatKind: string;
  readonly phone: string | null;
  readonly lid: string | null;
  readonly name: string | null;
  readonly isSaved: boolean;
  /** The address that the person wrote from last: where answers go. */
  readonly replyTo: string;
  /** Since when the customer waits for a person of the business; null: he does not. */
  readonly asksForPersonSince: EpochMs | null;
  /** What the AI told the person who takes over, in at most three lines. */
  readonly handoverSummary: string | null;
  /** `Number.MAX_SAFE_INTEGER`: until a person resumes it. */
  readonly pausedUntil: EpochMs | null;
  readonly pausedBy: string | null;
  readonly pausedReason: string | null;
  readonly contextSummary: string | null;
  /** Messages up to this seq are in the summary. */
  readonly summaryThrough: number;
  /** Messages below this seq are no longer memory (the owner cleared it); they stay stored. */
  readonly historyFrom: number;
  /** Day (in the session's time zone) on which the away message went out last. */
  readonly awayDay: string | null;
  /** The bot-loop guard's memory of this chat, as JSON; the pipeline alone reads it. */
  readonly botLoop: string | null;
  readonly lastInboundAt: EpochMs | null;
  readonly lastOutboundAt: EpochMs | null;
  /** When a person last typed in this chat on the phone (greetings and commands do not count). */
  readonly lastOwnerAt: EpochMs | null;
  readonly lastAt: EpochMs;
  readonly messageCount: number;
  readonly createdAt: EpochMs;
}

export interface ChatIdentity {
  readonly chatId: string;
  readonly chatKind: string;
  /** Further addresses that are known to be the same person's. */
  readonly addresses?: readonly string[];
  readonly phone: string | null;
  readonly lid: string | null;
  readonly name: string | null;
  readonly isSaved: boolean;
}

/** A `StoredConversation` of `conversations`. */
export const conversationColumns = `id, session_id AS sessionId, session_name AS sessionName, chat_id AS chatId, chat_kind AS chatKind, phone, lid, name,
  is_saved AS isSaved, paused_until AS pausedUntil, paused_by AS pausedBy, paused_reason AS pausedReason, context_summary AS contextSummary,
  summary_through AS summaryThrough, history_from AS historyFrom, away_day AS awayDay, bot_loop AS botLoop,
  last_inbound_at AS lastInboundAt, last_outbound_at AS lastOutboundAt, last_owner_at AS lastOwnerAt, last_at AS lastAt,
  message_count AS messageCount, created_at AS createdAt, coalesce(reply_to, chat_id) AS replyTo, asks_for_person AS asksForPersonSince,
  handover_summary AS handoverSummary`;

export type ConversationRow = Omit<StoredConversation, 'isSaved'> & { isSaved: number };
export const conversationFromRow = (row: ConversationRow): StoredConversation => ({
  ...row,
  isSaved: row.isSaved === 1,
});
