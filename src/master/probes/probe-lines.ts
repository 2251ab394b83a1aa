import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import type { ProbeLine, ProbeLook } from '../../protocol/probe.ts';
import { plainText } from '../../session/plain-text.ts';
import type { ProbePlan, ProbeRun, ProbeStanding } from '../../session/probe.ts';
import type { Store } from '../../store/store.ts';

/** A mystery customer as a person reads it: of a master, and of a fleet that is stopped. */

const shownRuns = 10;

interface Parts {
  readonly store: Store;
  readonly book: Pick<SessionBook, 'byId'>;
}

export const probeLookOf = ({ store, book }: Parts, run: ProbeRun): ProbeLook => {
  const target = book.byId(run.sessionId);
  return {
    at: run.begunAt,
    from: book.byId(run.fromId)?.stored.name ?? run.fromId,
    why: run.why,
    outcome: run.outcome,
    answerMs: run.answerMs,
    asked: plainText(run.text),
    answer: target === null ? [] : store.probes.answersTo(run, target.stored.name).map(plainText),
    code: run.code,
    reason: run.reason,
  };
};

export const probeLineOf = (parts: Parts, standing: ProbeStanding, plan: ProbePlan): ProbeLine => {
  const { store, book } = parts;
  const { everyMs, fromMinute, untilMinute, text, expect, nextAt } = plan;
  return {
    name: book.byId(plan.sessionId)?.stored.name ?? plan.sessionId,
    plan: { from: standing.from, everyMs, fromMinute, untilMinute, text, expect, nextAt },
    standing,
    runs: store.probes.runs(plan.sessionId, shownRuns).map((run) => probeLookOf(parts, run)),
  };
};
