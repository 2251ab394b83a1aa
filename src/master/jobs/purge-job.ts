import { z } from 'zod';
import type { Erasure } from '../../session/purge-receipt.ts';
import { emptyLog } from '../../store/retention/empty-log.ts';
import type { MasterParts } from '../open-parts.ts';
import { whileStopped } from '../while-closed.ts';
import type { JobKind, JobRun } from './job-kind.ts';
import type { PurgeContext, PurgeStep, PurgeSubject } from './purge-steps.ts';
import { createReceiptBook, type KeptReceipt } from './receipt-book.ts';

/** `delete --purge` and `purge` as jobs: their steps one after the other, each until it is done, over any number of masters. */

const subjectSchema = z.object({
  kind: z.enum(['session', 'customer']),
  sessionName: z.string(),
  sessionIds: z.array(z.string()),
  knownAs: z.array(z.string()).default([]),
  who: z.string().nullable(),
  backups: z.boolean(),
  actor: z.string(),
  at: z.number(),
}) satisfies z.ZodType<PurgeSubject>;

const textsSchema = z.array(z.string()).default([]);

/** Where steps keep what is needed after them: what names the customer, the receipt's number, how the replica stands. */
export const marksNote = 'marks';
export const receiptNote = 'receipt';
export const replicaNote = 'replica';

const runStep = async (step: PurgeStep, context: PurgeContext, receipt: KeptReceipt, run: JobRun): Promise<void> => {
  if (receipt.isFinished(step.id)) return;
  run.signal.throwIfAborted();
  run.progress({ done: 0, total: 0, step: step.id });

  const work = step.run(context);
  if (Symbol.asyncIterator in work) for await (const at of work) run.progress({ ...at, step: step.id });
  else await work;
  receipt.finish(step.id);
};

const runSteps = async (
  parts: MasterParts,
  steps: readonly PurgeStep[],
  context: PurgeContext,
  receipt: KeptReceipt,
  run: JobRun,
): Promise<void> => {
  const { subject } = context;
  const mine = steps.filter((step) => step.of(subject) && !receipt.isFinished(step.id));
  const first = mine.filter((step) => step.whileStopped === true);
  const others = mine.filter((step) => step.whileStopped !== true);
  const runAll = async (some: readonly PurgeStep[]): Promise<void> => {
    for (const step of some) await runStep(step, context, receipt, run);
  };

  // Of a session that is deleted nothing is left that could run; a new one of its name is another session.
  const session = subject.kind === 'customer' ? parts.book.byName(subject.sessionName) : null;
  if (first.length > 0 && session !== null) await whileStopped(parts, session, () => runAll(first));
  else await runAll(first);
  await runAll(others);
};

export const createPurgeJob = (
  kind: 'delete' | 'purge',
  parts: MasterParts,
  steps: readonly PurgeStep[],
  onDone: (subject: PurgeSubject, result: Erasure) => void,
): JobKind => ({
  kind,
  lane: 'store',
  insists: true,
  run: async (run) => {
    const subject = subjectSchema.parse(run.job.args);
    const receipt = createReceiptBook(run.notes, run.keep);
    const context: PurgeContext = {
      subject,
      parts,
      signal: run.signal,
      receipt,
      marks: () => textsSchema.parse(receipt.noted(marksNote)),
    };
    await runSteps(parts, steps, context, receipt, run);
    const result: Erasure = {
      erased: { ...receipt.result().erased },
      left: [...receipt.result().left],
      receiptId: z.number().default(0).parse(receipt.noted(receiptNote)),
      replica: z.enum(['erased', 'waits', 'none']).default('none').parse(receipt.noted(replicaNote)),
    };
    onDone(subject, result);
    return { ...result };
  },
  // Its own arguments named them until now: the old pages of the job's row go, too.
  afterwards: async (signal) => {
    await emptyLog(parts.checkpointer, signal);
  },
});
