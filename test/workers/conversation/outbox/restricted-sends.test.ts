import { describe, expect, test } from 'vitest';
import type { SessionConfig } from '../../../../src/session/session-config.ts';
import { ana, bia, connectedPipeline, minute, type Pipeline, plainConfig } from '../pipeline-support.ts';

const carla = '5531912345678@c.us';
const davi = '5541912345678@c.us';

const withTiming = (timing: Partial<SessionConfig['timing']>): SessionConfig => {
  const config = plainConfig();
  return { ...config, timing: { ...config.timing, ...timing } };
};

const restrictionOf = (p: Pipeline) => p.store.sessions.byId(p.sessionId)?.restriction ?? null;
const eventsOf = (p: Pipeline, kind: string) =>
  p.store.events.list({ limit: 100 }).filter((event) => event.kind === kind);

/** A number that may write to nobody new: `known` were answered before. */
const restrictedPipeline = async (known: readonly string[], config = plainConfig()): Promise<Pipeline> => {
  const p = await connectedPipeline({ config });
  for (const chatId of known) p.say('before', { chatId });
  await p.clock.advance(minute);
  p.whatsapp.attempts.length = 0;
  p.whatsapp.fate = ({ chatId }) => (known.includes(chatId) ? 'accepted' : 'restricted-new');
  return p;
};

