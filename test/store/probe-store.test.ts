import { expect, test } from 'vitest';
import type { StoredSession } from '../../src/store/session-store.ts';
import { createSessionTotals } from '../../src/store/session-totals.ts';
import type { Store } from '../../src/store/store.ts';
import { createSeededRandom } from '../../workers/whatsapp/simulated/seeded-random.ts';
import { figuresOf } from './store-figures.ts';
import { addSession, chatOf, erasedBy, inbound, noon, pending, temporaryStore } from './support.ts';

const begin = (store: Store, target: StoredSession, from: StoredSession, now = noon) =>
  store.probes.begin(
    { target, from, address: '5511900000001@c.us', why: 'due', text: 'Vocês abrem hoje?', expect: 'abr' },
    now,
  );

test('a question is stored as under way, and its id is known before it is sent', () => {
  const store = temporaryStore();
  const target = addSession(store, 'padaria');
  const from = addSession(store, 'matriz');
  const run = begin(store, target, from);
  const part = store.outbox.get(run.partId ?? 0);

  expect(part).toMatchObject({
    source: 'probe',
    status: 'queued',
    chatId: '5511900000001@c.us',
    text: 'Vocês abrem hoje?',
  });
  expect(store.probes.openOf(target.id)).toEqual([run]);
  expect(store.probes.openOf(from.id)).toEqual([run]);
  expect(() => begin(store, target, from)).toThrow(/UNIQUE/);

  expect(store.probes.known('ABC')).toBeNull();
  store.outbox.markSending(run.partId ?? 0, { messageId: 'ABC', chatId: '5511900000001@c.us' }, 'life', noon);
  expect(store.probes.known('ABC')).toEqual({ sessionId: from.id, partId: run.partId, isQuestion: true });
});

test('the id of what a customer is sent is no probe’s', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const [part = 0] = store.outbox.enqueue(
    { sessionId: session.id, conversationId: chatOf(store, session).id, turnId: null, source: 'send', actor: 'you' },
    [{ text: 'oi', notBefore: noon }],
    noon,
  );
  store.outbox.markSending(part, { messageId: 'XYZ', chatId: '5511987654321@c.us' }, 'life', noon);
  expect(store.probes.known('XYZ')).toBeNull();
});

test('a chat of a probe stays apart from the person whose number asks', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const person = chatOf(store, session, '5511911111111');
  const probe = store.probes.chatFrom(session, 'matriz', noon);

  store.messages.insert(
    inbound(session, probe.id, 'Q1', { waId: 'false_5511911111111@c.us_Q1', ending: pending }),
    noon,
  );
  expect(store.conversations.get(probe.id)).toMatchObject({
    chatId: 'probe-from:matriz',
    chatKind: 'probe',
    name: 'probe',
    phone: null,
    replyTo: '5511911111111@c.us',
  });
  expect(chatOf(store, session, '5511911111111').id).toBe(person.id);
  expect(store.conversations.byPhone(session.id, '5511911111111').map(({ id }) => id)).toEqual([person.id]);
  expect(store.probes.questionOf(session.id, 'matriz', noon)).toMatchObject({ outcome: 'pending' });
  expect(store.probes.letBe(session.id, 'matriz', noon)).toBe(1);
  expect(store.probes.questionOf(session.id, 'matriz', noon)).toMatchObject({ outcome: 'ignored', code: 'probe-over' });
});

