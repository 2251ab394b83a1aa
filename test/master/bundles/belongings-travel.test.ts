import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { belongingsFolder } from '../../../src/bundles/bundle-name.ts';
import { undoBelongings } from '../../../src/master/bundles/belongings/undo-belongings.ts';
import { bundlesDir } from '../../../src/master/bundles/login-work.ts';
import { toolSecretOf } from '../../../src/settings/tool-secrets.ts';
import { agenda, inHand, knows, made, secret, sends, setTool } from '../../bundles/belonging-things.ts';
import { session as bundled, emptyHome, fillProfile, padaria } from '../../bundles/login-files.ts';
import { inTrouble, type LocalStorage, noRight, quotaFull, startLocalStorage } from '../../supabase/local-storage.ts';
import { until } from '../../support/until.ts';
import { inBucket, server, type TestServer, workInBucket } from './travel-support.ts';

/** What a bot has in its hands, on servers of one group: real bundles, processes that pack them, a Storage that speaks as Supabase's does. */

let storage: LocalStorage;
beforeEach(async () => {
  storage = await startLocalStorage();
});
afterEach(() => storage.close());

const folder = belongingsFolder(padaria);
const ofKinds = (): readonly string[] =>
  inBucket(storage).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : []));
const kindsIn = (): readonly string[] => [...new Set(ofKinds().map((name) => name.split('.')[0] ?? ''))];
const known = (one: TestServer) => one.store.belongings.get(bundled.id);
const description = (one: TestServer): string | undefined => one.store.tools.get(bundled.id, 'agenda')?.description;

/** A server that had it under this lease, with all of it taken to Storage. */
const keptOn = async (epoch: number, text = 'Books a visit.'): Promise<TestServer> => {
  const one = server(storage);
  one.session.stored = { ...one.session.stored, phone: null };
  await one.bring(epoch);
  setTool(one, text);
  await one.keep();
  return one;
};
/** Another one, which has never seen it. */
const another = (options: Parameters<typeof server>[1] = {}): TestServer => {
  const one = server(storage, options);
  one.session.stored = { ...one.session.stored, phone: null };
  return one;
};

