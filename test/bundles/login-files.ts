import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { onTestFinished } from 'vitest';
import { whenUnlocked } from '../../src/backup/create-backup.ts';
import { encrypt } from '../../src/backup/encryption.ts';
import { type PackOptions, packLogin } from '../../src/bundles/pack-login.ts';
import { unpackLogin } from '../../src/bundles/unpack-login.ts';
import { type HomePaths, homePaths, prepareHome, profileDir } from '../../src/home/home-paths.ts';
import { parseSessionName } from '../../src/session/session-name.ts';

export const padaria = parseSessionName('padaria');
/** Guesses are cheap here: what is tested is not the passphrase. A reader takes how much work they are from the header. */
export const cheap = 2;
export const groupKey = 'the key of this group, long enough';
export const session = { id: '0b9d7c4e-0000-4000-8000-000000000001', name: padaria, engine: 'simulated' } as const;
const forgedAt = Date.UTC(2026, 10, 29);
export const expected = { id: session.id, name: session.name, engine: session.engine, epoch: 14, madeAt: forgedAt };

export const emptyHome = (): HomePaths => {
  const home = mkdtempSync(join(tmpdir(), 'zf-bundle-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const paths = homePaths(home);
  prepareHome(paths);
  return paths;
};

export const put = (file: string, text: string | Uint8Array): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** Every file below a directory with what is in it; nothing of locks. */
export const contents = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry): [string, string] => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(directory.length + 1), readFileSync(file, 'latin1')];
      })
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/** A profile as a browser leaves it, with caches, locks and links that do not travel. */
export const fillProfile = (paths: HomePaths, word = 'keys'): void => {
  const profile = profileDir(paths, padaria);
  put(join(profile, 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000003.log'), word);
  put(join(profile, 'Default/Local Storage/leveldb/CURRENT'), 'MANIFEST-000001\n');
  put(join(profile, 'Local State'), '{}');
  put(join(profile, 'Default/Cache/data_0'), 'cache');
  put(join(profile, 'Default/Service Worker/CacheStorage/index'), 'cache');
  put(join(profile, 'SingletonLock'), 'host-1');
};

export const pack = async (paths: HomePaths, more: Partial<PackOptions> = {}) => {
  const file = join(paths.data, 'bundles', `${randomUUID()}.age`);
  const packed = await packLogin({
    paths,
    session,
    epoch: 14,
    madeAt: forgedAt,
    host: 'vps-1',
    version: '2.0.0',
    to: file,
    groupKey,
    log2N: cheap,
    stays: { tools: 0, files: 0, sends: 0 },
    withClosedProfile: whenUnlocked(paths),
    ...more,
  });
  return { file, packed };
};

export const unpack = (paths: HomePaths, file: string, more: Partial<Parameters<typeof unpackLogin>[0]> = {}) =>
  unpackLogin({
    file,
    staging: join(paths.tokens, `.restore-${randomUUID().slice(0, 8)}`),
    groupKey,
    expected,
    ...more,
  });

const block = 512;
const entry = (path: string, bytes: Buffer, more: Record<string, unknown>): Buffer => {
  const head = Buffer.alloc(block);
  new Header({ path, mode: 0o600, size: bytes.length, type: 'File', mtime: new Date(0), ...more }).encode(head, 0);
  return Buffer.concat([head, bytes, Buffer.alloc((block - (bytes.length % block)) % block)]);
};

export interface ForgedEntry {
  readonly path: string;
  readonly bytes?: Buffer;
  /** What its header says besides, e.g. that it is a link. */
  readonly header?: Record<string, unknown>;
  /** Not in the manifest. */
  readonly unnamed?: boolean;
}

/** A bundle made by somebody who knows the group's key and means harm. */
export const forge = async (
  paths: HomePaths,
  entries: readonly ForgedEntry[],
  manifest: Record<string, unknown> = {},
  options: { readonly isPlain?: boolean } = {},
): Promise<string> => {
  const files = entries
    .filter(({ unnamed }) => unnamed !== true)
    .map(({ path, bytes = Buffer.alloc(0) }) => ({
      path,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }));
  const said = {
    format: 'zap-fleet-login',
    version: 1,
    program: '2.0.0',
    session,
    host: 'h',
    epoch: 14,
    madeAt: forgedAt,
    ownKey: false,
    files,
    ...manifest,
  };
  const tar = Buffer.concat([
    entry('manifest.json', Buffer.from(JSON.stringify(said)), {}),
    ...entries.map(({ path, bytes = Buffer.alloc(0), header = {} }) => entry(path, bytes, header)),
    Buffer.alloc(2 * block),
  ]);
  const sealed: Uint8Array[] = [];
  const packed = async function* (): AsyncGenerator<Uint8Array> {
    yield gzipSync(tar);
  };
  const bytes = options.isPlain === true ? packed() : encrypt(packed(), groupKey, cheap);
  for await (const chunk of bytes) sealed.push(chunk);
  const file = join(paths.data, `forged-${randomUUID()}.age`);
  writeFileSync(file, Buffer.concat(sealed));
  return file;
};
