import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mayBeAnsweredElsewhere } from '../../../src/store/guards.ts';
import { changeOf, markFile, readMark } from '../../../src/store/integrity/fleet-mark.ts';
import { readRewound } from '../../../src/store/integrity/rewound.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { until } from '../../support/until.ts';
import { addSession, chatOf, inbound, noon, temporaryDatabase } from '../support.ts';

/** A store whose newest changes are in its WAL alone, as a killed process leaves it; with a copy from before them. */
const killedStore = () => {
  const path = temporaryDatabase();
  const store = openStore(path);
  const session = addSession(store);
  const chat = chatOf(store, session);
  store.messages.insert(inbound(session, chat.id, 'before'), noon);
  store.outbox.enqueueSend(session, chat.chatId, 'an answer', { source: 'send', actor: 'you' }, noon);
  store.database.get('PRAGMA wal_checkpoint(TRUNCATE)');
  copyFileSync(path, `${path}.before`);

  const [first] = store.messages.pending(session.id, chat.id);
  if (first === undefined) throw new Error('no message');
  store.messages.end([first.seq], { outcome: 'answered', code: null, reason: null }, noon + 1);
  const change = changeOf(store.database);
  // What a clean end does with its mark, and nothing of what it does with its WAL.
  const copied = { wal: readFileSync(`${path}-wal`), change };
  store.close();
  expect(readMark(path)).toEqual({ fleet: store.fleetId, change });
  copyFileSync(`${path}.before`, path);
  writeFileSync(`${path}-wal`, copied.wal);
  return { path, session, change };
};

const outcomesIn = (store: Store): readonly (string | null)[] =>
  store.database
    .all<{ outcome: string | null }>('SELECT outcome FROM messages ORDER BY seq')
    .map(({ outcome }) => outcome);

test('a WAL that was there all the time: nothing is said, nothing is touched', () => {
  const { path } = killedStore();
  const store = openStore(path);
  expect(readRewound(store.database)).toBeNull();
  expect(outcomesIn(store)).toEqual(['answered']);
  store.close();
});

test.each([
  ['its WAL taken away', (path: string) => rmSync(`${path}-wal`)],
  ['its WAL emptied', (path: string) => writeFileSync(`${path}-wal`, '')],
  ['its WAL cut short', (path: string) => writeFileSync(`${path}-wal`, readFileSync(`${path}-wal`).subarray(0, 2000))],
  ['other bytes in its WAL', (path: string) => writeFileSync(`${path}-wal`, Buffer.alloc(9000, 7))],
])('%s: said once, and what may have been answered is not answered again', (_, harm) => {
  const { path, session, change } = killedStore();
  harm(path);

  const store = openStore(path);
  const rewound = readRewound(store.database);
  expect(rewound?.known).toBe(change);
  expect(rewound?.found).toBeLessThan(change);
  expect(store.events.list({ limit: 5 }).map(({ kind }) => kind)).toEqual(['store-rewound']);
  expect(outcomesIn(store)).toEqual(['unknown']);
  expect(store.outbox.chatsWithOpen(session.id)).toEqual([]);
  // What the phone tells of the time before it is reached again may have been answered, too.
  expect(mayBeAnsweredElsewhere(store.database, session.id, noon, noon + 10_000)).toBe(true);
  // No number is given twice: a replica would take new rows for known ones.
  expect(changeOf(store.database)).toBeGreaterThanOrEqual(change);
  store.close();

  const next = openStore(path);
  expect(next.events.list({ limit: 5 })).toHaveLength(1);
  expect(readRewound(next.database)).toEqual(rewound);
  next.close();
});

test('an older database put in its place is noticed like a lost WAL', () => {
  const { path, session } = killedStore();
  rmSync(`${path}-wal`);
  copyFileSync(`${path}.before`, path);
  const store = openStore(path);
  expect(readRewound(store.database)).not.toBeNull();
  expect(mayBeAnsweredElsewhere(store.database, session.id, noon, noon + 10_000)).toBe(true);
  store.close();
});

test('the mark of another fleet, an unreadable one and none at all say nothing', () => {
  const path = temporaryDatabase();
  openStore(path).close();
  for (const mark of ['{"fleet":"another","change":5000}', '{"fleet"', '', '[]', '{"fleet":"x","change":-1}', null]) {
    if (mark === null) rmSync(markFile(path), { force: true });
    else writeFileSync(markFile(path), mark);
    const store = openStore(path);
    expect(readRewound(store.database)).toBeNull();
    store.close();
  }
});

test('several processes move the mark on, and a power cut that loses it says nothing wrong', async () => {
  const path = temporaryDatabase();
  const one = openStore(path);
  const two = openStore(path);
  const session = addSession(one);
  chatOf(two, session);
  await until(() => readMark(path)?.change === changeOf(one.database), { what: 'the mark to follow' });
  const older = readFileSync(markFile(path));
  addSession(two, 'adega-central');
  one.close();
  two.close();
  writeFileSync(markFile(path), older);

  const next = openStore(path);
  expect(readRewound(next.database)).toBeNull();
  expect(readMark(path)?.change).toBe(changeOf(next.database));
  next.close();
});

test('a directory that takes no mark changes nothing for the store', () => {
  const path = temporaryDatabase();
  const store = openStore(path);
  rmSync(markFile(path));
  addSession(store);
  rmSync(path.replace(/fleet\.db$/, ''), { recursive: true });
  expect(() => store.close()).not.toThrow();
  expect(existsSync(markFile(path))).toBe(false);
});