describe('what a bot has in its hands goes where its lease goes', () => {
  test('tools with secrets, knowledge and files, there and back, and each only when it was changed', async () => {
    const first = server(storage, { asUsers: true });
    fillProfile(first.paths);
    await first.bring(1);
    setTool(first);
    knows(first, 'precos.csv', ['Bolo de cenoura: R$ 45']);
    await sends(first, 'menu', 'a menu');
    await first.keep();
    expect(kindsIn()).toEqual(['files', 'knowledge', 'tools']);
    expect(first.events('belongings-kept')).toHaveLength(3);
    expect(workInBucket(storage)).toEqual(['16']);
    const uploads = storage.count('upload');
    await first.bring(2);
    await first.keep();
    // The login, and nothing that is there already.
    expect(storage.count('upload')).toBe(uploads + 1);

    const second = server(storage);
    expect(await second.bring(3)).toBeNull();
    expect(inHand(second)).toEqual(inHand(first));
    expect(toolSecretOf(second.paths, bundled.id, agenda)).toBe(secret);
    expect(second.secrets).toContain(secret);
    expect(second.events('not-come-along')).toEqual([]);
    expect(second.events('belongings-came').map(({ evidence }) => evidence?.['what'])).toHaveLength(3);
    knows(second, 'horarios.csv', ['Domingo: fechado']);
    await second.keep();

    const lists = storage.count('list');
    expect(await first.bring(4)).toBeNull();
    expect(inHand(first)).toEqual(inHand(second));
    expect(first.events('belongings-came').map(({ evidence }) => evidence?.['what'])).toEqual(['knowledge']);
    await first.bring(5);
    // Nobody had it in between: nothing was asked the second time.
    expect(storage.count('list') - lists).toBe(2);

    const told = JSON.stringify([
      first.store.events.list({ limit: 200 }),
      second.store.events.list({ limit: 200 }),
      first.logged,
      second.logged,
      second.store.database.all('SELECT * FROM meta'),
      second.store.database.all('SELECT * FROM jobs'),
      [...storage.files.values()].map((bytes) => bytes.toString('latin1')),
    ]);
    expect(told).not.toContain(secret);
    expect(readdirSync(bundlesDir(first.paths))).toEqual([]);
    for (const one of [first, second])
      expect(readdirSync(one.paths.data).filter((name) => /^\.(?:staging|restore)/.test(name))).toEqual([]);
  });

  test('changed on both: those of the later lease count, what gave way is kept, and a person gets it back', async () => {
    const first = await keptOn(3);
    const second = another();
    await second.bring(4);
    setTool(second, 'Of the second.');
    await second.keep();

    // While it is elsewhere a person sets something here.
    setTool(first, 'Of the first.');
    await first.bring(5);
    expect(description(first)).toBe('Of the second.');
    expect(first.events('belongings-replaced')[0]).toMatchObject({
      level: 'warn',
      text: expect.stringMatching(
        /^its tools were changed here, too, and those of .* are newer: they count \(1\)\. What was here is kept; to go back to it: zap-fleet bundle undo padaria$/,
      ),
    });

    expect(await undoBelongings(first.work, first.session, 'you')).toEqual(['tools']);
    expect(description(first)).toBe('Of the first.');
    await first.keep();
    expect(await undoBelongings(first.work, first.session, 'you')).toEqual(['tools']);
    expect(description(first)).toBe('Of the second.');
    // What was put back is the newest where the lease is.
    const third = another();
    await third.bring(6);
    expect(description(third)).toBe('Of the first.');
    await expect(undoBelongings(third.work, third.session, 'you')).rejects.toThrow(/nothing of padaria was replaced/);
  });

  test('a server without the lease keeps its edits when nobody else made any, and they count at its next start', async () => {
    const first = await keptOn(3);
    const second = another();
    await second.bring(4);
    setTool(first, 'Of the first.');
    await first.bring(5);
    expect(description(first)).toBe('Of the first.');
    expect(first.events('belongings-replaced')).toEqual([]);
    await first.keep();
    await second.bring(6);
    expect(description(second)).toBe('Of the first.');
    // All of it taken away is something to bring, too.
    second.store.tools.remove(bundled.id, 'agenda', made);
    await second.keep();
    await first.bring(7);
    expect(inHand(first).tools).toEqual([]);
  });

  test('a stopped session that comes has it in its hands before it ever starts, and edits there are newer', async () => {
    await keptOn(3);
    const second = another();
    second.lease.epoch = null;
    second.travel.arrived(second.session);
    await until(() => description(second), { what: 'its tools' });
    await until(() => known(second)?.kinds['tools']?.base ?? null, { what: 'their mark' });
    setTool(second, 'Of the second.');
    await second.bring(4);
    expect(description(second)).toBe('Of the second.');
  });

  test('what a person changes while it runs is in Storage soon, so that a death takes nothing along', async () => {
    const one = await keptOn(3);
    const other = another();
    await other.bring(4);
    other.elsewhere.is = true;
    const woken: string[] = [];
    const wake = async (): Promise<void> => void woken.push('woken');
    for (const each of [one, other])
      each.belongings.begin({ timing: { everyMs: 30, againMs: 60_000, checkMs: [3_600_000] }, wake });
    await one.bring(5);
    setTool(other, 'Where it is not.');
    other.book.reload(other.session);
    const before = ofKinds().length;
    setTool(one, 'Of now.');
    one.book.reload(one.session);
    await until(() => known(one)?.kinds['tools']?.made?.epoch === 5, { within: 30_000, what: 'its bundle' });
    expect(ofKinds()).toHaveLength(before + 1);

    // Never a goodbye.
    const third = another();
    await third.bring(6);
    expect(description(third)).toBe('Of now.');
    expect(known(other)?.kinds['tools']?.made ?? null).toBeNull();
  });
});

