import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HomePaths, homePaths } from '../../../src/home/home-paths.ts';
import { hasReserve, makeReserve, reserveFile } from '../../../src/orchestrator/watch/disk-measures.ts';

const bytes = 3 * 1024 * 1024 + 17;
let paths: HomePaths;
beforeEach(() => {
  paths = homePaths(mkdtempSync('/tmp/zft-'));
  mkdirSync(paths.data, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(paths.home, { recursive: true });
});

test.each([
  ['booked', process.env['PATH'] ?? ''],
  ['written where there is nothing to book it with', '/nonexistent'],
])('the reserve takes real room, in one step, for nobody else to read: %s', async (_, path) => {
  vi.stubEnv('PATH', path);
  await makeReserve(paths, bytes);
  const { blocks, size, mode } = statSync(reserveFile(paths));
  expect(blocks * 512).toBeGreaterThanOrEqual(bytes);
  expect([size, mode & 0o777]).toEqual([bytes, 0o600]);
  expect(readdirSync(paths.data)).toEqual(['reserve']);
});

test('half of one, which an earlier master left, counts as none and is made anew', async () => {
  writeFileSync(`${reserveFile(paths)}.partial`, 'half');
  expect(hasReserve(paths)).toBe(false);
  await makeReserve(paths, bytes);
  expect(statSync(reserveFile(paths)).size).toBe(bytes);
  expect(readdirSync(paths.data)).toEqual(['reserve']);
});

test('one that cannot be made leaves nothing', async () => {
  mkdirSync(reserveFile(paths));
  await expect(makeReserve(paths, bytes)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|directory/);
  expect(readdirSync(paths.data)).toEqual(['reserve']);
});
