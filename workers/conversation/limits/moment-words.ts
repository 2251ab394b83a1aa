import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import { localTime } from './local-time.ts';

/** Moments and the time between them as the AI is told them: in English, by the clock on the wall of the session's zone. Pure. */

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const hourMs: Milliseconds = 3_600_000;
const minutesOfDay = 24 * 60;

const two = (n: number): string => String(n).padStart(2, '0');

/** `Saturday 28 Nov 2026 16:40`; without the year where it is that of `present`. */
export const momentWords = (timeZone: string, at: EpochMs, present: EpochMs | null = null): string => {
  const { date, weekday, minutes } = localTime(timeZone, at);
  const [year = '', month = '', day = ''] = date.split('-');
  const isThisYear = present !== null && localTime(timeZone, present).date.startsWith(`${year}-`);
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return [weekdays[weekday], Number(day), months[Number(month) - 1], ...(isThisYear ? [] : [year]), time].join(' ');
};

/** Local midnights between two moments. */
const daysBetween = (timeZone: string, from: EpochMs, to: EpochMs): number => {
  const dayOf = (at: EpochMs): number => Date.parse(`${localTime(timeZone, at).date}T00:00:00Z`);
  return Math.round((dayOf(to) - dayOf(from)) / (minutesOfDay * 60_000));
};

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'} later`;

/**
 * `3 hours later`, `the next day`, `2 days later`, `4 months later`; null for less than an hour. Hours are those that really passed;
 * days are those of the calendar, whatever a change of clock made of them.
 */
export const gapWords = (timeZone: string, from: EpochMs, to: EpochMs): string | null => {
  const hours = Math.floor((to - from) / hourMs);
  if (hours < 1) return null;
  const days = daysBetween(timeZone, from, to);
  if (days === 0 || hours < 8) return counted(hours, 'hour');
  if (days === 1) return 'the next day';
  if (days < 60) return counted(days, 'day');
  if (days < 730) return counted(Math.round(days / 30.44), 'month');
  return counted(Math.floor(days / 365.25), 'year');
};
