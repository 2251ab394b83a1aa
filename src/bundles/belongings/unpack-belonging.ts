import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBytes } from '../../backup/expansion.ts';
import { readArchiveOf } from '../../backup/read-archive.ts';
import { refuseWithoutRoom } from '../../home/disk-room.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { EpochMs } from '../../session/units.ts';
import { isMadeAt } from '../bundle-name.ts';
import { inBundleWords } from '../bundle-problems.ts';
import { type BelongingsManifest, belongingsFormat } from './belongings-format.ts';

/** What the bundle has to be: its name says it, and whoever can rename a file in the bucket could say anything. */
export interface ExpectedBelonging {
  readonly id: string;
  readonly name: string;
  readonly what: string;
  readonly epoch: number;
  readonly madeAt: EpochMs;
}

const notThisOne = (manifest: BelongingsManifest, expected: ExpectedBelonging): string | null => {
  if (manifest.session.name !== expected.name) return `it is of ${manifest.session.name}`;
  if (manifest.session.id !== expected.id) return 'it is of another session that had this name';
  if (manifest.what !== expected.what) return 'it holds something else';
  // An old one of the same lease under a new name: what a person took away since would come back.
  const isOfThen = manifest.epoch === expected.epoch && isMadeAt(manifest, expected.madeAt);
  return isOfThen ? null : 'it is older than its name says';
};

/**
 * Unpacks a bundle into `staging`, which must not be there: what the kind laid out is in its `data` afterwards. Every file is checked.
 * Rejects with a sentence; what was begun is the caller's to remove.
 */
export const unpackBelonging = async (options: {
  readonly file: string;
  readonly staging: string;
  readonly groupKey: string;
  readonly expected: ExpectedBelonging;
  readonly onProgress?: (progress: { readonly step: string; readonly done: number; readonly total: number }) => void;
}): Promise<BelongingsManifest> => {
  const { file, staging, groupKey, expected } = options;
  await mkdir(staging, { recursive: true, mode: 0o700 });
  let total = 0;
  let done = 0;
  try {
    return await readArchiveOf(belongingsFormat, {
      file,
      passphrase: groupKey,
      place: ({ path }) => join(staging, path),
      onManifest: async (found) => {
        const wrong = notThisOne(found, expected);
        if (wrong !== null)
          throw new FleetError('failed', `the bundle is not what its name says: ${wrong}. Nothing of it was used.`);
        total = filesBytes(found);
        await refuseWithoutRoom(total, staging, 'bundle');
      },
      onFile: ({ bytes }) => {
        done += bytes;
        options.onProgress?.({ step: 'unpacking', done, total });
      },
    });
  } catch (error) {
    throw inBundleWords(error, 'bundle');
  }
};
