import { describe, expect, test } from 'vitest';
import { withAi, withFilters, withTiming } from './pipeline-configs.ts';
import { ana, answer, bia, connectedPipeline, createPipeline, minute, start } from './pipeline-support.ts';

const hour = 60 * minute;

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
    let folded = 0;
    p.ai.summarize = async () => {
      folded += 1;
      return answer(`summary of ${folded}`);
    };
    for (let turn = 0; turn < 6; turn += 1) {
      p.say(`uma pergunta bem comprida sobre bolos e pães número ${turn}`);
      await p.clock.advance(minute);
    }
    expect(p.store.conversations.find(p.sessionId, ana)?.contextSummary).toMatch(/^summary of /);
    expect(p.ai.requests.at(-1)?.summary).toMatch(/^summary of /);
    expect(p.ai.requests.at(-1)?.history.length).toBeLessThan(10);

    // Each turn can be asked again with the summary of then, until the memory is cleared.
    const asked = p.ai.requests.map(({ summary }) => summary);
    expect(new Set(asked).size).toBeGreaterThan(2);
    const turns = p.store.database.all<{ id: number }>('SELECT id FROM turns ORDER BY id');
    const recorded = () =>
      turns.map(({ id }) => {
        const turn = p.store.rehearsals.recorded(p.sessionId, id);
        return turn?.isSummaryOfThen === true ? turn.summary : null;
      });
    expect(recorded()).toEqual(asked);
    const kept = () => p.store.database.get<{ n: number }>('SELECT count(*) AS n FROM summaries')?.n;
    expect(kept()).toBe(new Set(asked).size - 1);
    p.store.database.run('DELETE FROM turns WHERE id = ?', turns.at(-1)?.id ?? 0);
    expect(kept()).toBe(new Set(asked.slice(0, -1)).size - 1);
    p.store.conversations.clearMemory(p.store.conversations.find(p.sessionId, ana)?.id ?? 0, p.clock.now());
    expect(kept()).toBe(0);
    expect(recorded().every((summary) => summary === null)).toBe(true);
  });
});

test.each(['stored_at = ?, pending_since = NULL', 'pending_since = ?'])(
  'a clock that was set back lets nobody wait until it is there again (%s)',
  async (future) => {
    const p = await connectedPipeline();
    p.engine.onDisconnected();
    p.say('oi');
    await p.clock.advance(1000);
    p.store.database.run(`UPDATE messages SET ${future} WHERE text = 'oi'`, p.clock.now() + 3 * hour);
    p.restart();
    p.engine.onConnected(p.clock.now());
    await p.clock.advance(minute);
    expect(p.outcomes()).toEqual({ oi: 'answered' });
  },
);

test('nor an answer that was stored under the clock that was ahead', async () => {
  const p = await connectedPipeline({ config: withTiming({ readingDelayMs: 50_000 }) });
  p.say('oi');
  await p.clock.advance(30_000);
  const ahead = p.clock.now() + 3 * hour;
  p.store.database.run("UPDATE outbox SET created_at = ?, not_before = ? WHERE status = 'queued'", ahead, ahead + 2000);
  expect(p.sentTexts()).toEqual([]);
  p.restart();
  p.engine.onConnected(p.clock.now());
  await p.clock.advance(minute);
  expect(p.outcomes()).toEqual({ oi: 'answered' });
});

const passing = { kind: 'passing', code: 'busy', reason: 'busy', retryAfterMs: 20_000 } as const;
const refusal = { kind: 'refused', scope: 'account', code: 'no-key', reason: 'no key' } as const;

test.each([
  ['a service that is asked again later', () => passing, minute],
  ['a service that refuses', () => refusal, 16 * minute],
] as const)('nor does one that is set back while a wait lasts: %s', async (_what, first, later) => {
  const p = await connectedPipeline();
  p.ai.script = [first, () => answer('re: oi')];
  p.say('oi');
  for (let waited = 0; p.ai.requests.length === 0 && waited < minute; waited += 500) await p.clock.advance(500);
  expect(p.ai.requests).toHaveLength(1);
  p.clock.setBack(3 * hour);
  await p.clock.advance(later);
  expect(p.outcomes()).toEqual({ oi: 'answered' });
});

test('nor between two parts, and what was sent under it fills no cap of hours that come again', async () => {
  const p = await connectedPipeline({
    config: withTiming({ partLength: 100, pauseBetweenPartsMs: 30_000, maxPerChatHour: 2 }),
  });
  const [one, two] = [
    'Temos pão de queijo, bolo de cenoura e café coado na hora. '.repeat(2).trim(),
    'Abrimos às oito. '.repeat(5).trim(),
  ];
  p.ai.script = [() => answer(`${one}\n\n${two}`), () => answer('Tres.')];
  p.say('oi');
  for (let waited = 0; p.sentTexts().length < 1 && waited < minute; waited += 500) await p.clock.advance(500);
  expect(p.sentTexts()).toEqual([one]);
  p.clock.setBack(3 * hour);
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual([one, two]);
  p.say('e agora?');
  await p.clock.advance(minute);
  expect(p.sentTexts()).toEqual([one, two, 'Tres.']);

  // Nor does a phone that was linked under it leave whoever writes now for history.
  p.say('de ontem', { timestamp: p.clock.now() - 24 * hour });
  await p.clock.advance(minute);
  expect(p.outcomes()).toMatchObject({ 'e agora?': 'answered', 'de ontem': 'ignored: before-first-link' });
});
