import type { TimingConfig } from '../../../src/session/session-config.ts';
import type { Milliseconds } from '../../../src/session/units.ts';

/** The rhythm of one answer: how long we read, how long each part is typed, how long we rest between parts. */

/** 0 inclusive to 1 exclusive, like `Math.random`. */
export type Random = () => number;

export interface PacedPart {
  readonly text: string;
  /** Pause before "typing…" shows: the reading delay for the first part, the rest between parts for the others. */
  readonly waitMs: Milliseconds;
  /** How long "typing…" shows before the part is sent; 0 when typing is switched off. */
  readonly typingMs: Milliseconds;
}

export type PacingConfig = Pick<
  TimingConfig,
  'readingDelayMs' | 'typing' | 'charactersPerSecond' | 'jitter' | 'maxTypingMs' | 'pauseBetweenPartsMs'
>;

/** `value` varied by up to ± `share`, never negative, in whole milliseconds. */
const vary = (value: Milliseconds, share: number, random: Random): Milliseconds =>
  Math.max(0, Math.round(value * (1 + share * (2 * random() - 1))));

/** Time between the end of the quiet time and the first sign of typing. */
export const readingDelay = (timing: PacingConfig, random: Random): Milliseconds =>
  vary(timing.readingDelayMs, timing.jitter, random);

/** Time a person would need for `text`; at most `maxTypingMs`, jitter included. */
export const typingTime = (text: string, timing: PacingConfig, random: Random): Milliseconds => {
  if (!timing.typing) return 0;
  const typed = (Array.from(text).length / timing.charactersPerSecond) * 1000;
  return Math.min(timing.maxTypingMs, vary(typed, timing.jitter, random));
};

export const pauseBetweenParts = (timing: PacingConfig, random: Random): Milliseconds =>
  vary(timing.pauseBetweenPartsMs, timing.jitter, random);

/** The whole plan of an answer, in the order of its parts. */
export const planAnswer = (parts: readonly string[], timing: PacingConfig, random: Random): readonly PacedPart[] =>
  parts.map((text, index) => ({
    text,
    waitMs: index === 0 ? readingDelay(timing, random) : pauseBetweenParts(timing, random),
    typingMs: typingTime(text, timing, random),
  }));

/** Messages we already sent in the last 60 minutes and the last 24 hours (sliding: no clock change or midnight opens a gap). */
export interface SentCounts {
  readonly chatHour: number;
  readonly chatDay: number;
  readonly sessionHour: number;
  readonly sessionDay: number;
}

export type CapName = 'maxPerChatHour' | 'maxPerChatDay' | 'maxPerHour' | 'maxPerDay';

export type CapResult =
  | { readonly allowed: true }
  /** `windowMs`: the message that frees the cap is the oldest one within this window. */
  | { readonly allowed: false; readonly cap: CapName; readonly limit: number; readonly windowMs: Milliseconds };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Whether another answer may begin. A cap of 0 is no cap. Asked once per answer, before its first part: an answer that has begun
 * goes out whole, so a cap may be passed by the parts of one answer.
 */
export const checkCaps = (timing: Pick<TimingConfig, CapName>, sent: SentCounts): CapResult => {
  const caps = [
    ['maxPerChatHour', sent.chatHour, hourMs],
    ['maxPerHour', sent.sessionHour, hourMs],
    ['maxPerChatDay', sent.chatDay, dayMs],
    ['maxPerDay', sent.sessionDay, dayMs],
  ] as const;
  // The longest wait first: what is full for the day does not open with the hour.
  for (const [cap, count, windowMs] of [...caps].reverse()) {
    const limit = timing[cap];
    if (limit > 0 && count >= limit) return { allowed: false, cap, limit, windowMs };
  }
  return { allowed: true };
};
