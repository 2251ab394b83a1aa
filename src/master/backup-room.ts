import { createBackup } from '../backup/create-backup.ts';
import { type BackupSchedule, scheduleBackups } from '../backup/schedule-backups.ts';
import { removeDeadScratch } from '../home/scratch.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { BackupResult } from '../session/records.ts';
import { parseSessionName, type SessionName } from '../session/session-name.ts';
import { version } from '../settings/version.ts';
import { backupsPausedKey } from '../store/meta-store.ts';
import type { MasterParts } from './open-parts.ts';
import type { Room } from './room.ts';
import { noLoginYet, whileClosed } from './while-closed.ts';

/** Backups of a running fleet: by the clock and on demand, one at a time. */
export interface BackupRoom extends Room<'backup'> {
  /** Times of the next scheduled ones, soonest first; none in a demo. */
  upcoming(count: number): readonly number[];
}

const bannerId = 'backup';

type MakeBackup = (session: SessionName | null, to: string | undefined, actor: string) => Promise<BackupResult>;

const recordBackup = (
  { book }: MasterParts,
  session: SessionName | null,
  report: BackupResult,
  actor: string,
): void => {
  const skipped = report.sessions.filter(({ profile, reason }) => profile === 'skipped' && reason !== noLoginYet);
  const names = skipped.map(({ name }) => name);

  book.record(session === null ? null : book.byName(session), {
    level: names.length === 0 && report.problem === null ? 'info' : 'warn',
    kind: 'backup-made',
    text: `backup ${report.file}${names.length === 0 ? '' : `, without the login of ${names.join(', ')}`}${report.problem === null ? '' : `; a restore would refuse it: ${report.problem}`}`,
    evidence: {
      file: report.file,
      withoutLogin: names,
      bytes: report.bytes,
      encrypted: report.encrypted,
      sessions: report.sessions.length,
      problem: report.problem,
    },
    actor,
  });
};

/** Throws `refused-by-state` while another one is being made, `unavailable` while the disk is nearly full. */
const createMaker = (parts: MasterParts): MakeBackup => {
  const { paths, settings, secrets, store, state, now } = parts;
  let running = false;

  return async (session, to, actor) => {
    if (store.meta.get(backupsPausedKey) !== null)
      throw new FleetError('unavailable', 'the disk is nearly full: no backup is made. Free some room first.');
    if (running) throw new FleetError('refused-by-state', 'a backup is being made. Wait until it is done.');

    running = true;
    try {
      const report = await createBackup({
        paths,
        session,
        to,
        passphrase: secrets.BACKUP_PASSPHRASE,
        keep: settings.BACKUP_KEEP,
        withClosedProfile: whileClosed(parts),
        version,
        now,
      });
      recordBackup(parts, session, report, actor);
      state.clearBanner(bannerId);

      return report;
    } finally {
      running = false;
    }
  };
};

export const createBackupRoom = (parts: MasterParts): BackupRoom => {
  const { paths, settings, book, state, log, now } = parts;
  const make = createMaker(parts);
  let schedule: BackupSchedule | null = null;

  const setBanner = (text: string): void => {
    log.warn(text);
    state.setBanner({ id: bannerId, level: 'bad', code: 'backup-failed', text, values: {} });
  };
  const onError = (error: unknown): void => {
    const text = `the scheduled backup was not made: ${messageOf(error)}`;
    book.record(null, { level: 'error', kind: 'backup-failed', text });
    setBanner(text);
  };
  const scheduled = (): BackupSchedule | null => {
    const run = async (): Promise<void> => {
      await make(null, undefined, 'master');
    };
    try {
      return scheduleBackups({ cron: settings.BACKUP_CRON, timeZone: settings.TZ, run, onError });
    } catch (error) {
      // A fleet that answers customers does not stay down for a wrong time of day.
      setBanner(messageOf(error));
      return null;
    }
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
      const removed = await removeDeadScratch(paths, now());
      if (removed > 0) log.info('what a crash left of backups was removed', { removed });

      if (!parts.demo) schedule = scheduled();
    },
    close: () => schedule?.stop(),
  };
};
