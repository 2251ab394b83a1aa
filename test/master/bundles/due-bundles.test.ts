import { expect, test } from 'vitest';
import { dueSince, usualDueTiming } from '../../../src/master/bundles/due-bundles.ts';
import { type LoginBundle, loginBundleSchema } from '../../../src/session/login-bundle.ts';

const { settledMs, dailyMs, againMs } = usualDueTiming;
const now = Date.UTC(2026, 10, 29, 12);
const known = (more: Partial<LoginBundle>): LoginBundle => loginBundleSchema.parse({ epoch: 3, at: now, ...more });
const made = (at: number) => ({ made: { epoch: 3, at, bytes: 1 } });
const since = (login: LoginBundle | null, connectedAt: number | null = now - dailyMs): number | null =>
  dueSince({ connectedAt }, login, usualDueTiming, now);

test('a login that Storage never had is due when its history has come in, and no sooner', () => {
  expect(since(null, null)).toBeNull();
  expect(since(null, now - settledMs + 1)).toBeNull();
  expect(since(null, now - settledMs)).toBe(now);
  expect(since(known({}), now - settledMs - 5000)).toBe(now - 5000);
});

test('one that was made is due a day later, or after a new link', () => {
  expect(since(known(made(now - dailyMs + 1)))).toBeNull();
  expect(since(known(made(now - dailyMs)))).toBe(now);
  const linked = known({ ...made(now - 1000), linkedAt: now - settledMs - 1 });
  expect(since(linked, now - settledMs - 1)).toBe(now - 1);
});

test('what failed is tried again after a while, not each minute', () => {
  const problem = (at: number) =>
    known({ ...made(now - 2 * dailyMs), problem: { at, text: 'Supabase Storage is full' } });
  expect(since(problem(now - againMs + 1))).toBeNull();
  expect(since(problem(now - againMs))).toBe(now - dailyMs);
});
