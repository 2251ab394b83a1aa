import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { StoreFault } from '../../../src/session/store-trouble.ts';
import { checkStore } from '../../../src/store/integrity/check-store.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { storeFaultOf } from '../../../src/store/store-fault.ts';
import { cutInHalf, overwritePages, pagesOf, replaceFile, takeWal, zeroHeader } from '../../support/damage.ts';
import { temporaryDatabase } from '../support.ts';
import { filledDatabase, sessionNames } from './filled-store.ts';

const errorOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

/** A store on that file, and what it reported. */
const watched = (path: string) => {
  const faults: StoreFault[] = [];
  const store = openStore(path, { onFault: (fault) => faults.push(fault) });
  onTestFinished(() => store.close());
  return { store, faults };
};

test.each([
  ['locked by another process', 5, 'database is locked', null],
  ['a table that is locked', 6, 'database table is locked', null],
  ['a row that is there already', 19, 'UNIQUE constraint failed: sessions.name', null],
  ['a statement of ours that is wrong', 1, 'near "SELEC": syntax error', null],
  ['a snapshot that is too old to write from', 517, 'database is locked', null],
  ['a table that is not there any more', 1, 'no such table: messages', 'corrupt'],
  ['a malformed page', 11, 'database disk image is malformed', 'corrupt'],
  ['a malformed index', 779, 'database disk image is malformed', 'corrupt'],
  ['a foreign header', 26, 'file is not a database', 'not-a-database'],
  ['a short read', 522, 'disk I/O error', 'io'],
  ['a full disk', 13, 'database or disk is full', 'full'],
  ['a file that cannot be written', 8, 'attempt to write a readonly database', 'read-only'],
  ['a file that was moved', 1032, 'attempt to write a readonly database', 'gone'],
  ['a file that cannot be opened', 14, 'unable to open database file', 'cannot-open'],
] as const)('%s: %i', (_, errcode, words, code) => {
  const error = Object.assign(new Error(words), { code: 'ERR_SQLITE_ERROR', errcode });
  expect(storeFaultOf(error)?.code ?? null).toBe(code);
  // As it comes from a door that could not open it.
  expect(storeFaultOf(new Error('cannot open', { cause: error }))?.code ?? null).toBe(code);
});

test('what is no error of SQLite is no fault of the store', () => {
  expect(storeFaultOf(new Error('database disk image is malformed'))).toBeNull();
  expect(storeFaultOf('SQLITE_CORRUPT')).toBeNull();
  expect(storeFaultOf(null)).toBeNull();
});

test('a lock that another process holds is reported by nobody', () => {
  const { store, faults } = watched(filledDatabase(5));
  store.database.run('PRAGMA busy_timeout = 10');
  const other = new DatabaseSync(store.database.path);
  other.exec('BEGIN IMMEDIATE');
  expect(() => store.meta.set('a', 'b')).toThrow(/locked/);
  expect(() => store.database.transaction(() => store.meta.set('a', 'b'))).toThrow(/locked/);
  other.exec('ROLLBACK');
  other.close();
  store.meta.set('a', 'b');
  expect(faults).toEqual([]);
});

test.each([
  ['get', (store: Store) => store.database.get('SELECT sum(length(text)) AS n FROM messages')],
  ['all', (store: Store) => store.database.all('SELECT text FROM messages')],
  ['iterate', (store: Store) => [...store.database.prepare('SELECT text FROM messages').iterate()]],
  ['run', (store: Store) => store.database.run("UPDATE messages SET text = 'x'")],
  [
    'a transaction',
    (store: Store) => store.database.transaction(() => store.database.run("UPDATE messages SET text = 'x'")),
  ],
] as const)('pages overwritten under an open store are reported by %s, and thrown', (_, work) => {
  const path = filledDatabase();
  const { store, faults } = watched(path);
  overwritePages(path, pagesOf(path, 'messages'));

  expect(storeFaultOf(errorOf(() => work(store)))?.code).toBe('corrupt');
  expect(faults.map(({ code }) => code)).toContain('corrupt');
  // It is no crash: the next statement that needs none of those pages works.
  expect(store.sessions.list().map(({ name }) => name)).toEqual(sessionNames);
});