describe('what cannot be brought keeps no customer waiting', () => {
  test('cut off half-way: it starts with what is here, says so, and goes on where it broke off', async () => {
    const first = server(storage);
    first.session.stored = { ...first.session.stored, phone: null };
    await first.bring(1);
    setTool(first);
    await sends(first, 'menu', randomBytes(20 * 1024 * 1024));
    await first.keep();
    expect(ofKinds().filter((name) => name.startsWith('files.'))).toHaveLength(3);

    const second = another();
    const woken: string[] = [];
    storage.fail(({ kind, path }) => (kind === 'download' && path.endsWith('0003-of-0003') ? 'cut' : null));
    expect(await second.bring(2)).toBeNull();
    expect(inHand(second)).toMatchObject({ tools: [expect.any(String)], files: [] });
    expect(second.events('belongings-not-here')).toMatchObject([
      { level: 'warn', evidence: { what: 'files', reason: expect.stringMatching(/broke off in the middle/) } },
    ]);
    expect(known(second)?.kinds['files']?.missing).toMatchObject({ text: expect.stringMatching(/broke off/) });
    // Nothing of here is taken for the newest meanwhile.
    await second.keep();
    expect(ofKinds().some((name) => name.startsWith('files.000000000002'))).toBe(false);

    storage.fail(null);
    const downloads = storage.count('download');
    second.store.belongings.changeKind(bundled.id, 'files', {
      missing: { digest: null, text: 'x', again: 0 },
    });
    second.belongings.begin({
      timing: { everyMs: 30, againMs: 60_000, checkMs: [3_600_000] },
      wake: async () => void woken.push('woken'),
    });
    await until(() => inHand(second).files.length === 1, { within: 60_000, what: 'its files' });
    expect(storage.count('download') - downloads).toBe(1);
    await until(() => known(second)?.kinds['files']?.missing === null, { what: 'nothing to be missing' });
  });

  test('Storage that says nothing any more holds up neither a start nor the stop after it', async () => {
    await keptOn(3);
    const second = another({ startWithinMs: 50 });
    setTool(second, 'Of here.');
    storage.fail(({ kind }) => (kind === 'download' ? 'silent' : null));
    expect(await second.bring(4)).toBeNull();
    expect(second.events('belongings-late')).toHaveLength(1);
    await until(() => storage.count('download') === 1, { what: 'its download to hang' });
    await second.keep();
    expect([ofKinds().length, second.events('belongings-not-here')]).toEqual([1, []]);

    // Cut off, it is asked for again, although nobody had it in between.
    storage.fail(null);
    await second.bring(5);
    await until(() => description(second) === 'Books a visit.', { what: 'its tools' });
    expect(second.events('belongings-replaced')).toHaveLength(1);
  });

  test.each([
    ['another key', { groupKey: 'the key of another group' }, /FLEET_GROUP_KEY is another one here/],
    ['damage', {}, /its bytes were changed, or its end is missing\. Nothing of it was used/],
  ])('%s: what is here is as it was, and why is told once', async (what, options, words) => {
    await keptOn(3);
    if (what === 'damage')
      for (const [path, bytes] of storage.files) storage.files.set(path, bytes.subarray(0, bytes.length - 20));
    const second = another(options);
    setTool(second, 'Of here.');
    expect(await second.bring(4)).toBeNull();
    expect(await second.bring(5)).toBeNull();
    expect(description(second)).toBe('Of here.');
    expect(second.events('belongings-not-here')).toMatchObject([
      { evidence: { reason: expect.stringMatching(words) } },
    ]);
    expect(readdirSync(bundlesDir(second.paths))).toEqual([]);

    // What a person sets now counts, and is told of; what was there stays there.
    setTool(second, 'Of now.');
    await second.keep();
    expect(second.events('belongings-changed-first')).toHaveLength(1);
    expect(ofKinds()).toHaveLength(2);
  });

  test('of a damaged one the one before it is taken, if that is newer than what is here', async () => {
    const first = await keptOn(3, 'The one before.');
    await first.bring(4);
    setTool(first, 'The last one.');
    await first.keep();
    const [last = ''] = inBucket(storage).filter((path) => path.includes('/tools.000000000004'));
    const sealed = storage.files.get(`zap-fleet-logins/${last}`) ?? Buffer.alloc(0);
    storage.files.set(`zap-fleet-logins/${last}`, sealed.subarray(0, -20));
    const second = another();
    await second.bring(5);
    expect(description(second)).toBe('The one before.');
    expect(second.events('belongings-damaged')).toHaveLength(1);
  });

  test('Storage away: nothing is taken for the newest before it has said; skipped by a person, what is here counts', async () => {
    const first = await keptOn(3);
    const second = another();
    await second.bring(4);
    setTool(second, 'Of the second.');
    await second.keep();
    storage.fail(() => inTrouble);
    setTool(first, 'Of the first.');
    await first.bring(5);
    expect(first.events('belongings-not-asked')).toHaveLength(1);
    storage.fail(null);
    await first.keep();
    expect(ofKinds().some((name) => name.startsWith('tools.000000000005'))).toBe(false);
    // A master that was started anew asks, although nobody had it in between.
    await first.bring(6);
    expect(description(first)).toBe('Of the second.');
    expect(first.events('belongings-replaced')).toHaveLength(1);

    await second.bring(7);
    setTool(second, 'Later.');
    await second.keep();
    setTool(first, 'Skipped.');
    first.store.loginBundles.change(bundled.id, { skip: true });
    await first.bring(8);
    expect(description(first)).toBe('Skipped.');
  });

  test('one that is on its way to Storage still is waited for', async () => {
    const first = await keptOn(3, 'Whole.');
    await first.bring(4);
    setTool(first, 'On its way.');
    storage.fail(({ kind }) => (kind === 'upload' ? 'silent' : null));
    const keeping = first.keep();
    await until(() => first.store.jobs.open().some(({ kind }) => kind === 'belongings-push'), { what: 'its job' });
    first.travel.wanted(first.session);
    await keeping;
    const args = first.store.jobs.open().find(({ kind }) => kind === 'belongings-push')?.args ?? {};
    const path = `zap-fleet-logins/${folder}/tools.000000000004-${new Date(Number(args['madeAt'])).toISOString().slice(0, 19).replace(/[-:]/g, '')}-${args['mark']}`;
    storage.files.set(`${path}.0001-of-0002`, Buffer.from('half'));

    const second = another();
    await second.bring(5);
    expect(description(second)).toBe('Whole.');
    expect(known(second)?.kinds['tools']?.missing?.text).toMatch(/still on its way/);
  });
});

