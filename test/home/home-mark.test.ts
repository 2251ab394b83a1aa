import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isHomePrepared, isHomeThere, markHome, watchLockFile } from '../../src/home/home-mark.ts';
import { type HomePaths, homePaths, masterLock, prepareHome } from '../../src/home/home-paths.ts';
import { tryLock } from '../../src/home/lock.ts';

let root: string;
let paths: HomePaths;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'zf-mark-'));
  paths = homePaths(join(root, 'home'));
  prepareHome(paths);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a mark shows that', () => {
  const lossAfter = async (change: () => void): Promise<string | null> => {
    const mark = markHome(paths);
    try {
      expect(await mark.loss()).toBeNull();
      change();
      return await mark.loss();
    } finally {
      mark.close();
    }
  };

  test('nothing is lost by what happens inside', async () => {
    const change = (): void => {
      writeFileSync(paths.database, '');
      rmSync(paths.logs, { recursive: true });
      rmSync(paths.run, { recursive: true });
    };
    expect(await lossAfter(change)).toBeNull();
  });
  test('the home was moved', async () =>
    expect(await lossAfter(() => renameSync(paths.home, join(root, 'other')))).toBe(`${paths.data} is gone`));
  test('the home was moved and an empty one made', async () =>
    expect(
      await lossAfter(() => {
        renameSync(paths.home, join(root, 'other'));
        mkdirSync(paths.home);
      }),
    ).toBe(`${paths.data} is gone`));
  test('its data are another directory', async () =>
    expect(
      await lossAfter(() => {
        renameSync(paths.data, join(root, 'other'));
        mkdirSync(paths.data);
      }),
    ).toBe(`${paths.data} is another directory now`));
  test('its logins were removed and made again at once, whose number the new directory may have', async () =>
    expect(
      await lossAfter(() => {
        rmSync(paths.tokens, { recursive: true });
        mkdirSync(paths.tokens);
      }),
    ).toBe(`${paths.tokens} is another directory now`));
  test('a file lies where the home was', async () =>
    expect(
      await lossAfter(() => {
        renameSync(paths.home, join(root, 'other'));
        writeFileSync(paths.home, '');
      }),
    ).toBe(`${paths.data} is gone`));
  test('nothing is lost while a link leads to the same place', async () =>
    expect(
      await lossAfter(() => {
        renameSync(paths.home, join(root, 'other'));
        symlinkSync(join(root, 'other'), paths.home);
      }),
    ).toBeNull());
  test('nothing is lost any more once it is closed', async () => {
    const mark = markHome(paths);
    mark.close();
    rmSync(paths.home, { recursive: true });
    expect(await mark.loss()).toBeNull();
  });
});

test('a home is there when a fleet ran in it, not while a volume is missing', () => {
  expect([isHomePrepared(paths), isHomeThere(paths)]).toEqual([true, false]);
  writeFileSync(masterLock(paths), '');
  expect(isHomeThere(paths)).toBe(true);

  for (const volume of [paths.data, paths.tokens, paths.home]) {
    renameSync(volume, join(root, 'away'));
    expect([isHomePrepared(paths), isHomeThere(paths)]).toEqual([false, false]);
    mkdirSync(volume);
    expect([isHomePrepared(paths), isHomeThere(paths)]).toEqual([false, false]);
    rmSync(volume, { recursive: true });
    renameSync(join(root, 'away'), volume);
  }
  expect(isHomeThere(paths)).toBe(true);
});

describe('a lock that is held', () => {
  const isInPlaceAfter = (change: (file: string) => void): boolean => {
    const file = masterLock(paths);
    const lock = tryLock(file);
    const watch = watchLockFile(file);
    try {
      expect(watch.isInPlace()).toBe(true);
      change(file);
      return watch.isInPlace();
    } finally {
      lock?.release();
    }
  };

  test('holds while its file is touched', () =>
    expect(isInPlaceAfter((file) => writeFileSync(file, 'x', { flag: 'a' }))).toBe(true));
  test('holds nobody off when its file was removed', () => expect(isInPlaceAfter((file) => rmSync(file))).toBe(false));
  test('nor when another one lies in its place', () =>
    expect(
      isInPlaceAfter((file) => {
        renameSync(file, `${file}.old`);
        writeFileSync(file, '');
      }),
    ).toBe(false));
  test('nor when a copy of it does', () =>
    expect(
      isInPlaceAfter((file) => {
        writeFileSync(`${file}.new`, '');
        renameSync(`${file}.new`, file);
      }),
    ).toBe(false));
});
