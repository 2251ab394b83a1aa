import { samePhone } from './phone.ts';
import type { ProbeOutcome, ProbePlan, ProbeRun } from './probe.ts';
import { againAfterMs, failedLimit } from './probe.ts';
import type { Restriction } from './records.ts';
import type { SessionConfig } from './session-config.ts';
import type { SessionState } from './session-state.ts';
import type { EpochMs, Milliseconds } from './units.ts';
import type { RepliesMode } from './verdict.ts';

/** When the mystery customer asks, what keeps it from asking, and what became of its question. Pure. */

const minute: Milliseconds = 60_000;

/** Later than planned by up to this share of the interval, never earlier: what comes like a clock is seen for what it is. */
const jitterShare = 0.25;
/** After something was in the way it is looked at again this soon. */
export const lookAgainMs: Milliseconds = 5 * minute;
/** A clock is set by as much now and then; further back, and times of before are in the future. */
const clockBackMs: Milliseconds = minute;

export const minuteOfDay = (timeZone: string, at: EpochMs): number => {
  const parts = formatOf(timeZone).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return (of('hour') % 24) * 60 + of('minute');
};

const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formats.set(timeZone, made);
  return made;
};

type Hours = Pick<ProbePlan, 'fromMinute' | 'untilMinute'>;

/** Hours may go over midnight. */
export const isWithinHours = ({ fromMinute, untilMinute }: Hours, timeZone: string, at: EpochMs): boolean => {
  if (fromMinute === untilMinute) return true;
  const now = minuteOfDay(timeZone, at);
  return fromMinute < untilMinute ? now >= fromMinute && now < untilMinute : now >= fromMinute || now < untilMinute;
};

/** When the next question is due after one at `at`; `random`: 0 inclusive to 1 exclusive. */
export const nextProbeAt = (everyMs: Milliseconds, at: EpochMs, random: number): EpochMs =>
  at + Math.round(everyMs * (1 + jitterShare * random));

/** What is known of one of the two sessions. */
export interface ProbeSide {
  readonly name: string;
  readonly state: SessionState;
  /** The number that is linked. */
  readonly phone: string | null;
  readonly restriction: Restriction | null;
  /** The server that has it, when that is another one. */
  readonly node: string | null;
}

export interface ProbeTarget extends ProbeSide {
  readonly replies: RepliesMode;
  readonly filters: SessionConfig['filters'];
}

/** Why nothing is asked now: a code, and a sentence that says what to do. */
export interface ProbeObstacle {
  readonly code: string;
  readonly words: string;
}

const isListed = (list: readonly string[], phone: string): boolean =>
  list.some((entry) => {
    const digits = /^(\d+)(?:@(?:c\.us|s\.whatsapp\.net))?$/.exec(entry)?.[1];
    return digits !== undefined && samePhone(digits, phone);
  });

/** Whether the lists of the session that is asked let the asking number through. */
export const listObstacle = (target: ProbeTarget, from: ProbeSide): ProbeObstacle | null => {
  if (from.phone === null) return null;
  const { deny, allow } = target.filters;
  if (isListed(deny, from.phone))
    return {
      code: 'probe-denied',
      words: `the number of ${from.name} is on the deny list of ${target.name}: take it off filters.deny, or ask from another session`,
    };
  if (allow.length > 0 && !isListed(allow, from.phone))
    return {
      code: 'probe-not-allowed',
      words: `${target.name} answers only those on its allow list: add the number of ${from.name} to filters.allow`,
    };
  return null;
};