test('a run ends once, and what is erased with a session takes its probes along', async () => {
  const store = temporaryStore();
  const target = addSession(store, 'padaria');
  const from = addSession(store, 'matriz');
  const run = begin(store, target, from);
  const failed = { outcome: 'failed', answerMs: null, code: 'probe-unanswered', reason: 'no answer' } as const;

  expect(store.probes.endRun(run.id, failed, noon + 1)).toBe(true);
  expect(store.probes.endRun(run.id, { ...failed, outcome: 'ok' }, noon + 2)).toBe(false);
  expect(store.probes.lastTelling(target.id, 5)).toMatchObject([{ id: run.id, outcome: 'failed', endedAt: noon + 1 }]);
  expect(store.probes.lastProved(target.id)).toBeNull();

  store.probes.setPlan({
    sessionId: target.id,
    fromId: from.id,
    everyMs: 3_600_000,
    fromMinute: 0,
    untilMinute: 0,
    text: 'oi?',
    expect: null,
    nextAt: noon,
    setAt: noon,
    setBy: 'you',
  });
  await erasedBy((options) => store.retention.eraseSession(from, options), noon + 10);
  expect(store.probes.plans()).toEqual([]);
  expect(store.probes.runs(target.id, 10)).toEqual([]);
});

interface Act {
  readonly at: number;
  readonly what: 'asks' | 'answered' | 'silent' | 'draft' | 'owner' | 'sends' | 'bills';
  readonly who: number;
}

/** The same life of a session in any store. */
const play = (store: Store, session: StoredSession, acts: readonly Act[], beside: (act: Act) => void): void => {
  acts.forEach((act, n) => {
    const { at, what, who } = act;
    beside(act);
    const phone = `55119${String(10_000_000 + who)}`;
    const chat = chatOf(store, session, phone, at);
    const insert = (more: object): number =>
      store.messages.insert(
        inbound(session, chat.id, `M${n}`, { waId: `false_${phone}@c.us_M${n}`, at, ...more }),
        at,
      ) ?? 0;
    const origin = {
      sessionId: session.id,
      conversationId: chat.id,
      turnId: null,
      source: 'reply',
      actor: 'bot',
    } as const;
    switch (what) {
      case 'asks':
        insert({});
        break;
      case 'answered': {
        const seq = insert({});
        const [part = 0] = store.outbox.enqueue(origin, [{ text: 'resposta', notBefore: at }], at);
        store.outbox.markSending(part, { messageId: `P${n}`, chatId: `${phone}@c.us` }, 'life', at);
        const sent = store.outbox.get(part);
        if (sent !== null) store.outbox.markSent(sent, { waId: `true_${phone}@c.us_P${n}`, ack: 1 }, at + 900);
        store.messages.end([seq], { outcome: 'answered', code: null, reason: null }, at + 1000);
        break;
      }
      case 'silent':
        insert({ ending: { outcome: 'unanswered', code: 'empty', reason: 'nothing' } });
        store.silences.leave(
          { sessionId: session.id, conversationId: chat.id, since: at, code: 'empty', reason: 'nothing' },
          at,
        );
        break;
      case 'draft':
        store.outbox.addDraft(origin, 'rascunho', at);
        break;
      case 'owner':
        insert({ sender: 'owner', waId: `true_${phone}@c.us_M${n}`, ending: null, text: 'digitado no telefone' });
        break;
      case 'sends':
        store.outbox.enqueue({ ...origin, source: 'send', actor: 'you' }, [{ text: 'oi', notBefore: at }], at);
        break;
      case 'bills':
        store.usage.add(
          {
            sessionId: session.id,
            day: '2026-11-22',
            provider: 'openai',
            model: 'm',
            inputTokens: 5,
            outputTokens: 2,
            costMicroUsd: 7,
          },
          at,
        );
        break;
    }
  });
};

