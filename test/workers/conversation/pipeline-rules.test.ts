import { describe, expect, test } from 'vitest';
import type { SessionConfig } from '../../../src/session/session-config.ts';
import { ana, answer, bia, connectedPipeline, createPipeline, minute, plainConfig, start } from './pipeline-support.ts';

const second = 1000;
const hour = 60 * minute;

const withTiming = (timing: Partial<SessionConfig['timing']>): SessionConfig => {
  const config = plainConfig();
  return { ...config, timing: { ...config.timing, ...timing } };
};
const withAi = (ai: Partial<SessionConfig['ai']>): SessionConfig => {
  const config = plainConfig();
  return { ...config, ai: { ...config.ai, ...ai } };
};
const withFilters = (filters: Partial<SessionConfig['filters']>): SessionConfig => {
  const config = plainConfig();
  return { ...config, filters: { ...config.filters, ...filters } };
};

describe('who is answered', () => {
  test('groups, status and the deny list are stored and left, with the ninth digit or without', async () => {
    const p = await connectedPipeline({ config: withFilters({ deny: ['551187654321'] }) });
    p.say('in a group', { chatId: '123@g.us', chatKind: 'group', author: bia });
    p.say('a status', { chatId: 'status@broadcast', chatKind: 'status' });
    p.say('denied');
    p.say('a place', { chatId: bia, kind: 'location', text: '' });
    p.say('a film', { chatId: bia, kind: 'video', text: 'what is this?' });
    await p.clock.advance(minute);
    expect(p.outcomes()).toMatchObject({
      'in a group': 'ignored: group',
      'a status': 'ignored: status',
      denied: 'ignored: denied',
      '': 'answered',
      'what is this?': 'answered',
    });
    expect(p.sentTexts()).toEqual(['re: [location]\n[video: not watched] what is this?']);
  });

  test('a LID is asked for its number before lists decide', async () => {
    const p = await connectedPipeline({ config: withFilters({ allow: ['5511987654321'] }) });
    p.whatsapp.identities.set('77@lid', { phone: '5511987654321', lid: '77@lid', isSavedContact: false });
    p.whatsapp.identities.set('88@lid', { phone: '5521998761234', lid: '88@lid', isSavedContact: false });
    p.say('allowed', { chatId: '77@lid' });
    p.say('not allowed', { chatId: '88@lid' });
    p.say('unknown', { chatId: '99@lid' });
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({
      allowed: 'answered',
      'not allowed': 'ignored: not-allowed',
      unknown: 'ignored: not-allowed',
    });
    expect(p.store.conversations.byPhone(p.sessionId, '551187654321').map((one) => one.chatId)).toEqual(['77@lid']);
  });

  test('voice messages are heard, answered with a fixed text, or left, as ai_config says', async () => {
    const p = await connectedPipeline({
      config: withAi({ audio: 'describe', image: 'reply', mediaReply: 'Só leio textos.' }),
    });
    const audio = p.say('', { kind: 'audio' });
    p.whatsapp.media.set(audio.id, new Uint8Array(7));
    p.say('', { chatId: bia, kind: 'image' });
    await p.clock.advance(minute);
    expect(p.sentTexts(ana)).toEqual(['re: [audio: audio of 7 bytes]']);
    expect(p.sentTexts(bia)).toEqual(['Só leio textos.']);
    p.say('', { kind: 'audio' });
    await p.clock.advance(minute);
    expect(p.sentTexts(ana)[1]).toBe(
      're: [audio: its file is no longer there, so it was not read; it can be sent again]',
    );
    expect(p.outcomes()).toEqual({ '': 'answered' });
  });
});