/** What is in the way of asking `target` from `from` now, the most lasting first; null: nothing. */
export const probeObstacle = (target: ProbeTarget, from: ProbeSide): ProbeObstacle | null => {
  for (const side of [target, from]) {
    if (side.node !== null)
      return {
        code: 'probe-elsewhere',
        words: `${side.name} runs on ${side.node}: a question can be followed only where both sessions run on this server`,
      };
    if (side.state !== 'connected')
      return { code: 'probe-not-connected', words: `${side.name} is not connected: nothing is asked until it is` };
    if (side.restriction !== null)
      return {
        code: 'probe-restricted',
        words: `WhatsApp restricts the number of ${side.name}: nothing is asked until that is over`,
      };
  }
  if (target.replies === 'draft')
    return {
      code: 'probe-watching',
      words: `${target.name} is in watch mode: nothing is asked until it answers by itself`,
    };
  if (target.replies === 'paused')
    return { code: 'probe-paused', words: `${target.name} is on hold: nothing is asked until replies are resumed` };
  if (target.phone !== null && from.phone !== null && samePhone(target.phone, from.phone))
    return {
      code: 'probe-same-number',
      words: `${target.name} and ${from.name} have the same number: ask from another one`,
    };
  return listObstacle(target, from);
};

/** As long as an answer may take when all is well: what makes a chat overdue, and the typing of its first part. */
export const probeDeadlineMs = ({ timing, ai }: Pick<SessionConfig, 'timing' | 'ai'>): Milliseconds =>
  timing.maxWaitMs + ai.timeoutMs + 30_000 + timing.readingDelayMs + (timing.typing ? timing.maxTypingMs : 0);

/** How long the asking session may take to give its question to WhatsApp. */
const sendWithinMs: Milliseconds = 2 * minute;
/** One whose fate is looked up takes longer (workers/conversation/outbox/part-fate.ts: about four minutes). */
const settleWithinMs: Milliseconds = 6 * minute;

/** Why an inbound message waits although nothing is wrong: a person decided so, or the shop is closed. */
const decidedHolds: ReadonlySet<string> = new Set([
  'closed',
  'session-paused',
  'chat-paused',
  'draft',
  'owner-answered',
]);

/** What the stores of both sides say of a question. */
export interface RunFacts {
  readonly run: ProbeRun;
  /** The part of the session that asks. */
  readonly part: { readonly status: string; readonly reason: string | null } | null;
  /** What the answer says so far: does it match what is expected? Null: there is none. */
  readonly matches: boolean | null;
  /** All parts of the answer have arrived. */
  readonly isWhole: boolean;
  /** How the question stands with the session that is asked. */
  readonly question: {
    readonly outcome: string | null;
    readonly code: string | null;
    readonly reason: string | null;
  } | null;
  readonly targetConnected: boolean;
  readonly fromConnected: boolean;
  /** Since when this master looks. */
  readonly watchedSince: EpochMs;
}

export interface RunEnding {
  readonly outcome: ProbeOutcome;
  readonly code: string | null;
  readonly reason: string | null;
}

const ending = (outcome: ProbeOutcome, code: string, reason: string): RunEnding => ({ outcome, code, reason });

const endUnsent = ({ run, part }: RunFacts, now: EpochMs): RunEnding | null => {
  const given = 'the question did not go out';
  if (part === null) return ending('unknown', 'probe-not-sent', given);
  if (part.status === 'refused' || part.status === 'unknown' || part.status === 'dropped')
    return ending('unknown', 'probe-not-sent', part.reason === null ? given : `${given}: ${part.reason}`);
  const mayTake = part.status === 'sending' ? settleWithinMs : sendWithinMs;
  return now - run.begunAt < mayTake ? null : ending('unknown', 'probe-not-sent', `${given} in time`);
};

const whyNot = ({ question, run, targetConnected, fromConnected, watchedSince }: RunFacts): RunEnding => {
  // Whoever was away when the time ran over cannot say that nothing came.
  if (run.deadlineAt !== null && run.deadlineAt < watchedSince)
    return ending('unknown', 'probe-master-away', 'this server was not looking when the time for an answer ran over');
  if (!fromConnected) return ending('unknown', 'probe-from-away', 'the session that asked lost its connection');
  if (!targetConnected) return ending('unknown', 'probe-away', 'the session that was asked lost its connection');
  if (question === null) return ending('failed', 'probe-not-received', 'the question never reached the session');

  const why = question.reason ?? '';
  if (question.outcome === 'held' && decidedHolds.has(question.code ?? ''))
    return ending('skipped', `probe-${question.code}`, why);
  if (question.outcome === 'ignored')
    return ending(
      'failed',
      'probe-ignored',
      why === '' ? 'the question was ignored' : `the question was ignored: ${why}`,
    );
  if (question.outcome === 'answered')
    return ending('failed', 'probe-not-delivered', 'the answer was sent, and did not arrive');
  return ending('failed', 'probe-unanswered', why === '' ? 'no answer came in time' : `no answer came: ${why}`);
};

