import { describe, expect, it } from 'vitest';
import { messageKey } from '../../src/session/message-key.ts';
import { unitePersons } from '../../src/store/conversations/unite-persons.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { addSession, chatOf, eraseCustomer, inbound, noon, pending, temporaryStore } from './support.ts';

const number = '5511987654321';
const lid = '99887766@lid';

const lidChat = (store: Store, session: StoredSession, phone: string | null = null, more: object = {}) =>
  store.conversations.ensure(
    session,
    { chatId: lid, chatKind: 'person', phone, lid, name: null, isSaved: false, ...more },
    noon,
  );

describe('one person, one conversation', () => {
  it('is found by every address that is known', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session, number);

    expect(lidChat(store, session, number).id).toBe(ana.id);
    // Known from now on, also where WhatsApp tells no number.
    expect(lidChat(store, session).id).toBe(ana.id);
    expect(store.conversations.find(session.id, lid)?.id).toBe(ana.id);
    expect(store.conversations.byPhone(session.id, '+55 (11) 98765-4321').map((one) => one.id)).toEqual([ana.id]);
    expect(store.conversations.byPhone(session.id, lid).map((one) => one.id)).toEqual([ana.id]);
    // The same subscriber without the ninth digit.
    expect(chatOf(store, session, '551187654321').id).toBe(ana.id);
  });

  it('keeps sessions, groups and people whom nothing connects apart', () => {
    const store = temporaryStore();
    const [one, other] = [addSession(store, 'padaria'), addSession(store, 'oficina')];
    const ids = [
      chatOf(store, one).id,
      chatOf(store, other).id,
      lidChat(store, one).id,
      store.conversations.ensure(
        one,
        { chatId: '120363@g.us', chatKind: 'group', phone: number, lid: null, name: null, isSaved: false },
        noon,
      ).id,
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('never merges two who are known by different numbers, whoever has the LID or the number now', async () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = lidChat(store, session, number);
    const bruno = chatOf(store, session, '5521912345678');
    const gone: number[] = [];
    const merged = (id: number): void => void gone.push(id);

    // Ana's LID is told with Bruno's number, and Bruno's number with Ana's LID.
    const told = { chatKind: 'person', phone: '5521912345678', lid, name: null, isSaved: false } as const;
    const underLid = store.conversations.ensure(session, { ...told, chatId: lid }, noon + 1, merged);
    const underNumber = store.conversations.ensure(session, { ...told, chatId: bruno.chatId }, noon + 2, merged);
    store.conversations.learn(ana.id, { addresses: [bruno.chatId], phone: told.phone, lid }, noon + 3, merged);

    expect([underLid.id, underNumber.id]).toEqual([ana.id, bruno.id]);
    expect([underLid.phone, underNumber.phone, underNumber.lid]).toEqual([number, '5521912345678', null]);
    expect(await unitePersons(store, session.id, () => noon + 4)).toBe(0);
    expect(gone).toEqual([]);
  });

  it('merges two that turn out to be one: history, pause, silence, drafts, caps and what waits', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const first = lidChat(store, session);
    const second = chatOf(store, session, number);
    store.messages.insert(inbound(session, first.id, 'A', { text: 'oi', at: noon, ending: pending }), noon);
    store.messages.insert(
      inbound(session, second.id, 'B', { text: 'tem bolo?', at: noon + 1, ending: pending }),
      noon + 1,
    );
    store.messages.insert(inbound(session, first.id, 'C', { text: 'alô', at: noon + 2, ending: pending }), noon + 2);
    store.conversations.pause(second.id, { until: noon + 9e6, by: 'owner', reason: 'typed' }, noon);
    store.silences.leave(
      { sessionId: session.id, conversationId: first.id, since: noon, code: 'empty', reason: 'r' },
      noon,
    );
    store.silences.leave(
      { sessionId: session.id, conversationId: second.id, since: noon - 5, code: 'kind', reason: 'r' },
      noon,
    );
    const origin = {
      sessionId: session.id,
      conversationId: second.id,
      turnId: null,
      source: 'reply',
      actor: 'bot',
    } as const;
    const draft = store.outbox.addDraft(origin, 'Temos.', noon);

    const merged = store.conversations.learn(second.id, { addresses: [lid], phone: number, lid }, noon + 10);

    expect(merged).toMatchObject({ id: first.id, phone: number, lid, name: 'Ana', pausedBy: 'owner', messageCount: 3 });
    expect(store.conversations.get(second.id)).toBeNull();
    expect(store.conversations.find(session.id, `${number}@c.us`)?.id).toBe(first.id);
    expect(store.messages.pending(session.id, first.id).map((one) => one.text)).toEqual(['oi', 'tem bolo?', 'alô']);
    expect(store.outbox.draftsOfChat(session.id, first.id).map((one) => one.id)).toEqual([draft]);
    expect(store.silences.open(session.id)).toMatchObject([{ conversationId: first.id, since: noon - 5 }]);
    expect(store.events.list({ sessionName: session.name, limit: 5 })).toMatchObject([{ kind: 'chats-merged' }]);
    expect(store.changes.tombstonesSince(0, 10)).toMatchObject([{ kind: 'merged', rowKey: `${number}@c.us ${lid}` }]);
  });

  it.each([
    ['the owner wrote after it, before the try was given up', 'owner', noon + 20, noon + 30, 'blocked', 0],
    ['the owner had written before it', 'owner', noon - 20, noon + 30, 'blocked', 1],
    ['the bot answered after it', 'bot', noon + 40, noon + 30, 'blocked', 0],
    ['the bot had answered before it was given up', 'bot', noon + 20, noon + 30, 'blocked', 1],
    ['nobody can say whether it was the owner', 'owner', noon + 20, noon + 30, 'in-doubt', 1],
  ] as const)('a silence under the other address, and %s: %s', (_, sender, at, leftAt, code, open) => {
    const store = temporaryStore();
    const session = addSession(store);
    const first = lidChat(store, session);
    const second = chatOf(store, session, number);
    const unanswered = { outcome: 'unanswered', code: 'blocked', reason: 'blocked' } as const;
    store.messages.insert(inbound(session, first.id, 'A', { at: noon, ending: unanswered }), leftAt);
    const silence = { sessionId: session.id, conversationId: first.id, since: noon, code, reason: code };
    store.silences.leave(silence, leftAt);
    store.messages.insert(inbound(session, second.id, 'B', { sender, at, ending: null }), at);
    if (sender === 'bot') store.database.run("UPDATE messages SET turn_id = 7 WHERE sender = 'bot'");

    store.conversations.learn(second.id, { addresses: [lid], phone: number, lid }, noon + 60);

    expect(store.silences.open(session.id)).toHaveLength(open);
  });

  it('merges nothing when told what it knows, and nothing of a group', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session);
    const before = store.changes.newest();
    expect(store.conversations.learn(ana.id, { addresses: [ana.chatId], phone: number, lid: null }, noon)?.id).toBe(
      ana.id,
    );
    expect(store.changes.newest()).toBe(before);
    expect(store.conversations.learn(4711, { addresses: [], phone: null, lid: null }, noon)).toBeNull();
  });

  it('answers where the person wrote last, and looks a part up where it was sent', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session, number);
    const origin = {
      sessionId: session.id,
      conversationId: ana.id,
      turnId: null,
      source: 'reply',
      actor: 'bot',
    } as const;
    store.messages.insert(inbound(session, ana.id, 'A', { waId: `false_${number}@c.us_A` }), noon);
    const texts = ['um', 'dois'].map((text) => ({ text, notBefore: noon }));
    const [one = 0, two = 0] = store.outbox.enqueue(origin, texts, noon);
    store.outbox.markSending(one, { messageId: 'M1', chatId: store.outbox.get(one)?.chatId ?? '' }, 'life', noon);

    lidChat(store, session, number);
    store.messages.insert(inbound(session, ana.id, 'B', { waId: `false_${lid}_B` }), noon + 1);

    expect(store.outbox.get(one)?.chatId).toBe(`${number}@c.us`);
    expect(store.outbox.get(two)?.chatId).toBe(lid);
  });
});