describe('holding', () => {
  test('outside opening hours: one away message a day, the answer at opening', async () => {
    // 15:00 UTC is 12:00 in São Paulo.
    const p = await connectedPipeline({
      config: withTiming({
        openingHours: [{ days: [0, 1, 2, 3, 4, 5, 6], from: '14:00', to: '18:00' }],
        outsideHours: 'away',
        awayMessage: 'Abrimos às 14h.',
      }),
    });
    p.say('oi');
    await p.clock.advance(minute);
    p.say('alguém?');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['Abrimos às 14h.']);
    expect(p.outcomes()).toEqual({ oi: 'held: closed', 'alguém?': 'held: closed' });
    expect(p.store.activity.activityOf([p.sessionId], p.clock.now()).get(p.sessionId)).toMatchObject({
      heldMessages: 2,
      opensAt: start + 2 * hour,
    });
    await p.clock.advance(2 * hour);
    expect(p.sentTexts()).toEqual(['Abrimos às 14h.', 're: oi\nalguém?']);
  });

  test('a whole weekend does not make a held message too old', async () => {
    // The test begins on a Monday, 12:00 in São Paulo; the shop opens at 20:00. Hours instead of days: each is 720 looks at the store.
    const p = await connectedPipeline({
      config: withTiming({ maxAgeMs: 2 * hour, openingHours: [{ days: [1], from: '20:00', to: '22:00' }] }),
    });
    p.say('oi');
    await p.clock.advance(9 * hour);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
  });

  test('replies paused by a person are held and answered when they are on again', async () => {
    const p = await connectedPipeline();
    p.store.sessions.change(p.sessionId, { replies: 'paused' }, start);
    p.engine.wake();
    p.say('oi');
    await p.clock.advance(10 * minute);
    expect(p.outcomes()).toEqual({ oi: 'held: session-paused' });
    p.store.sessions.change(p.sessionId, { replies: 'on' }, start);
    p.engine.wake();
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi']);
  });

  test('the wrong phone: nothing is answered or sent, and nothing of that link later', async () => {
    const p = createPipeline();
    p.engine.setHeld('another number than expected');
    p.engine.onConnected(p.clock.now());
    p.say('oi');
    p.store.outbox.enqueueSend(
      { id: p.sessionId, name: 'padaria-joao' },
      bia,
      'aviso',
      { source: 'send', actor: 'you' },
      start,
    );
    p.engine.wake();
    await p.clock.advance(10 * minute);
    expect(p.sentTexts()).toEqual([]);
    expect(p.outcomes()).toEqual({ oi: 'held: wrong-phone' });
    p.engine.onDisconnected();
    p.engine.setHeld(null);
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(10 * minute);
    expect(p.outcomes()).toEqual({ oi: 'held: wrong-phone' });
    expect(p.sentTexts()).toEqual(['aviso']);
  });

  test('a spent budget holds until tomorrow, or until it is raised', async () => {
    const p = await connectedPipeline({ config: withAi({ dailyBudgetUsd: 1, overBudget: 'hold' }) });
    p.store.usage.add(
      {
        sessionId: p.sessionId,
        day: '2026-11-23',
        provider: 'echo',
        model: 'm',
        inputTokens: 1,
        outputTokens: 1,
        costMicroUsd: 1_000_000,
      },
      start,
    );
    p.say('oi');
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'held: budget' });
    expect(p.lights.at(-1)).toEqual({
      status: 'bad',
      code: 'budget',
      reason: "today's AI budget of the session is spent: $1.00 of $1.00",
    });
    expect(p.store.events.list({ limit: 5 }).map((event) => event.kind)).toEqual(['budget-spent']);
    p.configure((config) => ({ ...config, ai: { ...config.ai, dailyBudgetUsd: 5 } }));
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    expect(p.lights.at(-1)).toEqual({ status: 'ok', code: null, reason: null });
  });

  test('a cap of messages holds until the oldest one is an hour old', async () => {
    const p = await connectedPipeline({ config: withTiming({ maxPerChatHour: 2 }) });
    for (const text of ['a', 'b', 'c']) {
      p.say(text);
      await p.clock.advance(minute);
    }
    expect(p.outcomes()).toEqual({ a: 'answered', b: 'answered', c: 'held: cap' });
    await p.clock.advance(hour);
    expect(p.sentTexts()).toEqual(['re: a', 're: b', 're: c']);
  });

  test('no AI: held until one is chosen', async () => {
    const p = await connectedPipeline({ config: withAi({ provider: 'none' }) });
    p.say('oi');
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'held: no-ai' });
    p.configure((config) => ({ ...config, ai: { ...config.ai, provider: 'echo' } }));
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
  });

  test('two bots talking to each other are stopped', async () => {
    const p = await connectedPipeline({
      config: { ...withFilters({ botLoopTurns: 3 }), timing: withTiming({ quietMs: 500 }).timing },
    });
    for (let turn = 0; turn < 6; turn += 1) {
      p.say(`automatic text number ${turn}`);
      await p.clock.advance(1200);
    }
    await p.clock.advance(minute);
    expect(p.sentTexts().length).toBeLessThan(5);
    expect(p.store.conversations.find(p.sessionId, ana)?.pausedBy).toBe('bot-loop');
    expect(p.store.events.list({ limit: 5 }).map((event) => event.kind)).toContain('bot-loop');
  });
});

