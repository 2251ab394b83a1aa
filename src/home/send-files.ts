import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Milliseconds } from '../session/units.ts';
import type { HomePaths } from './home-paths.ts';

/** The bytes of files that sessions may send: `data/files/SESSION-ID/HASH`. A file that is there is whole. */

type Data = Pick<HomePaths, 'data'>;

export const sendFilesDir = ({ data }: Data): string => join(data, 'files');
export const sessionFilesDir = (paths: Data, sessionId: string): string => join(sendFilesDir(paths), sessionId);
export const sendFilePath = (paths: Data, sessionId: string, hash: string): string =>
  join(sessionFilesDir(paths, sessionId), hash);

/** Whether its bytes are there, as many as there were. */
export const isSendFileThere = async (
  paths: Data,
  sessionId: string,
  { hash, bytes }: { readonly hash: string; readonly bytes: number },
): Promise<boolean> => {
  try {
    const found = await stat(sendFilePath(paths, sessionId, hash));
    return found.isFile() && found.size === bytes;
  } catch {
    return false;
  }
};

/** Waits until what a directory names is on the disk. */
const settleDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Copies a file into the folder and says its hash. It is on the disk when this resolves; a crash leaves nothing under that name. */
export const keepSendFile = async (paths: Data, sessionId: string, from: string): Promise<string> => {
  const directory = sessionFilesDir(paths, sessionId);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const arriving = join(directory, `.${randomUUID()}`);
  const hash = createHash('sha256');
  const measure = new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(
      createReadStream(from),
      measure,
      createWriteStream(arriving, { mode: 0o600, flags: 'wx', flush: true }),
    );
    const name = hash.digest('hex');
    await rename(arriving, join(directory, name));
    await settleDirectory(directory);
    return name;
  } catch (error) {
    await rm(arriving, { force: true });
    throw error;
  }
};

const spokenPath = (paths: Data, sessionId: string, part: number): string =>
  join(sessionFilesDir(paths, sessionId), `.spoken-${part}.ogg`);

/** What a part of the outbox says, until it is sent; whatever is left of a crash goes with the next tidying. */
export const keepSpoken = async (paths: Data, sessionId: string, part: number, bytes: Uint8Array): Promise<string> => {
  const path = spokenPath(paths, sessionId, part);
  await mkdir(sessionFilesDir(paths, sessionId), { recursive: true, mode: 0o700 });
  await writeFile(path, bytes, { mode: 0o600 });
  return path;
};
export const dropSpoken = (paths: Data, sessionId: string, part: number): Promise<void> =>
  rm(spokenPath(paths, sessionId, part), { force: true });

const namesIn = (directory: string): Promise<readonly string[]> =>
  readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

/** Ids of the sessions that have a folder. */
export const sendFileSessions = (paths: Data): Promise<readonly string[]> => namesIn(sendFilesDir(paths));

/** One in which something came meanwhile stays. */
const dropEmpty = (directory: string): Promise<void> =>
  rmdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
  });

/** What is only on its way: a file that arrives, words that are spoken while they are sent. */
const isPassing = (name: string): boolean => name.startsWith('.');
const passesWithin: Milliseconds = 3_600_000;

/** Whether somebody may still be at it; what a crash left is older soon. */
const isUnderWay = async (path: string): Promise<boolean> => {
  try {
    return Math.abs(Date.now() - (await stat(path)).mtimeMs) < passesWithin;
  } catch {
    return false;
  }
};

/** Takes these out of a session's folder, unless one of its files is one of them by then. */
export const dropTheseFiles = (
  paths: Data,
  sessionId: string,
  hashes: Iterable<string>,
  kept: () => ReadonlySet<string>,
): void => {
  for (const hash of hashes) if (!kept().has(hash)) rmSync(sendFilePath(paths, sessionId, hash), { force: true });
};

/**
 * Takes out of a session's folder whatever none of its files is; what went. With `sparing`, what is on its way stays. `kept` is asked for each in the moment in which it would go:
 * one that came meanwhile stays.
 */
export const dropSendFiles = async (
  paths: Data,
  sessionId: string,
  kept: () => ReadonlySet<string>,
  { sparing = false }: { readonly sparing?: boolean } = {},
): Promise<readonly string[]> => {
  const directory = sessionFilesDir(paths, sessionId);
  const gone: string[] = [];
  for (const name of await namesIn(directory)) {
    if (kept().has(name)) continue;
    if (sparing && isPassing(name) && (await isUnderWay(join(directory, name)))) continue;
    rmSync(join(directory, name), { recursive: true, force: true });
    gone.push(name);
    await nextTurn();
  }
  if (kept().size === 0) await dropEmpty(directory);
  return gone;
};
