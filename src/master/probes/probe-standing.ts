import { lastClockHours } from '../../session/clock-hours.ts';
import type { ProbePlan, ProbeStanding } from '../../session/probe.ts';
import { failedInRow, probeLetter, tellsOf } from '../../session/probe-policy.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';

const minuteMs: Milliseconds = 60_000;
const strip = 24;
/** More failures in a row are told as so many. */
const mostInRow = 50;

/** What a row says of the mystery customer of a session. */
export const probeStandingOf = (
  store: Store,
  plan: ProbePlan,
  about: {
    readonly fromName: string;
    /** Of the fleet: the hours of the strip are its clock's. */
    readonly timeZone: string;
    readonly waitsFor: string | null;
    readonly now: EpochMs;
  },
): ProbeStanding => {
  const { sessionId } = plan;
  const hours = lastClockHours(about.timeZone, about.now, strip);
  const telling = store.probes.lastTelling(sessionId, mostInRow);
  const [last] = telling;
  const proved = store.probes.lastProved(sessionId);
  const open = store.probes.openOf(sessionId).find((run) => run.sessionId === sessionId) ?? null;
  const ofDay = store.probes.runsSince(sessionId, (hours[0] ?? 0) * minuteMs);

  const letters = hours.map((hour, index) => {
    const from = hour * minuteMs;
    const until = (hours[index + 1] ?? Number.POSITIVE_INFINITY) * minuteMs;
    const outcomes = ofDay
      .filter(({ begunAt }) => begunAt >= from && begunAt < until)
      .map(({ outcome }) => outcome)
      .filter(tellsOf);
    return probeLetter(outcomes);
  });

  return {
    from: about.fromName,
    everyMs: plan.everyMs,
    provedAt: proved?.answeredAt ?? null,
    answerMs: proved?.answerMs ?? null,
    lastOutcome: last !== undefined && tellsOf(last.outcome) ? last.outcome : null,
    lastAt: last?.endedAt ?? null,
    code: last?.code ?? null,
    reason: last?.reason ?? null,
    failedInRow: failedInRow(telling.map(({ outcome }) => outcome).filter(tellsOf)),
    hours: letters.join(''),
    asksSince: open?.begunAt ?? null,
    nextAt: plan.nextAt,
    waitsFor: about.waitsFor,
  };
};
