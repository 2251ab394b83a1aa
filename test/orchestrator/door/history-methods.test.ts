import { expect, test } from 'vitest';
import { createHistoryMethods } from '../../../src/orchestrator/door/history-methods.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { addSession, noon, temporaryStore } from '../../store/support.ts';

test('the CPU of a day is told with the memory, of the session that is asked for', async () => {
  const store = temporaryStore();
  const { id } = addSession(store, 'padaria-joao');
  const book = createSessionBook(store, () => noon);
  const cpuDayOf = (of: string) => [null, of === id ? 2.5 : 99];
  const { memoryHistory } = createHistoryMethods({ store, book, now: () => noon, timeZone: 'UTC', cpuDayOf });
  expect(await memoryHistory({ name: 'padaria-joao' })).toMatchObject({ cpu: [null, 2.5] });
});

test('budgets are those of the sessions that have one, as they are set now', async () => {
  const store = temporaryStore();
  const [first, second] = [addSession(store, 'padaria-joao'), addSession(store, 'otica-visao')];
  addSession(store, 'moda-ana');
  const budgetOf = (usd: number | null) => ({ ...first.config, ai: { ...first.config.ai, dailyBudgetUsd: usd } });
  store.sessions.change(first.id, { config: budgetOf(1.5) }, noon);
  store.sessions.change(second.id, { config: budgetOf(0) }, noon);

  const budgets = async () => {
    const book = createSessionBook(store, () => noon);
    const { budgets: read } = createHistoryMethods({ store, book, now: () => noon, timeZone: 'UTC' });
    const found = await read({});
    return found.budgets.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  expect(await budgets()).toEqual([
    { name: 'otica-visao', usd: 0 },
    { name: 'padaria-joao', usd: 1.5 },
  ]);
  store.sessions.change(first.id, { config: budgetOf(null) }, noon);
  expect(await budgets()).toEqual([{ name: 'otica-visao', usd: 0 }]);
});
