import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durations } from './file-durations.ts';
import { type Job, orderOf } from './file-order.ts';

const job = fc.record({
  item: fc.integer(),
  seconds: fc.integer({ min: 1, max: 200 }),
  cores: fc.constantFrom(0.1, 0.3, 0.6, 1),
  shares: fc.boolean(),
});

test('each file has its place once', () => {
  fc.assert(
    fc.property(fc.array(job), (jobs) => {
      const numbered = jobs.map((one, item) => ({ ...one, item }));
      expect([...orderOf(numbered)].sort((a, b) => a - b)).toEqual(numbered.map(({ item }) => item));
    }),
  );
});

test('a file that waits runs beside those that compute, and not beside others that wait', () => {
  const waits = [1, 2, 3, 4].map((n): Job<string> => ({ item: `waits ${n}`, seconds: 100, cores: 0.1, shares: false }));
  const computes = Array.from(
    { length: 40 },
    (_, n): Job<string> => ({ item: `computes ${n}`, seconds: 10, cores: 1, shares: false }),
  );
  const order = orderOf([...computes, ...waits]);

  expect(order.slice(0, 4).filter((item) => item.startsWith('waits'))).toHaveLength(2);
  // The second two begin when the first two are done: 100 s of two others, ten at a time.
  const begins = order.flatMap((item, place) => (item.startsWith('waits') ? [place] : []));
  expect(begins[2]).toBeGreaterThanOrEqual(20);
});

test('what shares a process comes first', () => {
  const shares = [1, 2, 3].map((n): Job<string> => ({ item: `shares ${n}`, seconds: 1, cores: 1, shares: true }));
  const own = [1, 2, 3].map((n): Job<string> => ({ item: `own ${n}`, seconds: 9, cores: 1, shares: false }));
  expect(orderOf([...own, ...shares]).slice(0, 3)).toEqual(['shares 1', 'shares 2', 'shares 3']);
});

test('every file that durations name is there', () => {
  const root = resolve(import.meta.dirname, '../..');
  expect(Object.keys(durations).filter((file) => !existsSync(resolve(root, file)))).toEqual([]);
});
