import { expect, test } from 'vitest';
import { mentionsOf } from '../../src/session/mentions.ts';
import { addTombstone } from '../../src/store/changes.ts';
import { eraseToldOfSession, forgetErasures } from '../../src/store/retention/erase-told.ts';
import type { Store } from '../../src/store/store.ts';
import { addSession, chatOf, noon, temporaryStore } from './support.ts';

const signal = new AbortController().signal;
const eraseTold = async (store: Store, name: string, knownAs: readonly string[] = [], before = noon) => {
  const counts: Record<string, number> = {};
  const told = eraseToldOfSession(
    store.database,
    { name, ids: ['id-1'], mentions: mentionsOf(name, knownAs) },
    {
      before,
      signal,
      count: (what, howMany) => {
        counts[what] = (counts[what] ?? 0) + howMany;
      },
    },
  );
  for await (const _ of told);
  return counts;
};
const addEvent = (store: Store, text: string, more: { at?: number; name?: string | null; evidence?: string } = {}) =>
  store.database.run(
    'INSERT INTO events (at, level, session_id, session_name, kind, text, evidence, actor) VALUES (?,?,?,?,?,?,?,?)',
    more.at ?? noon - 1,
    'info',
    null,
    more.name ?? null,
    'x',
    text,
    more.evidence ?? null,
    'you',
  );
const texts = (store: Store, table: string, column: string): unknown[] =>
  store.database
    .all<{ value: unknown }>(`SELECT ${column} AS value FROM ${table} ORDER BY id`)
    .map(({ value }) => value);

test('events of the fleet that tell of it go, those after the erasure and of its namesakes stay', async () => {
  const store = temporaryStore();
  for (let n = 0; n < 500; n += 1) addEvent(store, `nothing ${n}`);
  addEvent(store, 'loja is queued');
  addEvent(store, 'x', { name: 'loja' });
  addEvent(store, 'x', { evidence: '{"sessions":["outra","loja"]}' });
  addEvent(store, 'linked 5511987654321');
  addEvent(store, 'loja-2 is queued');
  addEvent(store, 'loja was erased', { at: noon });
  expect(await eraseTold(store, 'loja', ['5511987654321'])).toMatchObject({ events: 4 });
  expect(texts(store, 'events', 'text').filter((text) => !String(text).startsWith('nothing'))).toEqual([
    'loja-2 is queued',
    'loja was erased',
  ]);
  expect(await eraseTold(store, 'loja', ['5511987654321'])).toMatchObject({ events: 0 });
});

test('an incident loses the one session, alerts of it go', async () => {
  const store = temporaryStore();
  const body = {
    sessionIds: ['id-1', 'id-2'],
    conclusion: 'loja and outra lost it',
    byName: { loja: 1, outra: 2 },
    n: 3,
  };
  store.incidents.add(noon - 5, JSON.stringify(body));
  store.incidents.add(noon - 5, JSON.stringify({ sessionIds: ['id-2'], conclusion: 'outra' }));
  const post = (text: string) =>
    store.alerts.add({ channel: 'slack', kind: 'x', at: noon, body: JSON.stringify({ text }) });
  post('loja: NOT REPLYING');
  post('outra: NOT REPLYING');
  expect(await eraseTold(store, 'loja', ['id-1'])).toMatchObject({ incidents: 1, alerts: 1 });
  expect(texts(store, 'incidents', 'body').map((text) => JSON.parse(String(text)))).toEqual([
    { sessionIds: ['id-2'], conclusion: '(erased)', byName: { outra: 2 }, n: 3 },
    { sessionIds: ['id-2'], conclusion: 'outra' },
  ]);
  expect(texts(store, 'alerts', 'body')).toEqual([JSON.stringify({ text: 'outra: NOT REPLYING' })]);
});

test('what another session told an admin of it is blank, what it told its own customers is not', async () => {
  const store = temporaryStore();
  const teller = addSession(store, 'avisos');
  const chat = chatOf(store, teller);
  const enqueue = (source: 'alert' | 'send', text: string) =>
    store.outbox.enqueue(
      { sessionId: teller.id, conversationId: chat.id, turnId: null, source, actor: 'you' },
      [{ text, notBefore: noon }],
      noon,
    );
  enqueue('alert', 'loja: LOGGED OUT');
  enqueue('alert', 'outra: LOGGED OUT');
  enqueue('send', 'nossa loja abre às 8');
  expect(await eraseTold(store, 'loja')).toMatchObject({ 'told-admins': 1 });
  expect(texts(store, 'outbox', 'text')).toEqual(['(erased)', 'outra: LOGGED OUT', 'nossa loja abre às 8']);
});

test('chat ids noted for a replica that there is not go; those of another session, or of a replica that there was, stay', async () => {
  const store = temporaryStore();
  for (const session of ['id-1', 'id-1', 'id-2'])
    addTombstone(store.database, 'conversation', session, '5521912345678@c.us', noon);
  expect(await forgetErasures(store.database, ['id-1'], signal)).toBe(true);
  expect(store.changes.tombstonesSince(0, 10).map(({ sessionId }) => sessionId)).toEqual(['id-2']);
  store.database.run("INSERT INTO replica_state (key, value) VALUES ('cursor', '5')");
  expect(await forgetErasures(store.database, ['id-2'], signal)).toBe(false);
  expect(store.changes.tombstonesSince(0, 10)).toHaveLength(1);
});
