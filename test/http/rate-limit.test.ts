import { expect, test } from 'vitest';
import { createRateLimit } from '../../src/http/rate-limit.ts';

const counting = (most: number) => {
  const clock = { now: 1_000_000 };
  return { clock, limit: createRateLimit({ most, span: 60_000, now: () => clock.now }) };
};

test('lets so many of each key pass in a span, and says when to come back', () => {
  const { clock, limit } = counting(2);
  expect([limit.take('a'), limit.isSpent('a'), limit.take('a'), limit.isSpent('a'), limit.take('a')]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
  expect(limit.take('b')).toBe(true);
  clock.now += 59_500;
  expect(limit.secondsLeft('a')).toBe(1);
  expect(limit.take('a')).toBe(false);
  clock.now += 500;
  expect(limit.isSpent('a')).toBe(false);
  expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([true, true, false]);
});

test('a clock that is set back shuts nobody out for longer', () => {
  const { clock, limit } = counting(1);
  limit.take('a');
  clock.now -= 24 * 3_600_000;
  expect(limit.take('a')).toBe(true);
  expect(limit.secondsLeft('a')).toBe(60);
});

test('a hundred thousand keys push out the oldest, never the one that is counted now', () => {
  const { limit } = counting(1);
  for (let n = 0; n < 100_000; n += 1) {
    expect(limit.take(`address ${n}`)).toBe(true);
    if (!limit.isSpent(`address ${n}`)) throw new Error(`${n} is not counted`);
  }
  expect([limit.isSpent('address 99999'), limit.isSpent('address 90000')]).toEqual([true, true]);
  expect(limit.isSpent('address 89999')).toBe(false);
});

test('a key that is nothing of a map is a key like others', () => {
  const { limit } = counting(1);
  for (const key of ['__proto__', 'constructor', '']) expect([limit.take(key), limit.take(key)]).toEqual([true, false]);
});
