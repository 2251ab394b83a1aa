import type { EpochMs } from '../../session/units.ts';
import type { ChangedRow, Tombstone } from '../changes.ts';
import type { Store } from '../store.ts';
import { clean, cleanText } from './config-mapping.ts';
import { counterparts } from './counterparts.ts';
import type { ReplicaStore } from './replica-store.ts';

type Row = Readonly<Record<string, string | number | null>>;
type Fields = Record<string, unknown>;

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

export interface BatchLimits {
  readonly rows: number;
  /** Characters of JSON at which a batch is closed. */
  readonly characters: number;
}

export const createBatches = (store: Store, replica: ReplicaStore, now: () => EpochMs) => {
  const { database } = store;
  const renamed = (table: keyof typeof counterparts, row: Row): Fields => {
    const fields: Fields = {};
    for (const [here, there] of Object.entries(counterparts[table].columns)) {
      const value = row[here];
      fields[there] = typeof value === 'string' ? cleanText(value) : value;
    }
    return fields;
  };

  const sessionFields = (row: Row): Fields => {
    const id = String(row['id']);
    const known = replica.known(id, String(row['name']));
    const version = row['instructions_version'];
    const text = typeof version === 'number' ? (store.sessions.instructions(id, version)?.text ?? '') : '';
    return {
      ...renamed('sessions', row),
      is_active: row['desired_state'] === 'running',
      ai_config: clean(JSON.parse(String(row['ai_config']))),
      timing_config: clean(JSON.parse(String(row['timing_config']))),
      filters: clean(JSON.parse(String(row['filters']))),
      custom_prompt: cleanText(text),
      base_revision: known.syncedRevision,
      lease_epoch: known.leaseEpoch,
      removed: false,
    };
  };
  const instructionsAfter = (id: string, sent: number): Fields[] =>
    database
      .all<Row>(
        'SELECT version, text, author, created_at FROM instructions WHERE session_id = ? AND version > ? ORDER BY version',
        id,
        sent,
      )
      .map((row) => ({
        session_key: id,
        version: row['version'],
        text: cleanText(String(row['text'])),
        author: cleanText(String(row['author'])),
        fleet_created_at: row['created_at'],
      }));
  const conversationOf = (id: number): Row | null =>
    database.get<Row>('SELECT * FROM conversations WHERE id = ?', id) ?? null;
  const sessionOf = (id: string): Row | null => database.get<Row>('SELECT * FROM sessions WHERE id = ?', id) ?? null;

  const erased = (tombstone: Tombstone): Fields => ({
    kind: tombstone.kind,
    session_key: tombstone.sessionId,
    session_name: replica.nameOf(tombstone.sessionId),
    key:
      tombstone.kind === 'turn' || tombstone.kind === 'outbox'
        ? replica.rowKey(tombstone.kind, Number(tombstone.rowKey), null)
        : tombstone.rowKey,
  });
  const keyOf = (change: ChangedRow): string => String(change.row[change.table === 'messages' ? 'seq' : 'id']);

  /** Whole rows in order of change, cut where the limits are reached; never empty when there is a change. */
  const cut = (
    after: number,
    limits: BatchLimits,
  ): { changes: ChangedRow[]; tombstones: Tombstone[]; through: number } => {
    const newest = store.changes.newest();
    const changes = store.changes.since(after, limits.rows);
    const tombstones = store.changes.tombstonesSince(after, limits.rows);
    let through = newest;
    if (changes.length >= limits.rows) through = Math.min(through, changes.at(-1)?.changeSeq ?? through);
    if (tombstones.length >= limits.rows) through = Math.min(through, tombstones.at(-1)?.changeSeq ?? through);
    let characters = 0;
    for (const change of changes) {
      characters += Object.values(change.row).reduce<number>(
        (sum, value) => sum + (typeof value === 'string' ? value.length : 8) + 20,
        0,
      );
      if (characters > limits.characters && change !== changes[0]) {
        through = Math.min(through, change.changeSeq - 1);
        break;
      }
    }
    return {
      changes: changes.filter((one) => one.changeSeq <= through),
      tombstones: tombstones.filter((one) => one.changeSeq <= through),
      through,
    };
  };

  return {
    next: (after: number, limits: BatchLimits): Batch => {
      const { changes, tombstones, through } = cut(after, limits);
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
        sessions.set(id, sessionFields(row));
        const version = row['instructions_version'];
        const sent = replica.session(id)?.sentInstructions ?? 0;
        if (typeof version === 'number' && version > sent) {
          instructions.push(...instructionsAfter(id, sent));
          sentInstructions.push({ sessionId: id, version });
        }
      };
      /** A row refers to its chat, which may have changed later: its newest form goes along. */
      const chatOf = (row: Row): { chat_id: string; session_name: string } | null => {
        const id = Number(row['conversation_id']);
        const found = conversations.get(id) ?? conversationOf(id);
        if (found === null) return null;
        conversations.set(id, found);
        return { chat_id: String(found['chat_id']), session_name: String(found['session_name']) };
      };
      const outside = (change: ChangedRow): void =>
        replica.setAside(
          change.table,
          keyOf(change),
          change.changeSeq,
          'its conversation is gone from this store',
          now(),
        );

      for (const change of changes) {
        const { row } = change;
        switch (change.table) {
          case 'sessions':
            addSession(row);
            break;
          case 'conversations':
            conversations.set(Number(row['id']), row);
            break;
          case 'events':
            rows.events.push({
              ...renamed('events', row),
              row_key: replica.rowKey('event', Number(row['id']), Number(row['at'])),
            });
            break;
          case 'messages':
          case 'turns':
          case 'outbox': {
            const chat = chatOf(row);
            if (chat === null) {
              outside(change);
              break;
            }
            const turn = row['turn_id'];
            const part = row['outbox_id'];
            rows[change.table].push({
              ...renamed(change.table, row),
              ...chat,
              ...(change.table === 'turns'
                ? { row_key: replica.rowKey('turn', Number(row['id']), Number(row['started_at'])) }
                : {}),
              ...(change.table === 'outbox'
                ? { row_key: replica.rowKey('outbox', Number(row['id']), Number(row['created_at'])) }
                : {}),
              ...(change.table === 'messages' ? { text: cleanText(String(row['text'])), content: undefined } : {}),
              ...(change.table === 'turns'
                ? {}
                : { turn_key: typeof turn === 'number' ? replica.rowKey('turn', turn) : null }),
              ...(change.table === 'messages'
                ? { outbox_key: typeof part === 'number' ? replica.rowKey('outbox', part) : null }
                : {}),
            });
            break;
          }
        }
      }
      for (const conversation of conversations.values()) {
        const session = sessionOf(String(conversation['session_id']));
        if (session !== null) addSession(session);
      }
      const removed = replica.removedHere();
      const only = changes.length === 1 && tombstones.length === 0 ? changes[0] : undefined;
      return {
        after,
        through,
        size: changes.length + tombstones.length + removed.length,
        instructions: sentInstructions,
        removed: removed.map((one) => one.sessionId),
        only: only === undefined ? null : { kind: only.table, localId: keyOf(only), changeSeq: only.changeSeq },
        rows: {
          erased: tombstones.map(erased),
          sessions: [
            ...sessions.values(),
            ...removed.map((one) => ({
              session_name: one.sessionName,
              fleet_session_id: one.sessionId,
              state: 'stopped',
              restarts: 0,
              lease_epoch: one.leaseEpoch,
              base_revision: -1,
              revision: 0,
              removed: true,
            })),
          ],
          instructions,
          conversations: [...conversations.values()].map((row) => renamed('conversations', row)),
          ...rows,
        },
      };
    },
  };
};
export type Batches = ReturnType<typeof createBatches>;
