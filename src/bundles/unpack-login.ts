import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sessionKeysPath } from '../backup/backup-format.ts';
import { type ExpansionLimits, expansionLimits, filesBytes } from '../backup/expansion.ts';
import { readArchiveOf } from '../backup/read-archive.ts';
import { UnreadableArchive } from '../backup/wrong-or-damaged.ts';
import { refuseWithoutRoom } from '../home/disk-room.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { EpochMs } from '../session/units.ts';
import { isMadeAt } from './bundle-name.ts';
import { inBundleWords } from './bundle-problems.ts';
import { type LoginManifest, loginFormat } from './login-format.ts';

/** What the bundle has to be: its name says it, and whoever can rename a file in the bucket could say anything. */
export interface ExpectedLogin {
  readonly id: string;
  readonly name: string;
  readonly engine: string;
  readonly epoch: number;
  readonly madeAt: EpochMs;
}

const notThisOne = (manifest: LoginManifest, expected: ExpectedLogin): string | null => {
  if (manifest.session.name !== expected.name) return `it is the login of ${manifest.session.name}`;
  if (manifest.session.id !== expected.id) return 'it is of another session that had this name';
  if (manifest.session.engine !== expected.engine) return `it is for the engine ${manifest.session.engine}`;
  // An old one of the same lease under a new name: what a person took away since would come back.
  const isOfThen = manifest.epoch === expected.epoch && isMadeAt(manifest, expected.madeAt);
  return isOfThen ? null : 'it is older than its name says';
};

export interface UnpackedLogin {
  readonly manifest: LoginManifest;
  /** The session's own AI key; null when it has none. */
  readonly aiKey: string | null;
}

/**
 * Unpacks a bundle into `staging`, which must not be there: `tokens/NAME` in it is the profile afterwards. Every file is checked, and
 * nothing is written that a login of ours does not hold. Rejects with a sentence; what was begun is the caller's to remove.
 */
export const unpackLogin = async (options: {
  readonly file: string;
  readonly staging: string;
  readonly groupKey: string;
  readonly expected: ExpectedLogin;
  readonly onProgress?: (progress: { readonly step: string; readonly done: number; readonly total: number }) => void;
  readonly limits?: ExpansionLimits;
}): Promise<UnpackedLogin> => {
  const { file, staging, groupKey, expected, limits = expansionLimits } = options;
  await mkdir(staging, { mode: 0o700 });
  let total = 0;
  let done = 0;
  try {
    const manifest = await readArchiveOf(loginFormat, {
      file,
      passphrase: groupKey,
      limits,
      place: ({ path }) => join(staging, path),
      onManifest: async (found) => {
        const wrong = notThisOne(found, expected);
        if (wrong !== null)
          throw new FleetError(
            'failed',
            `the login bundle is not what its name says: ${wrong}. Nothing of it was used.`,
          );
        total = filesBytes(found);
        await refuseWithoutRoom(total, staging, 'login bundle');
      },
      onFile: ({ bytes }) => {
        done += bytes;
        options.onProgress?.({ step: 'unpacking', done, total });
      },
    });
    // A login without a file of a profile is a directory all the same.
    await mkdir(join(staging, 'tokens', manifest.session.name), { recursive: true, mode: 0o700 });
    return { manifest, aiKey: manifest.ownKey ? await takeKey(staging, expected.id) : null };
  } catch (error) {
    throw inBundleWords(error, 'login bundle');
  }
};

const keysSchema = z.record(z.string().max(64), z.string().min(1).max(500));

/** The key leaves the disk again with its reading: it has a place of its own. */
const takeKey = async (staging: string, id: string): Promise<string> => {
  const file = join(staging, sessionKeysPath);
  try {
    const keys = keysSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const key = keys[id];
    if (key === undefined || Object.keys(keys).length !== 1) throw new Error('it is the key of another session');
    return key;
  } catch (error) {
    throw new UnreadableArchive('failed', 'its AI key cannot be read', 'its AI key cannot be read', error);
  } finally {
    await rm(file, { force: true });
  }
};