describe('one message, once', () => {
  it('counts by direction, id and author, whatever address it came under', () => {
    expect(messageKey('false_5511@c.us_ABC')).toBe('in:ABC');
    expect(messageKey('false_99@lid_ABC')).toBe('in:ABC');
    expect(messageKey('true_99@lid_ABC')).toBe('out:ABC');
    expect(messageKey('false_12@g.us_ABC_5511@c.us')).toBe('in:ABC:5511@c.us');
    expect(messageKey('odd')).toBe('odd');

    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session);
    const insert = (waId: string) => store.messages.insert(inbound(session, ana.id, 'X', { waId }), noon);
    expect(insert('false_5511@c.us_ABC')).not.toBeNull();
    expect(insert('false_99@lid_ABC')).toBeNull();
    expect(store.messages.has(session.id, 'false_99@lid_ABC')).toBe(true);
    expect(insert('true_99@lid_ABC')).not.toBeNull();
    expect(insert('false_12@g.us_ABC_1@c.us')).not.toBeNull();
    expect(insert('false_12@g.us_ABC_2@c.us')).not.toBeNull();
  });

  it('keeps what it carries, its new words, and nothing of what was deleted', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session);
    const waId = 'false_5511@c.us_P';
    store.messages.insert(
      inbound(session, ana.id, 'P', { waId, text: 'dois', facts: { place: 'Praça' }, quoted: { text: 'o preço' } }),
      noon,
    );
    const stored = store.messages.byId(session.id, 'false_99@lid_P');
    if (stored === null) throw new Error('not found under its other address');
    expect(JSON.parse(stored.facts ?? '')).toEqual({ place: 'Praça' });

    store.messages.edit(stored, { text: 'três', at: noon + 1 }, noon + 1);
    expect(store.messages.byId(session.id, waId)).toMatchObject({ text: 'três', editedAt: noon + 1 });
    expect(store.chats.chats({ sessionId: session.id, limit: 1, now: noon })[0]?.lastText).toBe('três');

    store.reactions.set(session.id, waId, { author: 'x', kind: 'reaction', value: '👍', at: noon });
    store.messages.erase(stored, noon + 2, noon + 2);
    expect(store.messages.byId(session.id, waId)).toMatchObject({
      text: '',
      facts: null,
      quoted: null,
      deletedAt: noon + 2,
    });
    expect(store.chats.chats({ sessionId: session.id, limit: 1, now: noon })[0]?.lastText).toBe('[text]');
    expect([...store.reactions.ofChat(ana.id).values()]).toMatchObject([[{ value: '👍' }]]);
    store.reactions.set(session.id, waId, { author: 'x', kind: 'reaction', value: '', at: noon });
    expect(store.reactions.ofChat(ana.id).size).toBe(0);
  });
});

