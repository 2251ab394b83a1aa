import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrations } from '../../src/store/migrations.ts';
import { emptyLog } from '../../src/store/retention/empty-log.ts';
import { openStore } from '../../src/store/store.ts';
import {
  addSession,
  chatOf,
  eraseCustomer,
  erasedBy,
  inbound,
  noon,
  temporaryDatabase,
  temporaryStore,
} from './support.ts';

const send = (
  store: ReturnType<typeof temporaryStore>,
  session: ReturnType<typeof addSession>,
  chatId: number,
  text: string,
) => {
  const [id] = store.outbox.enqueue(
    { sessionId: session.id, conversationId: chatId, turnId: null, source: 'send', actor: 'you' },
    [{ text, notBefore: noon }],
    noon,
  );
  const part = store.outbox.get(id ?? 0);
  if (part === null) throw new Error('no part');
  store.outbox.markSending(part.id, { messageId: `ID${part.id}`, chatId: part.chatId }, 'life', noon);
  store.outbox.markSent(part, { waId: `true_x_ID${part.id}`, ack: 1 }, noon);
  return part.id;
};

test('a message is stored once per session; an ending is final', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const other = addSession(store, 'otica-visao');
  const chat = chatOf(store, session);
  const seq = store.messages.insert(inbound(session, chat.id, 'a'), noon) ?? 0;
  expect(store.messages.insert(inbound(session, chat.id, 'a'), noon)).toBeNull();
  expect(store.messages.insert(inbound(other, chatOf(store, other).id, 'a'), noon)).not.toBeNull();
  expect(store.conversations.get(chat.id)?.messageCount).toBe(1);
  expect(store.messages.end([seq], { outcome: 'answered', code: null, reason: null }, noon)).toBe(1);
  expect(store.messages.end([seq], { outcome: 'unanswered', code: 'x', reason: 'x' }, noon)).toBe(0);
  expect(store.messages.release([seq], noon)).toBe(0);
  expect(store.messages.get(seq)?.outcome).toBe('answered');
});

test('history outlives its session until it is purged', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  store.messages.insert(inbound(session, chat.id, 'a'), noon);
  store.sessions.remove(session.id);
  expect(store.sessions.get(session.name)).toBeNull();
  expect(store.conversations.sessionIdsOfName('padaria-joao')).toEqual([session.id]);
  expect(store.chats.messages({ sessionId: session.id, chatId: chat.chatId, limit: 5 }).length).toBe(1);
  expect(await erasedBy((options) => store.retention.eraseSession(session, options))).toEqual({
    conversations: 1,
    messages: 1,
    turns: 0,
    parts: 0,
    events: 0,
  });
  expect(store.conversations.sessionIdsOfName('padaria-joao')).toEqual([]);
});

test('a chat shows what was said and what waits to be said, in order and page by page', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  for (let n = 0; n < 5; n += 1)
    store.messages.insert(inbound(session, chat.id, `${n}`, { at: noon - 5000 + n * 1000 }), noon);
  send(store, session, chat.id, 'sent');
  store.outbox.addDraft(
    { sessionId: session.id, conversationId: chat.id, turnId: null, source: 'reply', actor: 'bot' },
    'draft',
    noon + 1,
  );
  const page = (before?: number) =>
    store.chats
      .messages({ sessionId: session.id, chatId: chat.chatId, limit: 3, ...(before === undefined ? {} : { before }) })
      .map((one) => `${one.from} ${one.text} ${one.status ?? one.outcome}`);
  expect(page()).toEqual(['customer text 4 pending', 'bot sent sent', 'bot draft draft']);
  expect(page(noon - 1000)).toEqual(['customer text 1 pending', 'customer text 2 pending', 'customer text 3 pending']);
  expect(store.chats.chats({ limit: 5, now: noon, search: 'an' })).toEqual([
    {
      sessionName: 'padaria-joao',
      chatId: '5511987654321@c.us',
      name: 'Ana',
      phone: '5511987654321',
      lid: null,
      lastInboundAt: noon - 1000,
      lastOutboundAt: noon,
      lastText: 'sent',
      messages: 6,
      waiting: 5,
      waitingSince: noon,
      overdue: false,
      pausedUntil: null,
      pausedBy: null,
      pausedReason: null,
      silentSince: null,
      silentCode: null,
      silentReason: null,
      asksForPersonSince: null,
      handoverSummary: null,
      drafts: 1,
    },
  ]);
  expect(store.chats.chats({ limit: 5, now: noon, search: '%' })).toEqual([]);
});

