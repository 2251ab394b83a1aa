import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepIdentity } from '../../../src/orchestrator/state/session-row.ts';

test('what did not change keeps its identity, and what is returned always equals the new value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      expect(keepIdentity(before, after)).toEqual(after);
      expect(keepIdentity(after, structuredClone(after))).toBe(after);
    }),
  );
});

test('unchanged parts of a changed whole stay the same objects', () => {
  const before = { a: { x: 1 }, list: [{ y: 1 }, { y: 2 }], n: 1 };
  const after = keepIdentity(before, { a: { x: 1 }, list: [{ y: 1 }, { y: 3 }], n: 1 });
  expect(after).not.toBe(before);
  expect(after.a).toBe(before.a);
  expect(after.list[0]).toBe(before.list[0]);
  expect(after.list[1]).toEqual({ y: 3 });
  expect(keepIdentity({ a: 1, b: 2 }, { a: 1 } as { a: number; b: number })).toEqual({ a: 1 });
});
