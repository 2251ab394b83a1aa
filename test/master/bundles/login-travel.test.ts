import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { profileDir, replacedLoginDir } from '../../../src/home/home-paths.ts';
import { bundlesDir } from '../../../src/master/bundles/login-work.ts';
import { readAiKeys, writeAiKey } from '../../../src/settings/ai-keys.ts';
import { session as bundled, emptyHome, fillProfile, padaria, put } from '../../bundles/login-files.ts';
import { inTrouble, type LocalStorage, noRight, quotaFull, startLocalStorage } from '../../supabase/local-storage.ts';
import { until } from '../../support/until.ts';
import { inBucket, localStateOf, server, stamp, storeBundle, workInBucket } from './travel-support.ts';

/** Servers of one group with real bundles, processes that pack them, and a Storage that speaks as Supabase's does. */

let storage: LocalStorage;
beforeEach(async () => {
  storage = await startLocalStorage();
});
afterEach(() => storage.close());

const ownKey = 'sk-own-key-of-this-session';
const withLogin = (epochOfLast: number | null, word = 'here') => {
  const paths = emptyHome();
  put(join(profileDir(paths, padaria), 'Local State'), word);
  const one = server(storage, { paths });
  if (epochOfLast !== null) one.store.loginBundles.change(bundled.id, { epoch: epochOfLast, at: stamp });
  return one;
};

describe('a login goes where its lease goes', () => {
  test('with its AI key, from one server to the next and back, and asks nobody while it stays', async () => {
    const first = server(storage, { asUsers: true });
    fillProfile(first.paths, 'keys of the first');
    writeAiKey(first.paths, bundled.id, ownKey);
    expect(await first.bring(1)).toBeNull();
    expect(await first.bring(2)).toBeNull();
    // The login, and what its bot has in its hands.
    expect(storage.count('list')).toBe(2);
    await first.keep();
    expect(first.known()).toMatchObject({ made: { epoch: 2, bytes: expect.any(Number) }, problem: null });
    expect(first.events('bundle-kept')).toHaveLength(1);
    expect(inBucket(storage)).toEqual([
      expect.stringMatching(/^padaria\/000000000002-\d{8}T\d{6}-[0-9a-f]{8}\.0001-of-0001$/),
    ]);
    expect(workInBucket(storage)).toEqual(['16']);
    expect(readdirSync(bundlesDir(first.paths))).toEqual([]);

    const second = server(storage);
    expect(await second.bring(3)).toBeNull();
    expect(second.profile()).toMatchObject({ 'Local State': '{}' });
    expect(Object.values(second.profile())).toContain('keys of the first');
    expect(readAiKeys(second.paths)).toEqual({ [bundled.id]: ownKey });
    expect(second.secrets).toEqual([ownKey]);
    second.moves('starting', 'syncing', 'connected');
    expect(second.known()?.fetched).toMatchObject({ taken: true });
    fillProfile(second.paths, 'keys of the second');
    await second.keep();

    expect(await first.bring(4)).toBeNull();
    expect(Object.values(first.profile())).toContain('keys of the second');
    // Nothing of the key but in the file that holds keys: no event, no log, no row.
    const told = JSON.stringify([
      first.events('login-came'),
      second.store.events.list({ limit: 100 }),
      first.logged,
      second.store.database.all('SELECT * FROM meta'),
      second.store.database.all('SELECT * FROM jobs'),
    ]);
    expect(told).not.toContain(ownKey);
    expect(told).not.toContain('long enough');
  });

  test('the one from before is kept until WhatsApp takes the new one; refused, it is a QR that says so', async () => {
    const one = withLogin(3);
    // Made by a program whose tools did not travel yet: what is missing here is told.
    await storeBundle(storage, { epoch: 8, manifest: { stays: { tools: 1, files: 0, hooks: 2 } } });
    expect(await one.bring(9)).toBeNull();
    expect(one.events('not-come-along')).toMatchObject([
      { level: 'warn', evidence: { tools: 1, files: 0, sends: 0, hooks: 2 } },
    ]);
    expect(localStateOf(one.paths)).toBe('of epoch 8');
    expect(existsSync(replacedLoginDir(one.paths, padaria))).toBe(true);
    expect(one.events('login-came')[0]?.text).toMatch(/^its login came from vps-2 \(.* old\)/);

    one.moves('starting', 'qr');
    expect(one.events('login-refused')[0]?.text).toBe(
      'WhatsApp did not take the login that came from vps-2: scan its QR (zap-fleet qr padaria). The login from before is kept until then',
    );
    expect(existsSync(replacedLoginDir(one.paths, padaria))).toBe(true);
    one.moves('syncing', 'connected');
    await until(() => !existsSync(replacedLoginDir(one.paths, padaria)), { what: 'the login from before to go' });
    expect(one.known()).toMatchObject({ problem: null, linkedAt: expect.any(Number), fetched: { taken: false } });
    expect(one.events('login-refused')).toHaveLength(1);
  });

  test('a bundle that is older than the login here changes nothing', async () => {
    const one = withLogin(7);
    await storeBundle(storage, { epoch: 6, madeAt: stamp + 9_000_000 });
    await storeBundle(storage, { epoch: 7, madeAt: stamp - 60_000 });
    expect(await one.bring(12)).toBeNull();
    expect(localStateOf(one.paths)).toBe('here');
    expect(storage.count('download')).toBe(0);
  });

  test('one that is not whole counts as none', async () => {
    const one = withLogin(2);
    await storeBundle(storage, { epoch: 5, parts: 3 });
    storage.files.delete([...storage.files.keys()][1] ?? '');
    expect(await one.bring(8)).toBeNull();
    expect(localStateOf(one.paths)).toBe('here');
  });
});

