import { expect, test } from 'vitest';
import { ana, answer, bia, connectedPipeline, createPipeline, minute, plainConfig } from './pipeline-support.ts';

const second = 1000;

test('messages are joined until the chat is quiet, and answered once, in order', async () => {
  const p = await connectedPipeline();
  p.say('oi');
  await p.clock.advance(10 * second);
  p.say('tem bolo?');
  await p.clock.advance(14 * second);
  expect(p.sentTexts()).toEqual([]);
  await p.clock.advance(2 * second);
  expect(p.ai.requests.map((request) => request.text)).toEqual(['oi\ntem bolo?']);
  expect(p.ai.requests[0]?.instructions).toBe('You answer for Padaria.');
  expect(p.sentTexts()).toEqual(['re: oi\ntem bolo?']);
  expect(p.outcomes()).toEqual({ oi: 'answered', 'tem bolo?': 'answered' });
  p.say('obrigada');
  await p.clock.advance(minute);
  expect(p.ai.requests[1]?.history).toEqual([
    { role: 'customer', text: 'oi' },
    { role: 'customer', text: 'tem bolo?' },
    { role: 'assistant', text: 're: oi\ntem bolo?' },
  ]);
});

test('the longest wait and the most messages end the quiet time', async () => {
  const p = await connectedPipeline();
  for (let n = 0; n < 8; n += 1) {
    p.say(`m${n}`);
    await p.clock.advance(10 * second);
  }
  expect(p.ai.requests.length).toBe(1);
  const q = await connectedPipeline({
    config: { ...plainConfig(), timing: { ...plainConfig().timing, maxMessages: 2 } },
  });
  q.say('a');
  q.say('b');
  await q.clock.advance(0);
  expect(q.ai.requests.map((request) => request.text)).toEqual(['a\nb']);
});

test('a message that WhatsApp tells twice is stored and answered once', async () => {
  const p = await connectedPipeline();
  const one = p.say('oi');
  p.engine.onMessage(one);
  await p.clock.advance(second);
  p.engine.onMessage(one);
  await p.clock.advance(minute);
  p.engine.onMessage(one);
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual(['re: oi']);
});

test('what arrived while away is answered on connecting; nothing older than the first link or the longest age', async () => {
  const p = createPipeline();
  const hour = 60 * minute;
  p.store.sessions.clearAccount(p.sessionId);
  p.store.sessions.setAccount(
    p.sessionId,
    { phone: '551133334444', lid: null, pushName: null },
    p.clock.now() - 30 * hour,
  );
  const at = (hours: number) => ({ timestamp: p.clock.now() - hours * hour });
  p.say('before the link', at(31));
  p.say('too old', at(25));
  p.say('young enough', at(1));
  p.engine = p.restart();
  p.engine.onConnected(p.clock.now());
  await p.clock.advance(minute);
  expect(p.outcomes()).toMatchObject({
    'too old': 'unanswered: too-old',
    'young enough': 'answered',
  });
  expect(p.outcomes()['before the link']).not.toBe('answered');
  expect(p.sentTexts()).toEqual(['re: young enough']);
});

test('many chats are answered side by side, each by itself', async () => {
  const p = await connectedPipeline();
  p.ai.script = [
    (request) => new Promise((resolve) => p.clock.after(20 * second, () => resolve(answer(`re: ${request.text}`)))),
  ];
  p.say('oi', { chatId: ana });
  p.say('olá', { chatId: bia });
  await p.clock.advance(36 * second);
  expect(p.sentTexts(ana)).toEqual(['re: oi']);
  expect(p.sentTexts(bia)).toEqual(['re: olá']);
});

test('newer messages during the AI call are answered together with the older ones while nothing was sent', async () => {
  const p = await connectedPipeline();
  p.ai.script = [
    (request) => new Promise((resolve) => p.clock.after(10 * second, () => resolve(answer(`first: ${request.text}`)))),
    (request) => answer(`second: ${request.text}`),
  ];
  p.say('oi');
  await p.clock.advance(20 * second);
  p.say('mais uma coisa');
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual(['second: oi\nmais uma coisa']);
  expect(p.outcomes()).toEqual({ oi: 'answered', 'mais uma coisa': 'answered' });
  expect(p.store.why.turns({ sessionId: p.sessionId, limit: 5 }).map((turn) => turn.outcome)).toEqual([
    'answered',
    'superseded',
  ]);
});