describe('a number that may not write to new people', () => {
  test('old chats go on; new ones wait, and one message tries it at growing distances', async () => {
    const p = await restrictedPipeline([ana]);
    p.say('oi', { chatId: bia });
    await p.clock.advance(minute);
    p.say('olá', { chatId: carla });
    p.say('mais uma coisa', { chatId: ana });
    await p.clock.advance(minute);

    expect(p.outcomes()).toEqual({ before: 'answered', oi: 'pending', olá: 'pending', 'mais uma coisa': 'answered' });
    expect(restrictionOf(p)).toMatchObject({ scope: 'new', code: 'restricted-new', refused: 1, tries: 0 });
    const firstAt = p.whatsapp.attempts[0]?.at ?? 0;
    await p.clock.advance(100 * minute);
    expect(
      p.whatsapp.attempts
        .filter((one) => one.chatId !== ana)
        .map(({ chatId, at }) => [chatId, Math.round((at - firstAt) / minute)]),
    ).toEqual([
      [bia, 0],
      // Who was not tried yet comes first, then the one that was tried longer ago.
      [carla, 10],
      [bia, 40],
      [carla, 100],
    ]);
    expect(restrictionOf(p)).toMatchObject({ refused: 4, tries: 3 });
    expect(eventsOf(p, 'restricted')).toMatchObject([{ level: 'error', evidence: { scope: 'new' } }]);
    expect(p.store.activity.activityOf([p.sessionId], p.clock.now()).get(p.sessionId)).toMatchObject({
      pendingChats: 2,
      // The verdict names the restriction and not them; that they wait is seen all the same.
      overdueChats: 0,
      lateChats: 2,
      restriction: { scope: 'new', refused: 4 },
    });
  });

  test('the first that is taken lifts it, and the others follow one by one', async () => {
    const p = await restrictedPipeline([]);
    for (const chatId of [ana, bia, carla, davi]) p.say(`oi ${chatId}`, { chatId });
    await p.clock.advance(minute);
    // All four were on their way before anybody knew.
    expect(restrictionOf(p)).toMatchObject({ refused: 4, tries: 0 });
    p.whatsapp.fate = () => 'accepted';
    await p.clock.advance(10 * minute);
    expect(restrictionOf(p)).toBeNull();
    expect(p.whatsapp.sent.map((one) => one.chatId).sort()).toEqual([ana, bia, carla, davi].sort());
    const times = p.whatsapp.sent.map((one) => one.at);
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual([5000, 5000, 5000]);
    expect(eventsOf(p, 'restriction-lifted')).toMatchObject([{ evidence: { scope: 'new', refused: 4, minutes: 10 } }]);
    expect(new Set(Object.values(p.outcomes()))).toEqual(new Set(['answered']));
  });

  test('it outlives the worker, which hammers nothing after its restart', async () => {
    const p = await restrictedPipeline([]);
    p.say('oi', { chatId: bia });
    await p.clock.advance(minute);
    for (let n = 0; n < 5; n += 1) {
      p.restart();
      p.engine.onConnected(p.clock.now());
      await p.clock.advance(minute);
    }
    expect(p.whatsapp.attempts).toHaveLength(1);
    p.whatsapp.fate = () => 'accepted';
    await p.clock.advance(5 * minute);
    expect(p.sentTexts(bia)).toEqual(['re: oi']);
    expect(restrictionOf(p)).toBeNull();
  });

  test('a change of settings, and a start by a person, ask at once', async () => {
    const p = await restrictedPipeline([]);
    p.say('oi', { chatId: bia });
    await p.clock.advance(minute);
    p.configure((config) => ({ ...config, timing: { ...config.timing, maxParts: 3 } }));
    await p.clock.advance(minute);
    expect(p.whatsapp.attempts).toHaveLength(2);
    await p.clock.advance(5 * minute);
    expect(p.whatsapp.attempts).toHaveLength(2);

    p.store.sessions.tryRestrictionNow(p.sessionId, p.clock.now());
    await p.clock.advance(minute);
    expect(p.whatsapp.attempts).toHaveLength(3);
    expect(restrictionOf(p)).toMatchObject({ refused: 3, tries: 2 });
  });

  test('what waited longer than maxAgeMs is left in silence, and says so', async () => {
    const p = await restrictedPipeline([], withTiming({ maxAgeMs: 30 * minute }));
    p.say('oi', { chatId: bia });
    await p.clock.advance(31 * minute);
    expect(p.outcomes()).toEqual({ oi: 'unanswered: restricted-new' });
    expect(p.store.silences.open(p.sessionId)).toMatchObject([{ chatId: bia, code: 'restricted-new' }]);
    expect(p.whatsapp.attempts).toHaveLength(2);
    // The restriction itself stands until something is taken.
    expect(restrictionOf(p)).toMatchObject({ refused: 2 });
  });

  test('an answer that waits is made anew when the customer writes again', async () => {
    const p = await restrictedPipeline([]);
    p.say('oi', { chatId: bia });
    await p.clock.advance(minute);
    p.say('esquece, quero um bolo', { chatId: bia });
    await p.clock.advance(minute);
    expect(p.whatsapp.attempts).toHaveLength(1);
    p.whatsapp.fate = () => 'accepted';
    await p.clock.advance(15 * minute);
    expect(p.sentTexts(bia)).toEqual(['re: oi\nesquece, quero um bolo']);
    expect(p.outcomes()).toEqual({ oi: 'answered', 'esquece, quero um bolo': 'answered' });
  });

  test('a person who was answered on the phone is nobody new, and an old chat that is refused waits with the new ones', async () => {
    const p = await restrictedPipeline([ana]);
    p.say('oi', { chatId: bia });
    await p.clock.advance(minute);
    p.store.conversations.ownerTyped(
      p.store.conversations.find(p.sessionId, carla)?.id ??
        p.store.conversations.ensure(
          { id: p.sessionId, name: 'padaria-joao' },
          { chatId: carla, chatKind: 'person', phone: null, lid: null, name: null, isSaved: false },
          p.clock.now(),
        ).id,
      p.clock.now(),
      p.clock.now(),
    );
    p.say('de novo', { chatId: carla });
    await p.clock.advance(2 * minute);
    // It was sent at once, refused, and is not sent again before its time.
    expect(p.whatsapp.attempts.map((one) => one.chatId)).toEqual([bia, carla]);
  });

  test('what an operator sends to a new number waits as well, and its chat says why in the end', async () => {
    const p = await restrictedPipeline([], withTiming({ maxAgeMs: 15 * minute }));
    p.say('oi', { chatId: bia });
    await p.clock.advance(minute);
    const id = p.store.outbox.enqueueSend(
      { id: p.sessionId, name: 'padaria-joao' },
      carla,
      'promoção!',
      { source: 'send', actor: 'you' },
      p.clock.now(),
    );
    p.engine.wake();
    await p.clock.advance(minute);
    expect(p.store.outbox.get(id)).toMatchObject({ status: 'queued', attempts: 0 });
    await p.clock.advance(16 * minute);
    expect(p.store.outbox.get(id)).toMatchObject({ status: 'refused', reason: expect.stringContaining('new people') });
    expect(p.store.silences.open(p.sessionId).map((one) => one.chatId)).toEqual([bia]);
  });
});

