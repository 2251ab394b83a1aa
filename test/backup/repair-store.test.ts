import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createBackup } from '../../src/backup/create-backup.ts';
import { type RepairReport, repairStore } from '../../src/backup/repair-store.ts';
import { type HomePaths, masterLock } from '../../src/home/home-paths.ts';
import { tryLock } from '../../src/home/lock.ts';
import { mayBeAnsweredElsewhere } from '../../src/store/guards.ts';
import { checkStore } from '../../src/store/integrity/check-store.ts';
import { readRewound } from '../../src/store/integrity/rewound.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { checkpoint, overwritePages, pagesOf } from '../support/damage.ts';
import { emptyHome, leftOvers, removeHomes, sampleFleet, usual } from './fleet-home.ts';

afterEach(removeHomes);

const look = <T>(paths: HomePaths, work: (store: Store) => T): T => {
  const store = openStore(paths.database);
  try {
    return work(store);
  } finally {
    store.close();
  }
};
const outcomes = (paths: HomePaths): string[] =>
  look(paths, (store) =>
    store.database
      .all<{ outcome: string }>('SELECT outcome FROM messages ORDER BY session_id, seq')
      .map(({ outcome }) => outcome),
  );
const kinds = (paths: HomePaths): string[] =>
  look(paths, (store) => store.events.list({ limit: 5 }).map(({ kind }) => kind));

/** A fleet that is stopped, all of it in its file; with a backup when one is wanted. */
const stoppedFleet = async (backup = false): Promise<HomePaths> => {
  const { paths, store } = sampleFleet();
  if (backup) await createBackup(usual(paths));
  store.close();
  checkpoint(paths.database);
  return paths;
};

/** Nothing is left of it but the mended store, and what was there is kept. */
const expectMended = (paths: HomePaths, report: RepairReport): void => {
  expect(checkStore(paths.database, 'full').fault).toBeNull();
  expect(leftOvers(paths)).toEqual([]);
  expect('aside' in report && report.aside !== null && readdirSync(report.aside)).toContain('fleet.db');
  look(paths, (store) => {
    expect(store.sessions.list().map(({ name }) => name)).toEqual(['padaria-joao', 'studio-bela']);
    expect(readRewound(store.database)).toBeNull();
  });
  expect(kinds(paths)).toContain('store-repaired');
};

describe('store repair', () => {
  it('changes nothing of a sound store', async () => {
    const paths = await stoppedFleet();
    expect(await repairStore({ paths, empty: false })).toEqual({ kind: 'sound' });
    expect(outcomes(paths)).toEqual(['answered', 'pending', 'held', 'answered', 'pending', 'held']);
  });

  it('takes every row out where only an index is damaged: what was open stays open', async () => {
    const paths = await stoppedFleet();
    overwritePages(paths.database, pagesOf(paths.database, 'messages_by_time'));
    const report = await repairStore({ paths, empty: false });
    expect(report).toMatchObject({ kind: 'salvaged', lost: 0, sessions: 2, loginsLeft: [], openMessages: 0 });
    expectMended(paths, report);
    expect(outcomes(paths)).toEqual(['answered', 'pending', 'held', 'answered', 'pending', 'held']);
    look(paths, (store) =>
      expect(store.sessions.list().map(({ desiredState }) => desiredState)).toEqual(['running', 'running']),
    );
  });

  it('answers nothing again that may have been answered, where rows are lost', async () => {
    const paths = await stoppedFleet();
    overwritePages(paths.database, pagesOf(paths.database, 'outbox'));
    const report = await repairStore({ paths, empty: false });
    expect(report).toMatchObject({ kind: 'salvaged', openMessages: 4 });
    expectMended(paths, report);
    expect(outcomes(paths)).toEqual(['answered', 'unknown', 'unknown', 'answered', 'unknown', 'unknown']);
    look(paths, (store) => {
      for (const { id } of store.sessions.list())
        expect(mayBeAnsweredElsewhere(store.database, id, 5000, 10_000)).toBe(true);
    });
  });

  it.each([
    ['the schema overwritten', (path: string) => overwritePages(path, [1])],
    ['every session lost', (path: string) => overwritePages(path, pagesOf(path, 'sessions'))],
    ['no byte left', (path: string) => writeFileSync(path, '')],
    ['other bytes', (path: string) => writeFileSync(path, 'x'.repeat(20_000))],
  ])('%s: the database of the newest backup that is whole, with today’s logins', async (_, harm) => {
    const paths = await stoppedFleet(true);
    // Newer, and no backup at all: it is passed over, and said.
    writeFileSync(join(paths.backups, 'fleet-20990101T000000Z.tar.gz'), 'nothing');
    harm(paths.database);
    const report = await repairStore({ paths, empty: false });
    expect(report).toMatchObject({ kind: 'restored', sessions: 2, openMessages: 4, openParts: 4 });
    expect('tried' in report && report.tried.join(' ')).toMatch(
      /fleet-20990101T000000Z\.tar\.gz: this backup is damaged/,
    );
    expectMended(paths, report);
    expect(outcomes(paths)).toEqual(['answered', 'unknown', 'unknown', 'answered', 'unknown', 'unknown']);
    expect(existsSync(join(paths.tokens, 'padaria-joao/Default'))).toBe(true);
  });

  it('a database that is missing comes from the backup; without one nothing is changed and it says what to do', async () => {
    const paths = await stoppedFleet(true);
    rmSync(paths.database);
    expect(await repairStore({ paths, empty: false })).toMatchObject({ kind: 'restored', aside: null, sessions: 2 });

    const other = await stoppedFleet();
    writeFileSync(other.database, '');
    await expect(repairStore({ paths: other, empty: false })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/no backup in .* can be used.*Nothing was changed.*store repair --empty/),
    });
    expect(readdirSync(other.backups).filter((name) => name.startsWith('damaged'))).toEqual([]);
    expect(leftOvers(other)).toEqual([]);
  });

  it('--empty goes on without, keeps what was there and leaves the logins', async () => {
    const paths = await stoppedFleet();
    const report = await repairStore({ paths, empty: true });
    expect(report.kind).toBe('emptied');
    expect('aside' in report && report.aside !== null && existsSync(join(report.aside, 'fleet.db'))).toBe(true);
    look(paths, (store) => expect(store.sessions.list()).toEqual([]));
    expect(existsSync(join(paths.tokens, 'padaria-joao/Default'))).toBe(true);
  });

  it('touches nothing while the fleet runs', async () => {
    const paths = await stoppedFleet();
    overwritePages(paths.database, pagesOf(paths.database, 'messages'));
    const lock = tryLock(masterLock(paths));
    await expect(repairStore({ paths, empty: false })).rejects.toMatchObject({ code: 'refused-by-state' });
    lock?.release();
    expect(checkStore(paths.database, 'quick').fault?.code).toBe('corrupt');
  });

  it('says which logins have no session any more', async () => {
    const paths = await stoppedFleet();
    mkdirSync(join(paths.tokens, 'adega-central', 'Default'), { recursive: true });
    overwritePages(paths.database, pagesOf(paths.database, 'messages_by_time'));
    expect(await repairStore({ paths, empty: false })).toMatchObject({
      kind: 'salvaged',
      loginsLeft: ['adega-central'],
    });
  });

  it('refuses where nothing is to be mended: an empty home stays one', async () => {
    const paths = emptyHome();
    await expect(repairStore({ paths, empty: false })).rejects.toMatchObject({ code: 'failed' });
    expect(existsSync(paths.database)).toBe(false);
  });
});
