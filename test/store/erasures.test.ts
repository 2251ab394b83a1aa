import { expect, test } from 'vitest';
import { finishMerges, movedAtOnce } from '../../src/store/conversations/move-rows.ts';
import type { Store } from '../../src/store/store.ts';
import { addSession, chatOf, eraseCustomer, erasedBy, inbound, noon, temporaryStore } from './support.ts';

const number = '5511987654321';
const day = 86_400_000;
const count = (store: Store, sql: string): number =>
  store.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? -1;

/** So many messages of a chat, made by one statement. */
const fill = (
  store: Store,
  sessionId: string,
  conversationId: number,
  howMany: number,
  author: string | null = null,
): void => {
  store.database.run(
    `WITH RECURSIVE i(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM i WHERE k < ?1)
     INSERT INTO messages (session_id, conversation_id, wa_id, message_key, sender, author, kind, text, at, stored_at, outcome, updated_at)
       SELECT ?2, ?3, 'false_' || ?3 || '_' || k, 'in:' || ?3 || k, 'customer', ?4, 'text', 'SECRET ' || k, k, k, 'answered', 1 FROM i`,
    howMany,
    sessionId,
    conversationId,
    author,
  );
};
const groupOf = (store: Store, session: { readonly id: string; readonly name: string }) =>
  store.conversations.ensure(
    session,
    { chatId: '120363@g.us', chatKind: 'group', phone: null, lid: null, name: 'Grupo', isSaved: false },
    noon,
  );

test('an erasure that is broken off anywhere goes on when it is begun again, and counts nothing twice', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const other = addSession(store, 'otica-visao');
  for (const one of [session, other])
    for (const phone of [number, '5521998761234']) fill(store, one.id, chatOf(store, one, phone).id, 500);
  store.database.run('INSERT INTO activity_minutes (session_id, minute) VALUES (?, 1)', session.id);
  store.database.run(
    "INSERT INTO replica_state (key, value) VALUES ('pull:' || ? || ':conversations', '[null,\"5511987654321@c.us\"]')",
    session.id,
  );
  store.events.add({ at: noon - 1, level: 'info', session, kind: 'k', text: `about ${number}`, actor: 'bot' });
  store.sessions.remove(session.id);

  let messages = 0;
  let breaks = 0;
  for (let isDone = false; !isDone; breaks += 1) {
    const ending = new AbortController();
    let slices = 0;
    try {
      const begin = store.retention.eraseSession(session, {
        now: noon,
        signal: ending.signal,
        count: (what, howMany) => {
          if (what === 'messages') messages += howMany;
          slices += 1;
          if (slices === 2) ending.abort(new Error('killed'));
        },
      });
      for await (const _ of begin) void 0;
      isDone = true;
    } catch (error) {
      expect(error).toMatchObject({ message: 'killed' });
    }
  }

  expect(breaks).toBeGreaterThan(3);
  expect(messages).toBe(1000);
  for (const table of ['messages', 'conversations', 'events', 'activity_minutes', 'addresses'])
    expect(count(store, `${table} WHERE session_id = '${session.id}'`), table).toBe(0);
  expect(count(store, "replica_state WHERE value LIKE '%5511987654321%'")).toBe(0);
  expect(count(store, `messages WHERE session_id = '${other.id}'`)).toBe(1000);
  // Each contact, and the history: after all that could still have been sent.
  const kinds = store.changes.tombstonesSince(0, 50).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'conversation')).toHaveLength(2);
  expect(kinds.at(-1)).toBe('history');
});

test('whoever wrote much in a group is erased from it; what others wrote stays, and the group’s preview is theirs', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const group = groupOf(store, session);
  fill(store, session.id, group.id, 2000, `${number}@c.us`);
  store.messages.insert(
    inbound(session, group.id, 'b', { text: 'of Bia', author: '5521900000001@c.us', at: noon }),
    noon,
  );
  store.database.run(
    "UPDATE conversations SET last_text = 'SECRET', context_summary = 'SECRET' WHERE id = ?",
    group.id,
  );

  const erased = await eraseCustomer(store, session, number);

  expect(erased).toMatchObject({ conversations: 0, messages: 2000 });
  expect(store.conversations.get(group.id)?.contextSummary).toBeNull();
  expect(store.chats.chats({ limit: 5, now: noon }).map(({ lastText }) => lastText)).toEqual(['of Bia']);
  expect(count(store, 'messages')).toBe(1);
  expect(count(store, "tombstones WHERE kind = 'message'")).toBe(2000);
});

