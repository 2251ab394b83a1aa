import type { ChangedRow, Tombstone } from '../changes.ts';
import type { Store } from '../store.ts';
import { clean, cleanText } from './config-mapping.ts';
import { counterparts } from './counterparts.ts';
import type { ReplicaStore } from './replica-store.ts';

export type Row = Readonly<Record<string, string | number | null>>;
export type Fields = Record<string, unknown>;

/** Rows in the words of the other side. */
export const createBatchFields = (store: Store, replica: ReplicaStore) => {
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
  const erased = (tombstone: Tombstone): Fields => ({
    kind: tombstone.kind,
    session_key: tombstone.sessionId,
    session_name: replica.nameOf(tombstone.sessionId),
    key:
      tombstone.kind === 'turn' || tombstone.kind === 'outbox'
        ? replica.rowKey(tombstone.kind, Number(tombstone.rowKey), null)
        : tombstone.rowKey,
  });

  const event = (row: Row): Fields => ({
    ...renamed('events', row),
    row_key: replica.rowKey('event', Number(row['id']), Number(row['at'])),
  });
  const conversation = (row: Row): Fields => renamed('conversations', row);

  /** `chat`: what the other side knows its conversation by. */
  const ofChat = (table: 'messages' | 'turns' | 'outbox', row: Row, chat: ChatKey): Fields => {
    const base = { ...renamed(table, row), ...chat };
    const turn = row['turn_id'];
    const turnKey = typeof turn === 'number' ? replica.rowKey('turn', turn) : null;
    switch (table) {
      case 'turns':
        return { ...base, row_key: replica.rowKey('turn', Number(row['id']), Number(row['started_at'])) };
      case 'outbox':
        return {
          ...base,
          // The file stays here: elsewhere nothing is sent in its place.
          ...(row['file'] === null ? {} : { text: '' }),
          row_key: replica.rowKey('outbox', Number(row['id']), Number(row['created_at'])),
          turn_key: turnKey,
        };
      case 'messages': {
        const part = row['outbox_id'];
        return {
          ...base,
          text: cleanText(String(row['text'])),
          content: undefined,
          turn_key: turnKey,
          outbox_key: typeof part === 'number' ? replica.rowKey('outbox', part) : null,
        };
      }
    }
  };

  return { session: sessionFields, instructionsAfter, erased, event, conversation, ofChat };
};
export type BatchFields = ReturnType<typeof createBatchFields>;

export interface ChatKey {
  readonly chat_id: string;
  readonly session_name: string;
}

/** A session that is gone here. */
export const removedSession = (one: {
  readonly sessionName: string;
  readonly sessionId: string;
  readonly leaseEpoch: number;
}): Fields => ({
  session_name: one.sessionName,
  fleet_session_id: one.sessionId,
  state: 'stopped',
  restarts: 0,
  lease_epoch: one.leaseEpoch,
  base_revision: -1,
  revision: 0,
  removed: true,
});

/** The store's own name of a changed row. */
export const localKeyOf = (change: ChangedRow): string =>
  String(change.row[change.table === 'messages' ? 'seq' : 'id']);
