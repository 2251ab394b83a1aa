import type { EpochMs, Milliseconds } from './units.ts';

/**
 * Hours of the clock in a time zone, named by the minute since 1970 at which they begin. Most zones stand a whole number of hours from
 * UTC; in the others (India, Nepal) an hour begins at another minute. An hour that summer time repeats is two, one that it leaves out is
 * none.
 */

const minuteMs: Milliseconds = 60_000;
export const hourMinutes = 60;
export const quarterMs: Milliseconds = 15 * minuteMs;

const formats = new Map<string, Intl.DateTimeFormat>();
const minuteIn = (timeZone: string, at: EpochMs): number => {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, minute: 'numeric' });
    formats.set(timeZone, format);
  }
  return Number(format.format(at));
};

/** The minute since 1970 at which the clock's hour of `at` began. */
export const clockHour = (timeZone: string, at: EpochMs): number => {
  const minute = Math.floor(at / minuteMs);
  return minute - minuteIn(timeZone, at);
};

/** The hours up to that of `at`, oldest first. */
export const lastClockHours = (timeZone: string, at: EpochMs, count: number): readonly number[] => {
  const hours = [clockHour(timeZone, at)];
  while (hours.length < count) hours.push(clockHour(timeZone, (hours.at(-1) ?? 0) * minuteMs - 1));
  return hours.reverse();
};

/** Monday 0 to Sunday 6, and the hour of the day. */
export interface WeekHour {
  readonly day: number;
  readonly hour: number;
}

const weekFormats = new Map<string, Intl.DateTimeFormat>();
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export const weekHourIn = (timeZone: string, at: EpochMs): WeekHour => {
  let format = weekFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: 'numeric', hourCycle: 'h23' });
    weekFormats.set(timeZone, format);
  }
  const parts = format.formatToParts(at);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';

  return { day: weekdays.indexOf(of('weekday')), hour: Number(of('hour')) % 24 };
};
