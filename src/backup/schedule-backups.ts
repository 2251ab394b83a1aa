import { Cron } from 'croner';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { EpochMs } from '../session/units.ts';

export interface BackupSchedule {
  /** When the next one comes; null when never again. */
  next(): EpochMs | null;
  /** The next ones, soonest first. */
  upcoming(count: number): readonly EpochMs[];
  stop(): void;
}

/**
 * Runs `run` by a cron expression in local time (or `timeZone`), never two at once. Throws `usage` when the expression is wrong.
 */
export const scheduleBackups = (options: {
  /** `BACKUP_CRON`: minute hour day month weekday. */
  readonly cron: string;
  readonly timeZone?: string | undefined;
  readonly run: () => Promise<void>;
  /** A failed run is told here; the schedule goes on. */
  readonly onError: (error: unknown) => void;
}): BackupSchedule => {
  let job: Cron;
  try {
    job = new Cron(
      options.cron,
      {
        protect: true,
        unref: true,
        catch: (error) => options.onError(error),
        ...(options.timeZone === undefined ? {} : { timezone: options.timeZone }),
      },
      () => options.run(),
    );
  } catch (error) {
    throw new FleetError(
      'usage',
      `BACKUP_CRON ${JSON.stringify(options.cron)} is not a schedule: ${messageOf(error)}. Example: 0 3 * * *`,
      { cause: error },
    );
  }
  return {
    next: () => job.nextRun()?.getTime() ?? null,
    upcoming: (count) => job.nextRuns(count).map((run) => run.getTime()),
    stop: () => job.stop(),
  };
};
