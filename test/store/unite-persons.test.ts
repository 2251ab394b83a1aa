import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { unitePersons } from '../../src/store/conversations/unite-persons.ts';
import { migrations } from '../../src/store/migrations.ts';
import { openStore } from '../../src/store/store.ts';
import { noon, temporaryDatabase } from './support.ts';

const now = (): number => noon;

/** A database of the schema before the new keys, with these chats of one session: chat id, phone, its key then, LID. */
const storeFromBefore = (
  chats: readonly (readonly [string, string | null, string | null, string | null, string?])[],
) => {
  const path = temporaryDatabase();
  const old = new DatabaseSync(path);
  for (const { sql } of migrations.slice(0, 5)) old.exec(sql);
  old.exec('PRAGMA user_version = 5');
  old.exec(
    `INSERT INTO sessions (id, name, state_since, created_at, updated_at) VALUES ('s1', 'loja', 1, 1, 1), ('s2', 'outra', 1, 1, 1)`,
  );
  for (const [index, [chatId, phone, key, lid, session = 's1']] of chats.entries()) {
    const id = index + 1;
    old
      .prepare(
        `INSERT INTO conversations (id, session_id, session_name, chat_id, chat_kind, phone, phone_key, lid, name, is_saved, last_at, created_at, updated_at)
           VALUES (?,?,'loja',?,'person',?,?,?,?,0,?,?,?)`,
      )
      .run(id, session, chatId, phone, key, lid, chatId, id, id, id);
    for (const address of [chatId, lid, key === null ? null : `phone:${key}`])
      if (address !== null)
        old
          .prepare('INSERT OR IGNORE INTO addresses (session_id, address, conversation_id, learnt_at) VALUES (?,?,?,1)')
          .run(session, address, id);
  }
  old.close();
  const store = openStore(path);
  onTestFinished(() => store.close());
  return store;
};

test('numbers of Argentina and Mexico from before are found by their new key, one of Brazil by its old one', async () => {
  const store = storeFromBefore([
    ['5491112345678@c.us', '5491112345678', '5491112345678', null],
    ['5215512345678@c.us', '5215512345678', '5215512345678', null],
    ['5511987654321@c.us', '5511987654321', '551187654321', null],
    ['5491112345@c.us', '5491112345', '5491112345', null],
  ]);
  for (const [typed, id] of [
    ['+54 11 1234-5678', 1],
    ['+54 9 11 1234-5678', 1],
    ['+52 55 1234 5678', 2],
    ['+52 1 55 1234 5678', 2],
    ['11 8765-4321', 3],
  ] as const)
    expect(store.conversations.byPhone('s1', typed).map((one) => one.id)).toEqual([id]);
  const fresh = { chatKind: 'person', phone: '541112345678', lid: null, name: null, isSaved: false } as const;
  const same = store.conversations.ensure({ id: 's1', name: 'loja' }, { ...fresh, chatId: '541112345678@c.us' }, noon);
  expect(same.id).toBe(1);
  expect(await unitePersons(store, 's1', now)).toBe(0);
});

test('chats of one person that were stored apart are one before the session starts: by number, by LID, three of them', async () => {
  const store = storeFromBefore([
    ['5491112345678@c.us', '5491112345678', '5491112345678', null],
    ['541112345678@c.us', '541112345678', '541112345678', null],
    ['777@lid', null, null, '777@lid'],
    ['5511987654321@c.us', '5511987654321', '551187654321', '777@lid'],
    ['551187654321@c.us', '551187654321', '551187654321', null],
    ['5511987654321@c.us', '5511987654321', '551187654321', null, 's2'],
  ]);
  expect(await unitePersons(store, 's1', now)).toBe(3);
  const left = store.database.all<{ id: number }>('SELECT id FROM conversations ORDER BY id').map(({ id }) => id);
  expect(left).toEqual([1, 3, 6]);
  expect(store.conversations.byPhone('s1', '+54 11 1234-5678').map((one) => one.id)).toEqual([1]);
  expect(store.conversations.find('s1', '551187654321@c.us')?.id).toBe(3);
  expect(store.conversations.find('s1', '777@lid')?.id).toBe(3);
  // The other session's customer is another conversation, and a second run finds nothing.
  expect(store.conversations.byPhone('s2', '11 98765-4321').map((one) => one.id)).toEqual([6]);
  expect(await unitePersons(store, 's1', now)).toBe(0);
  const merged = store.events.list({ limit: 20 }).filter((event) => event.kind === 'chats-merged');
  expect(merged).toHaveLength(3);
});
