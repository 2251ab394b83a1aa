import { describe, expect, test } from 'vitest';
import type { SessionConfig } from '../../../../src/session/session-config.ts';
import { ana, answer, bia, connectedPipeline, minute, type Pipeline, plainConfig, start } from '../pipeline-support.ts';

const hour = 60 * minute;

const withTiming = (timing: Partial<SessionConfig['timing']>): SessionConfig => {
  const config = plainConfig();
  return { ...config, timing: { ...config.timing, ...timing } };
};

const threeParts = [
  'First paragraph, long enough to stand.',
  'Second paragraph, long enough to stand.',
  'Third paragraph, long enough to stand.',
];
const inThreeParts = (p: Pipeline): void => {
  p.ai.script = [() => answer(threeParts.join('\n\n'))];
};
const stepsOf = (p: Pipeline): string[] =>
  p.store.database
    .all<{ steps: string }>('SELECT steps FROM turns ORDER BY id')
    .flatMap((row) => (JSON.parse(row.steps) as { step: string }[]).map((step) => step.step));

describe('caps, part by part', () => {
  test('the part over the cap waits for its end, what came since waits with it, and nothing is lost or doubled', async () => {
    const p = await connectedPipeline({ config: withTiming({ maxPerChatHour: 2, partLength: 40 }) });
    inThreeParts(p);
    p.say('oi');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(threeParts.slice(0, 2));
    expect(p.store.turns.open(p.sessionId)).toMatchObject([{ outcome: 'sending', reasonCode: 'cap' }]);
    p.say('e aí?');
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'held: cap', 'e aí?': 'held: cap' });
    const [held] = p.store.messages.held(p.sessionId, 'cap');
    expect(held?.heldUntil).toBeGreaterThan(start + hour);
    expect(p.store.activity.activityOf([p.sessionId], p.clock.now()).get(p.sessionId)).toMatchObject({
      overdueChats: 0,
    });
    expect(stepsOf(p).filter((step) => step === 'part-waits')).toHaveLength(1);

    p.ai.script = [() => answer('re')];
    await p.clock.advance(hour);
    expect(p.sentTexts()).toEqual([...threeParts, 're']);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'e aí?': 'answered' });
  });

  test('a cap that a person raises lets the rest go, also in the next life of the worker', async () => {
    const p = await connectedPipeline({ config: withTiming({ maxPerChatHour: 1, partLength: 40 }) });
    inThreeParts(p);
    p.say('oi');
    await p.clock.advance(minute);
    expect(p.sentTexts()).toHaveLength(1);
    p.restart();
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.sentTexts()).toHaveLength(1);
    p.configure((config) => ({ ...config, timing: { ...config.timing, maxPerChatHour: 60 } }));
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual(threeParts);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
    expect(stepsOf(p).filter((step) => step === 'part-waits')).toHaveLength(1);
  });

  test('a cap of the session holds although many chats are answered at once', async () => {
    const p = await connectedPipeline({ config: withTiming({ maxPerHour: 3 }) });
    p.whatsapp.latency = () => 500;
    for (let n = 0; n < 8; n += 1) p.say(`oi ${n}`, { chatId: `55119000000${10 + n}@c.us` });
    await p.clock.advance(minute);
    expect(p.whatsapp.sent).toHaveLength(3);
    expect(Object.values(p.outcomes()).sort()).toEqual([...Array(3).fill('answered'), ...Array(5).fill('held: cap')]);
    await p.clock.advance(hour + 6 * minute);
    expect(p.whatsapp.sent).toHaveLength(6);
  });

  test('the owner who takes the chat over drops what waits, and an operator’s own message goes', async () => {
    const p = await connectedPipeline({ config: withTiming({ maxPerChatHour: 1, partLength: 40 }) });
    inThreeParts(p);
    p.say('oi');
    await p.clock.advance(minute);
    p.say('eu cuido', { fromMe: true });
    await p.clock.advance(minute);
    expect(p.outcomes()).toMatchObject({ oi: 'held: owner-answered' });
    p.store.outbox.enqueueSend(
      { id: p.sessionId, name: 'padaria-joao' },
      ana,
      'de mim',
      { source: 'send', actor: 'you' },
      p.clock.now(),
    );
    p.engine.wake();
    await p.clock.advance(minute);
    expect(p.sentTexts()).toEqual([threeParts[0], 'de mim']);
  });
});

