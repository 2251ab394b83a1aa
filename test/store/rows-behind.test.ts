import { expect, test } from 'vitest';
import { countRows } from '../../src/store/retention/count-rows.ts';
import { rowsBehind } from '../../src/store/retention/rows-behind.ts';
import { addSession, chatOf, inbound, noon, temporaryStore } from './support.ts';

const behind = rowsBehind({
  table: 'messages',
  at: 'stored_at',
  key: 'seq',
  columns: 'text',
  session: '?1',
  markAt: '?2',
  markKey: '?3',
});

/** Messages of one session, stored at these times. */
const storeOf = (times: readonly number[]) => {
  const store = temporaryStore();
  const [session, other] = [addSession(store), addSession(store, 'oficina')];
  const chat = chatOf(store, session);
  store.messages.insert(inbound(other, chatOf(store, other).id, 'other'), noon);
  for (const [index, at] of times.entries()) store.messages.insert(inbound(session, chat.id, `M${index}`), at);
  return { store, id: session.id };
};

test.each([
  ['all of one time', Array.from({ length: 57 }, () => noon)],
  ['each of its own', Array.from({ length: 57 }, (_, n) => noon + n)],
  ['groups, not in their order', Array.from({ length: 57 }, (_, n) => noon + ((n * 7) % 5))],
  ['none', []],
] as const)('pages give every row once, in order: %s', async (_, times) => {
  const { store, id } = storeOf(times);
  const seen: { at: number; key: number }[] = [];
  let mark = { at: -1, key: -1 };
  for (;;) {
    const page = store.database.all<{ at: number; key: number }>(`${behind} LIMIT 10`, id, mark.at, mark.key);
    seen.push(...page.map(({ at, key }) => ({ at, key })));
    mark = page.at(-1) ?? mark;
    if (page.length < 10) break;
  }

  expect(seen).toEqual(seen.toSorted((a, b) => a.at - b.at || a.key - b.key));
  expect(new Set(seen.map(({ key }) => key)).size).toBe(times.length);
  expect(await countRows(store.database, 'messages', id)).toBe(times.length);
});

test('a page reads nothing again of the rows that share its mark’s time', () => {
  const { store } = storeOf([]);
  const plan = store.database
    .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${behind} LIMIT 10`)
    .map(({ detail }) => detail);

  expect(plan.join()).toMatch(/stored_at=\? AND rowid>\?/);
  expect(plan.join()).not.toMatch(/TEMP B-TREE/);
});
