import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dropReplaced, restoreHalfSwapped, swapLogin } from '../../src/bundles/swap-login.ts';
import { profileDir, profileLock, replacedLoginDir } from '../../src/home/home-paths.ts';
import { tryLock } from '../../src/home/lock.ts';
import { writeAiKey } from '../../src/settings/ai-keys.ts';
import {
  contents,
  emptyHome,
  expected,
  type ForgedEntry,
  fillProfile,
  forge,
  groupKey,
  pack,
  padaria,
  session,
  unpack,
} from './login-files.ts';

const ownKey = 'sk-own-key-of-this-session';

describe('a login bundle', () => {
  test('brings the profile without caches, locks and links, and the session’s own AI key', async () => {
    const paths = emptyHome();
    fillProfile(paths);
    symlinkSync('/etc/passwd', join(profileDir(paths, padaria), 'link'));
    writeAiKey(paths, session.id, ownKey);
    writeAiKey(paths, 'another-session', 'sk-of-another');
    const { file, packed } = await pack(paths);
    expect(packed).toMatchObject({ files: 4, ownKey: true, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const other = emptyHome();
    const staging = join(other.tokens, '.restore-x');
    const { manifest, aiKey } = await unpack(other, file, { staging });
    expect(aiKey).toBe(ownKey);
    expect(manifest).toMatchObject({ epoch: 14, host: 'vps-1', program: '2.0.0', session });
    // The key has left the disk with its reading.
    expect(contents(staging)).toEqual({
      'tokens/padaria/Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000003.log': 'keys',
      'tokens/padaria/Default/Local Storage/leveldb/CURRENT': 'MANIFEST-000001\n',
      'tokens/padaria/Local State': '{}',
    });
  });

  test('shows nothing of what is in it, and leaves nothing beside it', async () => {
    const paths = emptyHome();
    fillProfile(paths, 'the identity of a phone');
    writeAiKey(paths, session.id, ownKey);
    const { file } = await pack(paths);
    const sealed = readFileSync(file, 'latin1');
    for (const word of ['identity of a phone', ownKey, 'padaria', 'Local State']) expect(sealed).not.toContain(word);
    expect(sealed.startsWith('age-encryption.org/v1')).toBe(true);
    expect(readdirSync(paths.data).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(readdirSync(join(paths.data, 'bundles'))).toHaveLength(1);
  });

  test('is not made of a login whose browser runs, nor where there is none', async () => {
    const paths = emptyHome();
    await expect(pack(paths)).rejects.toThrow('padaria has no login here yet.');
    fillProfile(paths);
    const lock = tryLock(profileLock(paths, padaria));
    await expect(pack(paths)).rejects.toThrow(/its browser runs/);
    lock?.release();
    expect(existsSync(join(paths.data, 'bundles'))).toBe(false);
    expect((await pack(paths)).packed.files).toBe(3);
  });

  test('for which the disk has no room is refused before a browser is closed for it', async () => {
    const paths = emptyHome();
    fillProfile(paths);
    const large = join(profileDir(paths, padaria), 'Default/IndexedDB/000004.log');
    writeFileSync(large, '');
    // Of zeros that lie nowhere.
    truncateSync(large, 8e12);
    const closed: string[] = [];
    const withClosedProfile = async (name: string) => {
      closed.push(name);
      return { ran: false as const, reason: 'closed for nothing' };
    };
    await expect(pack(paths, { withClosedProfile })).rejects.toThrow(
      /^no room for the login bundle: 1600\d{4} MB are needed on the disk, \d+ are free\. Free some room\.$/,
    );
    expect(closed).toEqual([]);
    // What does not travel needs no room.
    renameSync(large, join(profileDir(paths, padaria), 'Default/Cache/data_1'));
    expect((await pack(paths)).packed.files).toBe(3);
  });

  test('does not open with another key, damaged, or cut off: one sentence each, and nothing is written', async () => {
    const paths = emptyHome();
    fillProfile(paths);
    const { file } = await pack(paths);
    const staging = join(paths.tokens, '.restore-x');
    const refused = async (words: RegExp, given = file, key = groupKey): Promise<void> => {
      await expect(unpack(paths, given, { staging, groupKey: key })).rejects.toThrow(words);
      expect(contents(staging)).toEqual({});
      rmSync(staging, { recursive: true });
    };

    await refused(
      /^the login bundle does not open: FLEET_GROUP_KEY is another one here than where it was made, or it is damaged\. Set the same key on all servers of the group\.$/,
      file,
      'another key of another group',
    );
    const whole = readFileSync(file);
    const cut = join(paths.data, 'cut.age');
    writeFileSync(cut, whole.subarray(0, whole.length - 20));
    await refused(
      /^the login bundle is damaged or none of ours: its bytes were changed, or its end is missing\. Nothing of it was used\.$/,
      cut,
    );
    const changed = Buffer.from(whole);
    changed[whole.length - 30] = (changed[whole.length - 30] ?? 0) ^ 1;
    writeFileSync(cut, changed);
    await refused(
      /^the login bundle is damaged or none of ours: its bytes were changed, or its end is missing\. Nothing of it was used\.$/,
      cut,
    );
    writeFileSync(cut, 'no age file at all');
    await refused(/^the login bundle is damaged or none of ours: it is not encrypted/, cut);
  });

  test.each([
    [{ session: { ...session, name: 'outra' } }, /not what its name says: it is the login of outra/],
    [{ session: { ...session, id: 'other' } }, /it is of another session that had this name/],
    [{ session: { ...session, engine: 'wppconnect' } }, /it is for the engine wppconnect/],
    [{ epoch: 3 }, /it is older than its name says/],
    [{ madeAt: 1 }, /it is older than its name says/],
    [
      { version: 2, program: '9.1.0', files: 'anything' },
      /^the login bundle was made by a newer zap-fleet \(9\.1\.0\)\. Upgrade this server: zap-fleet upgrade$/,
    ],
    [{ format: 'zap-fleet-backup' }, /its manifest is not understood/],
    [{ ownKey: true }, /it does not say whether it brings an AI key/],
  ])('that says %o of itself is refused', async (said, words) => {
    const paths = emptyHome();
    await expect(unpack(paths, await forge(paths, [], said))).rejects.toThrow(words);
  });

  const text = (path: string, more: Partial<ForgedEntry> = {}): ForgedEntry => ({
    path,
    bytes: Buffer.from('x'),
    ...more,
  });
  test.each<[string, readonly ForgedEntry[], RegExp]>([
    ['a way out', [text('tokens/padaria/../../../outside')], /it leads out of its place/],
    ['an absolute path', [text('/etc/cron.d/x')], /it is no file of a login/],
    ['the login of another session', [text('tokens/outra/Local State')], /is of another session/],
    ['the fleet’s settings', [text('data/.env')], /it is no file of a login/],
    ['a lock of a browser', [text('tokens/padaria/SingletonLock')], /no file that a login keeps/],
    [
      'a symbolic link',
      [
        text('tokens/padaria/a', {
          header: { type: 'SymbolicLink', linkpath: '/etc', size: 0 },
          bytes: Buffer.alloc(0),
        }),
      ],
      /is a SymbolicLink/,
    ],
    [
      'a hard link',
      [
        text('tokens/padaria/a', {
          header: { type: 'Link', linkpath: '/etc/passwd', size: 0 },
          bytes: Buffer.alloc(0),
        }),
      ],
      /is a Link/,
    ],
    [
      'a device',
      [text('tokens/padaria/a', { header: { type: 'CharacterDevice' }, bytes: Buffer.alloc(0) })],
      /is a CharacterDevice/,
    ],
    ['one file twice', [text('tokens/padaria/a'), text('tokens/padaria/a', { unnamed: true })], /is in it twice/],
    ['a file that nobody named', [text('tokens/padaria/a', { unnamed: true })], /not in its manifest/],
    ['a file as a directory', [text('tokens/padaria/a'), text('tokens/padaria/a/b')], /is a file and a directory/],
  ])('with %s is refused, and nothing of it is used', async (_, entries, words) => {
    const paths = emptyHome();
    const staging = join(paths.tokens, '.restore-x');
    await expect(unpack(paths, await forge(paths, entries), { staging })).rejects.toThrow(words);
    expect(Object.keys(contents(staging)).filter((path) => !path.startsWith('tokens/padaria/'))).toEqual([]);
  });

  test('that is not encrypted was made by nobody who knows the key, and is refused', async () => {
    const paths = emptyHome();
    const plain = await forge(paths, [text('tokens/padaria/a')], {}, { isPlain: true });
    await expect(unpack(paths, plain)).rejects.toThrow(/damaged or none of ours: it is not encrypted\. Nothing of it/);
  });

  test('that would fill the disk is refused before it does', async () => {
    const paths = emptyHome();
    const zeros = Buffer.alloc(4_000_000);
    const bomb = await forge(paths, [{ path: 'tokens/padaria/a', bytes: zeros }]);
    const limits = { alwaysBytes: 1000, ratio: 50 };
    await expect(unpack(paths, bomb, { limits })).rejects.toThrow(/it would unpack to 4 MB/);

    const liar = await forge(paths, [{ path: 'tokens/padaria/a', bytes: zeros }], {
      files: [{ path: 'tokens/padaria/a', bytes: 1, sha256: '0'.repeat(64) }],
    });
    await expect(unpack(paths, liar)).rejects.toThrow(/is longer than it should be|more comes out of it/);
  });

  test('of its own making is what the cases above differ from', async () => {
    const paths = emptyHome();
    const { manifest } = await unpack(paths, await forge(paths, [text('tokens/padaria/a')]));
    expect(manifest.epoch).toBe(expected.epoch);
  });
});

describe('a login that came', () => {
  const arrives = (paths: ReturnType<typeof emptyHome>, word: string): string => {
    const staging = join(paths.tokens, '.restore-y', 'tokens', 'padaria');
    mkdirSync(staging, { recursive: true });
    writeFileSync(join(staging, 'Local State'), word);
    return staging;
  };

  test('takes the place of the one that is here, which is kept until it is not needed', async () => {
    const paths = emptyHome();
    fillProfile(paths, 'old');
    const before = contents(profileDir(paths, padaria));
    await swapLogin(paths, padaria, arrives(paths, 'new'));
    expect(contents(profileDir(paths, padaria))).toEqual({ 'Local State': 'new' });
    expect(contents(replacedLoginDir(paths, padaria))).toEqual(before);

    expect(await dropReplaced(paths, padaria)).toBe(true);
    expect(existsSync(replacedLoginDir(paths, padaria))).toBe(false);
    expect(await dropReplaced(paths, padaria)).toBe(false);
  });

  test('where there was none takes its place, and nothing is kept aside', async () => {
    const paths = emptyHome();
    await swapLogin(paths, padaria, arrives(paths, 'new'));
    expect(contents(profileDir(paths, padaria))).toEqual({ 'Local State': 'new' });
    expect(existsSync(replacedLoginDir(paths, padaria))).toBe(false);
  });

  test('whose swap a crash cut in two leaves the one from before, which is put back', async () => {
    const paths = emptyHome();
    fillProfile(paths, 'old');
    const before = contents(profileDir(paths, padaria));
    // The first rename is done, the second one cannot be.
    await expect(swapLogin(paths, padaria, join(paths.tokens, 'nowhere'))).rejects.toThrow(/ENOENT/);
    expect(existsSync(profileDir(paths, padaria))).toBe(false);
    expect(restoreHalfSwapped(paths)).toEqual(['padaria']);
    expect(contents(profileDir(paths, padaria))).toEqual(before);

    await swapLogin(paths, padaria, arrives(paths, 'new'));
    expect(restoreHalfSwapped(paths)).toEqual([]);
    expect(contents(profileDir(paths, padaria))).toEqual({ 'Local State': 'new' });
  });
});
