import { z } from 'zod';
import type { LeftBehind } from '../../session/records.ts';
import type { JobFields } from '../../store/job-store.ts';
import type { PurgeReceiptBook } from './purge-steps.ts';

/** What a purge keeps in its job while it runs, so that a restart neither forgets nor counts twice. */
const keptSchema = z.object({
  finished: z.array(z.string()).default([]),
  erased: z.record(z.string(), z.number()).default({}),
  left: z
    .array(
      z.object({
        what: z.string(),
        file: z.string().nullable(),
        until: z.number().nullable(),
        note: z.string().nullable(),
      }),
    )
    .default([]),
  notes: z.record(z.string(), z.unknown()).default({}),
});

export interface KeptReceipt extends PurgeReceiptBook {
  isFinished(step: string): boolean;
  finish(step: string): void;
  /** What is told at the end; notes are not in it. */
  result(): { readonly erased: Readonly<Record<string, number>>; readonly left: readonly LeftBehind[] };
}

/** `keep` writes it; called inside a transaction it joins it. */
export const createReceiptBook = (before: JobFields, keep: (fields: JobFields) => void): KeptReceipt => {
  const kept = keptSchema.parse(before);
  const finished = new Set(kept.finished);
  const { erased, notes } = kept;
  let left: readonly LeftBehind[] = kept.left;
  const write = (): void => keep({ finished: [...finished], erased, left, notes });

  return {
    count: (what, howMany) => {
      erased[what] = (erased[what] ?? 0) + howMany;
      write();
    },
    counted: (what) => erased[what] ?? 0,
    leave: (one) => {
      left = [...left.filter(({ what, file }) => what !== one.what || file !== one.file), one];
      write();
    },
    note: (key, value) => {
      notes[key] = value;
      write();
    },
    noted: (key) => notes[key],
    isFinished: (step) => finished.has(step),
    finish: (step) => {
      finished.add(step);
      write();
    },
    result: () => ({ erased: { ...erased }, left }),
  };
};
