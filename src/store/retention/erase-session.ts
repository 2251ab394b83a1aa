import { inSlices } from '../../pace/slices.ts';
import { addTombstone } from '../changes.ts';
import { createAddressBook } from '../conversations/address-book.ts';
import type { Database } from '../database.ts';
import { createGoneFiles } from '../knowledge/gone-files.ts';
import { type CountedTable, countRows } from './count-rows.ts';
import type { ErasedKind, EraseOptions, EraseProgress, SessionRef } from './erase-options.ts';

/** Erasing everything that was said in a session: row by row, in slices; begun again after an end in the middle, it goes on. */

type Slice = (atMost: number) => number;

/** Rows of a table with a key of one column. */
const rowsOf =
  (database: Database, sessionId: string, table: string, key: string): Slice =>
  (atMost) =>
    database.run(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE session_id = ? LIMIT ?)`,
      sessionId,
      atMost,
    ).changes;

/** Messages first and the chats last: whatever is still there has its chat, also for a replica that reads meanwhile. */
const saidIn: readonly { readonly what: ErasedKind; readonly table: CountedTable; readonly key: string }[] = [
  { what: 'messages', table: 'messages', key: 'seq' },
  { what: 'turns', table: 'turns', key: 'id' },
  { what: 'parts', table: 'outbox', key: 'id' },
];

/** One tombstone an address: a replica erases the contact by it, too. */
const eraseChats = (database: Database, sessionId: string, options: EraseOptions): Slice => {
  const book = createAddressBook(database);

  return (atMost) => {
    const chats = database.all<{ id: number; chatId: string }>(
      'SELECT id, chat_id AS chatId FROM conversations WHERE session_id = ? LIMIT ?',
      sessionId,
      atMost,
    );
    for (const { id, chatId } of chats) {
      const addresses = new Set([chatId, ...book.ofConversation(id)]);
      database.run('DELETE FROM conversations WHERE id = ?', id);
      for (const address of addresses) addTombstone(database, 'conversation', sessionId, address, options.now);
    }
    if (chats.length > 0) options.count?.('conversations', chats.length);
    return chats.length;
  };
};

const tidyIndex = (database: Database): Slice => {
  const { tidy } = createGoneFiles(database);
  let isFirst = true;
  return () => {
    const more = tidy(isFirst);
    isFirst = false;
    return more ? 1 : 0;
  };
};

const counters = [
  { table: 'activity_minutes', key: 'minute' },
  { table: 'session_hours', key: 'hour' },
  { table: 'session_quarters', key: 'quarter' },
] as const;

/** What stands beside the chats; most of it went with them. */
const remnants = (database: Database, { id, name }: SessionRef, options: EraseOptions): readonly Slice[] => [
  rowsOf(database, id, 'silences', 'id'),
  rowsOf(database, id, 'proposals', 'id'),
  rowsOf(database, id, 'rehearsals', 'id'),
  rowsOf(database, id, 'conversation_merges', 'gone_id'),
  (atMost) =>
    database.run(
      'DELETE FROM reactions WHERE session_id = ?1 AND message_key IN (SELECT message_key FROM reactions WHERE session_id = ?1 LIMIT ?2)',
      id,
      atMost,
    ).changes,
  (atMost) =>
    database.run(
      'DELETE FROM addresses WHERE session_id = ?1 AND address IN (SELECT address FROM addresses WHERE session_id = ?1 LIMIT ?2)',
      id,
      atMost,
    ).changes,
  ...counters.map(
    ({ table, key }): Slice =>
      (atMost) =>
        database.run(
          `DELETE FROM ${table} WHERE session_id = ?1 AND ${key} IN (SELECT ${key} FROM ${table} WHERE session_id = ?1 LIMIT ?2)`,
          id,
          atMost,
        ).changes,
  ),
  rowsOf(database, id, 'knowledge_passages', 'id'),
  rowsOf(database, id, 'knowledge_vectors', 'rowid'),
  () =>
    database.run('DELETE FROM knowledge_meaning WHERE session_id = ?', id).changes +
    database.run('DELETE FROM knowledge_files WHERE session_id = ?', id).changes +
    database.run('DELETE FROM knowledge_uses WHERE session_id = ?', id).changes,
  // Words of what was erased are still in the index until it is merged.
  tidyIndex(database),
  () => database.run('DELETE FROM ai_usage WHERE session_id = ?', id).changes,
  () =>
    database.run('DELETE FROM proposal_nights WHERE session_id = ?', id).changes +
    database.run('DELETE FROM dropped_changes WHERE session_id = ?', id).changes,
  () => database.run('DELETE FROM tool_calls WHERE session_id = ?', id).changes,
  () => database.run('DELETE FROM brain_waits WHERE session_id = ?', id).changes,
  () => database.run("DELETE FROM canaries WHERE session_id = ? AND state <> 'running'", id).changes,
  // What was asked of it or by it.
  () =>
    database.run('DELETE FROM probes WHERE session_id = ?1 OR from_id = ?1', id).changes +
    database.run('DELETE FROM probe_runs WHERE session_id = ?1 OR from_id = ?1', id).changes +
    database.run('DELETE FROM probe_ids WHERE session_id = ?', id).changes,
  // Events name customers; what was told after the erasure began is about it.
  (atMost) => {
    const erased = database.run(
      `DELETE FROM events WHERE id IN
         (SELECT id FROM events WHERE session_name = ? AND session_id = ? AND at < ? ORDER BY id LIMIT ?)`,
      name,
      id,
      options.now,
      atMost,
    ).changes;
    if (erased > 0) options.count?.('events', erased);
    return erased;
  },
  // Where a pull stood: the bookmark is a chat.
  () =>
    database.run(`DELETE FROM replica_state WHERE key >= 'pull:' || ?1 || ':' AND key < 'pull:' || ?1 || ';'`, id)
      .changes,
];

export async function* eraseSession(
  database: Database,
  session: SessionRef,
  options: EraseOptions,
): AsyncGenerator<EraseProgress> {
  const { signal } = options;
  const slicing = signal === undefined ? {} : { signal };
  let done = 0;
  let total = 0;
  for (const table of ['messages', 'turns', 'outbox', 'conversations'] as const)
    total += await countRows(database, table, session.id, slicing);

  const inTransaction =
    (slice: Slice): Slice =>
    (atMost) =>
      database.slice(() => slice(atMost));
  const said = saidIn.map(({ what, table, key }): Slice => {
    const slice = rowsOf(database, session.id, table, key);
    return (atMost) => {
      const erased = slice(atMost);
      if (erased > 0) options.count?.(what, erased);
      return erased;
    };
  });
  for (const slice of [...said, eraseChats(database, session.id, options)]) {
    for await (const erased of inSlices(inTransaction(slice), slicing)) {
      done += erased;
      total = Math.max(total, done);
      yield { done, total };
    }
  }
  for (const slice of remnants(database, session, options))
    for await (const _ of inSlices(inTransaction(slice), slicing)) yield { done, total };

  // Last: what a replica was sent meanwhile goes with it.
  database.transaction(() => addTombstone(database, 'history', session.id, session.id, options.now));
}
