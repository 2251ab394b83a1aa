import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

export interface StoredIncident {
  readonly id: number;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
  /** As JSON; the orchestrator alone reads it. */
  readonly body: string;
}

const columns = 'id, started_at AS startedAt, ended_at AS endedAt, body';

export const createIncidentStore = (database: Database) => ({
  add: (startedAt: EpochMs, body: string): number =>
    database.run('INSERT INTO incidents (started_at, body) VALUES (?, ?)', startedAt, body).lastInsertRowid,
  update: (id: number, body: string, endedAt: EpochMs | null): void => {
    database.run('UPDATE incidents SET body = ?, ended_at = ? WHERE id = ?', body, endedAt, id);
  },
  /** Newest first. */
  list: (limit: number): StoredIncident[] =>
    database.all<StoredIncident>(`SELECT ${columns} FROM incidents ORDER BY id DESC LIMIT ?`, limit),
});
export type IncidentStore = ReturnType<typeof createIncidentStore>;
