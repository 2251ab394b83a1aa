import { messageKey } from '../../session/message-key.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { createMemoryMarks } from './memory-marks.ts';
import { asValue, localValues, type PulledTable, type Row, type Values } from './page-rows.ts';
import type { ReplicaStore } from './replica-store.ts';

/** What a moved message or part cannot be any more: whether the other server still answered it is not known, so no machine sends it again. */
const movedReason = 'the session came from another server, and nobody can say whether this went out there';

/** The chat that a row belongs to; made when only its message came. */
const conversationOf = (store: Store, replica: ReplicaStore, sessionId: string, row: Row, at: EpochMs): number => {
  const chatId = String(row['chat_id']);
  const found = store.conversations.find(sessionId, chatId);
  if (found !== null) return found.id;
  // Its first message came after we had read the conversations.
  const name = replica.nameOf(sessionId) ?? '';
  const phone = /^(\d+)@c\.us$/.exec(chatId)?.[1] ?? null;
  return store.conversations.ensure(
    { id: sessionId, name },
    { chatId, chatKind: 'person', phone, lid: null, name: null, isSaved: false },
    Number(row['stored_at'] ?? row['started_at'] ?? at),
  ).id;
};

/** A customer who waited when his session moved: a person sees him until somebody answers. */
const leaveMoved = (
  store: Store,
  left: { readonly sessionId: string; readonly conversationId: number; readonly since: EpochMs },
  now: EpochMs,
): void => {
  store.silences.leave({ ...left, code: 'moved', reason: movedReason }, now);
};

/** Writes single rows that came from the other side; gives the row's id when it became something else here than it is there. */
export const createRowWriter = (store: Store, replica: ReplicaStore, now: () => EpochMs) => {
  const { database } = store;
  const marks = createMemoryMarks(store, replica);
  const insert = (table: string, values: Values): number | null => {
    const names = Object.keys(values);
    const result = database.run(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
      ...Object.values(values),
    );
    return result.changes === 0 ? null : result.lastInsertRowid;
  };

  const conversationId = (sessionId: string, row: Row): number => conversationOf(store, replica, sessionId, row, now());

  const idOf = (kind: 'turn' | 'outbox', key: unknown): number | null =>
    typeof key === 'string' ? replica.idOfKey(kind, key) : null;

  const writeConversation = (sessionId: string, row: Row): void => {
    const { id: _, ...values } = localValues('conversations', row);
    const through = Number(row['summary_through'] ?? 0);
    const from = Number(row['history_from'] ?? 0);
    const id = insert('conversations', {
      ...values,
      session_id: sessionId,
      session_name: replica.nameOf(sessionId) ?? '',
      summary_through: 0,
      history_from: 0,
    });
    if (id !== null) marks.keep(id, { through, from });
  };
  const writeTurn = (sessionId: string, row: Row): number | null => {
    const key = String(row['row_key']);
    if (replica.idOfKey('turn', key) !== null) return null;
    const { id: _, ...values } = localValues('turns', row);
    const isOpen = values['finished_at'] === null;
    const id = insert('turns', {
      ...values,
      conversation_id: conversationId(sessionId, row),
      history_from: null,
      history_to: null,
      ...(isOpen ? { outcome: 'interrupted', finished_at: now(), reason_code: 'moved', reason: movedReason } : {}),
    });
    if (id !== null) replica.setKey('turn', id, key);
    return isOpen ? id : null;
  };
  const writePart = (sessionId: string, row: Row): number | null => {
    const key = String(row['row_key']);
    if (replica.idOfKey('outbox', key) !== null) return null;
    const { id: _, ...values } = localValues('outbox', row);
    const isOpen = values['status'] === 'queued' || values['status'] === 'sending';
    const id = insert('outbox', {
      ...values,
      conversation_id: conversationId(sessionId, row),
      turn_id: idOf('turn', row['turn_key']),
      ...(isOpen ? { status: 'unknown', reason: movedReason, done_at: now() } : {}),
    });
    if (id !== null) replica.setKey('outbox', id, key);
    return isOpen ? id : null;
  };
  const writeMessage = (sessionId: string, row: Row): number | null => {
    const { seq: _, ...values } = localValues('messages', row);
    const isOpen = values['outcome'] === 'pending' || values['outcome'] === 'held';
    const conversation = conversationId(sessionId, row);
    const seq = insert('messages', {
      ...values,
      // A row from before there were keys has none.
      message_key: values['message_key'] ?? messageKey(String(row['wa_id'])),
      conversation_id: conversation,
      turn_id: idOf('turn', row['turn_key']),
      outbox_id: idOf('outbox', row['outbox_key']),
      ...(isOpen
        ? {
            outcome: 'unknown',
            outcome_code: 'moved',
            outcome_reason: movedReason,
            outcome_at: now(),
            held_until: null,
          }
        : {}),
    });
    if (seq === null) return null;
    if (isOpen)
      leaveMoved(store, { sessionId, conversationId: conversation, since: Number(row['sent_at'] ?? now()) }, now());
    marks.translate(conversation, Number(row['fleet_seq']), seq);
    return isOpen ? seq : null;
  };

  const writeInstructions = (sessionId: string, row: Row): void => {
    insert('instructions', {
      session_id: sessionId,
      version: asValue(row['version']),
      text: asValue(row['text']),
      author: asValue(row['author']),
      created_at: asValue(row['fleet_created_at']),
    });
  };
  /** The row's id when it became something else here than it is there. */
  const writeRow = (sessionId: string, table: PulledTable, row: Row): number | null => {
    switch (table) {
      case 'instructions':
        writeInstructions(sessionId, row);
        return null;
      case 'conversations':
        writeConversation(sessionId, row);
        return null;
      case 'turns':
        return writeTurn(sessionId, row);
      case 'outbox':
        return writePart(sessionId, row);
      case 'messages':
        return writeMessage(sessionId, row);
    }
  };

  return writeRow;
};