test('a passing fault is tried again, not before the service says so; a refusal stops and turns the light', async () => {
  const p = await connectedPipeline();
  p.ai.script = [
    () => ({ kind: 'passing', code: 'rate', reason: '429', retryAfterMs: 30 * second }),
    (request) => answer(`re: ${request.text}`),
  ];
  p.say('oi');
  await p.clock.advance(40 * second);
  expect(p.sentTexts()).toEqual([]);
  await p.clock.advance(10 * second);
  expect(p.sentTexts()).toEqual(['re: oi']);

  p.ai.script = [() => ({ kind: 'refused', scope: 'account', code: 'quota', reason: 'quota spent' })];
  const before = p.ai.requests.length;
  p.say('e agora?');
  await p.clock.advance(10 * minute);
  p.say('alô?');
  await p.clock.advance(4 * minute);
  expect(p.ai.requests.length).toBe(before + 1);
  expect(p.lights.at(-1)).toEqual({
    status: 'bad',
    code: 'quota',
    reason: 'quota spent',
    until: expect.any(Number),
  });
  expect(p.outcomes()).toMatchObject({ 'e agora?': 'pending', 'alô?': 'pending' });
  p.ai.script = [(request) => answer(`re: ${request.text}`)];
  p.configure((config) => ({ ...config, ai: { ...config.ai, model: 'other' } }));
  await p.clock.advance(minute);
  expect(p.lights.at(-1)).toEqual({ status: 'ok', code: null, reason: null });
  expect(p.sentTexts().at(-1)).toBe('re: e agora?\nalô?');
});

test('an empty or blocked answer is not sent and seen as unanswered', async () => {
  const p = await connectedPipeline();
  p.ai.script = [() => ({ kind: 'no-answer', code: 'blocked', reason: 'SAFETY', usage: null })];
  p.say('oi');
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual([]);
  expect(p.outcomes()).toEqual({ oi: 'unanswered: blocked' });
  expect(p.store.events.list({ limit: 5 })[0]?.text).toContain('SAFETY');
});

test('a long answer goes out in parts, typed, paused and in order', async () => {
  const config = plainConfig();
  const p = await connectedPipeline({
    config: {
      ...config,
      timing: { ...config.timing, typing: true, readingDelayMs: 2000, pauseBetweenPartsMs: 1000, partLength: 40 },
    },
  });
  p.ai.script = [
    () =>
      answer(
        'Temos bolo de cenoura e de fubá hoje. O de cenoura custa R$ 30,00 inteiro. Quer que eu separe um para você?',
      ),
  ];
  p.say('oi');
  await p.clock.advance(5 * minute);
  expect(p.sentTexts()).toEqual([
    'Temos bolo de cenoura e de fubá hoje.',
    'O de cenoura custa R$ 30,00 inteiro.',
    'Quer que eu separe um para você?',
  ]);
  expect(p.whatsapp.typing.length).toBe(6);
  const times = p.whatsapp.sent.map((one) => one.at);
  expect(times[0]).toBeGreaterThanOrEqual(
    (p.store.why.turns({ sessionId: p.sessionId, limit: 1 })[0]?.startedAt ?? 0) + 2000 + 3700,
  );
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1000 + 3500);
});

test('the record of a turn can be read in words', async () => {
  const p = await connectedPipeline();
  p.say('oi');
  await p.clock.advance(minute);
  const [turn] = p.store.why.turns({ sessionId: p.sessionId, chatId: ana, limit: 1 });
  expect(turn).toMatchObject({
    outcome: 'answered',
    joinedText: 'oi',
    instructionsVersion: 1,
    rawAnswer: 're: oi',
    parts: ['re: oi'],
    inputTokens: 10,
    outputTokens: 5,
  });
  expect(turn?.words).toEqual([
    '1 message of Ana joined after 15 s (the chat was quiet).',
    'Memory given: 0 earlier messages.',
    'Asked echo with instructions version 1.',
    'Answer after 0.0 s: 10 tokens in, 5 out.',
    'Split into 1 part.',
    'Part 1 sent.',
    'Answered.',
  ]);
});
