import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';

/** A clock may be behind another by so much and mean nothing by it. */
const slack: Milliseconds = 1000;

/** What another clock may call now. */
export const latestNow = (now: EpochMs): EpochMs => now + slack;

/** Written by a clock that was set back since, or by another machine's. */
export const isAhead = (moment: EpochMs, now: EpochMs): boolean => moment > latestNow(now);

/** When something happened: where its moment is still to come nobody knows how long ago that is, and no customer waits until it comes again. */
export const asPast = (moment: EpochMs, now: EpochMs): EpochMs => (isAhead(moment, now) ? 0 : moment);
