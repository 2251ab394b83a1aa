import { describe, expect, test } from 'vitest';
import { withTiming } from './pipeline-configs.ts';
import { ana, answer, bia, connectedPipeline, minute, start } from './pipeline-support.ts';

const second = 1000;
const hour = 60 * minute;

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
