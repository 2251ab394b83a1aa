import type { TimingConfig } from '../../../src/session/session-config.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { instantOf, localTime, nextDayStart } from './local-time.ts';

/** A number that was linked lately answers few new people a day at first: many at once are what gets it restricted. */

export type WarmUpConfig = Pick<TimingConfig, 'warmUpPerDay' | 'warmUpGrowth' | 'timeZone'>;

const dayMs = 86_400_000;
/** More a day than any number meets: from here on nothing is counted. */
const noLimitFrom = 100_000;

/** Calendar days in the session's zone from the first link on, 0 on its own day. */
export const daysSince = (timeZone: string, from: EpochMs, now: EpochMs): number => {
  const dayOf = (at: EpochMs): number => Date.parse(`${localTime(timeZone, at).date}T00:00:00Z`) / dayMs;
  return Math.max(0, dayOf(now) - dayOf(from));
};

/** New people answered at most today; null: no limit. */
export const newPeopleToday = (timing: WarmUpConfig, firstLinkedAt: EpochMs | null, now: EpochMs): number | null => {
  if (timing.warmUpPerDay === 0 || firstLinkedAt === null) return null;
  const days = daysSince(timing.timeZone, firstLinkedAt, now);
  const limit = Math.floor(timing.warmUpPerDay * timing.warmUpGrowth ** days);
  return limit >= noLimitFrom ? null : limit;
};

/** When the session's day began, and when the next one does. */
export const dayAround = (timeZone: string, now: EpochMs): { readonly start: EpochMs; readonly end: EpochMs } => ({
  start: instantOf(timeZone, localTime(timeZone, now).date, 0),
  end: nextDayStart(timeZone, now),
});