describe('a person takes over', () => {
  const owner = (text: string) => ({ fromMe: true, text });

  test('typing on the phone pauses the chat; what the owner left unanswered is answered afterwards', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(12 * second);
    p.say('deixa comigo', owner('deixa comigo'));
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual([]);
    expect(p.outcomes()).toEqual({ oi: 'held: chat-paused' });
    p.say('e o preço?');
    await p.clock.advance(minute);
    expect(p.store.chats.chats({ sessionId: p.sessionId, limit: 5, now: p.clock.now() })[0]).toMatchObject({
      pausedBy: 'owner',
    });
    await p.clock.advance(61 * minute);
    expect(p.outcomes()).toEqual({ oi: 'held: owner-answered', 'e o preço?': 'answered' });
    expect(p.sentTexts()).toEqual(['re: e o preço?']);
  });

  test('a question in the very second in which the owner typed is not taken for answered', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(12 * second);
    p.say('deixa comigo', owner('deixa comigo'));
    p.say('e o preço?');
    await p.clock.advance(2 * hour);
    expect(p.outcomes()).toEqual({ oi: 'held: owner-answered', 'e o preço?': 'answered' });
  });

  test('our own replies, history and greetings of WhatsApp Business are no person', async () => {
    const p = await connectedPipeline();
    const greeting = 'Olá! Bem-vindo à padaria.';
    p.say('bom dia', { chatId: bia });
    p.say(greeting, { fromMe: true, chatId: bia });
    await p.clock.advance(minute);
    p.say('oi');
    await p.clock.advance(second);
    p.say(greeting, { fromMe: true });
    await p.clock.advance(minute);
    expect(p.sentTexts(ana)).toEqual(['re: oi']);
    const sent = p.whatsapp.sent.find((one) => one.chatId === ana);
    p.say('re: oi', { fromMe: true, id: `true_${ana}_${sent?.messageId}` });
    p.say('old', { fromMe: true, timestamp: start - hour });
    await p.clock.advance(minute);
    p.say('mais uma');
    await p.clock.advance(minute);
    expect(p.sentTexts(ana)).toEqual(['re: oi', 're: mais uma']);
  });

  test('the first of a greeting cannot be told from a person: silent and shown, lifted at its second', async () => {
    const p = await connectedPipeline();
    const greeting = 'Olá! Bem-vindo à padaria. Já respondemos.';
    p.say('oi');
    await p.clock.advance(second);
    p.say(greeting, { fromMe: true });
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'held: chat-paused' });
    expect(p.store.silences.open(p.sessionId)).toMatchObject([{ code: 'in-doubt' }]);
    p.say('bom dia', { chatId: bia });
    await p.clock.advance(second);
    p.say(greeting, { chatId: bia, fromMe: true });
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'bom dia': 'answered' });
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
    expect(p.store.events.list({ limit: 9 }).map((event) => event.kind)).toContain('takeover-lifted');
  });

  test('what a slow phone sends after 9 s is in doubt: the bot is silent until a person says that it was a greeting', async () => {
    const p = await connectedPipeline();
    const greeting = 'Olá! Bem-vindo à padaria. Já respondemos.';
    p.say('bom dia', { chatId: bia });
    await p.clock.advance(9 * second);
    p.say(greeting, { fromMe: true, chatId: bia });
    p.say('oi');
    await p.clock.advance(9 * second);
    p.say(greeting, { fromMe: true });
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ 'bom dia': 'held: chat-paused', oi: 'held: chat-paused' });
    const chat = p.store.conversations.find(p.sessionId, ana);
    expect(chat).toMatchObject({ pausedBy: 'owner', pausedReason: expect.stringMatching(/automatic greeting/) });
    expect(p.store.silences.open(p.sessionId)).toMatchObject([{ conversationId: chat?.id, code: 'in-doubt' }]);
    expect(
      p.store.chats
        .messages({ sessionId: p.sessionId, chatId: ana, limit: 9 })
        .filter((one) => one.from === 'owner')
        .map((one) => one.outcomeCode),
    ).toEqual(['in-doubt']);

    p.store.conversations.resume(chat?.id ?? 0, p.clock.now());
    p.engine.wake();
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi']);
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });

  test('a pause in doubt that ran out answers nothing, and the customer stays shown as left in silence', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(second);
    p.say('Já te atendo, só um momento', { fromMe: true });
    await p.clock.advance(2 * hour);
    expect(p.sentTexts()).toEqual([]);
    expect(p.outcomes()).toEqual({ oi: 'held: owner-answered' });
    expect(p.store.silences.open(p.sessionId)).toMatchObject([{ code: 'in-doubt' }]);
    p.say('Pronto, diga', { fromMe: true });
    await p.clock.advance(second);
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });

  test('a unique text within ten seconds of a first message pauses as any other', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(8 * second);
    p.say('oi Ana, é o João', { fromMe: true });
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'held: chat-paused' });
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
    expect(p.store.events.list({ limit: 9 }).map((event) => event.kind)).toContain('takeover');
  });

  test('a broadcast list takes over no chat', async () => {
    const p = await connectedPipeline();
    const offer = 'Hoje: pão de queijo em dobro até as 18h!';
    const chats = [ana, bia, '5531998761234@c.us', '5541998761234@c.us'];
    for (const chatId of chats) p.say(offer, { fromMe: true, chatId });
    for (const chatId of chats) p.say('quero', { chatId });
    await p.clock.advance(2 * minute);
    expect(p.whatsapp.sent.map((one) => one.chatId).sort()).toEqual([...chats].sort());
  });

  test('the same words of a person who went on typing lift nothing', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(12 * second);
    p.say('Já respondo, um momento.', { fromMe: true });
    await p.clock.advance(5 * second);
    p.say('Sim, temos pão.', { fromMe: true });
    p.say('Já respondo, um momento.', { chatId: bia, fromMe: true });
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'held: chat-paused' });
    expect(p.store.conversations.find(p.sessionId, ana)?.pausedBy).toBe('owner');
  });

  test('an answer that is on its way stops when the owner types', async () => {
    const p = await connectedPipeline({ config: withTiming({ partLength: 40, pauseBetweenPartsMs: 5000 }) });
    p.ai.script = [() => answer('A primeira frase desta resposta longa. A segunda frase desta resposta longa.')];
    p.say('oi');
    await p.clock.advance(16 * second);
    expect(p.sentTexts().length).toBe(1);
    p.say('pode deixar', owner('pode deixar'));
    await p.clock.advance(2 * hour);
    expect(p.sentTexts().length).toBe(1);
    expect(p.outcomes()).toEqual({ oi: 'held: owner-answered' });
  });

  test('commands count from the owner and from ADMIN_NUMBERS only', async () => {
    const p = await connectedPipeline({ settings: { adminNumbers: ['5521998761234'], language: 'pt-BR' } });
    p.say('oi');
    await p.clock.advance(5 * second);
    p.say('!pausar 10', { fromMe: true });
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'held: chat-paused' });
    p.say('!retomar', { fromMe: true });
    await p.clock.advance(minute);
    expect(p.sentTexts(ana)).toEqual(['re: oi']);
    p.say('!pausar');
    await p.clock.advance(minute);
    expect(p.sentTexts(ana)).toEqual(['re: oi', 're: !pausar']);
    p.say('!pausar', { chatId: bia });
    await p.clock.advance(minute);
    expect(p.store.sessions.byId(p.sessionId)?.replies).toBe('paused');
    p.say('!status', { chatId: bia });
    await p.clock.advance(minute);
    expect(p.sentTexts(bia).at(-1)).toMatch(/^Bot em pausa\./);
    p.say('!retomar', { chatId: bia });
    await p.clock.advance(minute);
    expect(p.store.sessions.byId(p.sessionId)?.replies).toBe('on');
  });

  test('a cleared memory is not given to the AI any more, but stays stored', async () => {
    const p = await connectedPipeline();
    p.say('meu nome é Ana');
    await p.clock.advance(minute);
    p.say('!limpar', { fromMe: true });
    p.say('qual é meu nome?');
    await p.clock.advance(minute);
    expect(p.ai.requests.at(-1)?.history).toEqual([]);
    expect(p.store.chats.messages({ sessionId: p.sessionId, chatId: ana, limit: 50 }).length).toBe(5);
  });
});

