import { expect, test } from 'vitest';
import { inSlices, nextSize, untilDone } from '../../src/pace/slices.ts';

const taken = async (slices: AsyncIterable<number>): Promise<number[]> => {
  const list: number[] = [];
  for await (const did of slices) list.push(did);
  return list;
};

test('a slice does what fits its time, and never more than twice what the last one did', () => {
  expect(nextSize(100, 20, 10, 5000)).toBe(50);
  expect(nextSize(100, 1, 10, 5000)).toBe(200);
  expect(nextSize(4000, 0, 10, 5000)).toBe(5000);
  expect(nextSize(1, 10_000, 10, 5000)).toBe(1);
});

test('goes on until there is nothing more to do, and lets others in between', async () => {
  let left = 1000;
  let others = 0;
  const beside = setInterval(() => {
    others += 1;
  }, 1);
  const did = await taken(
    inSlices(
      (atMost) => {
        const some = Math.min(left, atMost);
        left -= some;
        return some;
      },
      { firstSize: 10, maxSize: 50 },
    ),
  );
  clearInterval(beside);

  expect(left).toBe(0);
  expect(did.reduce((sum, one) => sum + one, 0)).toBe(1000);
  expect(Math.max(...did)).toBeLessThanOrEqual(50);
  expect(others).toBeGreaterThan(5);
});

test('an empty page in the middle is no end', async () => {
  const pages = [3, 0, 0, 2];
  const did = await taken(untilDone(() => ({ did: pages.shift() ?? 0, more: pages.length > 0 })));
  expect(did).toEqual([3, 0, 0, 2]);
});

test('what is aborted does no slice more and says why', async () => {
  const ending = new AbortController();
  let slices = 0;
  const work = taken(
    inSlices(
      () => {
        slices += 1;
        if (slices === 3) ending.abort(new Error('the master ends'));
        return 1;
      },
      { signal: ending.signal },
    ),
  );
  await expect(work).rejects.toThrow('the master ends');
  expect(slices).toBe(3);
});
