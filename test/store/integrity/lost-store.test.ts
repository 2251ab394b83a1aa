import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { lostStoreWords, refuseLostStore, type StorePlaces } from '../../../src/store/integrity/lost-store.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryDatabase } from '../support.ts';

const emptyHome = (): StorePlaces => {
  const database = temporaryDatabase();
  const root = dirname(database);
  const places = { database, tokens: join(root, 'tokens'), backups: join(root, 'backups') };
  for (const directory of [places.tokens, places.backups]) mkdirSync(directory);
  return places;
};

const addLogin = ({ tokens }: StorePlaces, name: string, file = 'Default'): void => {
  mkdirSync(join(tokens, name), { recursive: true });
  writeFileSync(join(tokens, name, file), '');
};

const withLogins = (): StorePlaces => {
  const places = emptyHome();
  for (let n = 1; n <= 12; n += 1) addLogin(places, `loja-${n}`);
  return places;
};

test('an empty home, and one that never was, are new fleets', () => {
  const places = emptyHome();
  // Locks, what an engine was given beforehand, and a directory that is nobody's are no logins.
  mkdirSync(join(places.tokens, '.locks'));
  addLogin(places, 'loja-1', 'simulated.json');
  mkdirSync(join(places.tokens, 'loja-2'));
  writeFileSync(join(places.backups, '.staging-0123456789ab'), '');
  expect(lostStoreWords(places)).toBeNull();
  expect(() => refuseLostStore(places)).not.toThrow();
  rmSync(dirname(places.database), { recursive: true });
  expect(lostStoreWords(places)).toBeNull();
});

test('a store that is there is not lost, with or without sessions, and neither is a damaged one', () => {
  const places = withLogins();
  openStore(places.database).close();
  expect(lostStoreWords(places)).toBeNull();
  writeFileSync(places.database, Buffer.alloc(9000, 0xa5));
  expect(lostStoreWords(places)).toBeNull();
});

test.each([
  ['missing', () => undefined],
  ['empty', (path: string) => writeFileSync(path, '')],
  [
    'empty',
    (path: string) => {
      const database = new DatabaseSync(path);
      database.exec('PRAGMA journal_mode=WAL; PRAGMA user_version=0');
      database.close();
    },
  ],
])('twelve logins and a database that is %s: one line with what to do', (what, make) => {
  const places = withLogins();
  make(places.database);
  expect(() => refuseLostStore(places)).toThrow(
    `12 logins, no database: ${places.database} is ${what}. To go on without it: zap-fleet store repair --empty`,
  );
});

test('with backups the newest of the fleet is named, and the database alone can come from it', () => {
  const places = withLogins();
  const names = [
    'fleet-20260101T030000Z.tar.gz',
    'fleet-20260102T030000Z.tar.gz.enc',
    'session-loja-1-20260103T030000Z.tar.gz',
  ];
  for (const name of names) writeFileSync(join(places.backups, name), '');
  const words = lostStoreWords(places);
  expect(words).toContain('12 logins and 2 backups, no database:');
  expect(words).toContain(`zap-fleet restore --yes ${join(places.backups, 'fleet-20260102T030000Z.tar.gz.enc')}`);
  expect(words).toMatch(/zap-fleet store repair\. .*store repair --empty$/);
  rmSync(places.tokens, { recursive: true });
  expect(lostStoreWords(places)).toContain('2 backups, no database:');
});
