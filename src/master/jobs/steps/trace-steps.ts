import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { backupKind } from '../../../backup/backup-format.ts';
import type { HomePaths } from '../../../home/home-paths.ts';
import { eraseLines } from '../../../log/erase-lines.ts';
import { isLoginArchiveOf, keepArchivesFor } from '../../../orchestrator/profile/login-archive.ts';
import type { EpochMs, Milliseconds } from '../../../session/units.ts';
import { replicaNote } from '../purge-job.ts';
import type { PurgeStep } from '../purge-steps.ts';
import { rewrittenBackups } from './backups-step.ts';

/** What a purge of one customer looks for outside of the store: logs, the replica, archives. */

const isCustomer: PurgeStep['of'] = ({ kind }) => kind === 'customer';

/** The person waits for the receipt; an absent replica does it later by itself. */
const replicaWithin: Milliseconds = 10_000;

const logsOf = (paths: HomePaths, sessionName: string): readonly string[] =>
  readdirSync(paths.logs)
    .filter((entry) => new RegExp(`^(?:${sessionName}|${sessionName}\\.out|master)\\.log(?:\\.\\d+)?$`).test(entry))
    .map((entry) => join(paths.logs, entry));

export const logLinesStep: PurgeStep = {
  id: 'log-lines',
  of: isCustomer,
  whileStopped: true,
  run: async ({ parts, subject, receipt, signal, marks }) => {
    const texts = marks();
    for (const file of logsOf(parts.paths, subject.sessionName)) {
      signal.throwIfAborted();
      receipt.count('log-lines', await eraseLines(file, (line) => texts.some((text) => line.includes(text))));
    }
  },
};

export const replicaStep: PurgeStep = {
  id: 'replica',
  of: () => true,
  run: async ({ parts, receipt }) => {
    const erased = await parts.replica.erased(replicaWithin);
    if (erased === null) return;
    receipt.note(replicaNote, erased ? 'erased' : 'waits');
    if (!erased)
      receipt.leave({
        what: 'replica',
        file: null,
        until: null,
        note: 'Supabase is away: it is erased there as soon as it is back (see: zap-fleet store status)',
      });
  },
};

/**
 * Every archive that was made while the customer was known. A session's own backups, what a restore moved aside and the damaged store
 * that a repair kept are removed by hand only.
 */
export const archivesOf = (
  paths: HomePaths,
  sessionName: string,
  keep: number,
  upcoming: (count: number) => readonly EpochMs[],
): readonly { readonly file: string; readonly until: EpochMs | null }[] => {
  const entries = readdirSync(paths.backups).sort().reverse();
  const fleet = entries.filter((entry) => backupKind(entry) === 'fleet');
  const runs = upcoming(keep);
  const archives = entries.flatMap((entry) => {
    const file = join(paths.backups, entry);
    const index = fleet.indexOf(entry);
    // The newest stays until BACKUP_KEEP newer ones were made, the one before until one less.
    if (index !== -1) return [{ file, until: runs[Math.max(0, keep - index - 1)] ?? null }];
    if (backupKind(entry) === `session-${sessionName}` || /^(?:before-restore|damaged)-/.test(entry))
      return [{ file, until: null }];
    if (isLoginArchiveOf(sessionName, entry)) return [{ file, until: statSync(file).mtimeMs + keepArchivesFor }];
    return [];
  });
  const aside = readdirSync(paths.tokens).filter((entry) => entry.startsWith('.before-restore-'));
  return [...archives, ...aside.map((entry) => ({ file: join(paths.tokens, entry), until: null }))];
};

const noteOf = (file: string): string | null =>
  basename(file).startsWith('damaged-') ? 'the damaged database that a repair kept: remove it by hand' : null;

export const archivesStep = (upcoming: (count: number) => readonly EpochMs[]): PurgeStep => ({
  id: 'archives',
  of: () => true,
  run: async ({ parts, subject, receipt }) => {
    const { clean, problems } = rewrittenBackups(receipt);
    for (const { file, until } of archivesOf(parts.paths, subject.sessionName, parts.settings.BACKUP_KEEP, upcoming))
      if (!clean.includes(file)) receipt.leave({ what: 'backup', file, until, note: problems[file] ?? noteOf(file) });
  },
});
