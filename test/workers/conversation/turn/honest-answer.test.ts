import { expect, test } from 'vitest';
import type { AiConfig, SessionConfig } from '../../../../src/session/session-config.ts';
import { ana, answer, connectedPipeline, minute, type Pipeline, plainConfig } from '../pipeline-support.ts';

const withAi = (ai: Partial<AiConfig>): SessionConfig => {
  const config = plainConfig();
  return { ...config, ai: { ...config.ai, provider: 'openai', ...ai } };
};

const turnsOf = (p: Pipeline) => p.store.why.turns({ sessionId: p.sessionId, limit: 10 });

test('an answer that says it booked is not sent: it is asked for once more, with that finding', async () => {
  const p = await connectedPipeline({ config: withAi({}) });
  p.ai.script = [() => answer('Pronto, agendei para sexta às 10h!'), () => answer('Uma pessoa confirma o horário.')];
  p.say('pode ser sexta às 10h');
  await p.clock.advance(minute);

  expect(p.sentTexts()).toEqual(['Uma pessoa confirma o horário.']);
  expect(p.ai.requests.length).toBe(2);
  expect(p.ai.requests[0]?.context).not.toContain('agendei');
  expect(p.ai.requests[1]?.context).toContain('It said "agendei", but nothing of the kind was done');
  // Both calls are paid for.
  expect(turnsOf(p)).toMatchObject([{ outcome: 'answered', inputTokens: 20, outputTokens: 10 }]);
  expect(turnsOf(p)[0]?.words).toContain('The answer said "agendei", and nothing was done: not sent, asked again.');
  expect(p.store.usage.days({ fromDay: '2026-01-01', sessionId: p.sessionId })).toMatchObject([
    { calls: 2, inputTokens: 20 },
  ]);
});

test('said again, a person is asked for, and the customer hears of no booking', async () => {
  const p = await connectedPipeline({ config: withAi({}), settings: { adminNumbers: ['5521998761234'] } });
  p.ai.script = [() => answer('Agendei!'), () => answer('Sua mesa está reservada, é verdade.')];
  p.say('quero uma mesa às 20h');
  await p.clock.advance(minute);

  expect(p.outcomes()).toEqual({ 'quero uma mesa às 20h': 'held: handed-over' });
  expect(p.sentTexts(ana)).toEqual(['I am calling a person of our team, who will go on with you here.']);
  expect(p.store.conversations.find(p.sessionId, ana)).toMatchObject({ handoverSummary: 'quero uma mesa às 20h' });
  expect(p.store.events.list({ limit: 20 }).find(({ kind }) => kind === 'asks-for-person')).toMatchObject({
    evidence: { by: 'claim', reasonCode: 'handover-claim' },
  });
  expect(turnsOf(p)).toMatchObject([{ outcome: 'held', reasonCode: 'handed-over', inputTokens: 20 }]);
  expect(turnsOf(p)[0]?.words.join(' ')).toContain('It said so again ("está reservada"): not sent');
});

test('a draft is held to the same, and words from before a crash do not count', async () => {
  const p = await connectedPipeline({ config: withAi({}) });
  p.store.sessions.change(p.sessionId, { replies: 'draft' }, p.clock.now());
  p.engine.wake();
  const second = Promise.withResolvers<ReturnType<typeof answer>>();
  p.ai.script = [() => answer('Anotei seu pedido.'), () => second.promise];
  p.say('10 pães');
  await p.clock.advance(minute);
  expect(p.store.chats.drafts(p.sessionId)).toEqual([]);

  p.restart();
  p.ai.script = [() => answer('Anotei seu pedido.'), () => answer('Uma pessoa anota.')];
  p.engine.onConnected(p.clock.now());
  await p.clock.advance(minute);
  expect(p.store.chats.drafts(p.sessionId).map(({ text }) => text)).toEqual(['Uma pessoa anota.']);
});

test.each([
  ['where it is allowed', withAi({ claims: 'allow' })],
  ['of an echo, which says what the customer said', withAi({ provider: 'echo' })],
])('it is sent %s', async (_, config) => {
  const p = await connectedPipeline({ config });
  p.ai.script = [() => answer('Anotei seu pedido.')];
  p.say('oi');
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual(['Anotei seu pedido.']);
});

test('newer messages come first: the claim is asked about anew with them', async () => {
  const p = await connectedPipeline({ config: withAi({}) });
  const second = Promise.withResolvers<ReturnType<typeof answer>>();
  p.ai.script = [() => answer('Agendei.'), () => second.promise, () => answer('Melhor assim.')];
  p.say('sexta');
  await p.clock.advance(20_000);
  p.say('não, sábado');
  await p.clock.advance(1000);
  second.resolve(answer('Agendei.'));
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual(['Melhor assim.']);
});

test('a brain of the operator that did it itself may say so; its question has one name over a crash, another with more words', async () => {
  const p = await connectedPipeline({ config: withAi({ provider: 'webhook', baseUrl: 'http://127.0.0.1:1' }) });
  const lost = Promise.withResolvers<ReturnType<typeof answer>>();
  p.ai.script = [() => lost.promise];
  p.say('sexta às 10h');
  await p.clock.advance(minute);
  p.restart();
  p.ai.script = [() => answer('Agendei!'), () => ({ ...answer('Agendei!'), acted: ['agenda'] })];
  p.engine.onConnected(p.clock.now());
  await p.clock.advance(minute);
  p.say('obrigada');
  await p.clock.advance(minute);

  expect(p.sentTexts()[0]).toBe('Agendei!');
  const [first, afterCrash, again, more] = p.ai.requests.map(({ about }) => about?.key);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect([afterCrash, again]).toEqual([first, `${first}-again`]);
  expect(more).not.toBe(first);
  expect(p.ai.requests[0]?.about).toMatchObject({ isTest: false, customer: { chatId: ana } });
});

test('a question whose words were changed has another name: an answer to the old ones is not taken for it', async () => {
  const p = await connectedPipeline({ config: withAi({ provider: 'webhook', baseUrl: 'http://127.0.0.1:1' }) });
  const lost = Promise.withResolvers<ReturnType<typeof answer>>();
  p.ai.script = [() => lost.promise];
  p.say('sexta');
  await p.clock.advance(minute);
  p.store.database.run("UPDATE messages SET text = 'sábado' WHERE text = 'sexta'");
  p.restart();
  p.ai.script = [() => answer('Certo.')];
  p.engine.onConnected(p.clock.now());
  await p.clock.advance(minute);
  const [old, changed] = p.ai.requests.map(({ about }) => about?.key);
  expect(changed).toMatch(/^[0-9a-f]{32}$/);
  expect(changed).not.toBe(old);
});
