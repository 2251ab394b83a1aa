import type { EpochMs } from '../../session/units.ts';

/**
 * `draft` waits for a person; `queued` waits for its turn; `sending`: the id is chosen and stored, the send may or may not have happened;
 * `sent`; `refused`: certainly not gone out, given up; `unknown`: its fate cannot be known, never sent again; `dropped`: not wanted any more.
 */
export type PartStatus = 'draft' | 'queued' | 'sending' | 'sent' | 'refused' | 'unknown' | 'dropped';
export type PartSource = 'reply' | 'send' | 'alert' | 'away' | 'probe';

/** A file that an answer sends: with its own words under it, before or after the answer's. */
export interface PromisedFile {
  readonly name: string;
  readonly caption: string;
  readonly place: 'before' | 'after';
}

export interface StoredPart {
  readonly id: number;
  readonly sessionId: string;
  readonly conversationId: number;
  readonly chatId: string;
  readonly turnId: number | null;
  /** Parts go out in order of (batch, part). */
  readonly batch: number;
  readonly part: number;
  /** An approved draft that is still one text: it is split before it is sent. */
  readonly whole: boolean;
  /** Of a file what is written under it. */
  readonly text: string;
  /** The name of the file that this part is; null: a text. */
  readonly file: string | null;
  /** What goes out with a draft. */
  readonly withFiles: readonly PromisedFile[];
  /** The text is to be spoken. */
  readonly isSpoken: boolean;
  readonly source: PartSource;
  readonly actor: string;
  readonly status: PartStatus;
  /** The `<ID>` part that we chose for WhatsApp; stored before the send. */
  readonly messageId: string | null;
  /** Which life of the worker sent it. */
  readonly life: string | null;
  readonly notBefore: EpochMs;
  readonly attempts: number;
  readonly lookups: number;
  readonly reason: string | null;
  readonly ack: number | null;
  readonly createdAt: EpochMs;
  readonly sendingAt: EpochMs | null;
}

export interface NewPart {
  readonly text: string;
  readonly file?: string;
  readonly isSpoken?: boolean;
  /** Of a draft. */
  readonly withFiles?: readonly PromisedFile[];
  readonly notBefore: EpochMs;
}

export type InsertPart = (
  origin: PartsOrigin,
  part: NewPart,
  place: { readonly batch: number; readonly part: number; readonly whole: boolean; readonly status: PartStatus },
  now: EpochMs,
) => number;

export interface PartsOrigin {
  readonly sessionId: string;
  readonly conversationId: number;
  readonly turnId: number | null;
  readonly source: PartSource;
  readonly actor: string;
}

export type PartRow = Omit<StoredPart, 'whole' | 'withFiles' | 'isSpoken'> & {
  whole: number;
  withFiles: string | null;
  isSpoken: number;
};
export const partColumns = `o.id, o.session_id AS sessionId, o.conversation_id AS conversationId, coalesce(o.sent_to, c.reply_to, c.chat_id) AS chatId, o.turn_id AS turnId, o.batch, o.part, o.whole,
  o.text, o.file, o.with_files AS withFiles, o.is_spoken AS isSpoken, o.source, o.actor, o.status, o.message_id AS messageId, o.life, o.not_before AS notBefore, o.attempts, o.lookups, o.reason, o.ack,
  o.created_at AS createdAt, o.sending_at AS sendingAt`;
export const partSource = 'FROM outbox o JOIN conversations c ON c.id = o.conversation_id';
export const partFromRow = (row: PartRow): StoredPart => ({
  ...row,
  whole: row.whole === 1,
  isSpoken: row.isSpoken === 1,
  // Written by this program alone.
  withFiles: row.withFiles === null ? [] : (JSON.parse(row.withFiles) as readonly PromisedFile[]),
});

/** A part that is no text: a file, or one whose file stayed on the server that it came from. */
export const isFilePart = ({ file, text, turnId }: Pick<StoredPart, 'file' | 'text' | 'turnId'>): boolean =>
  file !== null || (turnId !== null && text.trim() === '');
