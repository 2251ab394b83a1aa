import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Decrypter, Encrypter } from 'age-encryption';
import { list } from 'tar';
import { afterEach, describe, expect, it } from 'vitest';
import { copyDatabase } from '../../src/backup/copy-database.ts';
import { createBackup, pruneBackups } from '../../src/backup/create-backup.ts';
import { decrypt, encrypt } from '../../src/backup/encryption.ts';
import { verifyBackup } from '../../src/backup/verify-backup.ts';
import { profileLock } from '../../src/home/home-paths.ts';
import { tryLock } from '../../src/home/lock.ts';
import { removeDeadScratch } from '../../src/home/scratch.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { until } from '../support/until.ts';
import { encryptFirstFormat, firstFormatHeaderBytes } from './first-format-writer.ts';
import { leftOvers, littleWork, put, removeHomes, sampleFleet, usual } from './fleet-home.ts';

afterEach(removeHomes);
const padaria = parseSessionName('padaria-joao');

const pathsIn = async (file: string): Promise<string[]> => {
  const found: string[] = [];
  await list({ file, onReadEntry: (entry) => found.push(entry.path) });
  return found.filter((path) => !path.endsWith('/'));
};

describe('createBackup', () => {
  it('keeps database, configuration and logins without caches, and has read it back', async () => {
    const { paths, store } = sampleFleet();
    const now = Date.UTC(2026, 10, 22, 3, 0, 0);
    const report = await createBackup({ ...usual(paths), now: () => now });
    store.close();
    expect(report.file).toBe(join(paths.backups, 'fleet-20261122T030000Z.tar.gz'));
    expect(report.sessions.map(({ name, profile }) => [name, profile])).toEqual([
      ['padaria-joao', 'copied'],
      ['studio-bela', 'copied'],
    ]);
    const found = await pathsIn(report.file);
    expect(found[0]).toBe('manifest.json');
    expect(found).toContain('data/fleet.db');
    expect(found).toContain('data/.env');
    expect(found).toContain('data/log-salt');
    expect(found.some((path) => path.endsWith('leveldb/000003.log'))).toBe(true);
    expect(found.filter((path) => /Cache|Singleton|\.locks/.test(path))).toEqual([]);
    expect(statSync(report.file).mode & 0o777).toBe(0o600);
    expect(leftOvers(paths)).toEqual([]);
    expect((await verifyBackup({ file: report.file, paths })).manifest.sessions).toHaveLength(2);
  });

  it('is not begun where the disk has no room for it: no browser is closed, and the disk is not filled', async () => {
    const { paths, store } = sampleFleet();
    store.close();
    const large = join(paths.tokens, 'studio-bela/Default/huge.log');
    writeFileSync(large, '');
    // Of zeros that lie nowhere.
    truncateSync(large, 8e12);
    const closed: string[] = [];
    const withClosedProfile = async (name: string) => {
      closed.push(name);
      return { ran: false as const, reason: 'closed for nothing' };
    };
    await expect(createBackup({ ...usual(paths), withClosedProfile })).rejects.toThrow(
      /^no room for the backup: 1600\d{4} MB are needed on the disk, \d+ are free\. Free some room\.$/,
    );
    // To another disk only the copies count here: that is where one goes whose own disk is full.
    const other = '/dev/shm';
    const isOther = statSync(other).dev !== statSync(paths.home).dev;
    await expect(
      createBackup({ ...usual(paths), withClosedProfile, to: join(other, `zf-${process.pid}.tar.gz`) }),
    ).rejects.toThrow(isOther ? /: 800\d{4} MB are needed/ : /: 1600\d{4} MB are needed/);
    expect(closed).toEqual([]);
    expect(readdirSync(other).filter((name) => name.includes(`zf-${process.pid}`))).toEqual([]);
    expect(leftOvers(paths)).toEqual([]);
    expect(readdirSync(paths.backups)).toEqual([]);
  });

  it('is of one moment while another process writes', async () => {
    const { paths, store } = sampleFleet();
    store.database.run("INSERT INTO meta (key, value) VALUES ('left', '0'), ('right', '0')");
    const source = `
      import { DatabaseSync } from 'node:sqlite';
      const database = new DatabaseSync(${JSON.stringify(paths.database)}, { timeout: 5000 });
      process.on('SIGTERM', () => process.exit(0));
      // A test runner that is killed takes its writer along.
      process.stdin.on('end', () => process.exit(0)).resume();
      const step = () => {
        database.exec("BEGIN IMMEDIATE; UPDATE meta SET value = value + 1 WHERE key = 'left'; UPDATE meta SET value = value + 1 WHERE key = 'right'; COMMIT");
        setImmediate(step);
      };
      step();`;
    const writer = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const exited = once(writer, 'exit');
    const value = (database: DatabaseSync, key: string): number =>
      Number(database.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.['value']);
    try {
      for (let round = 0; round < 3; round += 1) {
        const before = Number(
          store.database.get<{ value: string }>("SELECT value FROM meta WHERE key = 'left'")?.value,
        );
        await until(
          () =>
            Number(store.database.get<{ value: string }>("SELECT value FROM meta WHERE key = 'left'")?.value) > before,
          { what: 'the writer' },
        );
        const to = join(paths.home, `copy-${round}.db`);
        await copyDatabase(paths.database, to, null);
        const copy = new DatabaseSync(to, { readOnly: true });
        expect(value(copy, 'left')).toBe(value(copy, 'right'));
        expect(value(copy, 'left')).toBeGreaterThan(before);
        copy.close();
      }
      const report = await createBackup(usual(paths));
      await verifyBackup({ file: report.file, paths });
    } finally {
      writer.kill('SIGTERM');
      await exited;
    }
    store.close();
  });

  it('leaves out a login whose browser runs, and says so', async () => {
    const { paths, store } = sampleFleet();
    const lock = tryLock(profileLock(paths, padaria));
    const report = await createBackup(usual(paths));
    lock?.release();
    store.close();
    expect(report.sessions[0]).toMatchObject({ name: 'padaria-joao', profile: 'skipped' });
    expect(report.sessions[0]?.reason).toMatch(/browser runs/);
    expect((await pathsIn(report.file)).some((path) => path.startsWith('tokens/padaria-joao/'))).toBe(false);
  });

  it('keeps one session with nothing of the others', async () => {
    const { paths, store } = sampleFleet();
    const report = await createBackup({ ...usual(paths), session: padaria });
    const found = await pathsIn(report.file);
    expect(found.some((path) => path.startsWith('tokens/studio-bela'))).toBe(false);
    expect(found).not.toContain('data/.env');
    const bytes: Buffer[] = [];
    await list({
      file: report.file,
      onReadEntry: (entry) => entry.on('data', (chunk) => bytes.push(chunk)),
    });
    const all = Buffer.concat(bytes).toString('latin1');
    expect(all).toContain('padaria-secret-text');
    for (const other of ['studio-secret-text', 'studio-bela', 'login-of-studio']) expect(all).not.toContain(other);
    await expect(createBackup({ ...usual(paths), session: parseSessionName('nobody') })).rejects.toMatchObject({
      code: 'no-such-session',
    });
    store.close();
    expect(leftOvers(paths)).toEqual([]);
  });

  it('keeps a number of its kind and touches no other file', async () => {
    const { paths, store } = sampleFleet();
    put(join(paths.backups, 'login-padaria-joao-20260101T000000Z.tar.gz'), 'x');
    put(join(paths.backups, 'mine.txt'), 'x');
    let now = Date.UTC(2026, 10, 1);
    for (let n = 0; n < 4; n += 1) {
      await createBackup({ ...usual(paths), keep: 2, now: () => now });
      now += 86_400_000;
    }
    await createBackup({ ...usual(paths), session: padaria, keep: 2, now: () => now });
    store.close();
    expect(readdirSync(paths.backups).sort()).toEqual([
      'fleet-20261103T000000Z.tar.gz',
      'fleet-20261104T000000Z.tar.gz',
      'login-padaria-joao-20260101T000000Z.tar.gz',
      'mine.txt',
      'session-padaria-joao-20261105T000000Z.tar.gz',
    ]);
    expect(await pruneBackups(paths.backups, 'fleet', 0)).toHaveLength(1);
  });

  it('never writes over a file, and cleans up what a crash left', async () => {
    const { paths, store } = sampleFleet();
    const to = join(paths.home, 'mine.tar.gz');
    writeFileSync(to, 'precious');
    await expect(createBackup({ ...usual(paths), to })).rejects.toMatchObject({ code: 'already-exists' });
    expect(readFileSync(to, 'utf8')).toBe('precious');
    put(join(paths.backups, '.staging-0123456789ab/data/fleet.db'), 'x');
    put(join(paths.backups, '.fleet-x.tar.gz.0123456789ab.partial'), 'x');
    expect(await removeDeadScratch(paths, Date.now())).toBe(0);
    expect(await removeDeadScratch(paths, Date.now() + 3_700_000)).toBe(2);
    store.close();
    expect(leftOvers(paths)).toEqual([]);
  });
});

