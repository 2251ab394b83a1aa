import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';

/** Rows that Supabase takes by no means: they stay here, and the rest goes on. */
export const createRefusedRows = (database: Database) => ({
  setAside: (kind: string, localId: string, changeSeq: number, reason: string, at: EpochMs): void => {
    database.run(
      `INSERT INTO replica_refused (kind, local_id, change_seq, reason, at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (kind, local_id) DO UPDATE SET change_seq = excluded.change_seq, reason = excluded.reason, at = excluded.at`,
      kind,
      localId,
      changeSeq,
      reason,
      at,
    );
  },

  /** Rows that were set aside and have not been changed, erased or sent since. */
  asideCount: (): number => database.get<{ n: number }>('SELECT count(*) AS n FROM replica_refused')?.n ?? 0,

  firstAside: (): string | null =>
    database.get<{ reason: string }>('SELECT reason FROM replica_refused ORDER BY at LIMIT 1')?.reason ?? null,

  forgetAside: (): void => {
    database.run('DELETE FROM replica_refused');
  },
});
