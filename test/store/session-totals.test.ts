import { expect, it } from 'vitest';
import { createSessionTotals } from '../../src/store/session-totals.ts';
import { addSession, chatOf, inbound, noon, pending, temporaryStore } from './support.ts';

it('counts what lies in the store, then only what is new, and never falls when history is pruned', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  addSession(store, 'studio-bela');
  const chat = chatOf(store, session);
  const add = (id: string, sender: 'customer' | 'bot' | 'owner'): void => {
    store.messages.insert(
      inbound(session, chat.id, id, { sender, ending: sender === 'customer' ? pending : null }),
      noon,
    );
  };
  add('one', 'customer');
  add('two', 'bot');
  add('three', 'owner');
  const totals = createSessionTotals(store.database);
  const counts = async () => (await totals()).map(({ session: name, received, sent }) => [name, received, sent]);
  expect(await counts()).toEqual([
    ['padaria-joao', 1, 1],
    ['studio-bela', 0, 0],
  ]);
  store.database.run('DELETE FROM messages');
  add('four', 'customer');
  expect((await counts())[0]).toEqual(['padaria-joao', 2, 1]);
  expect((await counts())[0]).toEqual(['padaria-joao', 2, 1]);
});

it('sums tokens and cost, and counts what the AI service refused since it began', async () => {
  const store = temporaryStore();
  const session = addSession(store);
  const chat = chatOf(store, session);
  const turn = (steps: readonly string[], finished: number | null): void => {
    store.database.run(
      `INSERT INTO turns (session_id, conversation_id, started_at, finished_at, outcome, message_ids, joined_text, provider, model, parameters, steps, updated_at)
       VALUES (?, ?, 1, ?, 'answered', '[]', '', 'openai', 'm', '{}', ?, 1)`,
      session.id,
      chat.id,
      finished,
      JSON.stringify(steps.map((step) => ({ at: 1, step, values: {} }))),
    );
  };
  turn(['retry'], 1);
  const totals = createSessionTotals(store.database);
  expect((await totals())[0]?.aiErrors).toBe(0);
  turn(['joined', 'retry', 'retry', 'answered'], 2);
  turn(['refused'], null);
  expect((await totals())[0]?.aiErrors).toBe(2);
  store.database.run('UPDATE turns SET finished_at = 3');
  expect((await totals())[0]?.aiErrors).toBe(3);
  store.usage.add(
    {
      sessionId: session.id,
      day: '2026-11-22',
      provider: 'openai',
      model: 'm',
      inputTokens: 10,
      outputTokens: 4,
      costMicroUsd: 500,
    },
    noon,
  );
  expect((await totals())[0]).toMatchObject({ inputTokens: 10, outputTokens: 4, costUsd: 0.0005 });
});
