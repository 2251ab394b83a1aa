import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BeatOptions, createBeat } from '../../src/pace/beat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const beatOf = (given: Partial<BeatOptions>) => {
  const look = vi.fn(given.look ?? (() => undefined));
  const onProblem = vi.fn();
  return { beat: createBeat({ everyMs: 1000, withinMs: 5000, ...given, look, onProblem }), look, onProblem };
};

test('looks at its interval, first after one of it, until it is closed', async () => {
  const { beat, look } = beatOf({});

  await vi.advanceTimersByTimeAsync(3000);
  expect(look).not.toHaveBeenCalled();

  beat.begin();
  await vi.advanceTimersByTimeAsync(999);
  expect(look).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2001);
  expect(look).toHaveBeenCalledTimes(3);

  await beat.close();
  await vi.advanceTimersByTimeAsync(5000);
  await beat.look();
  expect(look).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});

test('a look may close its own beat, also the first one', async () => {
  for (const firstMs of [0, 10]) {
    const { beat, look } = beatOf({ firstMs, look: () => void beat.close() });
    beat.begin();
    await vi.advanceTimersByTimeAsync(5000);
    expect(look).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  }
});

test('looks at once, or after another time, where that is asked for', async () => {
  const atOnce = beatOf({ firstMs: 0 });
  atOnce.beat.begin();
  expect(atOnce.look).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(atOnce.look).toHaveBeenCalledTimes(2);
  await atOnce.beat.close();

  const soon = beatOf({ firstMs: 10 });
  soon.beat.begin();
  await vi.advanceTimersByTimeAsync(10);
  expect(soon.look).toHaveBeenCalledTimes(1);
  await soon.beat.close();
});

test('is begun once only, and not after it was closed', async () => {
  const { beat, look } = beatOf({});
  beat.begin();
  beat.begin();
  await vi.advanceTimersByTimeAsync(1000);
  expect(look).toHaveBeenCalledTimes(1);

  await beat.close();
  beat.begin();
  await vi.advanceTimersByTimeAsync(3000);
  expect(look).toHaveBeenCalledTimes(1);
});

test('a look that does not wait has been done when it returns', () => {
  const seen: string[] = [];
  const { beat } = beatOf({ look: () => void seen.push('looked') });

  void beat.look();

  expect(seen).toEqual(['looked']);
});

test('never looks twice at the same time: who asks meanwhile waits for the same look', async () => {
  const work = Promise.withResolvers<void>();
  const { beat, look } = beatOf({ look: () => work.promise });
  beat.begin();
  await vi.advanceTimersByTimeAsync(3000);
  const asked = beat.look();
  expect(look).toHaveBeenCalledTimes(1);

  work.resolve();
  await asked;
  await vi.advanceTimersByTimeAsync(1000);
  expect(look).toHaveBeenCalledTimes(2);
  await beat.close();
});

test('tells of a look that fails, whether it waits or not, and goes on', async () => {
  for (const fail of [
    () => Promise.reject(new Error('no')),
    () => {
      throw new Error('no');
    },
  ]) {
    const { beat, look, onProblem } = beatOf({ look: fail });
    beat.begin();
    await vi.advanceTimersByTimeAsync(2000);

    expect(look).toHaveBeenCalledTimes(2);
    expect(onProblem.mock.calls.map(([error]) => String(error))).toEqual(['Error: no', 'Error: no']);
    await beat.close();
  }
});

test('tells of a late look once, waits for it no longer, and begins no other until it has ended', async () => {
  const work = Promise.withResolvers<void>();
  const { beat, look, onProblem } = beatOf({ look: () => work.promise });
  const asked = beat.look();
  beat.begin();
  await vi.advanceTimersByTimeAsync(20_000);
  await asked;
  expect(onProblem.mock.calls.map(([error]) => String(error))).toEqual(['FleetError: it has not ended within 5 s']);
  expect(look).toHaveBeenCalledTimes(1);

  work.resolve();
  await vi.advanceTimersByTimeAsync(1000);
  expect(look).toHaveBeenCalledTimes(2);
  await beat.close();
});

test('its end waits for the look under way, at most until that is late', async () => {
  const work = Promise.withResolvers<void>();
  const first = beatOf({ look: () => work.promise });
  void first.beat.look();
  let closed = false;
  const closing = first.beat.close().then(() => {
    closed = true;
  });
  await vi.advanceTimersByTimeAsync(10);
  expect(closed).toBe(false);
  work.resolve();
  await closing;

  const hung = beatOf({ look: () => new Promise<void>(() => undefined) });
  void hung.beat.look();
  const ended = hung.beat.close();
  await vi.advanceTimersByTimeAsync(5000);
  await ended;
});

test('keeps the process alive unless it is asked not to', async () => {
  // A spy on a fake clock would bring that one back for good, whenever spies are put back.
  vi.useRealTimers();
  const keep = vi.spyOn(globalThis, 'setTimeout');
  for (const unref of [true, false]) {
    const { beat } = beatOf({ unref });
    beat.begin();
    const timer = keep.mock.results.at(-1)?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(!unref);
    await beat.close();
  }
});
