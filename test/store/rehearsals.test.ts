import { expect, test } from 'vitest';
import type { RehearsedAnswer } from '../../src/session/rehearsal.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { addSession, chatOf, eraseCustomer, erasedBy, inbound, noon, temporaryStore } from './support.ts';

const hour = 3_600_000;

let lastId = 0;
/** A turn as the pipeline leaves it. */
const addTurn = (
  store: Store,
  session: StoredSession,
  conversationId: number,
  text: string,
  options: {
    readonly at?: number;
    readonly outcome?: 'answered' | 'held' | 'unanswered';
    readonly answer?: string;
  } = {},
): number => {
  const { at = noon, outcome = 'answered', answer = `answer to ${text}` } = options;
  lastId += 1;
  const message = inbound(session, conversationId, `m${lastId}`, { text, at });
  const before = store.database.get<{ from: number | null; to: number | null }>(
    'SELECT min(seq) AS "from", max(seq) AS "to" FROM messages WHERE conversation_id = ?',
    conversationId,
  );
  store.messages.insert(message, at);
  const id = store.turns.begin(
    {
      sessionId: session.id,
      conversationId,
      messageIds: [message.waId],
      joinedText: text,
      instructionsVersion: null,
      provider: 'openai',
      model: 'gpt',
      parameters: {},
      history: { from: before?.from ?? null, to: before?.to ?? null, count: 0, hash: '' },
      steps: [],
    },
    at,
  );
  store.turns.update(
    id,
    {
      outcome,
      finishedAt: at + 1,
      rawAnswer: answer,
      parts: [answer],
      attempts: 1,
      inputTokens: 100,
      outputTokens: 20,
      costMicroUsd: 50,
      timing: { aiMs: 1200 },
      ...(outcome === 'held' ? { reasonCode: 'handed-over', reason: 'wants Ana' } : {}),
    },
    at,
  );
  return id;
};

const answered = (more: Partial<RehearsedAnswer> = {}): RehearsedAnswer => ({
  kind: 'words',
  text: 'SECRET new',
  filtered: [],
  isCut: false,
  findings: [],
  oldFindings: [],
  model: 'gpt-2',
  inputTokens: 90,
  outputTokens: 10,
  costUsd: 0.0001,
  tookMs: 5,
  isSameHistory: true,
  verdict: 'same',
  verdictReason: 'equal',
  judged: null,
  judgeCostUsd: 0,
  ...more,
});

const begin = (store: Store, session: StoredSession, turnIds: readonly number[], scenes: string[] = []): number =>
  store.rehearsals.add(
    {
      sessionId: session.id,
      sessionName: session.name,
      change: { instructions: 'new', model: null, settings: { 'ai_config.maxTokens': 100 } },
      baseVersion: null,
      judge: null,
      judgeVersion: null,
      estimateUsd: 0.5,
      actor: 'you',
      turnIds,
      scenes: scenes.map((scene) => ({ scene, conversationId: null })),
    },
    noon,
  );

test('turns are chosen in rounds: the newest of each chat, of the chats that wrote last', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const [ana, bia, caio] = ['5511911111111', '5511922222222', '5511933333333'].map(
    (phone) => chatOf(store, session, phone).id,
  ) as [number, number, number];
  const old = addTurn(store, session, caio, 'old', { at: noon - 100 * hour });
  const a1 = addTurn(store, session, ana, 'a1', { at: noon - 5 * hour });
  const a2 = addTurn(store, session, ana, 'a2', { at: noon - 4 * hour });
  const b1 = addTurn(store, session, bia, 'b1', { at: noon - 3 * hour, outcome: 'held' });
  addTurn(store, session, bia, 'nothing came', { at: noon - 2 * hour, outcome: 'unanswered' });
  store.database.run('UPDATE turns SET attempts = 0 WHERE id = ?', addTurn(store, session, bia, 'a fixed answer'));

  const probe = store.conversations.ensure(
    session,
    { chatId: 'probe-from:otica', chatKind: 'probe', phone: null, lid: null, name: null, isSaved: false },
    noon,
  );
  addTurn(store, session, probe.id, 'asked by a mystery customer');

  const ids = (choice: Parameters<typeof store.rehearsals.choose>[1]) =>
    store.rehearsals.choose(session.id, choice).turns.map(({ turnId }) => turnId);
  const since = noon - 50 * hour;
  expect(ids({ since, chats: 9, turns: 9 })).toEqual([b1, a2, a1]);
  expect(ids({ since: 0, chats: 9, turns: 9 })).toEqual([b1, a2, old, a1]);
  expect(ids({ since: 0, chats: 1, turns: 9 })).toEqual([b1]);
  expect(store.rehearsals.choose(session.id, { since, chats: 9, turns: 2 })).toMatchObject({ chats: 2, leftOut: 1 });
  expect(store.rehearsals.choose('nobody', { since: 0, chats: 9, turns: 9 })).toEqual({
    turns: [],
    chats: 0,
    leftOut: 0,
  });
});