describe('watch mode', () => {
  test('drafts wait, are replaced by newer messages, edited, approved, sent; or dropped', async () => {
    const p = await connectedPipeline();
    p.store.sessions.change(p.sessionId, { replies: 'draft' }, start);
    p.engine.wake();
    p.say('oi');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual([]);
    expect(p.store.chats.drafts(p.sessionId).map((draft) => draft.text)).toEqual(['re: oi']);
    p.say('tem bolo?');
    await p.clock.advance(minute);
    const [draft] = p.store.chats.drafts(p.sessionId);
    expect(draft?.text).toBe('re: oi\ntem bolo?');
    expect(p.outcomes()).toEqual({ oi: 'held: draft', 'tem bolo?': 'held: draft' });
    p.store.outbox.editDraft(draft?.outboxId ?? 0, 'Temos sim!', 'you', p.clock.now());
    p.store.outbox.approveDraft(draft?.outboxId ?? 0, 'you', p.clock.now());
    p.engine.wake();
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['Temos sim!']);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'tem bolo?': 'answered' });
    expect(() => p.store.outbox.approveDraft(draft?.outboxId ?? 0, 'you', p.clock.now())).toThrow(/not waiting/);
    p.say('e pão?');
    await p.clock.advance(minute);
    p.store.outbox.dropDraft(p.store.chats.drafts()[0]?.outboxId ?? 0, 'you', p.clock.now());
    expect(p.outcomes()).toMatchObject({ 'e pão?': 'unanswered: draft-dropped' });
    expect(p.store.activity.activityOf([p.sessionId], p.clock.now()).get(p.sessionId)).toMatchObject({
      drafts: 0,
      troubleMessages: 0,
    });
  });
});

