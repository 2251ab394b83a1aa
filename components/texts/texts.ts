import type { en } from './en.ts';
import type { Templates } from './templates.ts';
import type { Widened } from './widened.ts';

/** Every word that a person sees on the dashboard; both languages have the same shape. */
export type Texts = Omit<
  Widened<typeof en>,
  'banner' | 'reason' | 'event' | 'turnStep' | 'turnOutcome' | 'outcomeReason' | 'pauseReason' | 'blame'
> & {
  /** By the banner's code; where a language has none, what the master says is shown. */
  readonly banner: Readonly<Record<string, (values: Readonly<Record<string, string | number>>) => string>>;
  /** By the reason code, likewise. */
  readonly reason: Readonly<Record<string, string>>;
  /** By the event's kind, likewise. */
  readonly event: Templates;
  /** By the step of a turn, likewise; and how turns and messages end, by their codes. */
  readonly turnStep: Templates;
  readonly turnOutcome: Readonly<Record<string, string>>;
  readonly outcomeReason: Readonly<Record<string, string>>;
  /** By the sentence that was kept, likewise: a pause has no code. */
  readonly pauseReason: Readonly<Record<string, string>>;
  /** By whom an incident is blamed on, likewise. */
  readonly blame: Readonly<Record<string, { readonly cause: string; readonly conclusion: string }>>;
};
