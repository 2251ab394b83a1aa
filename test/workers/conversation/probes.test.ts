import { expect, onTestFinished, test } from 'vitest';
import { personTool } from '../../../workers/conversation/turn/person-tool.ts';
import { answer, plainConfig } from './pipeline-support.ts';
import { createProbeWorld, type ProbeSide, type ProbeWorld } from './probe-world.ts';

const world = (options: Parameters<typeof createProbeWorld>[0] = {}): ProbeWorld => {
  const made = createProbeWorld(options);
  onTestFinished(made.close);
  return made;
};

const chats = ({ store }: ProbeWorld, { session }: ProbeSide): Record<string, string> =>
  Object.fromEntries(
    store.database
      .all<{ chat: string; kind: string }>(
        'SELECT chat_id AS chat, chat_kind AS kind FROM conversations WHERE session_id = ? ORDER BY id',
        session.id,
      )
      .map(({ chat, kind }) => [chat, kind]),
  );

for (const [what, address] of [
  ['its number', ({ phone }: { phone: string }) => `${phone}@c.us`],
  ['its LID', ({ lid }: { lid: string }) => lid],
] as const)
  test(`a question is answered as a customer's would be, and its answer by nobody (told under ${what})`, async () => {
    const play = world({ address });
    const { store, asks, asked, ended } = play;
    asked.ai.script = [() => answer('Sim, abrimos até 20h.')];
    play.begin(asks, asked, 'Vocês abrem hoje?', 'ABR|hora');
    await play.pass(60);

    expect(ended).toMatchObject([{ outcome: 'ok', code: null }]);
    expect(ended[0]?.run.answerMs).toBeGreaterThan(10_000);
    expect(asked.whatsapp.sent.map(({ text }) => text)).toEqual(['Sim, abrimos até 20h.']);
    expect(asks.whatsapp.sent.map(({ text }) => text)).toEqual(['Vocês abrem hoje?']);
    expect(asks.ai.requests).toEqual([]);
    expect(chats(play, asks)).toEqual({ 'probe-to:padaria': 'probe' });
    expect(chats(play, asked)).toEqual({ 'probe-from:matriz': 'probe' });
    expect(store.usage.list({ fromDay: '2000-01-01' })).toEqual([]);
    expect(store.activity.activityOf([asked.session.id], play.clock.now()).get(asked.session.id)).toMatchObject({
      receivedLastHour: 0,
      sentLastHour: 0,
      lastMessageAt: null,
    });
  });

test('a person who writes the same words later, or something else meanwhile, is a customer', async () => {
  const play = world();
  const { asks, asked, ended } = play;
  // What a person is answered arrives with a bot: two bots would never end.
  asks.ai.script = [() => ({ kind: 'no-answer', code: 'empty', reason: 'nothing', usage: null })];
  play.begin(asks, asked);
  await play.pass(2);
  asked.customer('Quanto custa o bolo?', asks.phone);
  await play.pass(60);
  asked.customer('Vocês abrem hoje?', asks.phone);
  asked.customer('Vocês abrem hoje?', '5511955554444');
  await play.pass(60);

  expect(ended).toMatchObject([{ outcome: 'ok' }]);
  expect(chats(play, asked)).toEqual({
    'probe-from:matriz': 'probe',
    [`${asks.phone}@c.us`]: 'person',
    '5511955554444@c.us': 'person',
  });
  expect(asked.ai.requests.map(({ text }) => text).sort()).toEqual([
    'Quanto custa o bolo?',
    'Vocês abrem hoje?',
    'Vocês abrem hoje?',
    'Vocês abrem hoje?',
  ]);
});

test('each question is somebody’s first: nothing is remembered of the one before, and no loop is seen', async () => {
  const play = world();
  const { asks, asked, ended } = play;
  for (let round = 0; round < 6; round += 1) {
    play.begin(asks, asked);
    await play.pass(60);
  }

  expect(ended.map(({ outcome }) => outcome)).toEqual(Array(6).fill('ok'));
  expect(asked.ai.requests.map(({ history, summary }) => [history, summary])).toEqual(Array(6).fill([[], null]));
});