/** What probes leave in a store, also the worst of it. */
const probesBeside = (store: Store, session: StoredSession, other: StoredSession, random: () => number) => {
  let n = 0;
  return ({ at }: Act): void => {
    if (random() < 0.4) return;
    n += 1;
    const asked = store.probes.chatFrom(session, other.name, at);
    const asks = store.probes.chatTo(session, other.name, at);
    const endings = [
      pending,
      { outcome: 'held', code: 'closed', reason: 'closed', heldUntil: at + 1 },
      { outcome: 'held', code: 'no-ai', reason: '' },
      { outcome: 'unanswered', code: 'empty', reason: '' },
      { outcome: 'ignored', code: 'probe-over', reason: '' },
    ] as const;
    const ending = endings[Math.floor(random() * endings.length)] ?? pending;
    const seq =
      store.messages.insert(
        inbound(session, asked.id, `Q${n}`, { waId: `false_5511922222222@c.us_Q${n}`, at, ending }),
        at,
      ) ?? 0;
    const turnId = store.turns.begin(
      {
        sessionId: session.id,
        conversationId: asked.id,
        messageIds: [`Q${n}`],
        joinedText: 'oi',
        instructionsVersion: null,
        provider: 'openai',
        model: 'm',
        parameters: {},
        history: { from: null, to: null, count: 0, hash: '' },
        steps: [{ at, step: 'retry', values: {} }],
      },
      at,
    );
    store.messages.setTurn([seq], turnId, at);
    for (const conversation of [asked, asks]) {
      const isAnswer = conversation.id === asked.id;
      const [part = 0] = store.outbox.enqueue(
        {
          sessionId: session.id,
          conversationId: conversation.id,
          turnId: isAnswer ? turnId : null,
          source: isAnswer ? 'reply' : 'probe',
          actor: 'bot',
        },
        [{ text: 'resposta', notBefore: at }],
        at,
      );
      store.outbox.markSending(part, { messageId: `B${n}${isAnswer}`, chatId: '5511922222222@c.us' }, 'life', at);
      const sending = store.outbox.get(part);
      if (sending !== null && random() < 0.7)
        store.outbox.markSent(sending, { waId: `true_5511922222222@c.us_B${n}${isAnswer}`, ack: 1 }, at + 5);
    }
    if (random() < 0.5) store.turns.update(turnId, { outcome: 'answered', finishedAt: at + 10 }, at + 10);
    store.messages.insert(
      inbound(session, asks.id, `A${n}`, {
        waId: `false_5511922222222@c.us_A${n}`,
        at,
        sender: random() < 0.5 ? 'customer' : 'owner',
      }),
      at,
    );
    // What the pipeline never does to such a chat counts no more for it.
    store.conversations.pause(asked.id, { until: Number.MAX_SAFE_INTEGER, by: 'owner', reason: 'x' }, at);
    store.conversations.resume(asked.id, at);
  };
};

test('100 random lives of a session give the same figures with probes beside them as without', async () => {
  const whats = ['asks', 'answered', 'silent', 'draft', 'owner', 'sends', 'bills'] as const;
  const stores = [temporaryStore(), temporaryStore()].map((store) => ({
    store,
    other: addSession(store, 'matriz', noon),
    totals: createSessionTotals(store.database),
  }));
  let probes = 0;

  for (let seed = 1; seed <= 100; seed += 1) {
    const random = createSeededRandom(seed);
    const acts = Array.from(
      { length: 12 },
      (_, n): Act => ({
        at: noon + n * 400_000 + Math.floor(random.next() * 60_000),
        what: whats[Math.floor(random.next() * whats.length)] ?? 'asks',
        who: Math.floor(random.next() * 3),
      }),
    );
    const now = (acts.at(-1)?.at ?? noon) + 500_000;
    const lives: unknown[] = [];
    for (const [index, { store, other, totals }] of stores.entries()) {
      const session = addSession(store, `loja-${seed}`, noon);
      const beside = index === 0 ? () => undefined : probesBeside(store, session, other, () => random.next());
      // One write to the disk a life.
      store.database.transaction(() => play(store, session, acts, beside));
      lives.push(await figuresOf(store, session, totals, now));
      if (index === 1) probes += store.conversations.find(session.id, 'probe-from:matriz')?.messageCount ?? 0;
    }
    expect(lives[1], `seed ${seed}`).toEqual(lives[0]);
  }
  // Lives without probes beside them prove nothing.
  expect(probes).toBeGreaterThan(500);
}, 120_000);
