import type { ArchiveErasure } from '../backup/erase-in-store.ts';
import type { Rewritten } from '../backup/rewrite-backup.ts';
import { type BackupSchedule, scheduleBackups } from '../backup/schedule-backups.ts';
import { removeDeadScratch } from '../home/scratch.ts';
import { createQueue } from '../pace/queue.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { BackupResult } from '../session/records.ts';
import { parseSessionName, type SessionName } from '../session/session-name.ts';
import { version } from '../settings/version.ts';
import { backupsPausedKey } from '../store/meta-store.ts';
import type { ArchiveRequest } from './archive-messages.ts';
import { runArchiveWork } from './archive-process.ts';
import type { MasterParts } from './open-parts.ts';
import type { Room } from './room.ts';
import { noLoginYet, whileClosed } from './while-closed.ts';

/** Backups of a running fleet: by the clock and on demand, one at a time. */
export interface BackupRoom extends Room<'backup'> {
  /** Times of the next scheduled ones, soonest first; none in a demo. */
  upcoming(count: number): readonly number[];
  /** Erases in one archive, or in a directory that a restore set aside; never while a backup is being made. */
  rewrite(file: string, erasure: ArchiveErasure, signal: AbortSignal): Promise<Rewritten>;
}

const bannerId = 'backup';

type MakeBackup = (session: SessionName | null, to: string | undefined, actor: string) => Promise<BackupResult>;

/** Archives are worked on one at a time, each in a process that ends with this one. */
const createArchiveWork = (parts: MasterParts) => {
  const { paths, secrets, settings, jobs } = parts;
  const queue = createQueue();
  const ending = new AbortController();
  const common = {
    paths: { home: paths.home, pm2: paths.pm2, logs: paths.logs },
    passphrase: secrets.BACKUP_PASSPHRASE ?? null,
  };
  const run = (
    request: ArchiveRequest,
    signal: AbortSignal,
    onProgress?: Parameters<typeof runArchiveWork>[1]['onProgress'],
  ) =>
    queue.run(async () => {
      try {
        return await runArchiveWork(request, {
          withClosedProfile: whileClosed(parts),
          signal,
          ...(onProgress === undefined ? {} : { onProgress }),
        });
      } finally {
        // A process that was killed at its work left copies of everything.
        await removeDeadScratch(paths, parts.now());
      }
    });

  return {
    backUp: async (session: SessionName | null, to: string | undefined): Promise<BackupResult> => {
      const shown = jobs.board.show('backup', session);
      try {
        const keep = settings.BACKUP_KEEP;
        const request: ArchiveRequest = { ...common, work: 'backup', session, to: to ?? null, keep, version };
        const result = await run(request, ending.signal, shown.progress);
        if (result.kind !== 'backed-up') throw new FleetError('failed', 'the backup was not made. Try again.');
        return result.report;
      } finally {
        shown.end();
      }
    },
    rewrite: async (file: string, erasure: ArchiveErasure, signal: AbortSignal): Promise<Rewritten> => {
      const { sessionName, sessionIds, knownAs, who, at } = erasure;
      const plain = { sessionName, sessionIds: [...sessionIds], knownAs: [...knownAs], who, at };
      const request: ArchiveRequest = { ...common, work: 'rewrite', file, erasure: plain };
      const result = await run(request, AbortSignal.any([signal, ending.signal]));
      if (result.kind !== 'rewritten') throw new FleetError('failed', 'the backup was not rewritten. Try again.');
      return result.outcome;
    },
    close: async (): Promise<void> => {
      ending.abort();
      await queue.run(async () => undefined);
    },
  };
};
type ArchiveWork = ReturnType<typeof createArchiveWork>;

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
const createMaker = (parts: MasterParts, work: ArchiveWork): MakeBackup => {
  const { store, state } = parts;
  let running = false;

  return async (session, to, actor) => {
    if (store.meta.get(backupsPausedKey) !== null)
      throw new FleetError('unavailable', 'the disk is nearly full: no backup is made. Free some room first.');
    if (running) throw new FleetError('refused-by-state', 'a backup is being made. Wait until it is done.');

    running = true;
    try {
      const report = await work.backUp(session, to);
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
  const work = createArchiveWork(parts);
  const make = createMaker(parts, work);
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
    rewrite: work.rewrite,
    begin: async () => {
      const removed = await removeDeadScratch(paths, now());
      if (removed > 0) log.info('what a crash left of backups was removed', { removed });

      if (!parts.demo) schedule = scheduled();
    },
    close: async () => {
      schedule?.stop();
      await work.close();
    },
  };
};
