import type { DemoSession } from '../../../workers/whatsapp/simulated/demo-fleet.ts';
import type { SeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';

/** When the customers of a demo came, and how long they waited: invented from a seed, in the shape of a day. */

export interface DemoVisit {
  readonly at: EpochMs;
  /** Index of the customer among the session's own. */
  readonly customer: number;
  /** How many messages he wrote in a row. */
  readonly messages: number;
  /** From his first message to the answer; null: nobody answered. */
  readonly waitMs: Milliseconds | null;
}

const hourMs: Milliseconds = 3_600_000;
/** One in so many waits for minutes. */
const lateOne = 110;
const silentOne = 900;

const hill = (hour: number, top: number, width: number): number => Math.exp(-((hour - top) ** 2) / width);

/** How busy an hour of the day is, 0 to 1. */
export const busyAt = (customers: DemoSession['customers'], hour: number): number =>
  customers === 'meals'
    ? Math.min(1, 0.75 * hill(hour, 12.5, 6) + hill(hour, 20, 7))
    : Math.min(1, hill(hour, 10.5, 7) + 0.9 * hill(hour, 15.5, 9) + 0.3 * hill(hour, 20, 6));

/** Most answers come near their half, some at twice or three times that. */
const waitOf = (random: SeededRandom, halfMs: Milliseconds): Milliseconds | null => {
  if (random.between([1, silentOne]) === 1) return null;
  if (random.between([1, lateOne]) === 1) return random.between([170_000, 420_000]);

  const spread = 0.55 + random.next() ** 2 * 1.9;
  return Math.round(halfMs * spread * (random.next() < 0.5 ? 0.85 : 1.15));
};

/** Visits between two times, at `perHour` each hour on average. */
export const visitsBetween = (
  random: SeededRandom,
  session: Pick<DemoSession, 'halfMs'>,
  span: { readonly from: EpochMs; readonly until: EpochMs; readonly perHour: number; readonly customers: number },
): readonly DemoVisit[] => {
  const expected = (span.perHour * (span.until - span.from)) / hourMs;
  const count = Math.floor(expected) + (random.next() < expected % 1 ? 1 : 0);

  return Array.from({ length: count }, () => ({
    at: span.from + Math.floor(random.next() * (span.until - span.from)),
    customer: random.between([0, span.customers - 1]),
    messages: random.between([1, 2]),
    waitMs: waitOf(random, session.halfMs),
  })).sort((a, b) => a.at - b.at);
};