describe('a number that may write to nobody', () => {
  test('everything waits, an old chat tries it, and any message that is taken lifts it', async () => {
    const p = await restrictedPipeline([ana]);
    p.whatsapp.fate = () => 'restricted';
    p.say('oi', { chatId: bia });
    await p.clock.advance(minute);
    p.say('bom dia', { chatId: ana });
    await p.clock.advance(minute);
    expect(p.whatsapp.attempts.map((one) => one.chatId)).toEqual([bia]);
    expect(restrictionOf(p)).toMatchObject({ scope: 'all', refused: 1 });
    await p.clock.advance(9 * minute);
    expect(p.whatsapp.attempts.map((one) => one.chatId)).toEqual([bia, ana]);

    p.whatsapp.fate = () => 'accepted';
    await p.clock.advance(35 * minute);
    expect(
      p.whatsapp.sent
        .slice(1)
        .map((one) => one.text)
        .sort(),
    ).toEqual(['re: bom dia', 're: oi']);
    expect(restrictionOf(p)).toBeNull();
  });

  test('new people first, then everybody: the events say both', async () => {
    const p = await restrictedPipeline([ana]);
    p.say('oi', { chatId: bia });
    await p.clock.advance(minute);
    p.whatsapp.fate = () => 'restricted';
    p.say('bom dia', { chatId: ana });
    await p.clock.advance(minute);
    expect(restrictionOf(p)).toMatchObject({ scope: 'all', refused: 2 });
    expect(
      eventsOf(p, 'restricted')
        .map((event) => event.evidence?.['scope'])
        .sort(),
    ).toEqual(['all', 'new']);
  });

  test('a try that is not confirmed is looked up, and what was found lifts it', async () => {
    const p = await restrictedPipeline([ana]);
    p.whatsapp.fate = () => 'restricted';
    p.say('bom dia', { chatId: ana });
    await p.clock.advance(minute);
    p.whatsapp.fate = () => 'delivered-unknown';
    await p.clock.advance(11 * minute);
    expect(p.sentTexts(ana)).toEqual(['re: before', 're: bom dia']);
    expect(restrictionOf(p)).toBeNull();
  });

  test('a process that dies under the try neither sends it twice nor forgets when the next one is', async () => {
    const p = await restrictedPipeline([ana]);
    p.whatsapp.fate = () => 'restricted';
    p.say('bom dia', { chatId: ana });
    await p.clock.advance(minute);
    p.whatsapp.latency = () => 5 * minute;
    await p.clock.advance(10 * minute);
    expect(p.whatsapp.attempts).toHaveLength(2);
    p.restart();
    p.whatsapp.latency = () => 0;
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.whatsapp.attempts).toHaveLength(2);
    expect(restrictionOf(p)).toMatchObject({ tries: 1 });
    expect(p.outcomes()).toMatchObject({ 'bom dia': 'pending' });
  });
});

test('another phone on the session begins anew', async () => {
  const p = await restrictedPipeline([]);
  p.say('oi', { chatId: bia });
  await p.clock.advance(minute);
  expect(restrictionOf(p)).not.toBeNull();
  p.store.sessions.clearAccount(p.sessionId);
  expect(restrictionOf(p)).toBeNull();
});