describe('warm-up', () => {
  const config = withTiming({ warmUpPerDay: 2, warmUpGrowth: 2, timeZone: 'America/Sao_Paulo' });
  const person = (n: number): string => `55119000000${10 + n}@c.us`;

  test('so many new people a day, in the order in which they wrote; the others the next day', async () => {
    // Linked an hour before; 15:00 UTC is noon in São Paulo. The day there ends at 03:00 UTC.
    const p = await connectedPipeline({ config });
    for (let n = 0; n < 7; n += 1) p.say(`oi ${n}`, { chatId: person(n) });
    await p.clock.advance(minute);
    expect(p.sentTexts().sort()).toEqual(['re: oi 0', 're: oi 1']);
    expect(p.ai.requests).toHaveLength(2);
    expect(p.store.messages.held(p.sessionId, 'warm-up').map((one) => [one.text, one.heldUntil])).toEqual(
      [2, 3, 4, 5, 6].map((n) => [`oi ${n}`, Date.parse('2026-11-24T03:00:00Z')]),
    );

    p.say('e o bolo?', { chatId: person(0) });
    await p.clock.advance(minute);
    expect(p.sentTexts(person(0))).toEqual(['re: oi 0', 're: e o bolo?']);

    // A day later twice as many; Ana, who writes now, comes after those who waited.
    await p.clock.advance(Date.parse('2026-11-24T02:59:00Z') - p.clock.now());
    p.say('oi', { chatId: ana });
    await p.clock.advance(3 * minute);
    expect(p.outcomes()).toEqual({
      'oi 0': 'answered',
      'oi 1': 'answered',
      'oi 2': 'answered',
      'oi 3': 'answered',
      'oi 4': 'answered',
      'oi 5': 'answered',
      'oi 6': 'held: warm-up',
      'e o bolo?': 'answered',
      oi: 'held: warm-up',
    });
  }, 60_000);

  test('a person whom the owner answered is nobody new; a restart forgets nothing; switched off, all are answered', async () => {
    const p = await connectedPipeline({ config: withTiming({ warmUpPerDay: 1, warmUpGrowth: 1, takeoverMinutes: 0 }) });
    p.say('oi', { chatId: ana });
    await p.clock.advance(minute);
    p.restart();
    p.engine.onConnected(p.clock.now());
    p.say('oi bia', { chatId: bia });
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'oi bia': 'held: warm-up' });

    p.say('já te respondo, Carla', { chatId: person(1), fromMe: true });
    await p.clock.advance(minute);
    p.say('obrigada', { chatId: person(1) });
    await p.clock.advance(minute);
    expect(p.outcomes()).toMatchObject({ obrigada: 'answered' });

    p.configure((old) => ({ ...old, timing: { ...old.timing, warmUpPerDay: 0 } }));
    await p.clock.advance(minute);
    expect(p.outcomes()).toMatchObject({ 'oi bia': 'answered' });
  });

  test('an away message to a person over the limit is not sent: it would make him an old acquaintance', async () => {
    const p = await connectedPipeline({
      config: withTiming({
        warmUpPerDay: 1,
        warmUpGrowth: 1,
        openingHours: [{ days: [1], from: '20:00', to: '22:00' }],
        outsideHours: 'away',
        awayMessage: 'Abrimos às 20h.',
      }),
    });
    p.say('oi', { chatId: ana });
    await p.clock.advance(minute);
    p.say('oi bia', { chatId: bia });
    await p.clock.advance(minute);
    expect(p.whatsapp.sent.map((one) => [one.chatId, one.text])).toEqual([[ana, 'Abrimos às 20h.']]);
  });
});
