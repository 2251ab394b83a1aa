import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffDelay, plainBackoff } from '../../src/pace/backoff.ts';

const backoff = { firstMs: 100, maxMs: 2000, jitter: 0.5 };

describe('the plain pause', () => {
  test('doubles up to the longest', () =>
    expect([0, 1, 2, 3, 4, 5, 5000].map((failures) => plainBackoff(failures, backoff))).toEqual([
      100, 200, 400, 800, 1600, 2000, 2000,
    ]));

  test('grows by another factor where one is given', () =>
    expect([0, 1, 2].map((failures) => plainBackoff(failures, { firstMs: 10, maxMs: 1000, factor: 3 }))).toEqual([
      10, 30, 90,
    ]));

  test('counts less than no failure as none', () => expect(plainBackoff(-3, backoff)).toBe(100));
});

describe('jitter', () => {
  test('moves a pause by its share at most, both ways, and both ends are reached', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const plain = plainBackoff(failures, backoff);
        const delay = backoffDelay(failures, backoff, () => random);
        expect(Math.abs(delay - plain)).toBeLessThanOrEqual(plain * backoff.jitter + 0.5);
      }),
    );
    expect([0, 0.5, 1].map((random) => backoffDelay(1, backoff, () => random))).toEqual([100, 200, 300]);
  });
});
