import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homePaths, prepareHome } from '../../../src/home/home-paths.ts';
import { replicaNote } from '../../../src/master/jobs/purge-job.ts';
import type { PurgeContext, PurgeStep, PurgeSubject } from '../../../src/master/jobs/purge-steps.ts';
import { createReceiptBook } from '../../../src/master/jobs/receipt-book.ts';
import {
  asideStep,
  forgetStep,
  loginStep,
  logsStep,
  ownKeyStep,
  toldStep,
} from '../../../src/master/jobs/steps/keeps-nothing-steps.ts';
import type { MasterParts } from '../../../src/master/open-parts.ts';
import { readAiKeys, writeAiKey } from '../../../src/settings/ai-keys.ts';
import { addTombstone } from '../../../src/store/changes.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { noon } from '../../store/support.ts';

let home = '';
let store: Store;
const paths = () => homePaths(home);
const put = (path: string, text = 'x'): string => {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const lists = (path: string): string[] => readdirSync(join(home, path)).sort();
const read = (path: string): string => readFileSync(join(home, path), 'utf8');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'zf-keeps-'));
  prepareHome(paths());
  store = openStore(paths().database);
});
afterEach(() => {
  store.close();
  rmSync(home, { recursive: true, force: true });
});

const subject: PurgeSubject = {
  kind: 'session',
  sessionName: 'loja',
  sessionIds: ['id-1', 'id-0'],
  knownAs: ['5511987654321'],
  who: null,
  backups: false,
  actor: 'you',
  at: noon,
};

/** A job whose master ended after each step: whatever it keeps is read again. */
const purging = (options: { readonly taken?: boolean; readonly of?: Partial<PurgeSubject> } = {}) => {
  let kept = {};
  const book = { byName: () => (options.taken === true ? {} : null) };
  const parts = { store, paths: paths(), book, now: () => noon } as unknown as MasterParts;
  const receipt = () =>
    createReceiptBook(kept, (fields) => {
      kept = JSON.parse(JSON.stringify(fields));
    });
  const run = async (...steps: readonly PurgeStep[]): Promise<void> => {
    for (const step of steps) {
      const context: PurgeContext = {
        subject: { ...subject, ...options.of },
        parts,
        signal: new AbortController().signal,
        receipt: receipt(),
        marks: () => [],
      };
      const work = step.run(context);
      if (Symbol.asyncIterator in work) for await (const _ of work);
      else await work;
    }
  };
  return { run, receipt };
};

const lived = (): void => {
  put('tokens/loja/Default/IndexedDB/1.ldb');
  put('tokens/loja-2/Default/x');
  put('tokens/.before-restore-20261128T000000Z/loja/x');
  put('tokens/.before-restore-20261128T000000Z/loja-2/x');
  for (const file of [
    'login-loja-20261128T000000Z.tar.gz',
    'login-loja-20261128T000000Z.tar.gz.age',
    'login-loja-20261128T000001Z.tar.gz.partial',
    'login-loja-2-20261128T000000Z.tar.gz',
    'login-minha-loja-20261128T000000Z.tar.gz.age',
    'session-loja-20261128T000000Z.tar.gz',
  ])
    put(`data/backups/${file}`);
  for (const id of ['id-0', 'id-1', 'id-2']) writeAiKey(paths(), id, `sk-key-of-${id}`);
  put('logs/loja.log', 'mine\n');
  put('logs/loja.out.log.1', 'mine\n');
  put('logs/loja-2.log', '{"text":"not mine"}\n{"text":"of loja, told by its neighbour"}\n');
  put('logs/master.log.3', '{"text":"5511987654321 linked in the past"}\n{"text":"loja-2 is well"}\n');
  put('.pm2/pm2.log', 'App [session:loja:3] online with pid 4711\nApp [session:loja-2:4] online with pid 4712\n');
};