describe('customers left in silence', () => {
  it('are counted once each, until somebody answers or lets it be', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const [ana, bia] = [chatOf(store, session), chatOf(store, session, '5521998761234')];
    const left = (id: number, since: number, code: string) =>
      store.silences.leave({ sessionId: session.id, conversationId: id, since, code, reason: code }, since + 10);
    const counts = () => store.silences.countsOf(session.id, noon - 1000, noon + 1000);
    expect(counts()).toMatchObject({ chats: 0, today: 0, oldestSince: null, lately: 0 });

    left(ana.id, noon, 'empty');
    left(ana.id, noon + 50, 'blocked');
    left(bia.id, noon - 86_400_000, 'kind');
    expect(counts()).toMatchObject({
      chats: 2,
      today: 1,
      oldestSince: noon - 86_400_000,
      lately: 1,
      newestCode: 'blocked',
    });
    expect(store.silences.open(session.id).map((one) => [one.chatId, one.code])).toEqual([
      [bia.chatId, 'kind'],
      [ana.chatId, 'blocked'],
    ]);

    // What the owner typed before it is no answer to it.
    store.conversations.ownerTyped(ana.id, noon - 1, noon + 60);
    expect(counts().chats).toBe(2);
    store.conversations.ownerTyped(ana.id, noon + 60, noon + 60);
    expect(counts()).toMatchObject({ chats: 1, today: 1 });
    expect(store.silences.end(session.id, bia.id, 'person', noon + 70)).toBe(true);
    expect(store.silences.end(session.id, bia.id, 'person', noon + 70)).toBe(false);
    expect(counts()).toMatchObject({ chats: 0, today: 1, newestCode: null });
  });

  it('count as a row while nobody else is answered, however slowly they write', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const hour = 3_600_000;
    const chats = ['1', '2', '3', '4'].map((n) => chatOf(store, session, `551198765432${n}`));
    const left = (index: number, at: number) =>
      store.silences.leave(
        { sessionId: session.id, conversationId: chats[index]?.id ?? 0, since: at, code: 'empty', reason: 'r' },
        at,
      );
    const answered = (index: number, at: number) =>
      store.messages.insert(
        inbound(session, chats[index]?.id ?? 0, `answer-${at}`, { sender: 'bot', at, ending: null }),
        at,
      );
    const lately = (at: number) => store.silences.countsOf(session.id, noon - hour, at).lately;

    answered(3, noon - hour);
    left(0, noon);
    left(1, noon + hour);
    expect(lately(noon + 2 * hour)).toBe(0);
    left(2, noon + 2 * hour);
    expect(lately(noon + 9 * hour)).toBe(3);

    // What went to one of them before he was left is no answer; what goes to somebody else is.
    answered(2, noon + hour);
    expect(lately(noon + 9 * hour)).toBe(3);
    answered(3, noon + 8 * hour);
    expect(lately(noon + 9 * hour)).toBe(0);
    expect(store.silences.countsOf(session.id, noon - hour, noon + 9 * hour).chats).toBe(3);
  });

  it('end with an answer that went out, not with an away message', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session);
    const send = (source: 'reply' | 'away', id: string) => {
      store.outbox.enqueue(
        { sessionId: session.id, conversationId: ana.id, turnId: null, source, actor: 'bot' },
        [{ text: id, notBefore: noon }],
        noon,
      );
      const part = store.outbox.next(session.id, ana.id);
      if (part === null) throw new Error('nothing was queued');
      store.outbox.markSending(part.id, { messageId: id, chatId: part.chatId }, 'life', noon);
      store.outbox.markSent({ ...part, messageId: id }, { waId: `true_${part.chatId}_${id}`, ack: 1 }, noon);
    };
    store.silences.leave(
      { sessionId: session.id, conversationId: ana.id, since: noon, code: 'empty', reason: '' },
      noon,
    );
    send('away', 'AWAY');
    expect(store.silences.open(session.id)).toHaveLength(1);
    send('reply', 'REPLY');
    expect(store.silences.open(session.id)).toHaveLength(0);
  });
});

