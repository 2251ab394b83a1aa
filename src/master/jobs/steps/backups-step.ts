import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { backupKind } from '../../../backup/backup-format.ts';
import type { ArchiveErasure } from '../../../backup/erase-in-store.ts';
import type { Rewritten } from '../../../backup/rewrite-backup.ts';
import type { HomePaths } from '../../../home/home-paths.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import type { PurgeReceiptBook, PurgeStep } from '../purge-steps.ts';

/** `--backups`: what is erased here is erased in the archives, too; those that do not open are named in the receipt. */

const rewrittenNote = 'rewritten-backups';
const rewrittenSchema = z
  .object({
    /** Archives that hold nothing of it any more. */
    clean: z.array(z.string()),
    /** Why others still do. */
    problems: z.record(z.string(), z.string()),
  })
  .default({ clean: [], problems: {} });

export const rewrittenBackups = (receipt: Pick<PurgeReceiptBook, 'noted'>) =>
  rewrittenSchema.parse(receipt.noted(rewrittenNote));

/** Backups of the fleet and of this session, and stores that a restore set aside. */
const archivesWith = ({ backups }: HomePaths, sessionName: string): readonly string[] =>
  readdirSync(backups)
    .filter((entry) => {
      const kind = backupKind(entry);
      return kind === 'fleet' || kind === `session-${sessionName}` || entry.startsWith('before-restore-');
    })
    .map((entry) => join(backups, entry));

/** Erases in one archive; rejects when it cannot be opened, and leaves it as it was then. */
export type RewriteBackup = (file: string, erasure: ArchiveErasure, signal: AbortSignal) => Promise<Rewritten>;

export const backupsStep = (rewrite: RewriteBackup): PurgeStep => ({
  id: 'backups',
  of: ({ backups }) => backups,
  run: async function* ({ parts, subject, receipt, signal }) {
    const archives = archivesWith(parts.paths, subject.sessionName);
    for (const [index, file] of archives.entries()) {
      yield { done: index, total: archives.length };
      const { clean, problems } = rewrittenBackups(receipt);
      if (clean.includes(file)) continue;

      try {
        if ((await rewrite(file, subject, signal)) !== 'untouched') receipt.count('backups', 1);
        receipt.note(rewrittenNote, { clean: [...clean, file], problems });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof FleetError)) throw error;
        receipt.note(rewrittenNote, { clean, problems: { ...problems, [file]: error.message } });
      }
    }
  },
});