test('a draft that a person edits is not replaced; what came since gets one of its own', async () => {
  const p = await connectedPipeline();
  p.store.sessions.change(p.sessionId, { replies: 'draft' }, start);
  p.engine.wake();
  p.say('oi');
  await p.clock.advance(minute);
  const edited = p.store.chats.drafts(p.sessionId)[0]?.outboxId ?? 0;
  p.store.outbox.holdDraft(edited, p.clock.now() + 10 * minute, p.clock.now());
  p.say('tem bolo?');
  await p.clock.advance(minute);
  expect(p.store.chats.drafts(p.sessionId).map(({ text }) => text)).toEqual(['re: oi', 're: tem bolo?']);

  p.store.outbox.editDraft(edited, 'Oi! Em que posso ajudar?', 'you', p.clock.now());
  p.store.outbox.approveDraft(edited, 'you', p.clock.now());
  p.engine.wake();
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual(['Oi! Em que posso ajudar?']);
  expect(p.outcomes()).toEqual({ oi: 'answered', 'tem bolo?': 'held: draft' });

  // Forgotten in an editor it is replaced like any other.
  const other = p.store.chats.drafts(p.sessionId)[0]?.outboxId ?? 0;
  p.store.outbox.holdDraft(other, p.clock.now() + 10 * minute, p.clock.now());
  await p.clock.advance(11 * minute);
  p.say('e pão?');
  await p.clock.advance(minute);
  expect(p.store.chats.drafts(p.sessionId).map(({ text }) => text)).toEqual(['re: tem bolo?\ne pão?']);
});