test.each([
  ['the file taken away', (path: string) => rmSync(path)],
  ['another file in its place', (path: string) => replaceFile(path)],
  ['its WAL taken away', (path: string) => rmSync(`${path}-wal`)],
  ['its shared memory taken away', (path: string) => rmSync(`${path}-shm`)],
  ['another WAL in its place', (path: string) => replaceFile(`${path}-wal`, Buffer.alloc(0))],
])('%s while it is open: noticed', (_, harm) => {
  const path = filledDatabase(5);
  const { store } = watched(path);
  store.meta.set('a', 'b');
  expect(store.database.misplaced()).toBeNull();
  harm(path);
  expect(store.database.misplaced()?.code).toBe('gone');
});

test.each([
  ['taken away', (path: string) => rmSync(path)],
  ['emptied', (path: string) => truncateSync(path, 0)],
])('a file that is %s under a running fleet is not made anew, and its WAL stays', (_, harm) => {
  const path = filledDatabase(5);
  const { store } = watched(path);
  store.meta.set('a', 'b');
  harm(path);
  expect(() => openStore(path)).toThrow(/was taken away, its write-ahead log is still there.*store repair/);
  expect(existsSync(`${path}-wal`)).toBe(true);
});

test('a checkpoint, a vacuum and another process change nothing of where its files are', () => {
  const path = filledDatabase(50);
  const { store } = watched(path);
  const other = openStore(path);
  other.meta.set('a', 'b');
  other.database.get('PRAGMA wal_checkpoint(TRUNCATE)');
  other.database.run('VACUUM');
  other.close();
  expect(store.database.misplaced()).toBeNull();
});

test.each([
  ['pages of a table overwritten', (path: string) => overwritePages(path, pagesOf(path, 'messages')), 'corrupt'],
  [
    'one page of an index overwritten',
    (path: string) => overwritePages(path, pagesOf(path, 'messages_by_time').slice(1, 2)),
    'corrupt',
  ],
  ['the header zeroed', zeroHeader, 'not-a-database'],
  ['half of it cut off', cutInHalf, 'corrupt'],
  ['no byte left', (path: string) => truncateSync(path, 0), 'not-a-database'],
  [
    'another file of that name',
    (path: string) => writeFileSync(path, 'not a database at all, whatever it says'.repeat(500)),
    'not-a-database',
  ],
  ['the file gone', (path: string) => rmSync(path), 'gone'],
] as const)('a check finds %s', (_, harm, code) => {
  const path = filledDatabase();
  expect(checkStore(path, 'full')).toEqual({ fault: null, problems: [] });
  harm(path);
  expect(checkStore(path, 'quick').fault?.code).toBe(code);
  expect(checkStore(path, 'full').fault?.code).toBe(code);
});

test('a row that belongs to nobody is found by the whole check alone', () => {
  const path = filledDatabase(20);
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec(
    "INSERT INTO instructions (session_id, version, text, author, created_at) VALUES ('nobody', 1, '', 'you', 1)",
  );
  database.close();
  expect(checkStore(path, 'quick').fault).toBeNull();
  expect(checkStore(path, 'full').fault?.words).toMatch(/a row of instructions belongs to none of sessions/);
});

test('a check beside an open store that is being written to finds it sound, with or without its shared memory', () => {
  const path = filledDatabase(50);
  const { store } = watched(path);
  store.meta.set('a', 'b');
  expect(checkStore(path, 'full').fault).toBeNull();
  store.close();
  takeWal(path);
  expect(checkStore(path, 'full').fault).toBeNull();
});

test('a store that cannot be opened says what looks at it and what mends it', () => {
  const path = filledDatabase(5);
  zeroHeader(path);
  const error = errorOf(() => openStore(path));
  expect(error).toMatchObject({ code: 'failed' });
  expect(String(error)).toMatch(/zap-fleet store check.*zap-fleet store repair/);

  const other = temporaryDatabase();
  writeFileSync(other, 'x'.repeat(5000));
  expect(storeFaultOf(errorOf(() => openStore(other)))?.code).toBe('not-a-database');
});