test('two long chats of one person are one at once; the rest of the history follows, also when it is broken off', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const lid = '99887766@lid';
  const kept = store.conversations.ensure(
    session,
    { chatId: lid, chatKind: 'person', phone: null, lid, name: null, isSaved: false },
    noon,
  );
  const gone = chatOf(store, session, number);
  fill(store, session.id, gone.id, movedAtOnce * 3);
  store.messages.insert(inbound(session, gone.id, 'waits', { text: 'oi' }), noon);

  const one = store.conversations.learn(gone.id, { addresses: [lid], phone: number, lid }, noon);

  expect(one?.id).toBe(kept.id);
  expect(store.conversations.get(gone.id)).toBeNull();
  expect(store.messages.pending(session.id, kept.id).map(({ text }) => text)).toEqual(['oi']);
  const left = count(store, `messages WHERE conversation_id = ${gone.id}`);
  expect(left).toBeGreaterThan(movedAtOnce);
  // The newest came first.
  expect(store.messages.history(kept.id, 0, Number.MAX_SAFE_INTEGER, 5).at(0)?.text).toBe(
    `SECRET ${movedAtOnce * 3 - 3}`,
  );

  const ending = new AbortController();
  ending.abort(new Error('killed'));
  await expect(finishMerges(store.database, null, () => noon, ending.signal).next()).rejects.toThrow('killed');
  for await (const _ of finishMerges(store.database, session.id, () => noon)) void 0;
  expect(count(store, `messages WHERE conversation_id = ${kept.id}`)).toBe(movedAtOnce * 3 + 1);
  expect(count(store, 'conversation_merges')).toBe(0);
});

test('a customer whose chats became one a moment ago is erased with what had not moved yet', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const lid = '99887766@lid';
  store.conversations.ensure(
    session,
    { chatId: lid, chatKind: 'person', phone: null, lid, name: null, isSaved: false },
    noon,
  );
  const gone = chatOf(store, session, number);
  fill(store, session.id, gone.id, movedAtOnce * 3);
  store.conversations.learn(gone.id, { addresses: [lid], phone: number, lid }, noon);

  expect(await eraseCustomer(store, session, number)).toMatchObject({ messages: movedAtOnce * 3, conversations: 1 });
  expect(count(store, 'messages')).toBe(0);
  expect(count(store, 'conversation_merges')).toBe(0);
});

test('what only the operator reads goes after its days; what is open stays, and 0 days are for ever', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  const event = (at: number, text: string) =>
    store.events.add({ at, level: 'info', session: null, kind: 'k', text, actor: 'master' });
  event(noon - 400 * day, 'old');
  event(noon - 300 * day, 'young');
  store.incidents.update(store.incidents.add(noon - 400 * day, '{}'), '{}', noon - 399 * day);
  store.incidents.add(noon - 400 * day, '{"open":true}');
  store.alerts.add({ channel: 'c', kind: 'k', at: noon - 400 * day, body: '{}' });
  store.jobs.finish(
    store.jobs.add({ kind: 'retention', args: {}, actor: 'master' }, noon - 400 * day).id,
    {},
    noon - 400 * day,
  );
  const turn = (startedAt: number, finishedAt: number | null): void => {
    store.database.run(
      `INSERT INTO turns (session_id, conversation_id, started_at, finished_at, outcome, message_ids, joined_text, provider, model, parameters, updated_at)
         VALUES (?, ?, ?, ?, 'answered', '[]', '', 'echo', '', '{}', 1)`,
      session.id,
      chat.id,
      startedAt,
      finishedAt,
    );
  };
  turn(noon - 400 * day, noon - 400 * day);
  turn(noon - 400 * day, null);
  turn(noon - day, noon - day);
  const forever = { eventsDays: 0, incidentsDays: 0, alertsDays: 0, turnsDays: 0 };
  await erasedBy((options) => store.retention.pruneRecords(forever, options));
  expect(['events', 'incidents', 'alerts', 'turns', 'jobs'].map((table) => count(store, table))).toEqual([
    2, 2, 1, 3, 1,
  ]);

  const year = { eventsDays: 365, incidentsDays: 365, alertsDays: 365, turnsDays: 365 };
  await erasedBy((options) => store.retention.pruneRecords(year, options));

  expect(store.events.list({ limit: 5 }).map(({ text }) => text)).toEqual(['young']);
  expect(store.incidents.list(5).map(({ body }) => body)).toEqual(['{"open":true}']);
  expect(['alerts', 'turns', 'jobs'].map((table) => count(store, table))).toEqual([0, 2, 0]);
  expect(store.changes.tombstonesSince(0, 5)).toMatchObject([{ kind: 'turn' }]);
});

test('a session’s rows are counted whole, however their times are alike', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  fill(store, session.id, chat.id, 12_000);
  store.database.run('UPDATE messages SET stored_at = 5 WHERE seq % 3 > 0');
  expect(await store.retention.totalsOf(session.id)).toEqual({ chats: 1, messages: 12_000 });
});

test('free space of a new database can be given back in slices', () => {
  const store = temporaryStore();
  expect(store.database.get('PRAGMA auto_vacuum')).toEqual({ auto_vacuum: 2 });
});
