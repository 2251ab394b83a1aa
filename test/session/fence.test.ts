import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fenceAt, fenceOfText, fenceText, leftOf, machineClocks, momentOf } from '../../src/session/fence.ts';

const clocksAt = (wall: number, monotonic: number) => ({ wall: () => wall, monotonic: () => monotonic });

test('the stricter of two clocks counts: a pause of the machine stops one, a clock set back moves the other', () => {
  const fence = fenceAt(1, { wall: 1000, monotonic: 50 }, 90_000);

  expect(leftOf(fence, clocksAt(1000, 50))).toBe(90_000);
  // Both went on.
  expect(leftOf(fence, clocksAt(31_000, 30_050))).toBe(60_000);
  // Paused for two minutes: the monotonic clock stood still.
  expect(leftOf(fence, clocksAt(121_000, 60))).toBeLessThanOrEqual(0);
  // Set back by an hour while a hundred seconds passed.
  expect(leftOf(fence, clocksAt(1000 - 3_600_000, 100_050))).toBeLessThanOrEqual(0);
  // Set forward by an hour: ends early, never late.
  expect(leftOf(fence, clocksAt(3_601_000, 60))).toBeLessThanOrEqual(0);
});

test('no history of both clocks leaves more than either of them allows', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: -5000, max: 5000 }), fc.nat(5000)), { maxLength: 50 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 60_000 }), (moves, lasts) => {
      const fence = fenceAt(1, { wall: 1_000_000, monotonic: 0 }, lasts);
      let wall = 1_000_000;
      let passed = 0;
      for (const [jump, step] of moves) {
        wall += jump + step;
        passed += step;
        const left = leftOf(fence, clocksAt(wall, passed));
        expect(left).toBeLessThanOrEqual(lasts - passed);
        expect(left).toBeLessThanOrEqual(1_000_000 + lasts - wall);
      }
    }),
  );
});

test('the monotonic clock is one for all processes of the machine', async () => {
  const { execFileSync } = await import('node:child_process');
  const before = machineClocks.monotonic();
  const program = 'console.log(Number(process.hrtime.bigint() / 1000n) / 1000)';
  const there = Number(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }));
  const after = machineClocks.monotonic();

  expect(there).toBeGreaterThan(before);
  expect(there).toBeLessThan(after);
});

test('it goes through an environment whole; what is no fence is none', () => {
  const fence = fenceAt(7, momentOf(machineClocks), 90_000);
  expect(fenceOfText(fenceText(fence))).toEqual(fence);

  for (const text of ['', 'x', '1:2', '1:2:x', 'NaN:1:1', '1:Infinity:1']) expect(fenceOfText(text)).toBeNull();
});
