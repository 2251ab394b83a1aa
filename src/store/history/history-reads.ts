import type { ServedHour } from '../../session/served.ts';
import type { Bytes, Milliseconds } from '../../session/units.ts';
import type { Database } from '../database.ts';

/** The past as the charts draw it. */

export interface SessionHour extends ServedHour {
  readonly sessionId: string;
  readonly hour: number;
  readonly received: number;
  readonly sent: number;
  readonly off: number;
}

export interface FleetQuarter {
  readonly quarter: number;
  readonly halfMs: Milliseconds;
  readonly mostMs: Milliseconds;
  readonly answers: number;
}

export interface MemoryQuarter {
  readonly quarter: number;
  readonly bytes: Bytes;
}

const hourColumns = `session_id AS sessionId, hour, received, sent, in_time AS inTime, late, unanswered + overdue AS unanswered, seen, connected, off, blind`;

export const createHistoryReads = (database: Database) => ({
  /** The newest hour of which anything is written down; null: of none. */
  newestHour: (): number | null =>
    database.get<{ hour: number | null }>('SELECT max(hour) AS hour FROM session_hours')?.hour ?? null,
  /** Hours of these sessions since the one that begins with the minute `from`. */
  hoursOf: (sessionIds: readonly string[], from: number): readonly SessionHour[] =>
    database.all<SessionHour>(
      `SELECT ${hourColumns} FROM session_hours WHERE session_id IN (SELECT value FROM json_each(?)) AND hour >= ?`,
      JSON.stringify(sessionIds),
      from,
    ),
  /** What these sessions did together in each hour. */
  messagesByHour: (
    sessionIds: readonly string[],
    from: number,
  ): readonly { readonly hour: number; readonly received: number; readonly isKnown: number }[] =>
    database.all(
      `SELECT hour, sum(received) AS received, max(seen > 0 OR received > 0 OR sent > 0) AS isKnown FROM session_hours
       WHERE session_id IN (SELECT value FROM json_each(?)) AND hour >= ? GROUP BY hour`,
      JSON.stringify(sessionIds),
      from,
    ),
  /** How much of each hour these sessions were connected, of the minutes in which they should have been. */
  connectedByHour: (
    sessionIds: readonly string[],
    from: number,
  ): readonly { readonly hour: number; readonly connected: number; readonly wanted: number }[] =>
    database.all(
      `SELECT hour, sum(connected) AS connected, sum(seen - off) AS wanted FROM session_hours
       WHERE session_id IN (SELECT value FROM json_each(?)) AND hour >= ? GROUP BY hour`,
      JSON.stringify(sessionIds),
      from,
    ),
  memoryOf: (sessionId: string, from: number): readonly MemoryQuarter[] =>
    database.all<MemoryQuarter>(
      'SELECT quarter, memory_bytes AS bytes FROM session_quarters WHERE session_id = ? AND quarter >= ? ORDER BY quarter',
      sessionId,
      from,
    ),
  fleetQuarters: (from: number): readonly FleetQuarter[] =>
    database.all<FleetQuarter>(
      'SELECT quarter, half_ms AS halfMs, most_ms AS mostMs, answers FROM fleet_quarters WHERE quarter >= ? ORDER BY quarter',
      from,
    ),
  /** Messages of a session minute by minute; minutes without any are left out. */
  minutesOf: (
    sessionId: string,
    from: number,
  ): readonly { readonly minute: number; readonly received: number; readonly sent: number }[] =>
    database.all(
      'SELECT minute, received, sent FROM activity_minutes WHERE session_id = ? AND minute >= ? ORDER BY minute',
      sessionId,
      from,
    ),
});
