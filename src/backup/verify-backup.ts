import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '../session/units.ts';
import { databasePath, type Manifest } from './backup-format.ts';
import { checkDatabase } from './copy-database.ts';
import { readArchive } from './read-archive.ts';

/**
 * Reads a backup whole: decrypts, checks every file's hash and lets SQLite check the database. Rejects with `usage` (passphrase, no
 * such file) or `failed` (damaged).
 */
export const verifyBackup = async (options: {
  readonly file: string;
  readonly passphrase?: string | undefined;
  /** Directory where the database is unpacked for the check, and removed again. */
  readonly scratch: string;
}): Promise<{ readonly manifest: Manifest; readonly bytes: Bytes }> => {
  const scratch = join(options.scratch, `.verify-${randomBytes(6).toString('hex')}`);
  await mkdir(scratch, { mode: 0o700 });
  try {
    const database = join(scratch, 'fleet.db');
    const manifest = await readArchive({
      file: options.file,
      passphrase: options.passphrase,
      place: ({ path }) => (path === databasePath ? database : null),
    });
    checkDatabase(database);
    return { manifest, bytes: (await stat(options.file)).size };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};
