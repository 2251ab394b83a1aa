import { describe, expect, test } from 'vitest';
import { createKeyedQueue, createQueue } from '../../src/pace/queue.ts';

describe('a queue', () => {
  test('runs one task after the other, in the order they came', async () => {
    const { run } = createQueue();
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();

    const both = Promise.all([
      run(async () => {
        seen.push('first begins');
        await first.promise;
        seen.push('first ends');
      }),
      run(async () => {
        seen.push('second');
      }),
    ]);
    first.resolve();
    await both;

    expect(seen).toEqual(['first begins', 'first ends', 'second']);
  });

  test('gives a failure to whoever asked, and runs the next one all the same', async () => {
    const { run } = createQueue();

    const failed = run(() => Promise.reject(new Error('no')));
    const next = run(async () => 'done');

    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});

describe('a queue for every key', () => {
  test('keeps one key from running twice, and lets another run beside it', async () => {
    const { run } = createKeyedQueue<{ readonly name: string }>();
    const [one, other] = [{ name: 'one' }, { name: 'other' }];
    const seen: string[] = [];
    const hold = Promise.withResolvers<void>();

    const held = run(one, async () => {
      await hold.promise;
      seen.push('one, first');
    });
    const waiting = run(one, async () => {
      seen.push('one, second');
    });
    await run(other, async () => {
      seen.push('other');
    });
    hold.resolve();
    await Promise.all([held, waiting]);

    expect(seen).toEqual(['other', 'one, first', 'one, second']);
  });
});
