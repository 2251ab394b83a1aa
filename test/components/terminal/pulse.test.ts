import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startPulse } from '../../../components/terminal/pulse.ts';
import { isContainerExec } from '../../../src/resources/container-exec.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const start = () => {
  const written: string[] = [];
  const onGone = vi.fn();
  const pulse = startPulse({ write: (text) => written.push(text), clock: Date.now, onGone });
  return { pulse, written, onGone };
};

test('a terminal that answers is there', () => {
  const { pulse, written, onGone } = start();
  for (let minutes = 0; minutes < 10; minutes += 1) {
    pulse.heard();
    vi.advanceTimersByTime(30_000);
  }
  expect(onGone).not.toHaveBeenCalled();
  expect(new Set(written)).toEqual(new Set(['\u001b[5n']));
  pulse.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('a terminal that answered and then falls silent is gone, once', () => {
  const { pulse, onGone } = start();
  pulse.heard();
  vi.advanceTimersByTime(30_000);
  expect(onGone).not.toHaveBeenCalled();
  vi.advanceTimersByTime(300_000);
  expect(onGone).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('a terminal that cannot answer is left in peace', () => {
  const { pulse, onGone } = start();
  vi.advanceTimersByTime(3_600_000);
  expect(onGone).not.toHaveBeenCalled();
  pulse.close();
});

test('a terminal that an editor has is not asked, and not gone afterwards', () => {
  const written: string[] = [];
  const onGone = vi.fn();
  let lent = false;
  const pulse = startPulse({ write: (text) => written.push(text), clock: Date.now, onGone, isLent: () => lent });
  pulse.heard();
  lent = true;
  const before = written.length;
  vi.advanceTimersByTime(3_600_000);
  lent = false;
  expect(written).toHaveLength(before);
  vi.advanceTimersByTime(20_000);
  expect(onGone).not.toHaveBeenCalled();
  pulse.close();
});

test('docker exec is told from what the container itself started', () => {
  const parents: Record<number, number> = { 1: 0, 7: 1, 30: 7, 90: 0, 91: 90 };
  const parent = (pid: number) => parents[pid] ?? null;
  expect(isContainerExec(90, parent)).toBe(true);
  expect(isContainerExec(91, parent)).toBe(true);
  expect(isContainerExec(30, parent)).toBe(false);
  expect(isContainerExec(12_345, parent)).toBe(false);
});