test('every step does all of its work, and done again it finds nothing', async () => {
  lived();
  const { run, receipt } = purging();
  const steps = [loginStep, asideStep, ownKeyStep, toldStep, logsStep];
  await run(...steps);
  const first = receipt().result();
  expect(first.erased).toMatchObject({ 'login-archives': 3, 'logins-aside': 1, keys: 2, logs: 2, 'log-lines': 3 });

  expect(lists('tokens')).toEqual(['.before-restore-20261128T000000Z', '.locks', 'loja-2']);
  expect(lists('tokens/.before-restore-20261128T000000Z')).toEqual(['loja-2']);
  expect(lists('data/backups')).toEqual([
    'login-loja-2-20261128T000000Z.tar.gz',
    'login-minha-loja-20261128T000000Z.tar.gz.age',
    'session-loja-20261128T000000Z.tar.gz',
  ]);
  expect(readAiKeys(paths())).toEqual({ 'id-2': 'sk-key-of-id-2' });
  expect(lists('logs')).toEqual(['loja-2.log', 'master.log.3']);
  expect(read('logs/loja-2.log')).toMatch(/^\{"text":"not mine"\}\n\{"level":"info","text":"\(erased\)" *\}\n$/);
  expect(read('logs/master.log.3')).toContain('loja-2 is well');
  expect(read('.pm2/pm2.log')).not.toContain('session:loja:');
  expect(read('.pm2/pm2.log')).toContain('session:loja-2:4');

  await run(...steps);
  expect(receipt().result()).toEqual(first);
});

test('a profile of that name which belongs to a session again is left alone', async () => {
  lived();
  await purging({ taken: true }).run(loginStep);
  expect(existsSync(join(home, 'tokens/loja/Default'))).toBe(true);
});

test('a home in which nothing is left to erase is no failure', async () => {
  rmSync(paths().backups, { recursive: true });
  const { run, receipt } = purging();
  await run(loginStep, asideStep, ownKeyStep, toldStep, logsStep, forgetStep);
  expect(Object.values(receipt().result().erased).every((count) => count === 0)).toBe(true);
  expect(
    receipt()
      .result()
      .left.map(({ what }) => what),
  ).toEqual(['record']);
});

test('what was noted for a replica goes when there is none, for a session and for a customer', async () => {
  for (const kind of ['session', 'customer'] as const) {
    addTombstone(store.database, 'conversation', 'id-1', '5521912345678@c.us', noon);
    await purging({ of: { kind } }).run(forgetStep);
    expect([kind, store.changes.tombstonesSince(0, 10)]).toEqual([kind, []]);
  }
});

test('it stays while a replica waits for it, or was there once; the receipt says so', async () => {
  store.database.run("INSERT INTO replica_state (key, value) VALUES ('cursor', '1')");
  store.database.run("INSERT INTO replica_sessions (session_id, session_name) VALUES ('id-1', 'loja')");
  addTombstone(store.database, 'history', 'id-1', 'id-1', noon);
  const names = (): number => store.database.get<{ n: number }>('SELECT count(*) AS n FROM replica_sessions')?.n ?? 0;

  const waits = purging();
  waits.receipt().note(replicaNote, 'waits');
  await waits.run(forgetStep);
  expect([names(), store.changes.tombstonesSince(0, 10).length]).toEqual([1, 1]);

  const once = purging();
  await once.run(forgetStep);
  expect(once.receipt().result().left).toEqual([
    expect.objectContaining({ what: 'replica', note: expect.stringContaining('Supabase was set up once') }),
  ]);
  // Both are needed to erase it there, should it be set up again.
  expect([names(), store.changes.tombstonesSince(0, 10).length]).toEqual([1, 1]);
});

test('the name goes when the replica has erased it and knows that it is gone', async () => {
  store.database.run("INSERT INTO replica_state (key, value) VALUES ('cursor', '1')");
  for (const [id, removed] of [
    ['id-0', 1],
    ['id-1', 0],
    ['id-2', 1],
  ] as const)
    store.database.run(
      "INSERT INTO replica_sessions (session_id, session_name, removed) VALUES (?, 'loja', ?)",
      id,
      removed,
    );
  const { run, receipt } = purging();
  receipt().note(replicaNote, 'erased');
  await run(forgetStep);
  expect(
    store.database.all<{ id: string }>('SELECT session_id AS id FROM replica_sessions ORDER BY 1').map(({ id }) => id),
  ).toEqual(['id-1', 'id-2']);
  expect(receipt().result().left).toEqual([]);
});
