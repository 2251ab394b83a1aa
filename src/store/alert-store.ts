import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

export interface StoredAlert {
  readonly id: number;
  readonly channel: string;
  readonly kind: string;
  readonly at: EpochMs;
  /** As JSON; the alerts room alone reads it. */
  readonly body: string;
  readonly tries: number;
  readonly nextAt: EpochMs;
}

const columns = 'id, channel, kind, at, body, tries, next_at AS nextAt';

/** Alerts wait here until their channel has taken them: a lost network or a killed master loses none. */
export const createAlertStore = (database: Database) => ({
  add: (alert: {
    readonly channel: string;
    readonly kind: string;
    readonly at: EpochMs;
    readonly body: string;
  }): number =>
    database.run(
      'INSERT INTO alerts (channel, kind, at, body, next_at) VALUES (?,?,?,?,?)',
      alert.channel,
      alert.kind,
      alert.at,
      alert.body,
      alert.at,
    ).lastInsertRowid,
  /** Oldest first. */
  waiting: (channel: string, limit: number): StoredAlert[] =>
    database.all<StoredAlert>(
      `SELECT ${columns} FROM alerts WHERE channel = ? AND sent_at IS NULL ORDER BY id LIMIT ?`,
      channel,
      limit,
    ),
  waitingCount: (channel: string): number =>
    database.get<{ n: number }>('SELECT count(*) AS n FROM alerts WHERE channel = ? AND sent_at IS NULL', channel)?.n ??
    0,
  sent: (ids: readonly number[], at: EpochMs): void => {
    database.run('UPDATE alerts SET sent_at = ? WHERE id IN (SELECT value FROM json_each(?))', at, JSON.stringify(ids));
  },
  failed: (ids: readonly number[], problem: string, nextAt: EpochMs): void => {
    database.run(
      'UPDATE alerts SET tries = tries + 1, problem = ?, next_at = ? WHERE id IN (SELECT value FROM json_each(?))',
      problem,
      nextAt,
      JSON.stringify(ids),
    );
  },
  /** Whether a channel has taken one of this key and kind. */
  isSent: (kind: string, key: string): boolean =>
    database.get(
      `SELECT 1 FROM alerts WHERE kind = ? AND sent_at IS NOT NULL AND json_extract(body, '$.key') = ? LIMIT 1`,
      kind,
      key,
    ) !== undefined,
  /** Messages (not alerts: several may have gone out as one) that a channel has taken since then. */
  sentSince: (channel: string, since: EpochMs): number =>
    database.get<{ n: number }>(
      'SELECT count(DISTINCT sent_at) AS n FROM alerts WHERE channel = ? AND sent_at >= ?',
      channel,
      since,
    )?.n ?? 0,
  /** Told ones older than `before`, and waiting ones that nobody wants to read any more. */
  prune: (before: EpochMs): number => database.run('DELETE FROM alerts WHERE at < ?', before).changes,
});
export type AlertStore = ReturnType<typeof createAlertStore>;
