import { z } from 'zod';
import type { ErasedSession, PurgeResult } from './records.ts';
import type { EpochMs } from './units.ts';

/** What an erasure ends with, as its job keeps it. */
export const erasureSchema = z.object({
  erased: z.record(z.string(), z.number()),
  left: z.array(
    z.object({
      what: z.string(),
      file: z.string().nullable(),
      until: z.number().nullable(),
      note: z.string().nullable(),
    }),
  ),
  /** 0: a whole session has none. */
  receiptId: z.number(),
  replica: z.enum(['erased', 'waits', 'none']),
});
export type Erasure = z.output<typeof erasureSchema> & ErasedSession;

/** A customer's receipt as the door gives it. */
export const purgeReceipt = (
  of: { readonly sessionName: string; readonly at: EpochMs },
  { erased, left, receiptId, replica }: Erasure,
): PurgeResult => {
  const archives = left.flatMap(({ file, until }) => (file === null ? [] : [{ file, expiresAt: until }]));
  const expiries = archives.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]));

  return {
    receiptId,
    at: of.at,
    sessionName: of.sessionName,
    conversations: erased['conversations'] ?? 0,
    messages: erased['messages'] ?? 0,
    turns: erased['turns'] ?? 0,
    parts: erased['parts'] ?? 0,
    logLines: erased['log-lines'] ?? 0,
    replica,
    archives,
    lastExpiresAt: expiries.length === 0 ? null : Math.max(...expiries),
  };
};