describe('what else stands in a conversation', () => {
  it('knows a group message again when its author is told under another address', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session, number);
    store.conversations.learn(ana.id, { addresses: [lid], phone: number, lid }, noon);
    const group = store.conversations.ensure(
      session,
      { chatId: '12@g.us', chatKind: 'group', phone: null, lid: null, name: null, isSaved: false },
      noon,
    );
    const insert = (author: string) =>
      store.messages.insert(inbound(session, group.id, 'G', { waId: `false_12@g.us_G_${author}`, author }), noon);
    expect(insert(`${number}@c.us`)).not.toBeNull();
    expect(insert(lid)).toBeNull();
    expect(store.messages.has(session.id, `false_12@g.us_G_${lid}`)).toBe(true);
    expect(insert('5521998761234@c.us')).not.toBeNull();
  });

  it('says the open silence to a replica, and takes it back from one', () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session, number);
    const silent = () =>
      store.database.get('SELECT silent_since AS since, silent_code AS code FROM conversations WHERE id = ?', ana.id);
    const left = { sessionId: session.id, conversationId: ana.id, since: noon, code: 'empty', reason: 'r' };
    store.silences.leave(left, noon);
    expect(silent()).toMatchObject({ since: noon, code: 'empty' });
    store.silences.leave({ ...left, since: noon - 5, code: 'blocked' }, noon);
    expect(silent()).toMatchObject({ since: noon - 5, code: 'blocked' });
    store.silences.end(session.id, ana.id, 'person', noon);
    expect(silent()).toMatchObject({ since: null, code: null });

    store.database.run(
      `INSERT INTO conversations (session_id, session_name, chat_id, last_at, created_at, updated_at, silent_since, silent_code, silent_reason)
       VALUES (?, 'padaria-joao', '5531911112222@c.us', 1, 1, 1, 7, 'moved', 'r')`,
      session.id,
    );
    expect(store.silences.open(session.id)).toMatchObject([{ since: 7, code: 'moved' }]);
  });

  it('is gone from what the admins were told of it', async () => {
    const store = temporaryStore();
    const session = addSession(store);
    chatOf(store, session, number);
    const by = { source: 'alert', actor: 'bot' } as const;
    const told = (text: string) => {
      const id = store.outbox.enqueueSend(session, '5521900000001', text, by, noon);
      store.outbox.markSending(id, { messageId: `M${id}`, chatId: '5521900000001@c.us' }, 'life', noon);
      const part = store.outbox.get(id);
      if (part === null) throw new Error('no part');
      store.outbox.markSent(part, { waId: `true_5521900000001@c.us_M${id}`, ack: 1 }, noon);
      return id;
    };
    const ids = ['Bia espera', '11 98765-4321 espera', 'Ana pede uma pessoa: quer o dinheiro'].map(told);

    await eraseCustomer(store, session, number);

    const texts = (table: string) =>
      store.database.all<{ text: string }>(`SELECT text FROM ${table} ORDER BY 1`).map((row) => row.text);
    expect(ids.map((id) => store.outbox.get(id)?.text)).toEqual(['Bia espera', '(erased)', '(erased)']);
    expect(store.conversations.find(session.id, '5521900000001@c.us')).not.toBeNull();
    expect(store.chats.chats({ sessionId: session.id, limit: 5, now: noon }).map((one) => one.lastText)).toEqual([
      '(erased)',
    ]);
    expect(texts('messages')).toEqual(['(erased)', '(erased)', 'Bia espera']);
  });

  it('is gone with its person: addresses, silence and reactions', async () => {
    const store = temporaryStore();
    const session = addSession(store);
    const ana = chatOf(store, session, number);
    store.conversations.learn(ana.id, { addresses: [lid], phone: number, lid }, noon);
    store.messages.insert(inbound(session, ana.id, 'A', { waId: `false_${lid}_A` }), noon);
    store.reactions.set(session.id, `false_${lid}_A`, { author: lid, kind: 'reaction', value: '👍', at: noon });
    store.silences.leave(
      { sessionId: session.id, conversationId: ana.id, since: noon, code: 'empty', reason: '' },
      noon,
    );

    const erased = await eraseCustomer(store, session, number);

    expect([...erased.chatIds].sort()).toEqual([`${number}@c.us`, lid].sort());
    for (const table of ['addresses', 'silences', 'reactions', 'conversations', 'messages'])
      expect(store.database.get(`SELECT count(*) AS n FROM ${table}`), table).toEqual({ n: 0 });
    expect(
      store.changes
        .tombstonesSince(0, 10)
        .map((one) => one.rowKey)
        .sort(),
    ).toEqual([`${number}@c.us`, lid].sort());
  });
});
