import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPolicies } from '../../../src/orchestrator/health/policies.ts';
import {
  breakerOpens,
  budgetAllowsAt,
  nextAttempt,
  noteRestart,
  planRestart,
} from '../../../src/orchestrator/health/restart-breaker.ts';
import { backoffDelay } from '../../../src/pace/backoff.ts';

const { backoff, breaker, budget } = defaultPolicies;
const now = 1_795_000_000_000;
const middle = () => 0.5;
const input = { now, attempt: 0, sessionRestarts: [], fleetRestarts: [], lastCause: 'page out of memory' };

describe('backoff', () => {
  test('doubles up to its end', () =>
    expect([0, 1, 2, 3, 20, 5000].map((attempt) => backoffDelay(attempt, backoff, middle))).toEqual([
      2000, 4000, 8000, 16_000, 300_000, 300_000,
    ]));

  test('varies by its jitter and no more', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const plain = backoffDelay(attempt, { ...backoff, jitter: 0 }, middle);
        const delay = backoffDelay(attempt, backoff, () => random);
        expect(Math.abs(delay - plain)).toBeLessThanOrEqual(plain * backoff.jitter + 1);
      }),
    );
  });

  test('begins anew after a stable connection only', () => {
    expect(nextAttempt(4, now - backoff.stableMs, now, backoff)).toBe(0);
    expect(nextAttempt(4, now - backoff.stableMs + 1, now, backoff)).toBe(5);
    expect(nextAttempt(4, null, now, backoff)).toBe(5);
  });
});

describe('breaker', () => {
  const five = [1, 2, 3, 4, 5].map((minutes) => now - minutes * 60_000);

  test('opens with one more than N in the window, and a manual reset closes it', () => {
    expect(breakerOpens(five, now, breaker)).toBe(true);
    expect(breakerOpens(five.slice(1), now, breaker)).toBe(false);
    expect(breakerOpens([], now, breaker)).toBe(false);
    expect(breakerOpens(five, now + breaker.windowMs, breaker)).toBe(false);
  });

  test('gives up in words with its evidence', () => {
    expect(planRestart({ ...input, sessionRestarts: five }, defaultPolicies, middle)).toEqual({
      kind: 'give-up',
      reason: '5 crashes in 10m: page out of memory',
      evidence: { restarts: 5, maxRestarts: 5, windowMs: breaker.windowMs, attempt: 0 },
    });
  });

  test('restarts noted before the clock went back still count, and do not stay for ever', () => {
    const later = now - 3_600_000;
    expect(breakerOpens(five, later, breaker)).toBe(true);
    expect(breakerOpens(noteRestart(five, later, breaker), later + breaker.windowMs, breaker)).toBe(false);
  });

  test('a session that crashes again and again ends failed, never restarted more than N times in a window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 60 }), (livedMs) => {
        let at = now;
        let restarts: readonly number[] = [];
        const all: number[] = [];
        for (const [attempt, lived] of livedMs.entries()) {
          const plan = planRestart({ ...input, now: at, attempt, sessionRestarts: restarts }, defaultPolicies, middle);
          if (plan.kind === 'give-up') break;
          at = plan.at;
          restarts = noteRestart(restarts, at, breaker);
          all.push(at);
          at += lived;
        }
        for (const end of all) {
          const within = all.filter((other) => other <= end && end - other < breaker.windowMs);
          expect(within.length).toBeLessThanOrEqual(breaker.maxRestarts);
        }
      }),
    );
  });
});

describe('budget of the fleet', () => {
  const many = Array.from({ length: budget.maxRestarts }, (_, i) => now - i * 1000);

  test('lets restarts through until it is spent, then says when', () => {
    expect(budgetAllowsAt(many.slice(1), now, budget)).toBe(now);
    expect(budgetAllowsAt(many, now, budget)).toBe(now - (budget.maxRestarts - 1) * 1000 + budget.windowMs);
    expect(budgetAllowsAt([...many, now - 500], now, budget)).toBeGreaterThan(budgetAllowsAt(many, now, budget));
  });

  test('is what a restart waits for when it is later than the backoff', () => {
    expect(planRestart({ ...input, fleetRestarts: many }, defaultPolicies, middle)).toMatchObject({
      waitsFor: 'budget',
    });
    expect(planRestart(input, defaultPolicies, middle)).toMatchObject({
      kind: 'restart',
      at: now + 2000,
      waitsFor: 'backoff',
    });
  });
});