describe('what cannot be taken to Storage says so, and what is gone leaves nothing', () => {
  test.each([
    ['full', quotaFull, 'upload', /^Supabase Storage is full/],
    ['not to be written', noRight, 'upload', /^Supabase Storage refuses the key \(403\)/],
    ['without a bucket', noRight, 'make-bucket', /^Supabase Storage has no bucket zap-fleet-logins/],
  ] as const)('%s: once, and what is here stays', async (_, fault, where, words) => {
    if (where === 'make-bucket') storage.buckets.clear();
    storage.fail(({ kind }) => (kind === where ? fault : null));
    const one = await keptOn(3);
    expect(known(one)?.problem?.text).toMatch(words);
    expect(one.events('belongings-not-kept')).toHaveLength(1);
    expect([ofKinds(), description(one), readdirSync(bundlesDir(one.paths))]).toEqual([[], 'Books a visit.', []]);
  });

  test('the last three of each kind are kept; an upload that a master left is gone on with by the next', async () => {
    const paths = emptyHome();
    const one = another({ paths });
    await one.bring(1);
    for (const text of ['a', 'b', 'c', 'd']) {
      setTool(one, text);
      await one.keep();
    }
    const names = ofKinds();
    expect(names).toHaveLength(3);
    expect(new Set(names.map((name) => name.split('-')[1])).size).toBe(3);

    storage.fail(({ kind }) => (kind === 'upload' ? 'silent' : null));
    setTool(one, 'e');
    const keeping = one.keep();
    await until(() => one.store.jobs.open().some(({ kind }) => kind === 'belongings-push'), { what: 'its job' });
    one.travel.end();
    await keeping;
    await one.end();
    storage.fail(null);
    const next = another({ paths });
    await until(() => next.store.jobs.open().length === 0, { within: 30_000, what: 'the upload to end' });
    const other = another();
    await other.bring(2);
    expect(description(other)).toBe('e');
  });

  test('a login that is void leaves them; a session that is erased takes them along, with what is on its way', async () => {
    const one = await keptOn(3);
    expect(await one.travel.forget(one.session.stored, 'you')).toBeNull();
    expect(kindsIn()).toEqual(['tools']);
    storage.fail(({ kind }) => (kind === 'remove' ? inTrouble : null));
    expect(await one.travel.forget(one.session.stored, 'you', { erased: true })).toMatch(/not removed yet/);
    // Meanwhile nobody gets them back.
    const other = another();
    other.jobs.add({ kind: 'belongings-forget', args: { sessionName: padaria, before: Date.now() }, actor: 'you' });
    await other.bring(9);
    expect(inHand(other).tools).toEqual([]);
    storage.fail(null);
    await until(() => ofKinds().length === 0, { what: 'the bundles to be removed' });
    expect(known(one)).toBeNull();
  });
});
