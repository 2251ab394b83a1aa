import { z } from 'zod';
import type { ProbeOutcome, ProbePlan, ProbeStanding, ProbeWhy } from '../session/probe.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';

/** What the door tells of mystery customers, and what the process of a loop and the master say to each other. */

/** One question as a person reads it. */
export interface ProbeLook {
  readonly at: EpochMs;
  readonly from: string;
  readonly why: ProbeWhy;
  /** Null: it is under way. */
  readonly outcome: ProbeOutcome | null;
  readonly answerMs: Milliseconds | null;
  readonly asked: string;
  /** What was answered, part by part. */
  readonly answer: readonly string[];
  readonly code: string | null;
  readonly reason: string | null;
}

/** A session that is asked. */
export interface ProbeLine {
  readonly name: string;
  readonly plan: Pick<ProbePlan, 'everyMs' | 'fromMinute' | 'untilMinute' | 'text' | 'expect' | 'nextAt'> & {
    readonly from: string;
  };
  readonly standing: ProbeStanding;
  /** Newest first. */
  readonly runs: readonly ProbeLook[];
}

const loop = z.strictObject({
  outcome: z.enum(['ok', 'failed']),
  /** From the question to the first part of the answer, without the pauses of a person. */
  answerMs: z.number().nullable(),
  answer: z.array(z.string()).readonly(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
});
/** The whole chain but WhatsApp. */
export type ProbeLoop = Readonly<z.infer<typeof loop>>;

export const fromLoopSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ended'), loop }),
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);
export type FromLoop = z.infer<typeof fromLoopSchema>;
