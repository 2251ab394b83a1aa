import type { JobKindName, JobState } from '../session/job.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

export type JobFields = Readonly<Record<string, unknown>>;

export interface StoredJob {
  readonly id: number;
  readonly kind: JobKindName;
  readonly args: JobFields;
  readonly state: JobState;
  readonly done: number;
  readonly total: number;
  readonly step: string | null;
  /** While it runs: what it keeps for its next run; afterwards: what it did. */
  readonly result: JobFields | null;
  readonly error: string | null;
  readonly actor: string;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
}

type Row = Omit<StoredJob, 'args' | 'result'> & { readonly args: string; readonly result: string | null };

const columns =
  'id, kind, args, state, done, total, step, result, error, actor, started_at AS startedAt, ended_at AS endedAt';

const fromRow = (row: Row): StoredJob => ({
  ...row,
  args: JSON.parse(row.args),
  result: row.result === null ? null : JSON.parse(row.result),
});

/** Long work that outlives the master that began it. Inside a transaction each of these joins it. */
export const createJobStore = (database: Database) => {
  const end = (id: number, state: JobState, result: JobFields | null, error: string | null, now: EpochMs): void => {
    // Arguments and notes may name a customer who was erased.
    database.run(
      `UPDATE jobs SET state = ?, args = json_object('sessionName', args ->> 'sessionName'), result = ?, error = ?, step = NULL,
         updated_at = ?, ended_at = ? WHERE id = ?`,
      state,
      result === null ? null : JSON.stringify(result),
      error,
      now,
      now,
      id,
    );
  };

  return {
    add: (
      job: { readonly kind: JobKindName; readonly args: JobFields; readonly actor: string },
      now: EpochMs,
    ): StoredJob => {
      const { lastInsertRowid } = database.run(
        'INSERT INTO jobs (kind, args, actor, started_at, updated_at) VALUES (?,?,?,?,?)',
        job.kind,
        JSON.stringify(job.args),
        job.actor,
        now,
        now,
      );
      return {
        ...job,
        id: lastInsertRowid,
        state: 'running',
        done: 0,
        total: 0,
        step: null,
        result: null,
        error: null,
        startedAt: now,
        endedAt: null,
      };
    },

    get: (id: number): StoredJob | null => {
      const row = database.get<Row>(`SELECT ${columns} FROM jobs WHERE id = ?`, id);
      return row === undefined ? null : fromRow(row);
    },

    /** Those that are not done, oldest first. */
    open: (): StoredJob[] =>
      database.all<Row>(`SELECT ${columns} FROM jobs WHERE state = 'running' ORDER BY id`).map(fromRow),

    /** A slice, as what it tells of: durable with the job's end, and after a power cut as far back as the work itself. */
    progress: (
      id: number,
      at: { readonly done: number; readonly total: number; readonly step: string | null },
      now: EpochMs,
    ): void => {
      const sql = 'UPDATE jobs SET done = ?, total = ?, step = ?, updated_at = ? WHERE id = ?';
      database.slice(() => database.run(sql, at.done, at.total, at.step, now, id));
    },

    /** What the job's next run must know. A slice as well: the log is lost from its end only, so never a note of what was done before it. */
    keep: (id: number, notes: JobFields): void => {
      database.slice(() => database.run('UPDATE jobs SET result = ? WHERE id = ?', JSON.stringify(notes), id));
    },

    /** It is tried again. */
    stumbled: (id: number, error: string, now: EpochMs): void => {
      database.run('UPDATE jobs SET error = ?, updated_at = ? WHERE id = ?', error, now, id);
    },

    finish: (id: number, result: JobFields, now: EpochMs): void => end(id, 'done', result, null, now),
    fail: (id: number, error: string, now: EpochMs): void => end(id, 'failed', null, error, now),

    /** Ended ones older than `before`. */
    prune: (before: EpochMs): number =>
      database.run("DELETE FROM jobs WHERE state <> 'running' AND ended_at < ?", before).changes,
  };
};
export type JobStore = ReturnType<typeof createJobStore>;