describe('sending', () => {
  test('an operator’s message goes out without an inbound one, also while replies are paused', async () => {
    const p = await connectedPipeline();
    p.store.sessions.change(p.sessionId, { replies: 'paused' }, start);
    p.store.outbox.enqueueSend(
      { id: p.sessionId, name: 'padaria-joao' },
      '11 98765-4321',
      'Seu pedido saiu.',
      { source: 'send', actor: 'you' },
      start,
    );
    p.engine.wake();
    await p.clock.advance(second);
    expect(p.sentTexts(ana)).toEqual(['Seu pedido saiu.']);
  });

  test('a refusal is tried again under the same id and then seen; a lost ack is looked up and never sent twice', async () => {
    const p = await connectedPipeline();
    let refusals = 2;
    p.whatsapp.fate = () => {
      refusals -= 1;
      return refusals >= 0 ? 'refused' : 'accepted';
    };
    p.say('oi');
    await p.clock.advance(5 * minute);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    p.whatsapp.fate = () => 'refused';
    p.say('tudo bem?');
    await p.clock.advance(5 * minute);
    expect(p.outcomes()).toMatchObject({ 'tudo bem?': 'unanswered: send-refused' });
    p.whatsapp.fate = () => 'delivered-unknown';
    p.say('chegou?');
    await p.clock.advance(5 * minute);
    expect(p.outcomes()).toMatchObject({ 'chegou?': 'answered' });
    p.whatsapp.fate = () => 'lost';
    p.say('e esta?');
    await p.clock.advance(10 * minute);
    expect(p.outcomes()).toMatchObject({ 'e esta?': 'unknown: send-unknown' });
    expect(p.sentTexts()).toEqual(['re: oi', 're: chegou?']);
    expect(p.store.activity.activityOf([p.sessionId], p.clock.now()).get(p.sessionId)?.troubleMessages).toBe(2);
  });

  test('a late ack settles what was unknown', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'delivered-unknown';
    p.whatsapp.lookup = () => 'cannot-tell';
    p.say('oi');
    await p.clock.advance(10 * minute);
    expect(p.outcomes()).toEqual({ oi: 'unknown: send-unknown' });
    p.engine.onAck(`true_${ana}_${p.whatsapp.sent[0]?.messageId}`, 2);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    expect(p.store.chats.messages({ sessionId: p.sessionId, chatId: ana, limit: 1 })[0]).toMatchObject({
      from: 'bot',
      ack: 2,
    });
  });

  test('a part that the page has as failed was not sent: it is tried again, also after a crash', async () => {
    const p = await connectedPipeline();
    p.whatsapp.fate = () => 'lost';
    p.whatsapp.lookup = () => 'failed';
    p.say('oi');
    await p.clock.advance(16 * second);
    p.restart().onConnected(p.clock.now());
    await p.clock.advance(second);
    expect(p.sentTexts()).toEqual([]);
    p.whatsapp.fate = () => 'accepted';
    await p.clock.advance(minute);
    expect([p.sentTexts(), p.outcomes()]).toEqual([['re: oi'], { oi: 'answered' }]);
  });

  test('offline, nothing is sent; back online, it goes on', async () => {
    const p = await connectedPipeline();
    p.say('oi');
    await p.clock.advance(second);
    p.engine.onDisconnected();
    await p.clock.advance(hour);
    expect(p.sentTexts()).toEqual([]);
    expect(p.engine.status()).toMatchObject({ connected: false, pendingChats: 1 });
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi']);
  });

  test('a drain begins nothing new and loses nothing', async () => {
    const p = await connectedPipeline();
    p.whatsapp.latency = () => 3000;
    p.say('oi');
    await p.clock.advance(15 * second + 500);
    p.say('na última hora', { chatId: bia });
    const drained = p.engine.drain(5000);
    await p.clock.advance(5000);
    await drained;
    p.engine.close();
    expect(p.sentTexts(ana)).toEqual(['re: oi']);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'na última hora': 'pending' });
    p.restart();
    p.whatsapp.latency = () => 0;
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'na última hora': 'answered' });
  });
});

describe('the store refuses', () => {
  test('one message that cannot be stored keeps no other out', async () => {
    const p = await connectedPipeline();
    p.say('poison', { timestamp: Number.NaN });
    p.say('oi');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(['re: oi']);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
  });
});

describe('memory', () => {
  test('what falls out of the history is folded into a summary', async () => {
    const p = await connectedPipeline({ config: withAi({ historyTokens: 60 }) });
    for (let turn = 0; turn < 6; turn += 1) {
      p.say(`uma pergunta bem comprida sobre bolos e pães número ${turn}`);
      await p.clock.advance(minute);
    }
    expect(p.store.conversations.find(p.sessionId, ana)?.contextSummary).toMatch(/^summary of /);
    expect(p.ai.requests.at(-1)?.summary).toMatch(/^summary of /);
    expect(p.ai.requests.at(-1)?.history.length).toBeLessThan(10);
  });
});
