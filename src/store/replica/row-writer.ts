import { messageKey } from '../../session/message-key.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { createMemoryMarks } from './memory-marks.ts';
import {
  type Coming,
  createOpenRows,
  isOpenMessage,
  isOpenPart,
  lostMessage,
  lostPart,
  lostTurn,
  staysPart,
} from './open-rows.ts';
import { asValue, localValues, type PulledTable, type Row, type Values } from './page-rows.ts';
import type { ReplicaStore } from './replica-store.ts';

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

/** Behind what waits already, beside the other parts of its turn. */
const orderOfPart = `UPDATE outbox SET batch = coalesce(
  (SELECT min(o.id) FROM outbox o WHERE o.turn_id = outbox.turn_id AND o.status = 'queued'), id) WHERE id = ?`;

/** The new row's id; null: it is there already. */
const insertInto = (database: Store['database'], table: string, values: Values): number | null => {
  const names = Object.keys(values);
  const result = database.run(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
    ...Object.values(values),
  );
  return result.changes === 0 ? null : result.lastInsertRowid;
};

/** Writes single rows that came from the other side; gives the row's id when it became something else here than it is there. */
export const createRowWriter = (store: Store, replica: ReplicaStore, now: () => EpochMs) => {
  const { database } = store;
  const marks = createMemoryMarks(store, replica);
  const open = createOpenRows(store, now);
  const insert = (table: string, values: Values): number | null => insertInto(database, table, values);
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
  const writeTurn = (sessionId: string, row: Row, coming: Coming): number | null => {
    const key = String(row['row_key']);
    const { id: _, ...values } = localValues('turns', row);
    const here = replica.idOfKey('turn', key);
    if (here !== null) return open.settleTurn(here, values, coming);

    const isLost = values['finished_at'] === null && coming !== 'whole';
    const id = insert('turns', {
      ...values,
      conversation_id: conversationId(sessionId, row),
      history_from: null,
      history_to: null,
      ...(isLost ? lostTurn(now()) : {}),
    });
    if (id !== null) replica.setKey('turn', id, key);
    return isLost ? id : null;
  };
  const writePart = (sessionId: string, row: Row, coming: Coming): number | null => {
    const key = String(row['row_key']);
    const { id: _, ...values } = localValues('outbox', row);
    const here = replica.idOfKey('outbox', key);
    if (here !== null) return open.settlePart(here, values, coming);

    const isLost = isOpenPart(values) && !staysPart(values, coming);
    const id = insert('outbox', {
      ...values,
      conversation_id: conversationId(sessionId, row),
      turn_id: idOf('turn', row['turn_key']),
      ...(isLost ? lostPart(now()) : {}),
    });
    if (id === null) return null;
    replica.setKey('outbox', id, key);
    // Parts go out in the order of their batches, which are numbered anew in each store.
    if (isOpenPart(values) && !isLost) database.run(orderOfPart, id);
    return isLost ? id : null;
  };
  const writeMessage = (sessionId: string, row: Row, coming: Coming): number | null => {
    const { seq: _, ...values } = localValues('messages', row);
    const isLost = isOpenMessage(values) && coming !== 'whole';
    const conversation = conversationId(sessionId, row);
    // A row from before there were keys has none.
    const key = values['message_key'] ?? messageKey(String(row['wa_id']));
    const turn = idOf('turn', row['turn_key']);
    const seq = insert('messages', {
      ...values,
      message_key: key,
      conversation_id: conversation,
      turn_id: turn,
      outbox_id: idOf('outbox', row['outbox_key']),
      ...(isLost ? lostMessage(now()) : {}),
    });
    if (seq === null) return open.settleMessage({ sessionId, conversation, key: String(key), turn }, values, coming);

    if (isLost) open.leave(sessionId, conversation, Number(row['sent_at'] ?? now()));
    marks.translate(conversation, Number(row['fleet_seq']), seq);
    return isLost ? seq : null;
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
  const writeRow = (sessionId: string, table: PulledTable, row: Row, coming: Coming): number | null => {
    switch (table) {
      case 'instructions':
        writeInstructions(sessionId, row);
        return null;
      case 'conversations':
        writeConversation(sessionId, row);
        return null;
      case 'turns':
        return writeTurn(sessionId, row, coming);
      case 'outbox':
        return writePart(sessionId, row, coming);
      case 'messages':
        return writeMessage(sessionId, row, coming);
    }
  };

  return writeRow;
};
