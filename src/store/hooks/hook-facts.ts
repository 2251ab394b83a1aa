import type { HookEventType } from '../../session/hook.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';

/** What an event says, read from the rows that it is of: what was erased or edited meanwhile is so here, too. */

export interface StoredHookEvent {
  readonly id: number;
  /** The same however often it is sent, and to whichever hook. */
  readonly key: string;
  readonly sessionId: string;
  readonly type: HookEventType;
  readonly at: EpochMs;
  readonly subject: number | null;
  readonly facts: string | null;
}

/** Fields of `data` beside `session`, as JSON. */
export type HookFacts = Readonly<Record<string, unknown>>;

interface Customer {
  readonly chatId: string;
  readonly phone: string | null;
  readonly name: string | null;
}

const iso = (at: EpochMs): string => new Date(at).toISOString();

const customerOf = ({ chatId, phone, name }: Customer): Customer => ({ chatId, phone, name });

const messageFacts = (database: Database, seq: number): HookFacts | null => {
  const row = database.get<
    Customer & { id: string; kind: string; text: string; heard: string | null; at: EpochMs; deletedAt: EpochMs | null }
  >(
    `SELECT m.wa_id AS id, m.kind, m.text, m.media_text AS heard, m.at, m.deleted_at AS deletedAt, c.chat_id AS chatId, c.phone, c.name
     FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.seq = ?`,
    seq,
  );
  if (row === undefined) return null;
  const { id, kind, text, heard, at, deletedAt } = row;
  return {
    customer: customerOf(row),
    message: { id, kind, text, heard, at: iso(at), isDeleted: deletedAt !== null },
  };
};

const answerFacts = (database: Database, turnId: number): HookFacts | null => {
  const row = database.get<
    Customer & { sessionId: string; question: string; messages: string; provider: string; model: string }
  >(
    `SELECT t.session_id AS sessionId, t.joined_text AS question, t.message_ids AS messages, t.provider, t.model, c.chat_id AS chatId, c.phone, c.name
     FROM turns t JOIN conversations c ON c.id = t.conversation_id WHERE t.id = ?`,
    turnId,
  );
  if (row === undefined) return null;
  const parts = database.all<{ text: string; file: string | null }>(
    "SELECT text, file FROM outbox WHERE turn_id = ? AND status = 'sent' ORDER BY batch, part",
    turnId,
  );
  const { question, messages, provider, model } = row;
  return {
    customer: customerOf(row),
    turn: {
      id: turnId,
      messages: JSON.parse(messages) as unknown,
      question,
      answer: parts.filter(({ file }) => file === null).map(({ text }) => text),
      files: parts.map(({ file }) => file).filter((file) => file !== null),
      provider,
      model,
    },
  };
};

const silenceFacts = (database: Database, id: number): HookFacts | null => {
  const row = database.get<Customer & { since: EpochMs; code: string; reason: string }>(
    `SELECT s.since, s.code, s.reason, c.chat_id AS chatId, c.phone, c.name
     FROM silences s JOIN conversations c ON c.id = s.conversation_id WHERE s.id = ?`,
    id,
  );
  if (row === undefined) return null;
  const { since, code, reason } = row;
  return { customer: customerOf(row), silence: { since: iso(since), code, reason } };
};

const handOverFacts = (database: Database, conversationId: number): HookFacts | null => {
  const row = database.get<Customer & { summary: string | null }>(
    'SELECT handover_summary AS summary, chat_id AS chatId, phone, name FROM conversations WHERE id = ?',
    conversationId,
  );
  return row === undefined ? null : { customer: customerOf(row), handOver: { summary: row.summary } };
};

const readers = {
  'message.received': messageFacts,
  'message.answered': answerFacts,
  'customer.silent': silenceFacts,
  'customer.handed_over': handOverFacts,
} as const;

/** Null: what it was of is gone, and there is nothing to tell. */
export const readHookFacts = (database: Database, event: StoredHookEvent): HookFacts | null => {
  const { type, subject, facts } = event;
  if (type === 'session.state') return { state: JSON.parse(facts ?? '{}') as unknown };
  if (type === 'session.qr_needed') return {};
  return subject === null ? null : readers[type](database, subject);
};
