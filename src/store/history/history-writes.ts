import type { Bytes } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { FleetQuarter } from './history-reads.ts';
import type { ServedCounts } from './served-customers.ts';

/** What the master's history room writes down, and nobody else. */

/** What the master saw of a session in one minute. */
export interface SeenMinute {
  readonly isConnected: boolean;
  readonly isOff: boolean;
  readonly isBlind: boolean;
}

export const createHistoryWrites = (database: Database) => ({
  /** How many messages there were in an hour: counted anew each time, so nothing is counted twice. */
  setMessages: (
    sessionId: string,
    hour: number,
    counts: { readonly received: number; readonly sent: number },
  ): void => {
    database.run(
      `INSERT INTO session_hours (session_id, hour, received, sent) VALUES (?,?,?,?)
       ON CONFLICT (session_id, hour) DO UPDATE SET received = max(received, excluded.received), sent = max(sent, excluded.sent)`,
      sessionId,
      hour,
      counts.received,
      counts.sent,
    );
  },

  /**
   * What went wrong in an hour stays so, whatever is erased or released later: who is not overdue any more was answered late, or not at all.
   */
  setServed: (sessionId: string, { hour, inTime, late, unanswered, overdue }: ServedCounts): void => {
    const known = database.get<{ late: number; unanswered: number; overdue: number }>(
      'SELECT late, unanswered, overdue FROM session_hours WHERE session_id = ? AND hour = ?',
      sessionId,
      hour,
    );
    const silent = Math.max(unanswered, known?.unanswered ?? 0);
    const bad = (known?.late ?? 0) + (known?.unanswered ?? 0) + (known?.overdue ?? 0);
    const behind = Math.max(late, bad - silent - overdue);
    database.run(
      `INSERT INTO session_hours (session_id, hour, in_time, late, unanswered, overdue) VALUES (?,?,?,?,?,?)
       ON CONFLICT (session_id, hour) DO UPDATE SET in_time = excluded.in_time, late = excluded.late, unanswered = excluded.unanswered,
         overdue = excluded.overdue`,
      sessionId,
      hour,
      Math.max(0, inTime - (behind - late)),
      behind,
      silent,
      overdue,
    );
  },

  addSeen: (sessionId: string, hour: number, { isConnected, isOff, isBlind }: SeenMinute): void => {
    database.run(
      `INSERT INTO session_hours (session_id, hour, seen, connected, off, blind) VALUES (?,?,1,?,?,?)
       ON CONFLICT (session_id, hour) DO UPDATE SET seen = seen + 1, connected = connected + excluded.connected, off = off + excluded.off,
         blind = blind + excluded.blind`,
      sessionId,
      hour,
      Number(isConnected),
      Number(isOff),
      Number(isBlind),
    );
  },

  /** All that was seen of an hour, told at once. */
  setSeen: (
    sessionId: string,
    hour: number,
    minutes: { readonly seen: number; readonly connected: number; readonly off: number; readonly blind: number },
  ): void => {
    database.run(
      `INSERT INTO session_hours (session_id, hour, seen, connected, off, blind) VALUES (?,?,?,?,?,?)
       ON CONFLICT (session_id, hour) DO UPDATE SET seen = excluded.seen, connected = excluded.connected, off = excluded.off,
         blind = excluded.blind`,
      sessionId,
      hour,
      minutes.seen,
      minutes.connected,
      minutes.off,
      minutes.blind,
    );
  },

  /** One more sample of the quarter's mean. */
  addMemory: (sessionId: string, quarter: number, bytes: Bytes): void => {
    database.run(
      `INSERT INTO session_quarters (session_id, quarter, memory_bytes, samples) VALUES (?,?,?,1)
       ON CONFLICT (session_id, quarter) DO UPDATE SET memory_bytes = (memory_bytes * samples + excluded.memory_bytes) / (samples + 1),
         samples = samples + 1`,
      sessionId,
      quarter,
      Math.round(bytes),
    );
  },

  setFleetQuarter: ({ quarter, halfMs, mostMs, answers }: FleetQuarter): void => {
    database.run(
      `INSERT INTO fleet_quarters (quarter, half_ms, most_ms, answers) VALUES (?,?,?,?)
       ON CONFLICT (quarter) DO UPDATE SET half_ms = excluded.half_ms, most_ms = excluded.most_ms, answers = excluded.answers`,
      quarter,
      Math.round(halfMs),
      Math.round(mostMs),
      answers,
    );
  },
});
