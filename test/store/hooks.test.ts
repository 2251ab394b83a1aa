import { expect, test } from 'vitest';
import { deadKeptFor, type HookEventType, hookBounds, hookEventTypes, hookTriesFor } from '../../src/session/hook.ts';
import { probeChatTo } from '../../src/store/conversations/probe-chats.ts';
import type { StoredHook } from '../../src/store/hook-store.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { addSession, chatOf, eraseCustomer, inbound, noon, temporaryStore } from './support.ts';

/** What there is to tell is written where it happens, holds nobody's words, and waits for each hook until it was told. */

const day = 86_400_000;

const hear = (
  store: Store,
  session: StoredSession,
  events: readonly HookEventType[] = hookEventTypes,
  name = 'crm',
) => {
  store.hooks.put(session.id, { name, url: 'https://crm.example.com/in', events, allowHosts: [] }, 'you', noon);
  return (): StoredHook => store.hooks.get(session.id, name) as StoredHook;
};

/** Takes all that waits, in order, as a hook that never fails. */
const takeAll = (store: Store, hook: () => StoredHook) => {
  const taken: { type: string; key: string; facts: unknown }[] = [];
  for (let next = store.hooks.next(hook()); next !== null; next = store.hooks.next(hook())) {
    taken.push({ type: next.event.type, key: next.event.key, facts: store.hooks.facts(next.event) });
    store.hooks.passed(hook(), next, true, noon);
  }
  return taken;
};

const turnOf = (store: Store, session: StoredSession, conversationId: number, messageIds: readonly string[]): number =>
  store.turns.begin(
    {
      sessionId: session.id,
      conversationId,
      messageIds,
      joinedText: 'Abrem hoje?',
      instructionsVersion: null,
      provider: 'openai',
      model: 'gpt-5-mini',
      parameters: {},
      history: { from: null, to: null, count: 0, hash: '' },
      steps: [],
    },
    noon,
  );

test('each of the six things that happen is told once, in their order, with what it is about', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const hook = hear(store, session);
  const { id: chat } = chatOf(store, session);

  store.sessions.setState(session.id, { state: 'qr', since: noon, reasonCode: null, reason: null });
  store.sessions.setState(session.id, { state: 'qr', since: noon, reasonCode: 'again', reason: 'another reason' });
  store.sessions.setState(session.id, { state: 'connected', since: noon + 1, reasonCode: null, reason: null });
  store.messages.insert(inbound(session, chat, 'A1'), noon);
  store.messages.insert(inbound(session, chat, 'A1'), noon);
  const turn = turnOf(store, session, chat, ['false_x_A1']);
  store.turns.update(turn, { outcome: 'answered', finishedAt: noon + 5 }, noon + 5);
  store.turns.update(turn, { outcome: 'answered' }, noon + 6);
  const left = { sessionId: session.id, conversationId: chat, since: noon, code: 'empty', reason: 'nothing came' };
  store.silences.leave(left, noon + 7);
  store.silences.leave(left, noon + 8);
  store.conversations.askForPerson(chat, 'wants to cancel', noon + 9);
  store.conversations.askForPerson(chat, 'wants to cancel now', noon + 10);

  const told = takeAll(store, hook);
  expect(told.map(({ type }) => type)).toEqual([
    'session.state',
    'session.qr_needed',
    'session.state',
    'message.received',
    'message.answered',
    'customer.silent',
    'customer.handed_over',
  ]);
  const customer = { chatId: '5511987654321@c.us', phone: '5511987654321', name: 'Ana' };
  expect(told[0]?.facts).toEqual({ state: { state: 'qr', before: 'stopped', code: null, reason: null } });
  expect(told[3]?.facts).toMatchObject({ customer, message: { id: 'false_x_A1', text: 'text A1', isDeleted: false } });
  expect(told[4]?.facts).toMatchObject({
    customer,
    turn: { id: turn, messages: ['false_x_A1'], question: 'Abrem hoje?' },
  });
  expect(told[5]?.facts).toMatchObject({ customer, silence: { code: 'empty', since: new Date(noon).toISOString() } });
  expect(told[6]?.facts).toEqual({ customer, handOver: { summary: 'wants to cancel now' } });
  expect(new Set(told.map(({ key }) => key)).size).toBe(7);
  expect(takeAll(store, hook)).toEqual([]);
  expect(hook()).toMatchObject({ delivered: 7, problem: null });
});

