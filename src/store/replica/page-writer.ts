import type { SQLInputValue } from 'node:sqlite';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { counterparts } from './counterparts.ts';
import type { ReplicaStore } from './replica-store.ts';

/** Tables that a new server fetches, in the order in which their rows refer to each other. */
export const pulledTables = ['instructions', 'conversations', 'turns', 'outbox', 'messages'] as const;
export type PulledTable = (typeof pulledTables)[number];

type Row = Readonly<Record<string, unknown>>;
type Values = Record<string, SQLInputValue>;

const asValue = (value: unknown): SQLInputValue => {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === undefined ? null : JSON.stringify(value);
};

/** Where the page after this row begins; the same key as `zap_fleet_page` sorts by. */
const bookmarkOf = (table: PulledTable, row: Row): unknown[] => {
  switch (table) {
    case 'instructions':
      return [row['version']];
    case 'conversations':
      return [null, row['chat_id']];
    case 'turns':
      return [row['started_at'], row['row_key']];
    case 'outbox':
      return [row['fleet_created_at'], row['row_key']];
    case 'messages':
      return [row['stored_at'], String(row['fleet_seq']), row['wa_id']];
  }
};

/** What a moved message or part cannot be any more: whether the other server still answered it is not known, so no machine sends it again. */
const movedReason = 'the session came from another server, and nobody can say whether this went out there';

/** Writes pulled pages into the store. What is here already stays as it is. */
export const createPageWriter = (store: Store, replica: ReplicaStore, now: () => EpochMs) => {
  const { database } = store;

  const local = (table: 'conversations' | 'turns' | 'outbox' | 'messages', row: Row): Values => {
    const values: Values = {};
    for (const [here, there] of Object.entries(counterparts[table].columns)) {
      if (here !== 'change_seq') values[here] = asValue(row[there]);
    }
    return values;
  };
  const insert = (table: string, values: Values): number | null => {
    const names = Object.keys(values);
    const result = database.run(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
      ...Object.values(values),
    );
    return result.changes === 0 ? null : result.lastInsertRowid;
  };
  const markKey = (conversationId: number): string => `marks:${conversationId}`;

  const conversationId = (sessionId: string, row: Row): number => {
    const chatId = String(row['chat_id']);
    const found = store.conversations.find(sessionId, chatId);
    if (found !== null) return found.id;
    // Its first message came after we had read the conversations.
    const name = replica.nameOf(sessionId) ?? '';
    const phone = /^(\d+)@c\.us$/.exec(chatId)?.[1] ?? null;
    return store.conversations.ensure(
      { id: sessionId, name },
      { chatId, chatKind: 'person', phone, lid: null, name: null, isSaved: false },
      Number(row['stored_at'] ?? row['started_at'] ?? now()),
    ).id;
  };
  const idOf = (kind: 'turn' | 'outbox', key: unknown): number | null =>
    typeof key === 'string' ? replica.idOfKey(kind, key) : null;

  const writeConversation = (sessionId: string, row: Row): void => {
    const { id: _, ...values } = local('conversations', row);
    const through = Number(row['summary_through'] ?? 0);
    const from = Number(row['history_from'] ?? 0);
    const id = insert('conversations', {
      ...values,
      session_id: sessionId,
      session_name: replica.nameOf(sessionId) ?? '',
      summary_through: 0,
      history_from: 0,
    });
    // Both refer to message numbers of the other store; they are translated as the messages come in.
    if (id !== null && (through > 0 || from > 0)) replica.setState(markKey(id), JSON.stringify({ through, from }));
  };
  const writeTurn = (sessionId: string, row: Row): number | null => {
    const key = String(row['row_key']);
    if (replica.idOfKey('turn', key) !== null) return null;
    const { id: _, ...values } = local('turns', row);
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
    const { id: _, ...values } = local('outbox', row);
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
  const translateMarks = (conversation: number, oldSeq: number, seq: number): void => {
    const text = replica.state(markKey(conversation));
    if (text === null) return;
    const marks = JSON.parse(text) as { through: number; from: number };
    if (oldSeq <= marks.through)
      database.run('UPDATE conversations SET summary_through = ? WHERE id = ?', seq, conversation);
    if (oldSeq < marks.from)
      database.run('UPDATE conversations SET history_from = ? WHERE id = ?', seq + 1, conversation);
  };
  const writeMessage = (sessionId: string, row: Row): number | null => {
    const { seq: _, ...values } = local('messages', row);
    const isOpen = values['outcome'] === 'pending' || values['outcome'] === 'held';
    const conversation = conversationId(sessionId, row);
    const seq = insert('messages', {
      ...values,
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
    translateMarks(conversation, Number(row['fleet_seq']), seq);
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
  /**
   * Writes what came from there, so that it need not go back; `work` gives what is to be done with changes that must. When something
   * else waits as well, all of it goes: rows are keyed, so that costs time and nothing more.
   */
  const inStep = (work: () => (() => void) | undefined): void =>
    database.transaction(() => {
      const wasInStep = replica.readFrom() === store.changes.newest();
      const after = work();
      if (wasInStep) replica.skipTo(store.changes.newest());
      after?.();
    });

  return {
    /** Instructions of adopted rows, by session id, until their history has been written. */
    firstInstructions: new Map<string, string>(),

    inStep,
    /** One page and its bookmark in one transaction. */
    write: (sessionId: string, table: PulledTable, rows: readonly Row[], bookmark: string): void =>
      inStep(() => {
        const changed: number[] = [];
        for (const row of rows) {
          const id = writeRow(sessionId, table, row);
          if (id !== null) changed.push(id);
        }
        const last = rows.at(-1);
        if (last !== undefined) replica.setState(bookmark, JSON.stringify(bookmarkOf(table, last)));
        const key = table === 'messages' ? 'seq' : 'id';
        return () => {
          for (const id of changed) database.run(`UPDATE ${table} SET updated_at = ? WHERE ${key} = ?`, now(), id);
        };
      }),
  };
};
export type PageWriter = ReturnType<typeof createPageWriter>;
