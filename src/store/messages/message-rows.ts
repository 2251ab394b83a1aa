import type { InboundOutcome } from '../../session/records.ts';
import type { EpochMs } from '../../session/units.ts';

export interface StoredMessage {
  /** Order of arrival in this store. */
  readonly seq: number;
  readonly conversationId: number;
  readonly waId: string;
  readonly sender: 'customer' | 'bot' | 'owner';
  readonly kind: string;
  readonly text: string;
  readonly mimeType: string | null;
  /** What the AI service heard or saw in a medium. */
  readonly mediaText: string | null;
  readonly at: EpochMs;
  readonly storedAt: EpochMs;
  readonly outcome: InboundOutcome | null;
  readonly outcomeCode: string | null;
  readonly pendingSince: EpochMs | null;
  readonly heldUntil: EpochMs | null;
  readonly turnId: number | null;
  /** JSON of `MessageFacts`, `QuotedMessage` and `AdContext` (workers/whatsapp/whatsapp-client.ts). */
  readonly facts: string | null;
  readonly quoted: string | null;
  readonly ad: string | null;
  readonly editedAt: EpochMs | null;
  readonly deletedAt: EpochMs | null;
}

export interface NewMessage {
  readonly sessionId: string;
  readonly conversationId: number;
  readonly waId: string;
  readonly sender: StoredMessage['sender'];
  readonly author: string | null;
  readonly kind: string;
  readonly text: string;
  readonly mimeType: string | null;
  readonly quotedId: string | null;
  readonly at: EpochMs;
  readonly ending: Ending | null;
  /** What was decided about a text of our own account: typed by a person, a greeting, in doubt. */
  readonly judged?: { readonly code: string; readonly reason: string } | null;
  readonly facts?: object | null;
  readonly quoted?: object | null;
  readonly ad?: object | null;
  readonly outboxId?: number;
  readonly turnId?: number;
  readonly ack?: number;
}

export interface Ending {
  readonly outcome: InboundOutcome;
  /** Kebab-case; see the engine's table of reasons. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly heldUntil?: EpochMs | null;
}

/** A `StoredMessage` of `messages`. */
export const messageColumns = `seq, conversation_id AS conversationId, wa_id AS waId, sender, kind, text, mime_type AS mimeType, media_text AS mediaText, at,
  stored_at AS storedAt, outcome, outcome_code AS outcomeCode, pending_since AS pendingSince, held_until AS heldUntil, turn_id AS turnId,
  facts, quoted, ad, edited_at AS editedAt, deleted_at AS deletedAt`;