test('nothing is kept for nobody: no hook, another session, another type, a mystery customer, a chat that is left alone', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const other = addSession(store, 'studio-bela');
  const { id: chat } = chatOf(store, session);
  const count = () => store.database.get<{ n: number }>('SELECT count(*) AS n FROM hook_events')?.n;

  store.messages.insert(inbound(session, chat, 'B1'), noon);
  hear(store, other);
  store.messages.insert(inbound(session, chat, 'B2'), noon);
  hear(store, session, ['message.received']);
  store.sessions.setState(session.id, { state: 'connected', since: noon, reasonCode: null, reason: null });
  const ignored = { outcome: 'ignored', code: 'group', reason: 'groups are not answered' } as const;
  store.messages.insert(inbound(session, chat, 'B3', { ending: ignored }), noon);
  store.messages.insert(inbound(session, chat, 'B4', { sender: 'owner', ending: null }), noon);
  const probe = store.conversations.ensure(
    session,
    { chatId: probeChatTo('padaria-joao'), chatKind: 'probe', phone: null, lid: null, name: null, isSaved: false },
    noon,
  );
  store.messages.insert(inbound(session, probe.id, 'B5'), noon);
  hear(store, session);
  store.turns.update(turnOf(store, session, probe.id, ['false_x_B5']), { outcome: 'answered' }, noon);
  store.conversations.askForPerson(probe.id, 'x', noon);
  expect(count()).toBe(0);
  store.messages.insert(inbound(session, chat, 'B6'), noon);
  expect(count()).toBe(1);
});

test('whoever is erased is told of to nobody, and a deleted message without its words', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const hook = hear(store, session);
  const { id: chat } = chatOf(store, session);
  const { id: kept } = chatOf(store, session, '5511900000001');
  store.messages.insert(inbound(session, chat, 'C1', { text: 'meu CPF é 123' }), noon);
  store.messages.insert(inbound(session, kept, 'C2', { text: 'apago já' }), noon);
  store.turns.update(turnOf(store, session, chat, ['false_x_C1']), { outcome: 'answered' }, noon);
  store.silences.leave({ sessionId: session.id, conversationId: chat, since: noon, code: 'x', reason: 'x' }, noon);
  store.conversations.askForPerson(chat, 'CPF 123', noon);
  const deleted = store.messages.byId(session.id, 'false_x_C2');
  if (deleted === null) throw new Error('it was stored');
  store.messages.erase(deleted, noon + 1, noon + 1);
  await eraseCustomer(store, session, '5511987654321');

  const told = takeAll(store, hook);
  expect(told).toHaveLength(1);
  expect(told[0]?.facts).toMatchObject({ message: { id: 'false_x_C2', text: '', isDeleted: true } });
  expect(JSON.stringify(store.database.all('SELECT * FROM hook_events'))).not.toMatch(/CPF|123/);
});

test('what was not taken in a day lies dead for a week, is sent again by a person alone, and goes when all have passed it', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const crm = hear(store, session, ['message.received']);
  const panel = hear(store, session, ['session.state'], 'panel');
  const { id: chat } = chatOf(store, session);
  for (const [index, id] of ['D1', 'D2', 'D3'].entries())
    store.messages.insert(inbound(session, chat, id), noon + index * 3_600_000);
  const later = noon + hookTriesFor + 3_600_000;
  expect(store.hooks.standing(crm())).toEqual({ waiting: 3, oldestAt: noon, dead: 0 });
  store.hooks.failed(crm(), 'refused', later + 5000, later);
  expect(store.hooks.buryOld(crm(), 'refused', later)).toBe(2);
  expect(store.hooks.standing(crm())).toEqual({ waiting: 1, oldestAt: noon + 7_200_000, dead: 2 });

  expect(store.hooks.wantAgain(crm())).toBe(2);
  const ids = () => takeAll(store, crm).map(({ facts }) => (facts as { message: { id: string } }).message.id);
  expect(ids()).toEqual(['false_x_D1', 'false_x_D2', 'false_x_D3']);
  expect(store.hooks.standing(crm())).toEqual({ waiting: 0, oldestAt: null, dead: 0 });

  // A hook that hears nothing of them keeps none of them.
  const prune = (now: number) => store.hooks.prune([crm(), panel()], now, 100);
  expect(prune(later)).toBe(3);
  store.messages.insert(inbound(session, chat, 'D4'), later);
  store.hooks.buryOld(crm(), 'refused', later + day);
  expect(prune(later + day)).toBe(0);
  expect(store.hooks.dead(crm())).toMatchObject([{ type: 'message.received', reason: 'refused', isDue: false }]);
  expect(prune(later + day + deadKeptFor)).toBe(2);
  expect(store.hooks.dead(crm())).toEqual([]);
  store.messages.insert(inbound(session, chat, 'D5'), later);
  expect(store.hooks.remove(session.id, 'crm', later)).toBe(true);
  expect(store.hooks.prune([panel()], later, 100)).toBe(1);
  expect(store.hooks.remove(session.id, 'crm', later)).toBe(false);
});

