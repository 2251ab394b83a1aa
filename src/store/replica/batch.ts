import { setImmediate as breathe } from 'node:timers/promises';
import type { EpochMs } from '../../session/units.ts';
import type { ChangedRow } from '../changes.ts';
import type { Store } from '../store.ts';
import { type BatchLimits, cutChanges, pageRows } from './batch-cut.ts';
import { type ChatKey, createBatchFields, type Fields, localKeyOf, type Row, removedSession } from './batch-fields.ts';
import type { ReplicaStore } from './replica-store.ts';

/** Changes (after, through] as one request. */
export interface Batch {
  readonly after: number;
  readonly through: number;
  readonly rows: Readonly<Record<string, readonly Fields[]>>;
  /** Changes in it; 0: nothing to send. */
  readonly size: number;
  /** Sessions whose instructions up to this version are in it. */
  readonly instructions: readonly { readonly sessionId: string; readonly version: number }[];
  readonly removed: readonly string[];
  /** The one change in it, when there is only one: for setting it aside. */
  readonly only: { readonly kind: string; readonly localId: string; readonly changeSeq: number } | null;
}

/** The rows of one batch as they come together: each with the chat and the session that it refers to, once. */
const createCollection = (store: Store, replica: ReplicaStore, now: () => EpochMs) => {
  const { database } = store;
  const fields = createBatchFields(store, replica);
  const sessions = new Map<string, Fields>();
  const conversations = new Map<number, Row>();
  const instructions: Fields[] = [];
  const sentInstructions: { sessionId: string; version: number }[] = [];
  const rows: Record<'turns' | 'outbox' | 'messages' | 'events', Fields[]> = {
    turns: [],
    outbox: [],
    messages: [],
    events: [],
  };

  const addSession = (row: Row): void => {
    const id = String(row['id']);
    if (sessions.has(id)) return;

    sessions.set(id, fields.session(row));
    const version = row['instructions_version'];
    const sent = replica.session(id)?.sentInstructions ?? 0;
    if (typeof version === 'number' && version > sent) {
      instructions.push(...fields.instructionsAfter(id, sent));
      sentInstructions.push({ sessionId: id, version });
    }
  };

  /** A row refers to its chat, which may have changed later: its newest form goes along. */
  const chatOf = (row: Row): ChatKey | null => {
    const id = Number(row['conversation_id']);
    // A row of a chat that became one with another belongs to that one, also while it is still on its way there.
    const found =
      conversations.get(id) ??
      database.get<Row>('SELECT * FROM conversations WHERE id = ?', id) ??
      database.get<Row>(
        'SELECT c.* FROM conversation_merges m JOIN conversations c ON c.id = m.kept_id WHERE m.gone_id = ?',
        id,
      );
    if (found === undefined) return null;

    conversations.set(Number(found['id']), found);
    return { chat_id: String(found['chat_id']), session_name: String(found['session_name']) };
  };

  const addOfChat = (change: ChangedRow, table: 'messages' | 'turns' | 'outbox'): void => {
    const chat = chatOf(change.row);
    // Erased since it was read: its tombstone comes with a later batch.
    if (chat === null && database.get(`SELECT 1 FROM ${table} WHERE change_seq = ?`, change.changeSeq) === undefined)
      return;

    if (chat === null)
      replica.setAside(table, localKeyOf(change), change.changeSeq, 'its conversation is gone from this store', now());
    else rows[table].push(fields.ofChat(table, change.row, chat));
  };

  return {
    fields,
    sentInstructions,

    add: (change: ChangedRow): void => {
      switch (change.table) {
        case 'sessions':
          addSession(change.row);
          return;
        case 'conversations':
          conversations.set(Number(change.row['id']), change.row);
          return;
        case 'events':
          rows.events.push(fields.event(change.row));
          return;
        case 'messages':
        case 'turns':
        case 'outbox':
          addOfChat(change, change.table);
          return;
      }
    },

    addSessionsOfChats: (): void => {
      for (const conversation of conversations.values()) {
        const session = database.get<Row>('SELECT * FROM sessions WHERE id = ?', String(conversation['session_id']));
        if (session !== undefined) addSession(session);
      }
    },

    collected: () => ({
      sessions: [...sessions.values()],
      instructions,
      conversations: [...conversations.values()].map(fields.conversation),
      ...rows,
    }),
  };
};

export const createBatches = (store: Store, replica: ReplicaStore, now: () => EpochMs) => ({
  next: async (after: number, limits: BatchLimits): Promise<Batch> => {
    const { changes, tombstones, through } = await cutChanges(store.changes, after, limits);
    const collection = createCollection(store, replica, now);
    for (const [index, change] of changes.entries()) {
      collection.add(change);
      if (index % pageRows === pageRows - 1) await breathe();
    }
    collection.addSessionsOfChats();

    const removed = replica.removedHere();
    const only = changes.length === 1 && tombstones.length === 0 ? changes[0] : undefined;
    const { sessions, ...others } = collection.collected();
    return {
      after,
      through,
      size: changes.length + tombstones.length + removed.length,
      instructions: collection.sentInstructions,
      removed: removed.map((one) => one.sessionId),
      only: only === undefined ? null : { kind: only.table, localId: localKeyOf(only), changeSeq: only.changeSeq },
      rows: {
        erased: tombstones.map(collection.fields.erased),
        sessions: [...sessions, ...removed.map(removedSession)],
        ...others,
      },
    };
  },
});
export type Batches = ReturnType<typeof createBatches>;