describe('a login that cannot be had keeps its session from starting with an old one, and says why', () => {
  test('cut off half-way: what came is gone on with', async () => {
    const one = withLogin(3);
    await storeBundle(storage, { epoch: 8, parts: 3 });
    storage.fail(({ kind, path }) => (kind === 'download' && path.endsWith('0003-of-0003') ? 'cut' : null));
    const why = await one.bring(9);
    expect(why).toMatchObject({ code: 'login-away' });
    expect(why?.words).toMatch(
      /^its login of another server could not be fetched: Supabase Storage broke off in the middle of .*\. It is tried again by itself\. To start with the login that is here: zap-fleet bundle skip padaria$/,
    );
    expect(localStateOf(one.paths)).toBe('here');

    storage.fail(null);
    const before = storage.count('download');
    expect(await one.bring(10)).toBeNull();
    expect(storage.count('download') - before).toBe(1);
    expect(localStateOf(one.paths)).toBe('of epoch 8');
    expect(readdirSync(bundlesDir(one.paths))).toEqual([]);
  });

  test('Storage away: it is tried again; a session that nobody else had starts all the same', async () => {
    storage.fail(() => inTrouble);
    const one = withLogin(3);
    expect(await one.bring(9)).toMatchObject({ code: 'login-away' });
    expect(one.known()?.problem?.text).toMatch(/^Supabase Storage cannot be reached/);
    expect(await one.bring(4)).toBeNull();
  });

  test('another key: the login here is used only when a person says so', async () => {
    await storeBundle(storage, { epoch: 8 });
    const paths = emptyHome();
    put(join(profileDir(paths, padaria), 'Local State'), 'here');
    const one = server(storage, { paths, groupKey: 'the key of another group' });
    const why = await one.bring(9);
    expect(why).toMatchObject({
      code: 'login-refused',
      words: expect.stringContaining('FLEET_GROUP_KEY is another one here'),
    });
    expect(localStateOf(paths)).toBe('here');

    one.store.loginBundles.change(bundled.id, { skip: true });
    expect(await one.bring(10)).toBeNull();
    expect(localStateOf(paths)).toBe('here');
    expect(one.known()).toMatchObject({ skip: false, epoch: 10 });
  });

  test.each([
    [
      'a newer program',
      { manifest: { version: 2, program: '9.0.0' } },
      'login-refused',
      /made by a newer zap-fleet \(9\.0\.0\)/,
    ],
    [
      'a way out of its place',
      { entries: [{ path: 'tokens/padaria/../../x', bytes: Buffer.from('x') }] },
      'login-refused',
      /it leads out of its place/,
    ],
    [
      'another session',
      { manifest: { session: { ...bundled, id: 'other' } } },
      'login-refused',
      /another session that had this name/,
    ],
    [
      'changed bytes',
      { change: (sealed: Buffer) => Buffer.concat([sealed.subarray(0, -20), randomBytes(20)]) },
      'login-refused',
      /its bytes were changed, or its end is missing\. Nothing of it was used/,
    ],
  ] as const)('%s: nothing of it is used', async (_, bundle, code, words) => {
    const one = withLogin(3);
    await storeBundle(storage, { epoch: 8, ...bundle });
    expect(await one.bring(9)).toMatchObject({ code, words: expect.stringMatching(words) });
    expect(localStateOf(one.paths)).toBe('here');
    expect(readdirSync(one.paths.tokens).sort()).toEqual(['.locks', 'padaria']);
    expect(one.events('login-not-here')).toHaveLength(1);
  });

  test('of a damaged one the one before it is taken', async () => {
    const one = withLogin(3);
    await storeBundle(storage, { epoch: 8 });
    await storeBundle(storage, { epoch: 9, entries: [{ path: 'data/.env', bytes: Buffer.from('x') }] });
    expect(await one.bring(11)).toBeNull();
    expect(localStateOf(one.paths)).toBe('of epoch 8');
    expect(one.events('bundle-damaged')).toHaveLength(1);
  });
});