/** The session that is asked has decided that no answer follows. */
const isFinal = (question: RunFacts['question']): boolean => {
  if (question === null) return false;
  const { outcome, code } = question;
  return outcome === 'unanswered' || outcome === 'ignored' || (outcome === 'held' && decidedHolds.has(code ?? ''));
};

/** How a question has ended by now; null: it is still under way. */
export const judgeRun = (facts: RunFacts, now: EpochMs): RunEnding | null => {
  const { run, matches } = facts;
  const { deadlineAt, answeredAt } = run;
  if (now < run.begunAt - clockBackMs)
    return ending('unknown', 'probe-clock', "this server's clock was set back while the question was under way");
  const inTime = answeredAt !== null && (deadlineAt === null || answeredAt <= deadlineAt);
  if (inTime && matches === true) return { outcome: 'ok', code: null, reason: null };

  if (run.sentAt === null || deadlineAt === null) return endUnsent(facts, now);
  // Nothing more is coming: it need not be waited for.
  const isDecided = inTime ? facts.isWhole : isFinal(facts.question);
  if (now < deadlineAt && !isDecided) return null;
  // An answer is an answer, though it is another one than was hoped for.
  if (inTime) return ending('failed', 'probe-unexpected', `it was answered, and not as expected: ${run.expect ?? ''}`);
  return whyNot(facts);
};

/**
 * Whether the time has come. Where the clock was set back the next question may lie days ahead, and so does the last one: it is asked now.
 * `lastAt`: when the last one was begun, or nothing.
 */
export const isDue = (
  { nextAt, everyMs, setAt }: Pick<ProbePlan, 'nextAt' | 'everyMs' | 'setAt'>,
  lastAt: () => EpochMs | null,
  now: EpochMs,
): boolean => {
  if (now >= nextAt) return true;
  const usual = everyMs * (1 + jitterShare) + lookAgainMs;
  return nextAt - now > usual && (lastAt() ?? setAt) > now + clockBackMs;
};

/** Runs that say something of the session that was asked. */
export const tellsOf = (outcome: ProbeOutcome | null): outcome is 'ok' | 'failed' =>
  outcome === 'ok' || outcome === 'failed';

/** How many of these failed one after the other up to the newest; `outcomes` newest first, only those that tell something. */
export const failedInRow = (outcomes: readonly ('ok' | 'failed')[]): number => {
  const first = outcomes.indexOf('ok');
  return first === -1 ? outcomes.length : first;
};

/** When to ask next after a run that ended so: one failure alone is tried again soon. */
export const nextAfter = (
  plan: Pick<ProbePlan, 'everyMs' | 'nextAt'>,
  ended: { readonly outcome: ProbeOutcome; readonly failedInRow: number; readonly heldUntil: EpochMs | null },
  now: EpochMs,
  random: number,
): EpochMs => {
  if (ended.outcome === 'failed' && ended.failedInRow < failedLimit) return now + againAfterMs;
  const usual = nextProbeAt(plan.everyMs, now, random);
  // Closed until then: nobody is asked before.
  return ended.heldUntil === null ? usual : Math.max(usual, nextProbeAt(lookAgainMs, ended.heldUntil, random));
};

/** A strip of hours: a letter for what the runs of one hour say together. */
export const probeLetter = (outcomes: readonly ('ok' | 'failed')[]): 'i' | 'l' | 'n' | '.' => {
  if (outcomes.length === 0) return '.';
  const failed = outcomes.filter((outcome) => outcome === 'failed').length;
  if (failed === 0) return 'i';
  return failed === outcomes.length ? 'n' : 'l';
};
