import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultConfig } from '../../src/session/session-config.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { migrations } from '../../src/store/migrations.ts';
import { openStoreToRead } from '../../src/store/read-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-read-'));
  path = join(directory, 'fleet.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const add = (store: Store, name: string) =>
  store.sessions.create(
    {
      name: parseSessionName(name),
      label: '',
      engine: 'simulated',
      expectedPhone: null,
      config: defaultConfig(),
      instructions: null,
      author: 'test',
    },
    1,
  );
const namesIn = (store: Store): string[] => store.sessions.list().map(({ name }) => name);
const files = (): string[] => readdirSync(directory).sort();

test('a store that nobody has open is read, and no file is made or changed', () => {
  const store = openStore(path);
  add(store, 'loja-1');
  const { fleetId } = store;
  store.close();
  const before = readFileSync(path);
  const there = files();
  expect(there).not.toContain('fleet.db-wal');

  const read = openStoreToRead(path);
  expect([namesIn(read), read.fleetId]).toEqual([['loja-1'], fleetId]);
  expect(files()).toEqual(there);
  read.close();
  expect(files()).toEqual(there);
  expect(readFileSync(path)).toEqual(before);
});

test('what a process that has it open has written is seen at once, and nothing of its files goes', () => {
  const store = openStore(path);
  add(store, 'loja-1');
  const before = files();
  const read = openStoreToRead(path);
  add(store, 'loja-2');
  expect(namesIn(read)).toEqual(['loja-1', 'loja-2']);
  read.close();
  expect(files()).toEqual(before);
  add(store, 'loja-3');
  expect(namesIn(store)).toHaveLength(3);
  store.close();
});

test('what a process that was killed left in its WAL is read', () => {
  const store = openStore(path);
  add(store, 'loja-1');
  // As after SIGKILL: the files as they are, without a last checkpoint.
  const left = join(directory, 'killed.db');
  for (const end of ['', '-wal', '-shm']) copyFileSync(`${path}${end}`, `${left}${end}`);
  store.close();
  const there = files();
  const read = openStoreToRead(left);
  expect(namesIn(read)).toEqual(['loja-1']);
  read.close();
  expect(files()).toEqual(there);
});

test('it refuses to write', () => {
  openStore(path).close();
  const read = openStoreToRead(path);
  expect(() => add(read, 'loja-1')).toThrow(/read only/);
  expect(() => read.database.prepare("UPDATE meta SET value = 'x'").run()).toThrow(/readonly|read-only/);
  read.close();
});

test.each([
  ['is not there', () => undefined],
  ['is empty', () => writeFileSync(path, '')],
])('a store that %s is an empty fleet', (_what, plant) => {
  plant();
  const before = files();
  const read = openStoreToRead(path);
  expect(namesIn(read)).toEqual([]);
  expect(read.events.list({ limit: 5 })).toEqual([]);
  read.close();
  expect(files()).toEqual(before);
});

test.each([
  ['newer', migrations.length + 1, 'failed', /newer zap-fleet.*Install the newer version/],
  ['older', migrations.length - 1, 'unavailable', /older zap-fleet.*next start brings it up/],
] as const)('a store of %s zap-fleet is said, not read and not migrated', (_what, version, code, words) => {
  openStore(path).close();
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
  const before = readFileSync(path);
  expect(() => openStoreToRead(path)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(words) }));
  expect(readFileSync(path)).toEqual(before);
});

test('what is no database is said', () => {
  writeFileSync(path, 'this is no database '.repeat(500));
  expect(() => openStoreToRead(path)).toThrow(/cannot open the database .*zap-fleet store repair/);
  expect(files()).toEqual(['fleet.db']);
});