test('a chat is overdue when it waits longer than an answer may take and nothing went out since', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  store.messages.insert(inbound(session, chat.id, 'a'), noon);
  const { maxWaitMs } = session.config.timing;
  const mayTake = maxWaitMs + session.config.ai.timeoutMs + 30_000;
  const isOverdue = (now: number): boolean | undefined => store.chats.chats({ limit: 5, now })[0]?.overdue;

  expect(isOverdue(noon + mayTake)).toBe(false);
  expect(isOverdue(noon + mayTake + 1)).toBe(true);
  const sent = inbound(session, chat.id, 'b', { sender: 'bot', ending: null, at: noon + mayTake });
  store.messages.insert(sent, noon + mayTake);
  expect(isOverdue(noon + mayTake + 1)).toBe(false);
});

test('a draft tells what it answers, by which model and instructions, as long as its turn is stored', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  const seqs = ['a', 'b'].map((id, n) =>
    Number(store.messages.insert(inbound(session, chat.id, id, { at: noon + n }), noon)),
  );
  const turnId = store.turns.begin(
    {
      sessionId: session.id,
      conversationId: chat.id,
      messageIds: ['a', 'b'],
      joinedText: 'a b',
      instructionsVersion: 7,
      provider: 'openai',
      model: 'gpt-5.6-luna',
      parameters: {},
      history: { from: null, to: null, count: 12, hash: '' },
      steps: [],
    },
    noon,
  );
  store.turns.update(turnId, { costMicroUsd: 2900 }, noon);
  store.messages.setTurn(seqs, turnId, noon);
  const origin = { sessionId: session.id, conversationId: chat.id, turnId, source: 'reply', actor: 'bot' } as const;
  const id = store.outbox.addDraft(origin, 'draft', noon);

  const told = { model: 'gpt-5.6-luna', instructionsVersion: 7, historyMessages: 12, costUsd: 0.0029 };
  const asked = [
    { text: 'text a', at: noon },
    { text: 'text b', at: noon + 1 },
  ];
  expect(store.chats.drafts(session.id)).toMatchObject([{ outboxId: id, asked, ...told }]);
  expect(store.chats.draft(id)).toMatchObject({ asked, ...told });
  store.database.run('DELETE FROM turns');
  store.database.run('DELETE FROM messages');
  const rest = store.chats.draft(id);
  expect(rest?.asked).toEqual([]);
  for (const name of Object.keys(told)) expect(rest).not.toHaveProperty(name);
});

test('a send to a number finds the chat that already stands for it, with or without the ninth digit', () => {
  const store = temporaryStore();
  const session = addSession(store);
  store.conversations.ensure(
    session,
    { chatId: '77@lid', chatKind: 'person', phone: '5511987654321', lid: '77@lid', name: null, isSaved: false },
    noon,
  );
  const by = { source: 'send', actor: 'you' } as const;
  const id = store.outbox.enqueueSend(session, '+55 (11) 8765-4321', 'oi', by, noon);
  expect(store.outbox.get(id)?.chatId).toBe('77@lid');
  expect(store.outbox.get(store.outbox.enqueueSend(session, '21 99876-1234', 'oi', by, noon))?.chatId).toBe(
    '5521998761234@c.us',
  );
  expect(() => store.outbox.enqueueSend(session, 'nobody', 'oi', by, noon)).toThrow(/Example: 5511987654321/);
  expect(() => store.outbox.enqueueSend(session, '98765-4321', 'oi', by, noon)).toThrow(/has no area code/);
});

test('changes come in commit order without gaps, whoever writes', () => {
  const path = temporaryDatabase();
  const one = openStore(path);
  const two = openStore(path);
  const session = addSession(one);
  const chat = chatOf(one, session);
  for (let n = 0; n < 20; n += 1) (n % 2 === 0 ? one : two).messages.insert(inbound(session, chat.id, `${n}`), noon);
  const seen = new Map<string, number>();
  let since = 0;
  for (;;) {
    const rows = two.changes.since(since, 7);
    if (rows.length === 0) break;
    for (const row of rows) {
      expect(row.changeSeq).toBeGreaterThan(since);
      since = row.changeSeq;
      seen.set(`${row.table} ${row.row['seq'] ?? row.row['id']}`, row.changeSeq);
    }
  }
  expect(since).toBe(one.changes.newest());
  expect([...seen.keys()].filter((key) => key.startsWith('messages')).length).toBe(20);
  // A rolled back change takes no number.
  expect(() =>
    one.database.transaction(() => {
      one.messages.insert(inbound(session, chat.id, 'never'), noon);
      throw new Error('no');
    }),
  ).toThrow();
  expect(two.changes.newest()).toBe(since);
  expect(two.changes.countSince(since)).toBe(0);
  one.messages.end([1], { outcome: 'answered', code: null, reason: null }, noon);
  expect(two.changes.since(since, 10).map((row) => [row.table, row.row['seq'], row.row['outcome']])).toEqual([
    ['messages', 1, 'answered'],
  ]);
  one.close();
  two.close();
});

