import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPolicies } from '../../../src/orchestrator/health/policies.ts';
import {
  firstPace,
  nextPace,
  type PaceObservation,
  slowdownOf,
  startCost,
} from '../../../src/orchestrator/health/start-pace.ts';

const policy = defaultPolicies.start;
/** Two cores, all slots taken, somebody waits. */
const full: PaceObservation = {
  cores: 2,
  cpuPercent: 50,
  memoryPressure: 0,
  worstLagMs: 5,
  slowdown: 1,
  starting: 2,
  isQueued: true,
};

describe('how many start at once', () => {
  test('begins with one a core, and one at least', () => {
    expect([firstPace(8).cores, firstPace(2).cores, firstPace(0.5).cores]).toEqual([8, 2, 1]);
    expect(startCost(true, policy)).toBeLessThan(startCost(false, policy));
  });

  test.each<[string, number, Partial<PaceObservation>, number]>([
    ['cores idle beside a queue: more', 2, {}, 3],
    ['nobody waits: as it was', 2, { isQueued: false }, 2],
    ['nothing starts, they wait for something else: as it was', 2, { starting: 0 }, 2],
    ['cores busy: as it was', 2, { cpuPercent: 97 }, 2],
    ['not measured yet: as it was', 2, { cpuPercent: null, worstLagMs: null, slowdown: null, memoryPressure: null }, 2],
    ['never more than so many a core', 8, {}, 8],
    ['many cores grow by half of them', 16, { cores: 16, starting: 16 }, 24],
    ['somebody waits for memory: one after the other', 6, { memoryPressure: 25 }, 1],
    ['memory counts more than idle cores', 2, { memoryPressure: 10, cpuPercent: 3 }, 1],
    ['a connected session is late: half', 6, { worstLagMs: 400 }, 3],
    ['starts take far longer than their number explains: half', 4, { slowdown: 3.5 }, 2],
    ['half of one is one', 1, { worstLagMs: 400 }, 1],
    ['strain is over, cores busy: step by step back to one a core', 1, { cpuPercent: 97 }, 2],
    ['under a quota below one core: one', 1, { cores: 0.5, cpuPercent: 97 }, 1],
    ['cores were taken away: no more than these bear', 16, { cpuPercent: 97 }, 8],
  ])('%s', (_, cores, changes, next) => {
    expect(nextPace({ cores }, { ...full, ...changes }, policy)).toEqual({ cores: next });
  });

  test('whatever is seen: at least one, never more than the most, and under strain never more than before', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 64, noNaN: true }),
        fc.record({
          cores: fc.double({ min: 0.1, max: 16, noNaN: true }),
          cpuPercent: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
          memoryPressure: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
          worstLagMs: fc.option(fc.nat(5000)),
          slowdown: fc.option(fc.double({ min: 0.1, max: 50, noNaN: true })),
          starting: fc.nat(64),
          isQueued: fc.boolean(),
        }),
        (cores, seen) => {
          const next = nextPace({ cores }, seen, policy).cores;
          expect(next).toBeGreaterThanOrEqual(1);
          expect(next).toBeLessThanOrEqual(Math.max(cores, 1, seen.cores * policy.mostPerCore));
          const isStrained =
            (seen.memoryPressure ?? 0) >= policy.memoryPressure ||
            (seen.worstLagMs ?? 0) >= policy.lagMs ||
            (seen.slowdown ?? 0) >= policy.slowdown;
          if (isStrained) expect(next).toBeLessThanOrEqual(cores);
        },
      ),
    );
  });
});

describe('how slow the last starts were', () => {
  const took = (tookMs: number, together = 1) => ({ tookMs, together });

  test('is not said of a few, nor where none was ever seen', () => {
    expect(slowdownOf([took(500), took(500)], 500, 2)).toBeNull();
    expect(slowdownOf([took(500), took(500), took(500)], null, 2)).toBeNull();
  });

  test('is one where sharing the cores explains it', () => {
    expect(slowdownOf([took(500), took(500, 2), took(500)], 500, 2)).toBe(1);
    expect(slowdownOf([took(2000, 8), took(2000, 8), took(2000, 8)], 500, 2)).toBe(1);
  });

  test('is the median of the last eight', () => {
    const slow = Array.from({ length: 8 }, () => took(2000));
    expect(slowdownOf([took(500), took(500), ...slow], 500, 2)).toBe(4);
    expect(slowdownOf([took(500), took(500), took(9000)], 500, 2)).toBe(1);
  });
});