test('two sessions that ask each other at the same time are each answered once', async () => {
  const play = world();
  const { asks, asked, ended } = play;
  play.begin(asks, asked, 'Vocês abrem hoje?');
  play.begin(asked, asks, 'Vocês abrem hoje?');
  await play.pass(120);

  expect(ended.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  expect([asks, asked].map(({ ai }) => ai.requests.length)).toEqual([1, 1]);
  expect([asks, asked].map(({ whatsapp }) => whatsapp.sent.length)).toEqual([2, 2]);
});

test('an automatic greeting and a word of the owner are no answer, no customer and no takeover', async () => {
  const play = world();
  const { store, asks, asked, ended } = play;
  asked.ai.script = [{ kind: 'no-answer', code: 'empty', reason: 'nothing', usage: null }].map(
    (result) => () => result as never,
  );
  play.begin(asks, asked);
  await play.pass(2);
  // Both ends see what WhatsApp Business sends by itself.
  asked.customer('Olá! Responderemos em breve.', asks.phone, { fromMe: true, id: `true_${asks.phone}@c.us_GREETING` });
  asks.customer('Olá! Responderemos em breve.', asked.phone, { id: `false_${asked.phone}@c.us_GREETING` });
  await play.pass(300);

  expect(ended).toMatchObject([{ outcome: 'failed', code: 'probe-unanswered' }]);
  expect(asks.ai.requests).toEqual([]);
  expect(store.conversations.paused(asked.session.id)).toEqual([]);
  expect(chats(play, asks)).toEqual({ 'probe-to:padaria': 'probe' });
  expect(chats(play, asked)).toEqual({ 'probe-from:matriz': 'probe' });
  expect(store.silences.open(asked.session.id)).toEqual([]);
  expect(store.events.list({ limit: 50 }).map(({ kind }) => kind)).toEqual([]);
});

test('an AI that asks for a person is answered with its sentence, and nobody is called', async () => {
  const config = plainConfig();
  const play = world({
    config: { ...config, ai: { ...config.ai, handover: true, handoverMessage: 'Vou chamar alguém.' } },
  });
  const { store, asks, asked, ended } = play;
  asked.ai.script = [
    () =>
      ({
        kind: 'tool',
        name: personTool.name,
        arguments: { reason: 'x', summary: 'y' },
        text: null,
        usage: { inputTokens: 1, outputTokens: 1 },
        model: 'echo',
        notes: [],
      }) as never,
  ];
  play.begin(asks, asked);
  await play.pass(120);

  expect(asked.whatsapp.sent.map(({ text }) => text)).toEqual(['Vou chamar alguém.']);
  expect(ended).toMatchObject([{ outcome: 'ok' }]);
  expect(store.conversations.asking(asked.session.id)).toEqual([]);
});

test('what holds customers back holds the question back, and says so', async () => {
  const config = plainConfig();
  const closed = { ...config, timing: { ...config.timing, openingHours: [{ days: [0], from: '03:00', to: '03:01' }] } };
  const play = world({ config: closed });
  const { store, asks, asked, ended } = play;
  play.begin(asks, asked);
  await play.pass(300);

  expect(ended).toMatchObject([{ outcome: 'skipped', code: 'probe-closed' }]);
  expect(ended[0]?.heldUntil).toBeGreaterThan(play.clock.now());
  expect(store.activity.activityOf([asked.session.id], play.clock.now()).get(asked.session.id)).toMatchObject({
    heldMessages: 0,
    opensAt: null,
  });
  expect(store.messages.chatsWithPending(asked.session.id)).toEqual([]);
  expect(store.messages.held(asked.session.id, 'closed')).toEqual([]);
});

test('a refused question is sent once, and says nothing of the session that was not asked', async () => {
  const play = world();
  const { store, asks, asked, ended } = play;
  asks.whatsapp.fate = () => 'restricted-new';
  play.begin(asks, asked);
  await play.pass(400);

  expect(asks.whatsapp.attempts).toHaveLength(1);
  expect(ended).toMatchObject([{ outcome: 'unknown', code: 'probe-not-sent' }]);
  expect(store.sessions.byId(asks.session.id)?.restriction).toBeNull();
});

test('a master that dies half-way goes on with it; one that was away when time ran over says unknown', async () => {
  const play = world();
  const { asks, asked, ended } = play;
  play.begin(asks, asked);
  await play.pass(1);
  play.masterAway();
  await play.pass(10);
  asked.restart();
  asks.restart();
  await play.pass(50);
  play.masterBack();
  await play.pass(2);
  expect(ended).toMatchObject([{ outcome: 'ok' }]);

  asked.ai.script = [() => ({ kind: 'passing', reason: 'busy', retryAfterMs: 3_600_000 }) as never];
  play.begin(asks, asked);
  await play.pass(3);
  play.masterAway();
  await play.pass(400);
  play.masterBack();
  await play.pass(2);
  expect(ended[1]).toMatchObject({ outcome: 'unknown', code: 'probe-master-away' });
});

test('a question that came along from another server is answered by nobody', async () => {
  const play = world();
  const { store, asked } = play;
  const conversation = store.probes.chatFrom(asked.session, 'matriz', play.clock.now());
  store.messages.insert(
    {
      sessionId: asked.session.id,
      conversationId: conversation.id,
      waId: 'false_5511987650001@c.us_ELSEWHERE',
      sender: 'customer',
      author: null,
      kind: 'text',
      text: 'Vocês abrem hoje?',
      mimeType: null,
      quotedId: null,
      at: play.clock.now(),
      ending: { outcome: 'pending', code: null, reason: null },
    },
    play.clock.now(),
  );
  asked.engine.wake();
  await play.pass(60);

  expect(asked.ai.requests).toEqual([]);
  expect(asked.whatsapp.sent).toEqual([]);
  expect(store.messages.chatsWithPending(asked.session.id)).toEqual([]);
});

test('an answer that comes too late belongs to its own question, not to the next', async () => {
  const play = world();
  const { store, asks, asked, ended } = play;
  asked.ai.script = [() => answer('primeira'), () => answer('segunda')];
  play.begin(asks, asked, 'um?', 'segunda|terceira');
  // Its answer is on its way when the link of the asking session falls.
  await play.pass(14);
  asks.setConnected(false);
  await play.pass(300);
  expect(ended).toMatchObject([{ outcome: 'unknown', code: 'probe-from-away' }]);

  asked.ai.script = [() => answer('segunda')];
  asks.setConnected(true);
  play.begin(asks, asked, 'dois?', 'primeira');
  await play.pass(300);
  expect(ended[1]).toMatchObject({ outcome: 'failed', code: 'probe-unexpected' });
  expect(store.probes.answersTo(ended[1]?.run ?? (null as never), 'padaria')).toEqual(['segunda']);
});
