import { createHash } from 'node:crypto';
import { parsePhone, phoneKey } from '../../session/phone.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { SessionRef } from './erase-options.ts';
import type { ErasedCounts } from './erased-counts.ts';

export interface PurgeReceipt {
  readonly id: number;
  readonly at: EpochMs;
  readonly sessionName: string;
  readonly counts: ErasedCounts;
  readonly actor: string;
}

/** That a customer was erased, without who it was: a number is kept as a hash only. */
export const createReceipts = (database: Database) => ({
  writeReceipt: (session: SessionRef, phone: string, counts: ErasedCounts, actor: string, now: EpochMs): number => {
    const key = phoneKey(parsePhone(phone) ?? phone);
    const { lastInsertRowid } = database.run(
      'INSERT INTO purge_receipts (at, session_id, session_name, phone_hash, counts, actor) VALUES (?,?,?,?,?,?)',
      now,
      session.id,
      session.name,
      createHash('sha256').update(`${session.id}:${key}`).digest('hex'),
      JSON.stringify(counts),
      actor,
    );

    return lastInsertRowid;
  },

  receipts: (limit: number): PurgeReceipt[] =>
    database
      .all<Omit<PurgeReceipt, 'counts'> & { counts: string }>(
        'SELECT id, at, session_name AS sessionName, counts, actor FROM purge_receipts ORDER BY id DESC LIMIT ?',
        limit,
      )
      .map((row) => ({ ...row, counts: JSON.parse(row.counts) })),
});