test('a recorded turn comes with what was said before it, and with nothing that came later', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session).id;
  addTurn(store, session, chat, 'first');
  const second = addTurn(store, session, chat, 'second');
  addTurn(store, session, chat, 'third');

  const recorded = store.rehearsals.recorded(session.id, second);
  expect(recorded).toMatchObject({ question: 'second', rawAnswer: 'answer to second', customerName: 'Ana' });
  expect(recorded?.history.map(({ text }) => text)).toEqual(['first']);
  expect(store.rehearsals.recorded('another session', second)).toBeNull();
});

test('sums and cases are told; what failed waits again when it is resumed', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session).id;
  const turns = [addTurn(store, session, chat, 'one'), addTurn(store, session, chat, 'two', { outcome: 'held' })];
  const id = begin(store, session, turns, [JSON.stringify({ name: 'case', ask: 'q', answer: 'a' })]);

  const first = store.rehearsals.waiting(id, 0);
  expect(first).toMatchObject({ turnId: null, scene: expect.stringContaining('case') });
  const second = store.rehearsals.waiting(id, first?.id ?? 0);
  expect(second?.turnId).toBe(turns[0]);
  store.rehearsals.answered(id, second?.id ?? 0, answered({ verdict: 'worse', isSameHistory: false }));
  store.rehearsals.failed(id, first?.id ?? 0, 'too long');
  store.rehearsals.spent(id, 0.25);

  const stored = store.rehearsals.get(id);
  if (stored === null) throw new Error('it is there');
  expect(store.rehearsals.summary(stored)).toMatchObject({
    total: 3,
    asked: 1,
    failed: 1,
    counts: { worse: 1, better: 0, same: 0, unjudged: 0 },
    otherHistory: 1,
    costUsd: 0.25,
    oldCostUsd: 0.00005,
    estimateUsd: 0.5,
    change: { instructions: 'new', settings: { 'ai_config.maxTokens': 100 } },
  });
  const [made, asked, person] = store.rehearsals.cases(id);
  expect(made).toMatchObject({
    caseName: 'case',
    question: 'q',
    old: { kind: 'words', text: 'a' },
    problem: 'too long',
  });
  expect(asked).toMatchObject({
    who: 'Ana',
    question: 'one',
    old: { kind: 'words', text: 'answer to one', costUsd: 0.00005, tookMs: 1200 },
    answer: { verdict: 'worse', text: 'SECRET new' },
  });
  expect(person).toMatchObject({ old: { kind: 'person', text: 'wants Ana' }, answer: null });

  store.rehearsals.end(id, 'budget', 'spent', noon);
  expect(store.rehearsals.newest(session.id)).toMatchObject({ id, state: 'budget', reason: 'spent', endedAt: noon });
  store.rehearsals.resume(id);
  expect(store.rehearsals.newest(session.id)).toMatchObject({ state: 'running', reason: null, endedAt: null });
  expect(store.rehearsals.waiting(id, 0)?.id).toBe(first?.id);
});

test('what was answered to a customer goes with him, with his words, and with his session', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const ana = chatOf(store, session, '5511911111111').id;
  const bia = chatOf(store, session, '5511922222222').id;
  const turns = [
    addTurn(store, session, ana, 'a1'),
    addTurn(store, session, bia, 'b1'),
    addTurn(store, session, bia, 'b2'),
  ];
  const id = begin(store, session, turns);
  const rows = () => store.rehearsals.cases(id).map(({ question }) => question);
  for (let row = store.rehearsals.waiting(id, 0); row !== null; row = store.rehearsals.waiting(id, row.id))
    store.rehearsals.answered(id, row.id, answered());

  await eraseCustomer(store, session, '5511911111111');
  expect(rows()).toEqual(['b1', 'b2']);
  // Asked while he was erased: what comes back finds no row.
  store.rehearsals.answered(id, 1, answered());
  expect(rows()).toEqual(['b1', 'b2']);

  store.turns.update(turns[1] ?? 0, { joinedText: '' }, noon);
  expect(rows()).toEqual(['b2']);
  store.turns.update(turns[2] ?? 0, { outcome: 'answered' }, noon);
  expect(rows()).toEqual(['b2']);

  await erasedBy((options) => store.retention.eraseSession(session, options));
  expect(store.database.get('SELECT count(*) AS n FROM rehearsals')).toEqual({ n: 0 });
  expect(store.database.get('SELECT count(*) AS n FROM rehearsal_turns')).toEqual({ n: 0 });
});

test('a rehearsal goes by the clock of turns, one that runs never', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session).id;
  const ended = begin(store, session, [addTurn(store, session, chat, 'one')]);
  const running = begin(store, session, [addTurn(store, session, chat, 'two')]);
  store.rehearsals.end(ended, 'done', null, noon);

  const keep = { eventsDays: 0, incidentsDays: 0, alertsDays: 0, turnsDays: 30 };
  const pruned = async (days: number) => {
    for await (const _ of store.retention.pruneRecords(keep, { now: noon + days * 24 * hour })) void _;
    return [store.rehearsals.get(ended)?.id ?? null, store.rehearsals.get(running)?.id ?? null];
  };
  expect(await pruned(29)).toEqual([ended, running]);
  expect(await pruned(31)).toEqual([null, running]);
});
