import type { EpochMs } from '../../../src/session/units.ts';

/** Wall-clock time in an IANA zone, with nothing but `Intl`: right through every change of clock. */

export interface LocalTime {
  /** `2026-11-22` */
  readonly date: string;
  /** 0 Sunday to 6 Saturday. */
  readonly weekday: number;
  /** Minutes since local midnight as the clock on the wall shows them, 0 to 1439. */
  readonly minutes: number;
  readonly seconds: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

// Making a formatter costs about 50 µs, formatting 1 µs: kept per zone (a session has one zone, a test a few).
const formatterOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
};

const two = (n: number): string => String(n).padStart(2, '0');

/** `2026-12-31` + 1 → `2027-01-01`. */
export const addDays = (date: string, days: number): string => {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
};

export const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();

export const localTime = (timeZone: string, at: EpochMs): LocalTime => {
  const parts: Record<string, number> = {};
  for (const part of formatterOf(timeZone).formatToParts(at)) parts[part.type] = Number(part.value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return { date, weekday: weekdayOf(date), minutes: hour * 60 + minute, seconds: second };
};

const asIfUtc = (time: LocalTime): number =>
  Date.parse(`${time.date}T00:00:00Z`) + time.minutes * 60_000 + time.seconds * 1000;

/**
 * The instant at which the wall clock shows `minutes` (0 to 1440) after midnight of `date`. A time that occurs twice: its first
 * occurrence. A time that a change of clock skips: the instant right after the gap.
 */
export const instantOf = (timeZone: string, date: string, minutes: number): EpochMs => {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000;
  const offsetAt = (at: EpochMs): number => asIfUtc(localTime(timeZone, at)) - Math.floor(at / 1000) * 1000;
  // Offsets half a day around the wanted moment are those before and after any change of clock near it.
  const before = offsetAt(wanted - 43_200_000);
  const after = offsetAt(wanted + 43_200_000);
  const exact = [wanted - before, wanted - after]
    .filter((at) => asIfUtc(localTime(timeZone, at)) === wanted)
    .sort((a, b) => a - b)[0];
  if (exact !== undefined) return exact;
  // Skipped: find where the offset changes.
  let low = wanted - Math.max(before, after) - 43_200_000;
  let high = wanted - Math.min(before, after) + 43_200_000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (asIfUtc(localTime(timeZone, middle)) < wanted) low = middle;
    else high = middle;
  }
  return high;
};

/** First instant of the local day after the one `at` lies in. */
export const nextDayStart = (timeZone: string, at: EpochMs): EpochMs =>
  instantOf(timeZone, addDays(localTime(timeZone, at).date, 1), 0);
