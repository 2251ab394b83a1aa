import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { checkStore } from '../../../src/store/integrity/check-store.ts';
import { changeOf } from '../../../src/store/integrity/fleet-mark.ts';
import { lostWords, salvageStore } from '../../../src/store/integrity/salvage.ts';
import { openStore } from '../../../src/store/store.ts';
import { cutInHalf, leavesOf, overwritePages, pagesOf, zeroHeader } from '../../support/damage.ts';
import { filledDatabase, sessionNames } from './filled-store.ts';

const rowsOf = (path: string, sql: string): Record<string, unknown>[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};
const countOf = (path: string, table: string): number =>
  Number(rowsOf(path, `SELECT count(*) AS n FROM ${table}`)[0]?.['n']);
const tables = ['sessions', 'events', 'conversations', 'messages', 'addresses', 'activity_minutes', 'meta'];
const countsOf = (path: string) => Object.fromEntries(tables.map((table) => [table, countOf(path, table)]));

const salvaged = (path: string, known = 0) => {
  const to = join(dirname(path), 'fresh.db');
  const result = salvageStore(path, to, known);
  expect(checkStore(to, 'full')).toEqual({ fault: null, problems: [] });
  return { to, result };
};

const changeIn = (path: string): number => {
  const store = openStore(path);
  try {
    return changeOf(store.database);
  } finally {
    store.close();
  }
};

describe('out of a damaged store', () => {
  test.each([
    ['nothing damaged', () => undefined],
    ['an index damaged', (path: string) => overwritePages(path, pagesOf(path, 'messages_by_time'))],
    [
      'every index of the messages damaged',
      (path: string) => {
        for (const { name } of rowsOf(
          path,
          "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'messages' AND sql IS NOT NULL",
        ))
          overwritePages(path, pagesOf(path, String(name)));
      },
    ],
  ])('%s: every row comes, with its own number and its own change', (_, harm) => {
    const path = filledDatabase();
    const before = countsOf(path);
    const changes = rowsOf(path, 'SELECT seq, wa_id, change_seq FROM messages ORDER BY seq');
    const change = changeIn(path);
    harm(path);

    const { to, result } = salvaged(path, change + 7);
    expect(result).toMatchObject({ lost: 0, sessions: 3 });
    expect(countsOf(to)).toEqual(before);
    expect(rowsOf(to, 'SELECT seq, wa_id, change_seq FROM messages ORDER BY seq')).toEqual(changes);
    // Numbers that were given are not given again.
    expect(changeIn(to)).toBe(change + 7);
  });

  test.each([
    ['one page of messages', 1, 1],
    ['three pages, apart', 3, 9],
    ['the first page', 1, 0],
  ])('%s damaged: all others come, and how many are lost is said', (_, pages, step) => {
    const path = filledDatabase();
    const before = countsOf(path);
    const leaves = leavesOf(path, 'messages');
    overwritePages(
      path,
      Array.from({ length: pages }, (_each, index) => leaves[index * step] ?? 0),
    );

    const { to, result } = salvaged(path);
    const lost = (before['messages'] ?? 0) - countOf(to, 'messages');
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(30 * pages);
    expect(result.lost).toBeGreaterThanOrEqual(lost);
    expect({ ...countsOf(to), messages: 0 }).toEqual({ ...before, messages: 0 });
    // What was taken out works: it takes messages again, and triggers count.
    const store = openStore(to);
    expect(store.sessions.list().map(({ name }) => name)).toEqual(sessionNames);
    const known = changeOf(store.database);
    store.events.add({ at: 1, level: 'info', session: null, kind: 'a', text: 'b', actor: 'you' });
    expect(changeOf(store.database)).toBe(known + 1);
    store.close();
  });

  test('where nothing says how many rows there were, no number is made up', () => {
    const path = filledDatabase();
    overwritePages(path, [pagesOf(path, 'messages')[0] ?? 0, ...pagesOf(path, 'sqlite_sequence')]);
    const { result } = salvaged(path);

    expect(result.lost).toBe(Number.POSITIVE_INFINITY);
    expect(lostWords(result)).toBe('how many were lost cannot be told');
    expect([lostWords({ lost: 0 }), lostWords({ lost: 25 })]).toEqual(['none was lost', 'at most 25 were lost']);
  });

  test('a table that is its own index keeps its rows before and after the damage', () => {
    const path = filledDatabase();
    const leaves = leavesOf(path, 'addresses');
    const before = countOf(path, 'addresses');
    const isOnePage = leaves.length === 1;
    overwritePages(path, leaves.slice(Math.floor(leaves.length / 2), Math.floor(leaves.length / 2) + 1));
    const { to, result } = salvaged(path);
    expect(result.lost).toBeGreaterThan(0);
    expect(countOf(to, 'addresses')).toBeLessThan(before);
    if (!isOnePage) expect(countOf(to, 'addresses')).toBeGreaterThan(0);
    expect(countOf(to, 'messages')).toBe(countOf(path, 'messages'));
  });

  test('chats that are lost take their messages along, and the rest is whole', () => {
    const path = filledDatabase();
    overwritePages(path, leavesOf(path, 'conversations').slice(0, 1));
    const { to, result } = salvaged(path);
    expect(result.sessions).toBe(3);
    expect(
      rowsOf(to, 'SELECT count(*) AS n FROM messages WHERE conversation_id NOT IN (SELECT id FROM conversations)'),
    ).toEqual([{ n: 0 }]);
  });

  test('the first 100 bytes gone, and no page of it: every row comes', () => {
    const path = filledDatabase();
    const before = countsOf(path);
    zeroHeader(path);
    const { to, result } = salvaged(path);
    expect(result).toMatchObject({ lost: 0, sessions: 3 });
    expect(countsOf(to)).toEqual(before);
  });

  test('half of it cut off: what is there comes', () => {
    const path = filledDatabase();
    cutInHalf(path);
    const { to, result } = salvaged(path);
    expect(result.lost).toBeGreaterThan(0);
    expect(countOf(to, 'messages')).toBeGreaterThan(0);
  });

  test.each([['the schema is overwritten', (path: string) => overwritePages(path, [1])]])(
    '%s: it says so, and leaves no half of a store as if it were whole',
    (_, harm) => {
      const path = filledDatabase();
      harm(path);
      expect(() => salvageStore(path, join(dirname(path), 'fresh.db'), 0)).toThrow(/not a database|malformed/);
    },
  );
});
