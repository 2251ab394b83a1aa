import type { Milliseconds } from './units.ts';

/** A brain of the operator's own (`ai_config.provider: webhook`): an address that gives a session's answers, at once or later. Pure. */

export const brainBounds = {
  /** Characters of an answer. */
  text: 20_000,
  /** What the brain did of itself, as it says, and characters of each. */
  did: 10,
  didWords: 200,
  /** Characters of why nothing is sent, of why a person is asked for, and of what is told to that person. */
  none: 500,
  reason: 500,
  summary: 2000,
} as const;

/** An answer that came after its time is taken by the next try at the same messages; after this nobody asks for it any more. */
export const brainAnswerKept: Milliseconds = 86_400_000;

/** `did`: what the brain carried out itself, in a word or two each: an answer that says so is true then. */
export type BrainAnswer =
  | { readonly kind: 'text'; readonly text: string; readonly did: readonly string[] }
  | { readonly kind: 'hand-over'; readonly reason: string; readonly summary: string }
  | { readonly kind: 'none'; readonly reason: string };
