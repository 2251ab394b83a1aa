import type { AnswerTimes, FleetTrends, MessagesTrend } from '../../protocol/fleet.ts';
import { quarterMs } from '../../session/clock-hours.ts';
import { servedLetter, servedTogether } from '../../session/served.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { AnswerWait } from '../../store/history/answer-waits.ts';
import type { FleetQuarter, SessionHour } from '../../store/history/history-reads.ts';

/** What rows and trends say, made of what the store has. Pure. */

/** Messages of one minute since 1970. */
export interface MinuteCount {
  readonly minute: number;
  readonly received: number;
  readonly sent: number;
}

const minuteMs: Milliseconds = 60_000;
const hourMs: Milliseconds = 3_600_000;
export const trendMinutes = 120;
const rowBuckets = 12;
const bucketMinutes = 5;
export const trendQuarters = 96;

/** Nearest rank: a wait that really was, never one between two. */
const rankOf = (sorted: readonly Milliseconds[], share: number): Milliseconds =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

export const answerTimesOf = (waits: readonly Milliseconds[]): AnswerTimes | null => {
  if (waits.length === 0) return null;
  const sorted = waits.toSorted((a, b) => a - b);

  return { half: rankOf(sorted, 0.5), most: rankOf(sorted, 0.95) };
};

/** Of the answers that came in the last hour. */
export const answersOfLastHour = (answers: readonly AnswerWait[], now: EpochMs): AnswerTimes | null =>
  answerTimesOf(answers.filter(({ at }) => at > now - hourMs).map(({ ms }) => ms));

/** Sums in `count` buckets of `width` minutes up to the minute `end`, which is in none. */
const bucketsOf = (counts: readonly MinuteCount[], end: number, count: number, width: number): MessagesTrend => {
  const received = Array.from({ length: count }, () => 0);
  const sent = Array.from({ length: count }, () => 0);
  const from = end - count * width;
  for (const each of counts) {
    const bucket = Math.floor((each.minute - from) / width);
    if (bucket < 0 || bucket >= count) continue;
    received[bucket] = (received[bucket] ?? 0) + each.received;
    sent[bucket] = (sent[bucket] ?? 0) + each.sent;
  }
  return { received, sent };
};

/** The last twelve whole 5 minutes of the clock; null for a session that was made after them. */
export const rowTrendOf = (counts: readonly MinuteCount[], createdAt: EpochMs, now: EpochMs): MessagesTrend | null => {
  const end = Math.floor(now / minuteMs / bucketMinutes) * bucketMinutes;
  return createdAt >= end * minuteMs ? null : bucketsOf(counts, end, rowBuckets, bucketMinutes);
};

/** Sums of each clock's hour from the one that begins with the minute `from`. */
export const hourSums = (
  counts: readonly MinuteCount[],
  from: number,
): ReadonlyMap<number, { readonly received: number; readonly sent: number }> => {
  const sums = new Map<number, { received: number; sent: number }>();
  for (const { minute, received, sent } of counts) {
    if (minute < from) continue;
    const hour = from + Math.floor((minute - from) / 60) * 60;
    const sum = sums.get(hour) ?? { received: 0, sent: 0 };
    sums.set(hour, { received: sum.received + received, sent: sum.sent + sent });
  }
  return sums;
};

const unknownHour = ' ';

/** A letter for each of `hours`; null when nothing is known of any. */
export const servedOf = (rows: readonly SessionHour[], hours: readonly number[]): string | null => {
  const byHour = new Map(rows.map((row) => [row.hour, row]));
  const letters = hours.map((hour) => {
    const row = byHour.get(hour);
    return row === undefined ? unknownHour : servedLetter(row);
  });

  return letters.every((letter) => letter === unknownHour) ? null : letters.join('');
};

export const trendsOf = (given: {
  readonly counts: readonly MinuteCount[];
  readonly answers: readonly AnswerWait[];
  readonly quarters: readonly FleetQuarter[];
  readonly rows: readonly SessionHour[];
  readonly hours: readonly number[];
  readonly now: EpochMs;
}): FleetTrends => {
  const { now, hours, rows } = given;
  const messages = bucketsOf(given.counts, Math.floor(now / minuteMs), trendMinutes, 1);
  const lastHour = (list: readonly number[]): number => list.slice(-60).reduce((sum, n) => sum + n, 0);

  const first = Math.floor(now / quarterMs) - trendQuarters + 1;
  const byQuarter = new Map(given.quarters.map((each) => [each.quarter, each]));
  const inOrder = Array.from({ length: trendQuarters }, (_, n) => byQuarter.get(first + n) ?? null);

  const byHour = Map.groupBy(rows, ({ hour }) => hour);
  const together = hours.map((hour) => servedTogether(byHour.get(hour) ?? []));
  const sum = (key: 'inTime' | 'late' | 'unanswered'): number => together.reduce((all, hour) => all + hour[key], 0);
  return {
    messages,
    served24h: { inTime: sum('inTime'), late: sum('late'), not: sum('unanswered') },
    servedHours: together.map(servedLetter).join(''),
    answer: {
      half: inOrder.map((each) => each?.halfMs ?? null),
      most: inOrder.map((each) => each?.mostMs ?? null),
    },
    answerNow: answersOfLastHour(given.answers, now),
    messagesLastHour: { received: lastHour(messages.received), sent: lastHour(messages.sent) },
  };
};
