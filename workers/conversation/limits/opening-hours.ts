import type { TimingConfig } from '../../../src/session/session-config.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { addDays, instantOf, localTime, weekdayOf } from './local-time.ts';

/** Business hours and quiet days, by the clock on the wall of the session's IANA zone. */

export type HoursConfig = Pick<TimingConfig, 'timeZone' | 'openingHours' | 'quietDays'>;

type Range = NonNullable<HoursConfig['openingHours']>[number];

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** 18:00 to 02:00 runs into the next day; 08:00 to 08:00 is empty. */
const runsOver = (range: Range): boolean => minutesOf(range.to) < minutesOf(range.from);

const opensOn = (range: Range, date: string, hours: HoursConfig): boolean =>
  range.days.includes(weekdayOf(date)) && !hours.quietDays.includes(date);

/** Whether the session answers at `at`. No opening hours: open, but for quiet days. */
export const isOpen = (hours: HoursConfig, at: EpochMs): boolean => {
  const now = localTime(hours.timeZone, at);
  if (hours.quietDays.includes(now.date)) return false;
  if (hours.openingHours === null) return true;
  const yesterday = addDays(now.date, -1);
  return hours.openingHours.some((range) => {
    const from = minutesOf(range.from);
    const to = minutesOf(range.to);
    if (!runsOver(range)) return opensOn(range, now.date, hours) && now.minutes >= from && now.minutes < to;
    return (
      (opensOn(range, now.date, hours) && now.minutes >= from) || (opensOn(range, yesterday, hours) && now.minutes < to)
    );
  });
};

// More quiet days than the schema allows (366) plus a week of weekdays.
const horizonDays = 375;

/**
 * The first instant from `at` on at which the session is open: `at` itself when it is open now, `null` when it never opens (no
 * hours at all, or quiet days without end).
 */
export const nextOpening = (hours: HoursConfig, at: EpochMs): EpochMs | null => {
  if (isOpen(hours, at)) return at;
  const today = localTime(hours.timeZone, at).date;
  for (let ahead = 0; ahead <= horizonDays; ahead += 1) {
    const date = addDays(today, ahead);
    const starts =
      hours.openingHours === null
        ? [0]
        : hours.openingHours
            .filter((range) => opensOn(range, date, hours))
            .flatMap((range) => [minutesOf(range.from), 0]);
    // Midnight is tried too: a range from yesterday may go on after a quiet day's end, or a change of clock may move a start.
    const opening = starts
      .map((start) => instantOf(hours.timeZone, date, start))
      .filter((instant) => instant > at && isOpen(hours, instant))
      .sort((a, b) => a - b)[0];
    if (opening !== undefined) return opening;
  }
  return null;
};

/**
 * The hours as the instructions say them: `seg–sex 08:00–18:00; sáb 08:00–12:00`. Days of equal hours are put together.
 */
export const describeHours = (hours: HoursConfig, language: 'pt-BR' | 'en'): string => {
  const words =
    language === 'pt-BR'
      ? { days: ['dom', 'seg', 'ter', 'qua', 'qui', 'sex', 'sáb'], always: 'sempre aberto', never: 'fechado' }
      : { days: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'], always: 'always open', never: 'closed' };
  if (hours.openingHours === null) return words.always;
  const byDay = words.days.map((_, day) =>
    (hours.openingHours ?? [])
      .filter((range) => range.days.includes(day) && range.from !== range.to)
      .map((range) => `${range.from}–${range.to}`)
      .sort()
      .join(', '),
  );
  // A Brazilian (and a working) week is read from Monday on.
  const order = [1, 2, 3, 4, 5, 6, 0];
  const groups: { first: number; last: number; times: string }[] = [];
  for (const day of order) {
    const times = byDay[day] ?? '';
    const group = groups.at(-1);
    if (group && group.times === times) group.last = day;
    else groups.push({ first: day, last: day, times });
  }
  const open = groups.filter((group) => group.times !== '');
  if (open.length === 0) return words.never;
  return open
    .map(({ first, last, times }) => {
      const days = first === last ? words.days[first] : `${words.days[first]}–${words.days[last]}`;
      return `${days} ${times}`;
    })
    .join('; ');
};
