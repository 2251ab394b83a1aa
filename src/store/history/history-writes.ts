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
   * Who was answered late stays so, and so does the trouble of an hour whose messages are erased later: what is not `unanswered` any more
   * was answered late.
   */
  setServed: (sessionId: string, { hour, inTime, late, unanswered }: ServedCounts): void => {
    database.run(
      `INSERT INTO session_hours (session_id, hour, in_time, late, unanswered) VALUES (?1,?2,?3,?4,?5)
       ON CONFLICT (session_id, hour) DO UPDATE SET unanswered = ?5,
         late = max(?4, session_hours.late + session_hours.unanswered - ?5),
         in_time = max(0, ?3 - max(0, session_hours.late + session_hours.unanswered - ?5 - ?4))`,
      sessionId,
      hour,
      inTime,
      late,
      unanswered,
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
