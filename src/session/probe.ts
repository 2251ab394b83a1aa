import type { EpochMs, Milliseconds } from './units.ts';

/** A mystery customer: one session asks another what a customer would ask, now and then, and sees whether it is answered. */

/** What is asked of a session, and when. */
export interface ProbePlan {
  readonly sessionId: string;
  /** The session that asks. */
  readonly fromId: string;
  readonly everyMs: Milliseconds;
  /** Minutes of the day, in the time zone of the session that is asked; a day round where both are the same. */
  readonly fromMinute: number;
  readonly untilMinute: number;
  readonly text: string;
  /** A regular expression that the answer has to match, whatever its case; null: any answer will do. */
  readonly expect: string | null;
  /** When it asks next, if nothing is in the way then. */
  readonly nextAt: EpochMs;
  readonly setAt: EpochMs;
  readonly setBy: string;
}

/** Why it asked: it was due, the one before failed, a person wanted to know. */
export type ProbeWhy = 'due' | 'again' | 'asked';

/**
 * `ok`: answered in time and as expected. `failed`: asked, and not. `unknown`: whether it would have been answered cannot be said, because
 * of something else (the asking session, this server). `skipped`: the session had a reason of its own not to answer anybody now.
 */
export type ProbeOutcome = 'ok' | 'failed' | 'unknown' | 'skipped';

/** One question, and what became of it. */
export interface ProbeRun {
  readonly id: number;
  readonly sessionId: string;
  readonly fromId: string;
  readonly why: ProbeWhy;
  readonly text: string;
  readonly expect: string | null;
  /** The part in the outbox of the session that asks. */
  readonly partId: number | null;
  readonly begunAt: EpochMs;
  /** When it was given to WhatsApp. */
  readonly sentAt: EpochMs | null;
  /** When the session that is asked had it. */
  readonly receivedAt: EpochMs | null;
  /** When the first part of an answer reached the session that asks. */
  readonly answeredAt: EpochMs | null;
  readonly deadlineAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
  readonly outcome: ProbeOutcome | null;
  /** From giving it to WhatsApp to the first part of the answer. */
  readonly answerMs: Milliseconds | null;
  /** Kebab-case; null: it was answered as expected, or is under way. */
  readonly code: string | null;
  readonly reason: string | null;
}

/** What a row says of the mystery customer of a session. */
export interface ProbeStanding {
  /** The session that asks. */
  readonly from: string;
  readonly everyMs: Milliseconds;
  /** The last question that was answered as expected: when, and how long that took; null: none was. */
  readonly provedAt: EpochMs | null;
  readonly answerMs: Milliseconds | null;
  /** How the last one ended that says something of the session; null: none did. */
  readonly lastOutcome: 'ok' | 'failed' | null;
  readonly lastAt: EpochMs | null;
  readonly code: string | null;
  readonly reason: string | null;
  /** How many failed one after the other. */
  readonly failedInRow: number;
  /**
   * The last 24 hours of the fleet's clock, a letter an hour, oldest first: `i` all were answered, `l` one failed and another did not, `n`
   * all failed, `.` none was asked.
   */
  readonly hours: string;
  /** One is under way since then. */
  readonly asksSince: EpochMs | null;
  readonly nextAt: EpochMs | null;
  /** Why none is asked now; null: nothing is in the way. */
  readonly waitsFor: string | null;
}

const minute: Milliseconds = 60_000;
const hour: Milliseconds = 60 * minute;

/** WhatsApp watches for what comes like a clock, so no session is asked more often by itself. */
export const fewestEveryMs: Milliseconds = hour;
export const mostEveryMs: Milliseconds = 7 * 24 * hour;
export const usualEveryMs: Milliseconds = 2 * hour;
/** One that failed may have been an accident. */
export const againAfterMs: Milliseconds = minute;
/** Failures in a row from which on nobody is taken to be answered. */
export const failedLimit = 2;

export const mostProbeText = 500;
export const mostExpect = 200;
export const usualQuestion = 'Olá, vocês estão atendendo?';

/** `2h`, `90m`, `1d` as milliseconds; null: it is none. */
export const parseEvery = (text: string): Milliseconds | null => {
  const found = /^\s*(\d{1,5})\s*(m|min|h|d)\s*$/i.exec(text);
  if (found === null) return null;
  const unit = { m: minute, min: minute, h: hour, d: 24 * hour }[
    (found[2] ?? '').toLowerCase() as 'm' | 'min' | 'h' | 'd'
  ];
  return Number(found[1]) * unit;
};

/** `08:00-20:00` as minutes of the day; null: it is none. */
export const parseProbeHours = (text: string): { readonly fromMinute: number; readonly untilMinute: number } | null => {
  const found = /^\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*$/.exec(text);
  if (found === null) return null;
  const [fromHour, fromRest, untilHour, untilRest] = found.slice(1).map(Number) as [number, number, number, number];
  const isTime = (hours: number, minutes: number): boolean => minutes < 60 && hours * 60 + minutes <= 24 * 60;
  if (!isTime(fromHour, fromRest) || !isTime(untilHour, untilRest)) return null;
  return { fromMinute: fromHour * 60 + fromRest, untilMinute: untilHour * 60 + untilRest };
};

const two = (n: number): string => String(n).padStart(2, '0');
const clock = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
export const probeHoursWords = ({ fromMinute, untilMinute }: Pick<ProbePlan, 'fromMinute' | 'untilMinute'>): string =>
  `${clock(fromMinute)}-${clock(untilMinute)}`;

/** `90m`, `2h`: as `parseEvery` reads it. */
export const everyWords = (everyMs: Milliseconds): string => {
  if (everyMs % (24 * hour) === 0) return `${everyMs / (24 * hour)}d`;
  return everyMs % hour === 0 ? `${everyMs / hour}h` : `${Math.round(everyMs / minute)}m`;
};
