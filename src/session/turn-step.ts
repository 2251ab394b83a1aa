import type { EpochMs } from './units.ts';

/** One step of how an answer came about, as data; `why` makes words of it. */
export interface TurnStep {
  readonly at: EpochMs;
  /** Kebab-case: `joined`, `history`, `asked`, `retry`, `answered`, `filtered`, `split`, `part-sent`, `part-refused`, … */
  readonly step: string;
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

/** A person changed the words of a draft; its `was` is what the bot had written. */
export const draftEditedStep = 'draft-edited';
