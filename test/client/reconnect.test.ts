import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OpenResult } from '../../src/client/open-way.ts';
import { createReconnect } from '../../src/client/reconnect.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const create = (options: { relaunch?: () => Promise<unknown>; stoppedOnPurpose?: boolean; result?: OpenResult }) => {
  const triedAt: number[] = [];
  const failures: unknown[] = [];
  const answer = { result: options.result ?? ('nobody' as OpenResult) };
  const reconnect = createReconnect({
    open: async () => {
      triedAt.push(Date.now());
      return answer.result;
    },
    lostSince: () => 0,
    relaunch: options.relaunch ?? null,
    isStoppedOnPurpose: () => options.stoppedOnPurpose ?? false,
    onRelaunchFailed: (error) => failures.push(error),
  });
  reconnect.begin();
  return { reconnect, triedAt, failures, answer };
};

test('a lost master is tried at growing pauses, at most 2 s apart, until it is open', async () => {
  const { reconnect, triedAt, answer } = create({});
  // Asked for again while a try is due already: it stays one.
  reconnect.begin();
  await vi.advanceTimersByTimeAsync(7100);
  expect(triedAt).toEqual([100, 300, 700, 1500, 3100, 5100, 7100]);
  answer.result = 'open';
  await vi.advanceTimersByTimeAsync(60_000);
  expect(triedAt.at(-1)).toBe(9100);
});

test('a new master is launched only after PM2 had 6 s to bring it back', async () => {
  const launchedAt: number[] = [];
  const { triedAt, answer } = create({
    relaunch: async () => {
      launchedAt.push(Date.now());
      answer.result = 'open';
    },
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(launchedAt).toEqual([7100]);
  expect(triedAt.at(-1)).toBe(9100);
});

test('a launch that fails is told, and the way back goes on', async () => {
  const { triedAt, failures, answer } = create({ relaunch: () => Promise.reject(new Error('no disk')) });
  await vi.advanceTimersByTimeAsync(7200);
  expect(failures).toEqual([new Error('no disk')]);
  answer.result = 'open';
  await vi.advanceTimersByTimeAsync(60_000);
  expect(triedAt.at(-1)).toBe(9100);
});

test.each([
  ['that was stopped on purpose', { stoppedOnPurpose: true }],
  ['that refuses us', { result: { refused: 'another version' } }],
])('a master %s is looked for, and no other one is launched', async (_, options) => {
  const relaunch = vi.fn(async () => undefined);
  const { triedAt } = create({ ...options, relaunch });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(relaunch).not.toHaveBeenCalled();
  expect(triedAt.length).toBeGreaterThan(25);
});

test('a closed one tries no more', async () => {
  const { reconnect, triedAt } = create({});
  await vi.advanceTimersByTimeAsync(100);
  reconnect.close();
  reconnect.begin();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(triedAt).toEqual([100]);
});
