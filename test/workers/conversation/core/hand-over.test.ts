import { describe, expect, test } from 'vitest';
import { pausedForGood, type StoredConversation } from '../../../../src/store/conversation-store.ts';
import { createAiGate } from '../../../../workers/conversation/core/ai-gate.ts';
import {
  createSessionReader,
  type EngineCore,
  eventWriter,
  newLinkView,
} from '../../../../workers/conversation/core/engine-core.ts';
import type { EngineOptions } from '../../../../workers/conversation/core/engine-types.ts';
import { handOver, summaryOf } from '../../../../workers/conversation/core/hand-over.ts';
import { ana, bia, connectedPipeline, minute, type Pipeline, plainConfig, silentLog } from '../pipeline-support.ts';

const admin = '551188887777';

/** The same store and the same settings as the pipeline's own engine has. */
const coreOf = (p: Pipeline, adminNumbers: readonly string[], language: 'en' | 'pt-BR' = 'en'): EngineCore => {
  const options: EngineOptions = {
    store: p.store,
    session: { id: p.sessionId, name: 'padaria-joao' },
    client: p.whatsapp.client(p.clock),
    aiFor: () => p.ai,
    tools: p.tools,
    files: p.files,
    settings: { adminNumbers, language, fleetBudgetUsd: null },
    clock: p.clock,
    random: () => 0.5,
    log: silentLog,
    report: () => undefined,
    life: 'life-1',
  };
  return {
    ...options,
    ...createSessionReader(options),
    link: newLinkView(),
    ai: createAiGate(options, () => undefined),
    kick: () => p.engine.wake(),
    kickAll: () => p.engine.wake(),
    leave: () => undefined,
    summarizing: new Set(),
    told: new Set(),
    event: eventWriter(options),
  };
};

const chatOf = (p: Pipeline, chatId = ana): StoredConversation => {
  const chat = p.store.conversations.find(p.sessionId, chatId);
  if (chat === null) throw new Error(`no chat with ${chatId}`);
  return chat;
};

const ask = (p: Pipeline, core: EngineCore, more: Partial<Parameters<typeof handOver>[2]> = {}): void =>
  handOver(core, chatOf(p), {
    reason: 'wants a refund',
    summary: 'Bought bread on Monday.\nIt was stale.\nWants 12 reais back.\nA fourth line.',
    by: 'ai',
    messages: p.store.messages.pending(p.sessionId, chatOf(p).id),
    ...more,
  });

