import { createBackup, removeUnfinished } from '../backup/create-backup.ts';
import { type BackupSchedule, scheduleBackups } from '../backup/schedule-backups.ts';
import type { Logger } from '../log/logger.ts';
import type { FleetHandlers, FleetParts } from '../orchestrator/door/fleet-parts.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { BackupResult } from '../session/records.ts';
import type { SessionName } from '../session/session-name.ts';
import { parseSessionName } from '../session/session-name.ts';
import type { Secrets } from '../settings/settings.ts';
import { version } from '../settings/version.ts';
import { backupsPausedKey } from '../store/meta-store.ts';
import { noLoginYet, whileClosed } from './while-closed.ts';

/** Backups of a running fleet: by the clock and on demand, one at a time. */
export interface BackupRoom {
  readonly methods: FleetHandlers;
  /** Times of the next scheduled ones, soonest first; none in a demo. */
  upcoming(count: number): readonly number[];
  /** Removes what crashes left, and begins to look at the clock. */
  begin(): Promise<void>;
  close(): void;
}

const bannerId = 'backup';

export const createBackupRoom = (
  parts: FleetParts,
  options: { readonly secrets: Secrets; readonly log: Pick<Logger, 'info' | 'warn'> },
): BackupRoom => {
  const { paths, settings, book, state, now } = parts;
  let running = false;
  let schedule: BackupSchedule | null = null;

  const make = async (session: SessionName | null, to: string | undefined, actor: string): Promise<BackupResult> => {
    if (parts.store.meta.get(backupsPausedKey) !== null)
      throw new FleetError('unavailable', 'the disk is nearly full: no backup is made. Free some room first.');
    if (running) throw new FleetError('refused-by-state', 'a backup is being made. Wait until it is done.');
    running = true;
    try {
      const report = await createBackup({
        paths,
        session,
        to,
        passphrase: options.secrets.BACKUP_PASSPHRASE,
        keep: settings.BACKUP_KEEP,
        withClosedProfile: whileClosed(parts),
        version,
        now,
      });
      const skipped = report.sessions.filter(({ profile, reason }) => profile === 'skipped' && reason !== noLoginYet);
      book.record(session === null ? null : book.byName(session), {
        level: skipped.length === 0 ? 'info' : 'warn',
        kind: 'backup-made',
        text: `backup ${report.file}${skipped.length === 0 ? '' : `, without the login of ${skipped.map(({ name }) => name).join(', ')}`}`,
        evidence: {
          file: report.file,
          withoutLogin: skipped.map(({ name }) => name),
          bytes: report.bytes,
          encrypted: report.encrypted,
          sessions: report.sessions.length,
        },
        actor,
      });
      state.clearBanner(bannerId);
      return report;
    } finally {
      running = false;
    }
  };

  const onError = (error: unknown): void => {
    const text = `the scheduled backup was not made: ${messageOf(error)}`;
    options.log.warn(text);
    book.record(null, { level: 'error', kind: 'backup-failed', text });
    state.setBanner({ id: bannerId, level: 'bad', code: 'backup-failed', text, values: {} });
  };

  return {
    methods: {
      backup: ({ name, to, actor }) => {
        const session = name === undefined ? null : parseSessionName(name);
        if (session !== null) book.get(session);
        return make(session, to, actor ?? 'you');
      },
    },
    upcoming: (count) => schedule?.upcoming(count) ?? [],
    begin: async () => {
      const removed = await removeUnfinished(paths, now());
      if (removed > 0) options.log.info('what a crash left of backups was removed', { removed });
      if (parts.demo) return;
      try {
        schedule = scheduleBackups({
          cron: settings.BACKUP_CRON,
          timeZone: settings.TZ,
          run: async () => {
            await make(null, undefined, 'master');
          },
          onError,
        });
      } catch (error) {
        // A fleet that answers customers does not stay down for a wrong time of day.
        const text = messageOf(error);
        options.log.warn(text);
        state.setBanner({ id: bannerId, level: 'bad', code: 'backup-failed', text, values: {} });
      }
    },
    close: () => schedule?.stop(),
  };
};
