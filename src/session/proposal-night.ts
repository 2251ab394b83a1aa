import { minuteOfDay } from './probe-policy.ts';
import type { EpochMs } from './units.ts';

/** When a session's night is. Pure. */

/** A master that was away when the night began makes up for it within this time, and not in the middle of the morning. */
const nightMinutes = 240;
const minutesOfDay = 1440;
const minute = 60_000;

const dayFormats = new Map<string, Intl.DateTimeFormat>();
const dayOf = (timeZone: string, at: EpochMs): string => {
  const known = dayFormats.get(timeZone);
  const format =
    known ?? new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  if (known === undefined) dayFormats.set(timeZone, format);
  return format.format(at);
};

/** The day `YYYY-MM-DD` on which the night of now began, on the session's clock; null: it is none. `startsAt`: `HH:MM`. */
export const nightOf = (startsAt: string, timeZone: string, now: EpochMs): string | null => {
  const [hours = 0, minutes = 0] = startsAt.split(':').map(Number);
  const since = (minuteOfDay(timeZone, now) - (hours * 60 + minutes) + minutesOfDay) % minutesOfDay;
  return since < nightMinutes ? dayOf(timeZone, now - since * minute) : null;
};