describe('an encrypted backup', () => {
  const passphrase = 'correct horse ção';
  const inChunks = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
  };

  it('opens with its passphrase only, and shows nothing without', async () => {
    const { paths, store } = sampleFleet();
    const { file, encrypted } = await createBackup({ ...usual(paths), passphrase, log2N: undefined });
    store.close();
    expect(encrypted).toBe(true);
    expect(file).toMatch(/\.enc$/);
    const bytes = readFileSync(file, 'latin1');
    expect(bytes).toMatch(/^-> scrypt \S+ 16$/m);
    for (const never of ['sk-test', 'padaria', 'manifest', passphrase]) expect(bytes).not.toContain(never);
    await verifyBackup({ file, passphrase, paths });
    await expect(verifyBackup({ file, paths })).rejects.toThrow(/BACKUP_PASSPHRASE/);
    await expect(verifyBackup({ file, passphrase: 'wrong', paths })).rejects.toThrow(/passphrase is wrong/);
    expect(leftOvers(paths)).toEqual([]);
  });

  /** Text lines up to the header's seal, then 16 bytes that the key of the pieces is made with. */
  const ageHeaderBytes = (whole: Buffer): number => whole.indexOf('\n', whole.indexOf('\n--- ') + 1) + 1 + 16;

  const ageFile = async (plain: Uint8Array, word: string): Promise<Buffer> => {
    const sealed: Uint8Array[] = [];
    for await (const chunk of encrypt(inChunks(plain), word, littleWork)) sealed.push(chunk);
    return Buffer.concat(sealed);
  };

  const encryptedBy: Readonly<Record<string, (plain: Buffer) => Promise<{ whole: Buffer; header: number }>>> = {
    'age, as written today': async (plain) => {
      const whole = await ageFile(plain, passphrase);
      return { whole, header: ageHeaderBytes(whole) };
    },
    'our first format': async (plain) => ({
      whole: encryptFirstFormat(plain, passphrase, littleWork),
      header: firstFormatHeaderBytes,
    }),
  };

  it.each(Object.entries(encryptedBy))(
    '%s is refused when a byte changed, when cut off, and when pieces were swapped',
    async (_, make) => {
      const { paths, store } = sampleFleet();
      // Incompressible, so that there are many pieces.
      put(
        join(paths.tokens, 'padaria-joao/Default/big'),
        Array.from({ length: 40_000 }, () => Math.random().toString(36)).join(''),
      );
      const backup = await createBackup(usual(paths));
      store.close();
      const { whole, header } = await make(readFileSync(backup.file));
      const file = `${backup.file}.enc`;
      writeFileSync(file, whole);
      await verifyBackup({ file, passphrase, paths });
      await expect(verifyBackup({ file, passphrase: 'wrong', paths })).rejects.toThrow(/passphrase is wrong/);
      const refused = async (bytes: Uint8Array): Promise<void> => {
        writeFileSync(file, bytes);
        await expect(verifyBackup({ file, passphrase, paths })).rejects.toThrow(/damaged|wrong/);
      };
      const piece = 64 * 1024 + 16;
      for (const at of [12, 20, 40, header - 1, header - 30, header, whole.length - 3]) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await refused(changed);
      }
      await refused(whole.subarray(0, header + piece * 2));
      await refused(whole.subarray(0, header));
      await refused(whole.subarray(0, header - 20));
      await refused(
        Buffer.concat([
          whole.subarray(0, header),
          whole.subarray(header + piece, header + 2 * piece),
          whole.subarray(header, header + piece),
          whole.subarray(header + 2 * piece),
        ]),
      );
      truncateSync(file, 5);
      await expect(verifyBackup({ file, passphrase, paths })).rejects.toThrow();
      expect(leftOvers(paths)).toEqual([]);
    },
  );

  it('is an age file that any age opens with the passphrase', async () => {
    const sealed: Uint8Array[] = [];
    for await (const chunk of encrypt(inChunks(Buffer.from('a fleet')), passphrase, littleWork)) sealed.push(chunk);
    const theirs = new Decrypter();
    theirs.addPassphrase(passphrase);
    expect(await theirs.decrypt(new Uint8Array(Buffer.concat(sealed)), 'text')).toBe('a fleet');

    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(12);
    const opened: Uint8Array[] = [];
    for await (const chunk of decrypt(inChunks(await encrypter.encrypt('theirs')), passphrase)) opened.push(chunk);
    expect(Buffer.concat(opened).toString()).toBe('theirs');
  });

  it('is refused without trying when it asks for too much, never ends its header, or comes from a newer version', async () => {
    const reading = async (text: string): Promise<void> => {
      for await (const _ of decrypt(inChunks(Buffer.from(text, 'latin1')), passphrase)) expect.unreachable();
    };
    const salt = Buffer.alloc(16).toString('base64').slice(0, 22);
    const body = Buffer.alloc(32).toString('base64').slice(0, 43);
    const header = (cost: number) =>
      `age-encryption.org/v1\n-> scrypt ${salt} ${cost}\n${body}\n--- ${body}\n${'x'.repeat(100)}`;
    for (const cost of [19, 21, 30, 1_000_000])
      await expect(reading(header(cost))).rejects.toThrow(/asks for more work than a passphrase is given/);
    await expect(reading(`age-encryption.org/v1\n-> ${'x'.repeat(3_000_000)}`)).rejects.toThrow(/damaged/);
    await expect(reading('age-encryption.org/v2\nwhatever')).rejects.toThrow(/newer zap-fleet/);
  });

  it('ends with the error of what it reads', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('age-encryption.org/v1\n');
      throw new Error('EIO: the disk is gone');
    };
    const reading = async (): Promise<void> => {
      for await (const _ of decrypt(failing(), passphrase)) expect.unreachable();
    };
    await expect(reading()).rejects.toThrow('EIO: the disk is gone');
  });

  it('round-trips any length', async () => {
    for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]) {
      const plain = Buffer.alloc(length, 7);
      for (const bytes of [await ageFile(plain, 'p'), encryptFirstFormat(plain, 'p', littleWork)]) {
        const opened: Uint8Array[] = [];
        for await (const chunk of decrypt(inChunks(bytes), 'p')) opened.push(chunk);
        expect(Buffer.concat(opened).equals(plain)).toBe(true);
      }
    }
  });

  it('opens with the work that each format is written with', async () => {
    const plain = Buffer.from('a fleet');
    const sealed: Uint8Array[] = [];
    for await (const chunk of encrypt(inChunks(plain), 'p')) sealed.push(chunk);
    const today = Buffer.concat(sealed);
    const first = encryptFirstFormat(plain, 'p');
    expect(today.toString('latin1')).toMatch(/^-> scrypt \S+ 16$/m);
    expect(first[9]).toBe(16);

    for (const bytes of [today, first]) {
      const opened: Uint8Array[] = [];
      for await (const chunk of decrypt(inChunks(bytes), 'p')) opened.push(chunk);
      expect(Buffer.concat(opened).equals(plain)).toBe(true);
    }
  });
});

describe('a damaged backup', () => {
  it('is found by its hashes, and does not hang', async () => {
    const { paths, store } = sampleFleet();
    const { file } = await createBackup(usual(paths));
    store.close();
    const whole = readFileSync(file);
    for (const cut of [0, 1, 100, Math.floor(whole.length / 2), whole.length - 20]) {
      writeFileSync(file, whole.subarray(0, cut));
      await expect(verifyBackup({ file, paths })).rejects.toThrow();
    }
    for (const at of [50, Math.floor(whole.length / 3), whole.length - 100]) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      writeFileSync(file, changed);
      await expect(verifyBackup({ file, paths })).rejects.toThrow();
    }
    await expect(verifyBackup({ file: join(paths.home, 'nothing'), paths })).rejects.toMatchObject({
      code: 'usage',
    });
    expect(existsSync(join(paths.home, 'nothing'))).toBe(false);
    expect(leftOvers(paths)).toEqual([]);
  });
});
