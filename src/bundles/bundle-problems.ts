import { statfs } from 'node:fs/promises';
import { UnreadableArchive } from '../backup/wrong-or-damaged.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Bytes } from '../session/units.ts';

/** What goes wrong with any bundle, in its own words. */
export type BundleCalled = 'login bundle' | 'bundle';

/** Left free on the disk beside what comes: the store must be able to write. */
export const leftFree: Bytes = 200 * 1024 * 1024;

const megabytes = (bytes: Bytes): number => Math.ceil(bytes / 1e6);

/** Rejects with `unavailable`. */
export const refuseWithoutRoom = async (bytes: Bytes, directory: string, called: BundleCalled): Promise<void> => {
  const { bavail, bsize } = await statfs(directory);
  const needed = bytes + leftFree;
  if (bavail * bsize > needed) return;
  throw new FleetError(
    'unavailable',
    `no room for the ${called}: ${megabytes(needed)} MB are needed on the disk, ${megabytes(bavail * bsize)} are free. Free some room.`,
  );
};

export const inBundleWords = (error: unknown, called: BundleCalled): unknown => {
  if (!(error instanceof UnreadableArchive)) return error;
  if (error.why === null)
    return new FleetError(
      'usage',
      `the ${called} does not open: FLEET_GROUP_KEY is another one here than where it was made, or it is damaged. Set the same key on all servers of the group.`,
      { cause: error },
    );
  return new FleetError('failed', `the ${called} is damaged or none of ours: ${error.why}. Nothing of it was used.`, {
    cause: error,
  });
};
