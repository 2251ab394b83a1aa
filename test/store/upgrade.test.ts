import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrations } from '../../src/store/migrations.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryDatabase } from './support.ts';

/** A store of the time when a conversation belonged to an address: one session with `count` messages, the last told twice. */
const storeOfBefore = (path: string, count: number): void => {
  const database = new DatabaseSync(path);
  for (const { sql } of migrations.slice(0, 4)) database.exec(sql);
  database.exec('BEGIN');
  database.exec(
    `INSERT INTO conversations (session_id, session_name, chat_id, chat_kind, name, is_saved, last_at, created_at, updated_at)
       VALUES ('s', 'loja', '5511987654321@c.us', 'person', 'Ana', 0, 1, 1, 1)`,
  );
  const insert = database.prepare(
    `INSERT INTO messages (session_id, conversation_id, wa_id, sender, kind, text, at, stored_at, updated_at)
       VALUES ('s', 1, ?, 'customer', 'text', 'oi', 1, 1, 1)`,
  );
  for (let n = 1; n <= count; n += 1) insert.run(`false_5511987654321@c.us_M${n}`);
  insert.run(`false_1234567890@lid_M${count}`);
  database.exec('PRAGMA user_version = 4; COMMIT');
  database.close();
};

// Every message looking through all of its session took three minutes for these: this test would run into its deadline.
test('a session with 20,000 messages of before is upgraded, and says nothing new to a replica', () => {
  const path = temporaryDatabase();
  storeOfBefore(path, 20_000);

  const store = openStore(path);
  const keyOf = (seq: number) =>
    store.database.get<{ key: string }>('SELECT message_key AS key FROM messages WHERE seq = ?', seq)?.key;

  expect([keyOf(1), keyOf(20_000), keyOf(20_001)]).toEqual(['in:M1', 'in:M20000', 'in:M20000#20001']);
  expect(store.messages.has('s', 'false_1234567890@lid_M7')).toBe(true);
  const newest = store.database.get<{ n: number }>('SELECT max(change_seq) AS n FROM messages')?.n;
  expect(newest).toBe(20_002);
  store.close();
}, 30_000);