test('old history is pruned by age; what still waits stays', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  const day = 86_400_000;
  store.messages.insert(
    inbound(session, chat.id, 'old', { ending: { outcome: 'answered', code: null, reason: null } }),
    noon - 40 * day,
  );
  store.messages.insert(inbound(session, chat.id, 'old and waiting'), noon - 40 * day);
  store.messages.insert(
    inbound(session, chat.id, 'new', { ending: { outcome: 'answered', code: null, reason: null } }),
    noon,
  );
  const before = noon - 30 * day;
  expect(await erasedBy((options) => store.retention.pruneSession(session.id, before, options))).toEqual({
    conversations: 0,
    messages: 1,
    turns: 0,
    parts: 0,
    events: 0,
  });
  expect(store.messages.history(chat.id, 0, 100, 10).map((message) => message.text)).toEqual([
    'text old and waiting',
    'text new',
  ]);
  expect(store.changes.tombstonesSince(0, 5)).toMatchObject([{ kind: 'message', rowKey: 'false_x_old' }]);
});

test('one customer is erased from every table and from the files, with a receipt', async () => {
  const path = temporaryDatabase();
  const store = openStore(path);
  const session = addSession(store);
  const chat = chatOf(store, session);
  const other = chatOf(store, session, '5521998761234');
  store.messages.insert(inbound(session, chat.id, 'a', { text: 'SECRET-WORDS of Ana' }), noon);
  store.messages.insert(inbound(session, other.id, 'b'), noon);
  send(store, session, chat.id, 'SECRET-WORDS to Ana');
  const group = store.conversations.ensure(
    session,
    { chatId: '1@g.us', chatKind: 'group', phone: null, lid: null, name: 'Grupo', isSaved: false },
    noon,
  );
  store.messages.insert(
    inbound(session, group.id, 'g', { text: 'SECRET-WORDS in a group', author: '5511987654321@c.us' }),
    noon,
  );
  store.events.add({
    at: noon,
    level: 'info',
    session,
    kind: 'takeover',
    text: 'the owner took over 5511987654321@c.us',
    actor: 'bot',
  });
  const result = await eraseCustomer(store, session, '11 8765-4321');
  const { conversations, messages, turns, parts } = result;
  store.retention.writeReceipt(session, '11 8765-4321', { conversations, messages, turns, parts }, 'you', noon);
  expect(await emptyLog(store.database)).toBe(true);
  expect(result).toMatchObject({ conversations: 1, messages: 3, parts: 1, chatIds: [chat.chatId] });
  expect(store.events.list({ limit: 1 })[0]?.text).toBe('(erased)');
  expect(
    store.chats
      .chats({ limit: 5, now: noon })
      .map((row) => row.chatId)
      .sort(),
  ).toEqual(['1@g.us', other.chatId]);
  expect(store.retention.receipts(1)[0]).toMatchObject({
    sessionName: 'padaria-joao',
    actor: 'you',
    counts: { messages: 3 },
  });
  expect(store.changes.tombstonesSince(0, 5)).toMatchObject([
    { kind: 'conversation', rowKey: chat.chatId },
    { kind: 'message', rowKey: 'false_x_g' },
  ]);
  store.close();
  expect(readFileSync(path).includes('SECRET-WORDS')).toBe(false);
});

test('an export tells every conversation with its messages and turns', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  store.messages.insert(inbound(session, chat.id, 'a'), noon);
  send(store, session, chat.id, 'sent');
  expect(
    [...store.retention.export(session.id)].map((line) => `${line['type']} ${line['text'] ?? line['chat']}`),
  ).toEqual(['conversation 5511987654321@c.us', 'message text a', 'message sent']);
});

test('a database of the first schema keeps its sessions and events when it is migrated', () => {
  const path = temporaryDatabase();
  const old = new DatabaseSync(path);
  old.exec(migrations[0]?.sql ?? '');
  old.exec('PRAGMA user_version = 1');
  old.exec(
    `INSERT INTO sessions (id, name, state_since, created_at, updated_at) VALUES ('s1', 'padaria-joao', 1, 1, 1);
     INSERT INTO events (at, level, kind, text, actor) VALUES (5, 'info', 'k', 'kept', 'you')`,
  );
  old.close();
  const store = openStore(path);
  expect(store.sessions.list().map((session) => session.name)).toEqual(['padaria-joao']);
  expect(store.events.list({ limit: 5 }).map((event) => event.text)).toEqual(['kept']);
  // Rows from before the counter are told to a replica too.
  expect(
    store.changes
      .since(0, 10)
      .map((row) => row.table)
      .sort(),
  ).toEqual(['events', 'sessions']);
  store.close();
  openStore(path).close();
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 999');
  newer.close();
  expect(() => openStore(path)).toThrow(/newer zap-fleet/);
});
