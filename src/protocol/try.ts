import type { EpochMs, Milliseconds } from '../session/units.ts';

/** A conversation with a session's AI without a phone, as the door tells of it. */

export interface TryLine {
  /** `note`: a remark of the program, in English. */
  readonly from: 'customer' | 'bot' | 'note';
  readonly text: string;
  readonly at: EpochMs;
  /** Of the last part of an answer: since the customer's first line of that turn. */
  readonly tookMs?: Milliseconds;
  /** Of the last part of an answer. */
  readonly costUsd?: number;
}

export const tryStepNames = ['stored', 'collected', 'open', 'asked', 'filtered', 'split', 'typed'] as const;
export type TryStepName = (typeof tryStepNames)[number];

/** A step of how an answer comes about; the values that it has are those of its kind. */
export interface TryStep {
  readonly name: TryStepName;
  /** `ahead`: its turn has not come; `failed`: the answer ended here. */
  readonly state: 'ahead' | 'runs' | 'done' | 'failed';
  /** How long it took; null where that says nothing, and before it ends. */
  readonly ms: Milliseconds | null;
  /** Of `stored`: when the first line came. */
  readonly at?: EpochMs;
  /** Of `collected`: lines that are answered together. */
  readonly messages?: number;
  /** Of `open`: whether a customer would be answered now. */
  readonly isOpen?: boolean;
  /** Of `asked`. */
  readonly tokens?: { readonly input: number; readonly output: number };
  /** Of `asked` that failed: why, in one English line. */
  readonly reason?: string;
  /** Of `filtered`: what was taken out, in words; empty: nothing. */
  readonly removed?: readonly string[];
  /** Of `split`. */
  readonly parts?: number;
  /** Of `typed`. */
  readonly letters?: number;
}

export interface TryState {
  readonly tryId: string;
  /** Rises with every change. */
  readonly revision: number;
  readonly sessionName: string;
  readonly provider: string;
  readonly model: string;
  readonly instructions: { readonly version: number; readonly words: number } | null;
  /** Oldest first. */
  readonly conversation: readonly TryLine[];
  /** How the last answer came or comes about, in order; empty before the first line. */
  readonly steps: readonly TryStep[];
  /** What is written until then is answered together; null: nothing is collected. */
  readonly collectsUntil: EpochMs | null;
  /** What the AI was given besides instructions and lines: earlier lines of this test, and whether they were summed up. */
  readonly knew: { readonly lines: number; readonly isSummed: boolean } | null;
  readonly totals: { readonly answers: number; readonly costUsd: number; readonly halfMs: Milliseconds | null };
  /** Nothing is collected, asked or typed now. */
  readonly done: boolean;
}
