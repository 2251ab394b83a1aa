import { expect, test } from 'vitest';
import { memoryPressure } from '../../src/resources/pressure.ts';

const psi = (some: number, full: number): string =>
  `some avg10=${some.toFixed(2)} avg60=1.00 avg300=0.50 total=123\nfull avg10=${full.toFixed(2)} avg60=0.00 avg300=0.00 total=45\n`;
const from =
  (files: Record<string, string>) =>
  (path: string): string | null =>
    files[path] ?? null;

test('is the share of the last ten seconds in which somebody waited for memory', () =>
  expect(memoryPressure(from({ '/proc/pressure/memory': psi(12.5, 3) }))).toBe(12.5));

test('of the container where that is worse', () =>
  expect(
    memoryPressure(from({ '/proc/pressure/memory': psi(0, 0), '/sys/fs/cgroup/memory.pressure': psi(40, 20) })),
  ).toBe(40));

test('is not known where the kernel does not tell, or says something else', () => {
  expect(memoryPressure(from({}))).toBeNull();
  expect(memoryPressure(from({ '/proc/pressure/memory': 'some avg10=much\n' }))).toBeNull();
});
