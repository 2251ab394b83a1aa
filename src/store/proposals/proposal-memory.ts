import type { NightOutcome } from '../../session/proposal.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';

/** What is remembered beside proposals: changes that a person did not want, and what each session's last night gave. */
export const createProposalMemory = (database: Database) => ({
  /** Changes that a person did not want, each known by its hash alone. */
  rememberDropped: (sessionId: string, hashes: readonly string[], now: EpochMs): void => {
    for (const hash of hashes)
      database.run('INSERT OR IGNORE INTO dropped_changes (session_id, hash, at) VALUES (?,?,?)', sessionId, hash, now);
  },
  wasDropped: (sessionId: string, hash: string): boolean =>
    database.get('SELECT 1 FROM dropped_changes WHERE session_id = ? AND hash = ?', sessionId, hash) !== undefined,

  /** What the last night of a session gave: a night is begun once, whatever became of it. */
  night: (sessionId: string): { readonly night: string; readonly outcome: NightOutcome } | null =>
    database.get<{ night: string; outcome: NightOutcome }>(
      'SELECT night, outcome FROM proposal_nights WHERE session_id = ?',
      sessionId,
    ) ?? null,
  setNight: (sessionId: string, night: string, outcome: NightOutcome, now: EpochMs): void => {
    database.run(
      `INSERT INTO proposal_nights (session_id, night, outcome, at) VALUES (?,?,?,?)
         ON CONFLICT (session_id) DO UPDATE SET night = excluded.night, outcome = excluded.outcome, at = excluded.at`,
      sessionId,
      night,
      outcome,
      now,
    );
  },
});