test('two chats that turn out to be one person tell of him once, and a session that goes takes its hooks along', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const hook = hear(store, session, ['customer.handed_over']);
  const kept = chatOf(store, session);
  const gone = store.conversations.ensure(
    session,
    { chatId: '99887766@lid', chatKind: 'person', phone: null, lid: '99887766@lid', name: null, isSaved: false },
    noon,
  );
  store.conversations.askForPerson(gone.id, 'wants to cancel', noon);
  store.conversations.ensure(
    session,
    {
      chatId: kept.chatId,
      chatKind: 'person',
      phone: '5511987654321',
      lid: '99887766@lid',
      name: 'Ana',
      isSaved: false,
    },
    noon + 1,
  );
  expect(takeAll(store, hook)).toMatchObject([
    { type: 'customer.handed_over', facts: { customer: { name: 'Ana' }, handOver: { summary: 'wants to cancel' } } },
  ]);
  store.sessions.remove(session.id);
  expect(store.hooks.list(null)).toEqual([]);
  expect(store.hooks.isAny()).toBe(false);
  expect(store.database.all('SELECT id FROM hook_events')).toEqual([]);
});

test('a dead list keeps its newest, and never what is to be sent again', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const hook = hear(store, session, ['session.state']);
  store.database.run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${hookBounds.deadKept + 30})
     INSERT INTO hook_events (key, session_id, type, at) SELECT 'k' || i, ?, 'session.state', ? FROM n`,
    session.id,
    noon,
  );
  const later = noon + hookTriesFor;
  expect(store.hooks.buryOld(hook(), 'refused', later)).toBe(hookBounds.deadKept + 30);
  store.database.run('UPDATE hook_dead SET is_due = 1 WHERE event_id <= 10');
  while (store.hooks.prune([hook()], later, 100) > 0) void 0;
  expect(store.hooks.standing(hook()).dead).toBe(hookBounds.deadKept + 10);
  expect(store.hooks.next(hook())).toMatchObject({ isAgain: true, event: { key: 'k1' } });
});

test('a look finds the hooks that something waits for, and no other', () => {
  const store = temporaryStore();
  const [one, two] = [addSession(store, 'padaria'), addSession(store, 'oficina')];
  hear(store, one);
  const states = hear(store, one, ['session.state'], 'states');
  hear(store, two);
  const awaited = () => store.hooks.awaited().map((hook) => `${hook.sessionName} ${hook.name}`);
  expect(awaited()).toEqual([]);

  store.messages.insert(inbound(one, chatOf(store, one).id, 'A1'), noon);
  expect(awaited()).toEqual(['padaria crm']);
  store.sessions.setState(one.id, { state: 'connected', since: noon + 1, reasonCode: null, reason: null });
  expect(awaited().toSorted()).toEqual(['padaria crm', 'padaria states']);

  store.hooks.failed(states(), 'down', noon + 5000, noon);
  expect(store.hooks.failing().map(({ name }) => name)).toEqual(['states']);
  const next = store.hooks.next(states());
  if (next === null) throw new Error('nothing waits');
  store.hooks.bury(states(), next, 'refused', noon);
  expect(awaited()).toEqual(['padaria crm']);
  store.hooks.wantAgain(states());
  expect(awaited().toSorted()).toEqual(['padaria crm', 'padaria states']);
});
