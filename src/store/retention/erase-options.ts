import type { EpochMs } from '../../session/units.ts';

/** How an erasure goes: in slices, each of which is one transaction. */
export interface EraseOptions {
  readonly now: EpochMs;
  /** Ends between two slices, with the signal's reason. What is erased by then stays erased; begun again, it goes on. */
  readonly signal?: AbortSignal;
  /** Told inside the transaction of each slice what it erased. */
  readonly count?: (what: ErasedKind, howMany: number) => void;
}

export type ErasedKind = 'conversations' | 'messages' | 'turns' | 'parts' | 'events';

/** Rows done so far, of how many; `total` is 0 while it is not known. */
export interface EraseProgress {
  readonly done: number;
  readonly total: number;
}

export interface SessionRef {
  readonly id: string;
  readonly name: string;
}
