import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const { prunePacks } = createRequire(import.meta.url)('../../scripts/prune-packs.cjs') as {
  prunePacks: (base: string, now: number) => void;
};

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 29);
let base: string;
beforeEach(() => {
  base = mkdtempSync('/tmp/zf-prune-');
});
afterEach(() => rmSync(base, { recursive: true }));

const used = (path: string, hoursAgo: number): string => {
  const at = new Date(now - hoursAgo * hour);
  utimesSync(path, at, at);
  return path;
};

const buildNamed = (n: number, hoursAgo: number, node = 'packs-v24.21.0-x64'): string => {
  const path = join(base, node, n.toString(16).padStart(16, '0'));
  mkdirSync(path, { recursive: true });
  used(join(path, writtenIn(path, 'command-look-0123456789ab.cjs')), hoursAgo);
  return used(path, hoursAgo);
};
const writtenIn = (path: string, name: string): string => {
  writeFileSync(join(path, name), 'code');
  return name;
};

test('of many builds the newest four stay, of whichever Node, and those in use', () => {
  const builds = [30, 40, 50, 60, 70, 80].map((hours, n) => buildNamed(n, hours));
  const otherNode = buildNamed(10, 35, 'packs-v22.12.0-arm64');
  const inUse = Array.from({ length: 6 }, (_, n) => buildNamed(20 + n, 2 + n));

  prunePacks(base, now);

  expect(inUse.map((path) => existsSync(path))).toEqual(inUse.map(() => true));
  expect([...builds, otherNode].map((path) => existsSync(path))).toEqual([...builds, otherNode].map(() => false));
});

test('the newest four stay also when nobody has used them for weeks, with all that is in them', () => {
  const builds = [500, 600, 700, 800, 900].map((hours, n) => buildNamed(n, hours));
  prunePacks(base, now);
  expect(builds.map((path) => existsSync(path))).toEqual([true, true, true, true, false]);
  expect(existsSync(join(builds[0] ?? '', 'command-look-0123456789ab.cjs'))).toBe(true);
});

test('what was never finished, and files of before, go after a day', () => {
  const build = buildNamed(1, 1);
  const home = join(build, '..');
  const left = [
    join(build, writtenIn(build, 'ls-look-0123456789ab.cjs.99.tmp')),
    join(home, writtenIn(home, 'command-look-0123456789ab.cjs')),
  ];
  const young = used(join(home, writtenIn(home, 'dashboard-screens-0123456789ab.cjs')), 23);
  for (const path of left) used(path, 25);

  prunePacks(base, now);
  expect(left.map((path) => existsSync(path))).toEqual([false, false]);
  expect(existsSync(young)).toBe(true);
});

test('what is no build of ours is left alone: other names, links and where they lead', () => {
  for (const n of [1, 2, 3, 4]) buildNamed(n, 1);
  const elsewhere = mkdtempSync('/tmp/zf-prune-');
  const theirs = used(join(elsewhere, writtenIn(elsewhere, 'letter.txt')), 900);
  const link = join(base, 'packs-v24.21.0-x64', 'f'.repeat(16));
  symlinkSync(elsewhere, link);
  const homeLink = join(base, 'packs-v20.0.0-x64');
  mkdirSync(join(elsewhere, 'e'.repeat(16)));
  used(join(elsewhere, 'e'.repeat(16)), 900);
  symlinkSync(elsewhere, homeLink);
  const other = join(base, 'v24.21.0-x64-abc');
  mkdirSync(other);
  used(other, 900);

  prunePacks(base, now);
  expect([theirs, link, homeLink, join(elsewhere, 'e'.repeat(16)), other].every((path) => existsSync(path))).toBe(true);
  rmSync(elsewhere, { recursive: true });
});

test('a cache that is not there is no trouble', () => {
  expect(() => prunePacks(join(base, 'nowhere'), now)).not.toThrow();
});
