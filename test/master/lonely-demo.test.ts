import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endDemo, watchLonelyDemo } from '../../src/master/lonely-demo.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a demo ends half a minute after its last client, once', () => {
  let clients = 1;
  const end = vi.fn();
  const onProblem = vi.fn();
  watchLonelyDemo({ clients: () => clients, now: Date.now, end, onProblem }).begin();
  vi.advanceTimersByTime(600_000);
  expect(end).not.toHaveBeenCalled();
  clients = 0;
  vi.advanceTimersByTime(20_000);
  clients = 1;
  vi.advanceTimersByTime(4000);
  clients = 0;
  vi.advanceTimersByTime(28_000);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(300_000);
  expect(end).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
  expect(onProblem).not.toHaveBeenCalled();
});

test('no other home than one that --demo made is ever cleared away', async () => {
  await expect(endDemo('/home/zap/.zap-fleet')).rejects.toThrow('is not the home of a demo');
});
