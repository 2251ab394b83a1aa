import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HomePaths } from '../home/home-paths.ts';
import { type Scratch, takeScratch } from '../home/scratch.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Bytes } from '../session/units.ts';
import { openDatabase } from '../store/database.ts';
import { databasePath, type Manifest, type ManifestFile } from './backup-format.ts';
import { checkContents } from './check-contents.ts';
import { checkDatabase } from './copy-database.ts';
import { readArchive } from './read-archive.ts';

export interface VerifiedBackup {
  readonly manifest: Manifest;
  readonly bytes: Bytes;
  /** Why a restore would refuse what is in it, though every byte is right; null when it would not. */
  readonly problem: string | null;
}

const contentsProblem = (path: string, manifest: Manifest): string | null => {
  const database = openDatabase(path);
  try {
    checkContents(database, manifest);
    return null;
  } catch (error) {
    if (error instanceof FleetError) return error.message;
    throw error;
  } finally {
    database.close();
  }
};

/** As `verifyBackup`, in a place that the caller has taken and gives back. */
export const verifyWithin = async (
  scratch: string,
  options: {
    readonly file: string;
    readonly passphrase?: string | undefined;
    readonly onFile?: (file: ManifestFile) => void;
  },
): Promise<VerifiedBackup> => {
  await mkdir(scratch, { mode: 0o700 });
  const database = join(scratch, 'fleet.db');
  const manifest = await readArchive({ ...options, place: ({ path }) => (path === databasePath ? database : null) });
  checkDatabase(database);
  return {
    manifest,
    bytes: (await stat(options.file)).size,
    problem: contentsProblem(database, manifest),
  };
};

/**
 * Reads a backup whole: decrypts, checks every file's hash and lets SQLite check the database. Rejects with `usage` (passphrase, no
 * such file) or `failed` (damaged).
 */
export const verifyBackup = async (options: {
  readonly file: string;
  readonly passphrase?: string | undefined;
  /** In whose `data/backups` the database is unpacked for the check, and removed again. */
  readonly paths: HomePaths;
}): Promise<VerifiedBackup> => {
  const scratch: Scratch = takeScratch(options.paths);
  try {
    return await verifyWithin(scratch.path(options.paths.backups, 'verify'), options);
  } finally {
    await scratch.release();
  }
};
