import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { SessionPolicy } from './policies.ts';

/** "Connected but deaf", judged by the session's own normal: a bakery and a lawyer are quiet for different times. Pure. */

/** Fewer gaps than this are no normal. */
const fewestGaps = 20;
/** The gap that all but one in twenty stay below. */
const usualShare = 0.95;

/**
 * The session's longest usual gap between inbound messages, ms, from their times (any order) of the last days; null with fewer than
 * 21 messages. Nights are gaps too, so a session with closing hours has a long normal of its own.
 */
export const usualGapMs = (inboundAt: readonly EpochMs[]): Milliseconds | null => {
  const times = [...inboundAt].sort((a, b) => a - b);
  const gaps = times.slice(1).map((at, i) => at - (times[i] ?? at));
  if (gaps.length < fewestGaps) return null;
  gaps.sort((a, b) => a - b);
  return gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * usualShare))] ?? null;
};

/** How long this session may be silent before that is strange, ms; null while nothing is known of it. */
export const strangeSilenceMs = (
  usualGap: Milliseconds | null,
  policy: Pick<SessionPolicy, 'deafFactor' | 'deafFloorMs'>,
): Milliseconds | null => (usualGap === null ? null : Math.max(policy.deafFloorMs, usualGap * policy.deafFactor));