describe('a bundle gets to Storage, or says why not', () => {
  const kept = async (one: ReturnType<typeof server>, epoch: number): Promise<void> => {
    await one.bring(epoch);
    await one.keep();
  };

  test('the last three are kept, and what was cut off before them goes', async () => {
    await storeBundle(storage, { epoch: 1 });
    await storeBundle(storage, { epoch: 2, parts: 2 });
    storage.files.delete([...storage.files.keys()].at(-1) ?? '');
    await storeBundle(storage, { epoch: 3 });
    await storeBundle(storage, { epoch: 4 });
    const one = withLogin(5);
    await kept(one, 6);
    expect(inBucket(storage).map((path) => Number(path.slice(8, 20)))).toEqual([3, 4, 6]);
  });

  test.each([
    ['full', quotaFull, 'upload', /^Supabase Storage is full/],
    ['not to be written', noRight, 'upload', /^Supabase Storage refuses the key \(403\)/],
    [
      'without a bucket',
      noRight,
      'make-bucket',
      /^Supabase Storage has no bucket zap-fleet-logins, and it could not be made/,
    ],
  ] as const)('%s: once, and older ones stay', async (_, fault, where, words) => {
    await storeBundle(storage, { epoch: 4 });
    if (where === 'make-bucket') storage.buckets.clear();
    storage.fail(({ kind }) => (kind === where ? fault : null));
    const one = withLogin(5);
    await kept(one, 6);
    expect(one.known()?.problem?.text).toMatch(words);
    expect(one.events('bundle-not-kept')).toHaveLength(1);
    expect(inBucket(storage)).toHaveLength(1);
    expect(readdirSync(bundlesDir(one.paths))).toEqual([]);
    expect(localStateOf(one.paths)).toBe('here');
  });

  test('away for a while: it gets there when Storage is back; a master that ends leaves the rest to the next', async () => {
    const paths = emptyHome();
    const big = randomBytes(20 * 1024 * 1024);
    put(join(profileDir(paths, padaria), 'Local State'), big);
    const first = server(storage, { paths });
    await first.bring(1);
    storage.fail(({ kind, number }) => (kind === 'upload' && number >= 3 ? 'silent' : null));
    const keeping = first.keep();
    await until(() => storage.count('upload') === 3, { within: 60_000, what: 'the third part to hang' });
    first.travel.end();
    await keeping;
    await first.end();
    expect(inBucket(storage)).toHaveLength(2);

    storage.fail(({ kind, number }) => (kind === 'upload' && number === 4 ? inTrouble : null));
    const next = server(storage, { paths });
    await until(() => next.known()?.made ?? null, { within: 60_000, what: 'the bundle to be whole' });
    // One part was wanting, and one try of it failed.
    expect(storage.count('upload')).toBe(5);
    expect(inBucket(storage)).toHaveLength(3);
    expect(readdirSync(bundlesDir(paths))).toEqual([]);

    const other = server(storage);
    expect(await other.bring(3)).toBeNull();
    expect(Buffer.from(other.profile()['Local State'] ?? '', 'latin1').equals(big)).toBe(true);
  });

  test('a session that is wanted again waits for no upload', async () => {
    const one = withLogin(5);
    await one.bring(6);
    storage.fail(({ kind }) => (kind === 'upload' ? 'silent' : null));
    const keeping = one.keep();
    await until(() => storage.count('upload') === 1, { within: 60_000, what: 'an upload to hang' });
    one.travel.wanted(one.session);
    await keeping;
    expect(one.known()?.problem).toBeNull();
  });

  test('nothing is made of a login without a phone, without a lease, or of a session that is gone', async () => {
    const one = withLogin(5);
    one.session.stored = { ...one.session.stored, phone: null };
    await kept(one, 6);
    one.session.stored = { ...one.session.stored, phone: '5511987654321' };
    one.session.removed = true;
    await kept(one, 6);
    expect(inBucket(storage)).toEqual([]);
  });
});

describe('a login that is void', () => {
  test('takes its bundles along, but not those of a later session of its name', async () => {
    const one = withLogin(5);
    await storeBundle(storage, { epoch: 4 });
    await storeBundle(storage, { epoch: 9, madeAt: Date.now() + 86_400_000 });
    expect(await one.travel.forget(one.session.stored, 'you')).toBeNull();
    expect(inBucket(storage).map((path) => Number(path.slice(8, 20)))).toEqual([9]);
    expect(one.known()).toBeNull();
  });

  test('says when its bundles could not be removed, and removes them later', async () => {
    const one = withLogin(5);
    await storeBundle(storage, { epoch: 4 });
    storage.fail(({ kind }) => (kind === 'remove' ? inTrouble : null));
    expect(await one.travel.forget(one.session.stored, 'you')).toMatch(
      /^its login bundles in Supabase Storage are not removed yet: not done yet: Supabase Storage cannot be reached: .* tried again by itself/,
    );
    expect(inBucket(storage)).toHaveLength(1);

    // Meanwhile nobody gets the void login back, also where there is none now.
    rmSync(profileDir(one.paths, padaria), { recursive: true });
    expect(await one.bring(9)).toBeNull();
    expect(existsSync(profileDir(one.paths, padaria))).toBe(false);
    storage.fail(null);
    await until(() => inBucket(storage).length === 0, { what: 'the bundle to be removed' });
  });
});
