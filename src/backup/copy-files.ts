import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isNotForArchives } from '../home/profile-caches.ts';
import type { Bytes } from '../session/units.ts';
import type { ManifestFile } from './backup-format.ts';

const unlessGone = async <T>(found: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return otherwise;
    throw error;
  }
};

const sizeOf = async (path: string): Promise<Bytes> => (await lstat(path)).size;

/** Copies one file (0600) and says what was copied. */
export const copyFile = async (from: string, to: string, path: string): Promise<ManifestFile> => {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await pipeline(createReadStream(from), measure, createWriteStream(to, { mode: 0o600, flags: 'wx' }));
  return { path, bytes, sha256: hash.digest('hex') };
};

/** Copies a login profile without caches; links, sockets and locks of a browser are left out. `path` is its place in the archive. */
export const copyProfile = async (from: string, to: string, path: string): Promise<ManifestFile[]> => {
  const files: ManifestFile[] = [];
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (isNotForArchives(entry.name)) continue;
    const inner = [join(from, entry.name), join(to, entry.name), `${path}/${entry.name}`] as const;
    if (entry.isDirectory()) files.push(...(await copyProfile(...inner)));
    else if (entry.isFile()) files.push(await copyFile(...inner));
  }
  return files;
};

/** How much `copyProfile` would copy now. A browser that runs takes files away meanwhile: those count as none. */
export const profileBytes = async (from: string): Promise<Bytes> => {
  let bytes = 0;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (isNotForArchives(entry.name)) continue;
    const inner = join(from, entry.name);
    if (entry.isDirectory()) bytes += await unlessGone(profileBytes(inner), 0);
    else if (entry.isFile()) bytes += await unlessGone(sizeOf(inner), 0);
  }
  return bytes;
};

/** What a manifest says of a file that lies ready. */
export const describeFile = async (file: string, path: string): Promise<ManifestFile> => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path, bytes, sha256: hash.digest('hex') };
};

export const isThere = (path: string): Promise<boolean> =>
  unlessGone(
    lstat(path).then(() => true),
    false,
  );
