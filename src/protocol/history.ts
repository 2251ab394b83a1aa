import type { Bytes, CpuPercent, EpochMs, Milliseconds } from '../session/units.ts';

/** What the door answers about the past. What was never measured is null, and never nought. */

/** What the AI cost in some days, of one session or one model. */
export interface UsageShare {
  /** Name of the session (its id when it is gone and nothing of it is known) or the model. */
  readonly of: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export interface DailyBudget {
  /** Of the session. */
  readonly name: string;
  readonly usd: number;
}

export interface Heat {
  /** Customers' messages: seven days from Monday, 24 hours each. */
  readonly cells: readonly (readonly number[])[];
  /** Of how many of the seven days something is known; below 7 it is too early for a pattern. */
  readonly measuredDays: number;
  /** What came in this hour of the day on the days before today, at least two of them: their mean; null: fewer are known. */
  readonly usualNow?: number | null;
}

export interface MemoryHistory {
  /** 96 quarters of the clock's hours, oldest first, the last one is the current: mean of what its tree held. */
  readonly buckets: readonly (Bytes | null)[];
  /** How fast it grows since its last start, at most over six hours; null: too few points. */
  readonly slopeBytesPerHour: number | null;
  /**
   * CPU of its tree: 288 means of five minutes, oldest first, the last one is the current; null: it was off, or this master did not run yet.
   * Missing: an older master, or none.
   */
  readonly cpu?: readonly (CpuPercent | null)[];
}

/** Answers of today by how long their customers had waited. */
export interface AnswerHistogram {
  /** Under 10 s, to 30 s, to 1 min, to 5 min, longer. */
  readonly counts: readonly [number, number, number, number, number];
  /** `chat`: the customer's name or number; null when neither is known. */
  readonly slowest: { readonly ms: Milliseconds; readonly chat: string | null; readonly at: EpochMs } | null;
}

export interface SessionToday {
  readonly received: number;
  readonly sent: number;
  /** Different people who wrote. */
  readonly customers: number;
  /** Customers' messages in each hour from midnight on, 24; the hours to come are 0. */
  readonly perHour: readonly number[];
}

export interface ConnectedShare {
  /** Share of each hour, 0 to 1, oldest first, the last one is the current; null: it was off on purpose, or nobody looked. */
  readonly hours: readonly (number | null)[];
  /** Of all of them together. */
  readonly share: number | null;
}
