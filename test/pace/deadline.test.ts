import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endsWithin, withDeadline } from '../../src/pace/deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const late = (): Error => new Error('too late');

describe('a promise with a deadline', () => {
  test('has its own result, and leaves no timer behind', async () => {
    expect(await withDeadline(Promise.resolve(7), 1000, late)).toBe(7);
    await expect(withDeadline(Promise.reject(new Error('own')), 1000, late)).rejects.toThrow('own');

    expect(vi.getTimerCount()).toBe(0);
  });

  test('fails with its sentence when the time is over, and hears what comes later', async () => {
    const work = Promise.withResolvers<number>();
    const waited = withDeadline(work.promise, 1000, late);
    const refused = expect(waited).rejects.toThrow('too late');
    await vi.advanceTimersByTimeAsync(1000);
    await refused;

    // Nobody waits any more: were it not heard, the test run would end with an unhandled rejection.
    work.reject(new Error('much later'));
    await vi.advanceTimersByTimeAsync(0);
  });
});

describe('whether something ends in time', () => {
  test('is yes, with no timer left, when it does', async () => {
    expect(await endsWithin(Promise.resolve(), 1000)).toBe(true);
    await expect(endsWithin(Promise.reject(new Error('own')), 1000)).rejects.toThrow('own');

    expect(vi.getTimerCount()).toBe(0);
  });

  test('is no when it does not, and what comes later is heard', async () => {
    const work = Promise.withResolvers<void>();
    const waited = endsWithin(work.promise, 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await waited).toBe(false);

    work.reject(new Error('much later'));
    await vi.advanceTimersByTimeAsync(0);
  });
});
