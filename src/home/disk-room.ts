import { statfs } from 'node:fs/promises';
import { FleetError } from '../session/fleet-error.ts';
import type { Bytes } from '../session/units.ts';

/** Left free on the disk beside what comes: the store must be able to write. */
const leftFree: Bytes = 200 * 1024 * 1024;

const megabytes = (bytes: Bytes): number => Math.ceil(bytes / 1e6);

/** Looks before something large is written. Rejects with `unavailable`. */
export const refuseWithoutRoom = async (
  bytes: Bytes,
  directory: string,
  called: 'login bundle' | 'bundle' | 'backup',
): Promise<void> => {
  const { bavail, bsize } = await statfs(directory);
  const needed = bytes + leftFree;
  if (bavail * bsize > needed) return;
  throw new FleetError(
    'unavailable',
    `no room for the ${called}: ${megabytes(needed)} MB are needed on the disk, ${megabytes(bavail * bsize)} are free. Free some room.`,
  );
};
