import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HomePaths, homePaths, prepareHome } from '../../../src/home/home-paths.ts';
import type { Logger } from '../../../src/log/logger.ts';
import { type HomeWatch, watchHome } from '../../../workers/session/watch-home.ts';
import { until } from '../../support/until.ts';

let root: string;
let paths: HomePaths;
let watch: HomeWatch;
let ends: number;
const said: string[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'zf-watch-'));
  paths = homePaths(join(root, 'home'));
  prepareHome(paths);
  ends = 0;
  said.length = 0;
  const log = { error: (text: string) => said.push(text), warn: (text: string) => said.push(text) };
  watch = watchHome({
    paths,
    log: log as unknown as Logger,
    end: () => {
      ends += 1;
    },
  });
});
afterEach(() => {
  watch.close();
  rmSync(root, { recursive: true, force: true });
});

test('a worker goes on while its home is there, also when it is asked at once', async () => {
  watch.begin();
  await watch.look();
  await watch.look();
  expect([ends, said]).toEqual([0, []]);
});

test('it ends by itself when its home was moved', async () => {
  watch.begin();
  renameSync(paths.home, join(root, 'away'));
  await until(() => ends > 0, { what: 'its end' });
  expect(said[0]).toContain('not at its place');
});

test('and at once when it is asked: with the end of PM2 there is no time to lose', async () => {
  renameSync(paths.tokens, join(root, 'away'));
  mkdirSync(paths.tokens);
  await watch.look();
  expect(ends).toBe(1);
});

test('a rename that is taken back between two looks ends nobody', async () => {
  renameSync(paths.home, join(root, 'away'));
  // One look alone.
  const looking = watch.look();
  renameSync(join(root, 'away'), paths.home);
  await looking;
  await watch.look();
  expect(ends).toBe(0);
});
