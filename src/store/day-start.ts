import type { EpochMs } from '../session/units.ts';
import { dayIn } from './usage-store.ts';

const started = new Map<string, { readonly day: string; readonly start: EpochMs }>();
/** No day is longer than 25 hours, the one in which summer time ends. */
const longerThanADay = 26 * 3_600_000;

/** When the day of `at` began in an IANA time zone: searched once a day and zone, for a formatter only tells which day it is. */
export const dayStartIn = (timeZone: string, at: EpochMs): EpochMs => {
  const day = dayIn(timeZone, at);
  const known = started.get(timeZone);
  if (known?.day === day) return known.start;

  let before = at - longerThanADay;
  let start = at;
  while (start - before > 1) {
    const middle = before + Math.floor((start - before) / 2);
    if (dayIn(timeZone, middle) === day) start = middle;
    else before = middle;
  }
  started.set(timeZone, { day, start });

  return start;
};