describe('handing over', () => {
  test('the customer is told although the chat is paused, the admins get three lines, and nothing more is answered', async () => {
    const p = await connectedPipeline();
    p.say('I want my money back');
    await p.clock.advance(1000);
    ask(p, coreOf(p, [admin]));
    await p.clock.advance(minute);

    expect(p.sentTexts(ana)).toEqual(['I am calling a person of our team, who will go on with you here.']);
    expect(p.sentTexts(`${admin}@c.us`)).toEqual([
      'padaria-joao: Ana, 11 98765-4321 needs a person (wants a refund)\nBought bread on Monday.\nIt was stale.\nWants 12 reais back.',
    ]);
    p.say('hello?');
    await p.clock.advance(10 * minute);
    expect(p.outcomes()).toEqual({ 'I want my money back': 'held: handed-over', 'hello?': 'held: chat-paused' });
    expect(chatOf(p)).toMatchObject({
      pausedUntil: pausedForGood,
      pausedBy: 'handover',
      handoverSummary: 'Bought bread on Monday.\nIt was stale.\nWants 12 reais back.',
    });
    expect(chatOf(p).asksForPersonSince).not.toBeNull();
    expect(p.store.events.list({ limit: 10 }).filter((event) => event.kind === 'asks-for-person')).toMatchObject([
      { level: 'warn', evidence: { chat: 'Ana', chatId: ana, by: 'ai', reason: 'wants a refund' } },
    ]);
  });

  test('asked twice it happens once; after a person resumed the chat it may happen again, and what came meanwhile is answered', async () => {
    const p = await connectedPipeline();
    const core = coreOf(p, [admin]);
    p.say('a person please');
    await p.clock.advance(1000);
    ask(p, core);
    ask(p, core, { by: 'silence', reason: 'no answer three times' });
    await p.clock.advance(minute);
    expect(p.whatsapp.sent).toHaveLength(2);

    p.say('are you there?');
    await p.clock.advance(minute);
    p.store.conversations.resume(chatOf(p).id, p.clock.now());
    p.engine.wake();
    await p.clock.advance(2 * minute);
    expect(chatOf(p)).toMatchObject({ asksForPersonSince: null, handoverSummary: null, pausedUntil: null });
    expect(p.outcomes()).toEqual({ 'a person please': 'unanswered: handed-over', 'are you there?': 'answered' });
    // The bot's answer to what came later ended the silence.
    expect(p.store.silences.open(p.sessionId)).toEqual([]);

    ask(p, core, { messages: [] });
    await p.clock.advance(minute);
    expect(p.whatsapp.sent.filter((one) => one.chatId === `${admin}@c.us`)).toHaveLength(2);
  });

  test('resumed without a person’s answer the customer is shown as left in silence; with one he is not', async () => {
    const p = await connectedPipeline();
    const core = coreOf(p, [admin]);
    p.say('a person please');
    await p.clock.advance(1000);
    ask(p, core);
    await p.clock.advance(minute);
    const resume = async () => {
      p.store.conversations.resume(chatOf(p).id, p.clock.now());
      p.engine.wake();
      await p.clock.advance(minute);
    };
    await resume();
    expect(p.outcomes()).toEqual({ 'a person please': 'unanswered: handed-over' });
    expect(p.store.silences.open(p.sessionId)).toMatchObject([{ code: 'handed-over' }]);

    p.say('again, a person');
    await p.clock.advance(1000);
    ask(p, core);
    await p.clock.advance(minute);
    const session = { id: p.sessionId, name: 'padaria-joao' };
    p.store.outbox.enqueueSend(
      session,
      chatOf(p).chatId,
      'Maria here',
      { source: 'send', actor: 'you' },
      p.clock.now(),
    );
    p.engine.wake();
    await p.clock.advance(minute);
    await resume();
    expect(p.outcomes()).toMatchObject({ 'again, a person': 'held: owner-answered' });
    expect(p.store.silences.open(p.sessionId)).toEqual([]);
  });

  test('the sentence that a restriction held back does not follow what comes after the resume', async () => {
    const p = await connectedPipeline();
    const core = coreOf(p, []);
    p.whatsapp.fate = () => 'restricted-new';
    p.say('a person please');
    await p.clock.advance(1000);
    ask(p, core);
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual([]);

    p.store.conversations.resume(chatOf(p).id, p.clock.now());
    p.engine.wake();
    p.whatsapp.fate = () => 'accepted';
    p.say('and the price?');
    await p.clock.advance(600 * minute);

    expect(p.sentTexts()).toEqual(['re: and the price?']);
  });

  test('what is left of an answer falls, the sentence goes out, and a process that dies between loses neither', async () => {
    const p = await connectedPipeline({
      config: {
        ...plainConfig(),
        timing: { ...plainConfig().timing, pauseBetweenPartsMs: minute / 6, partLength: 40 },
      },
    });
    p.ai.script = [
      () => ({
        kind: 'answer',
        text: 'First paragraph of it, long enough to stand.\n\nSecond paragraph of it, long enough to stand.',
        usage: { inputTokens: 1, outputTokens: 1 },
        model: 'echo',
        notes: [],
      }),
    ];
    p.say('oi');
    await p.clock.advance(17_000);
    expect(p.sentTexts()).toEqual(['First paragraph of it, long enough to stand.']);
    ask(p, coreOf(p, []), { messages: [] });
    p.restart();
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual([
      'First paragraph of it, long enough to stand.',
      'I am calling a person of our team, who will go on with you here.',
    ]);
  });

  test.each([
    ['its own sentence', { replies: 'on', handoverMessage: ' Chamo a Dona Rosa. ' }, ['Chamo a Dona Rosa.'], 0],
    [
      'ours, in the language of the session',
      { replies: 'on', handoverMessage: '' },
      ['Vou chamar uma pessoa da nossa equipe. Ela continua a conversa por aqui.'],
      0,
    ],
    ['a draft in watch mode', { replies: 'draft', handoverMessage: '' }, [], 1],
    ['nothing while the session is on hold', { replies: 'paused', handoverMessage: '' }, [], 0],
  ] as const)('the customer gets %s', async (_, { replies, handoverMessage }, sent, drafts) => {
    const config = plainConfig();
    const p = await connectedPipeline({ config: { ...config, ai: { ...config.ai, handoverMessage } } });
    p.say('oi');
    p.store.sessions.change(p.sessionId, { replies }, p.clock.now());
    p.engine.wake();
    await p.clock.advance(1000);
    ask(p, coreOf(p, [], 'pt-BR'));
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(sent);
    expect(p.store.outbox.draftsOfChat(p.sessionId, chatOf(p).id)).toHaveLength(drafts);
  });

  test('an admin who asks for a person himself is not told of himself, with the ninth digit or without', async () => {
    const p = await connectedPipeline();
    p.say('oi', { chatId: bia });
    await p.clock.advance(1000);
    handOver(coreOf(p, ['552198761234', admin]), chatOf(p, bia), {
      reason: 'x',
      summary: '',
      by: 'words',
      messages: [],
    });
    await p.clock.advance(1000);
    expect(p.whatsapp.sent.map((one) => one.chatId).sort()).toEqual([`${admin}@c.us`, bia]);
  });
});

test.each([
  ['', ''],
  ['one', 'one'],
  ['\n a \n\n b\r\nc\nd', 'a\nb\nc'],
  ['\u001b]8;;http://x\u0007click\u001b]8;;\u0007 me', 'click me'],
  ['y'.repeat(500), 'y'.repeat(200)],
])('a summary of %j is %j', (text, summary) => {
  expect(summaryOf(text)).toBe(summary);
});
