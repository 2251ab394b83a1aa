import type { ProbeRun } from '../../session/probe.ts';
import { judgeRun, probeDeadlineMs, type RunEnding } from '../../session/probe-policy.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';

/** What became of a question, as the stores of both sides tell it: the workers write what they see, and this judges it. */

export interface RunWatch {
  readonly store: Store;
  readonly isConnected: (sessionId: string) => boolean;
  /** Since when this master looks. */
  readonly watchedSince: EpochMs;
  readonly isExpected: (pattern: string | null, answer: string) => boolean;
}

export interface EndedRun extends RunEnding {
  readonly run: ProbeRun;
  /** The session that is asked answers again then; null: it does not say. */
  readonly heldUntil: EpochMs | null;
  /** Messages of it that still waited, and do not any more. */
  readonly dropped: number;
}

const gone: RunEnding = { outcome: 'unknown', code: 'probe-gone', reason: 'one of the two sessions was deleted' };

/** When it was given to WhatsApp, once that is known; an answer proves it, too. */
const noteSent = ({ store }: RunWatch, run: ProbeRun, now: EpochMs): ProbeRun => {
  const target = store.sessions.byId(run.sessionId);
  if (run.sentAt !== null || run.partId === null || target === null) return run;

  const part = store.outbox.get(run.partId);
  const isOut = part !== null && (part.status === 'sent' || run.answeredAt !== null || run.receivedAt !== null);
  if (!isOut) return run;
  const sentAt = part.sendingAt ?? now;
  store.probes.markSent(run.id, sentAt, sentAt + probeDeadlineMs(target.config));
  return store.probes.run(run.id) ?? run;
};

/** Ends the run when it is over, in one transaction with what still waits for it; null: it is under way. */
export const lookAtRun = (watch: RunWatch, given: ProbeRun, now: EpochMs): EndedRun | null => {
  const { store, isConnected, isExpected } = watch;

  return store.database.transaction(() => {
    const run = noteSent(watch, given, now);
    const target = store.sessions.byId(run.sessionId);
    const from = store.sessions.byId(run.fromId);
    const part = run.partId === null ? null : store.outbox.get(run.partId);
    const said = target === null ? [] : store.probes.answersTo(run, target.name);
    const question =
      from === null || run.receivedAt === null ? null : store.probes.questionOf(run.sessionId, from.name, run.begunAt);
    const ending =
      target === null || from === null
        ? gone
        : judgeRun(
            {
              run,
              part,
              matches: said.length === 0 ? null : isExpected(run.expect, said.join('\n')),
              isWhole: question !== null && said.length > 0 && said.length >= question.parts,
              question,
              targetConnected: isConnected(target.id),
              fromConnected: isConnected(from.id),
              watchedSince: watch.watchedSince,
            },
            now,
          );
    if (ending === null) return null;

    const { sentAt, answeredAt, deadlineAt } = run;
    const isInTime = answeredAt !== null && sentAt !== null && (deadlineAt === null || answeredAt <= deadlineAt);
    const answerMs = isInTime ? Math.max(0, answeredAt - sentAt) : null;
    if (!store.probes.endRun(run.id, { ...ending, answerMs }, now)) return null;

    if (part?.status === 'queued') store.outbox.end(part.id, 'dropped', 'the question is over', now);
    const dropped = from === null ? 0 : store.probes.letBe(run.sessionId, from.name, now);
    return { ...ending, run: store.probes.run(run.id) ?? run, heldUntil: question?.heldUntil ?? null, dropped };
  });
};
