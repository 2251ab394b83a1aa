import { wake } from '../../orchestrator/door/fleet-parts.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { type Beat, createBeat } from '../../pace/beat.ts';
import { messageOf } from '../../session/fleet-error.ts';
import { failedLimit, type ProbePlan, type ProbeRun, type ProbeStanding, type ProbeWhy } from '../../session/probe.ts';
import { failedInRow, isDue, lookAgainMs, nextAfter, nextProbeAt, tellsOf } from '../../session/probe-policy.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { fleetTimeZone } from '../../settings/time-zone.ts';
import type { MasterParts } from '../open-parts.ts';
import { isExpected } from './expected-answer.ts';
import { type EndedRun, lookAtRun } from './look-at-run.ts';
import { createProbeSides, type ProbeSides } from './probe-sides.ts';
import { probeStandingOf } from './probe-standing.ts';

/** Looks after mystery customers: asks when one is due, follows what is under way, and publishes what rows say of them. */

export type ProbeParts = Pick<
  MasterParts,
  'store' | 'book' | 'state' | 'settings' | 'config' | 'paths' | 'log' | 'now'
> &
  Parameters<typeof wake>[0];

const lookEvery: Milliseconds = 1000;
/** The strip of hours moves on by itself. */
const standingsEvery: Milliseconds = 60_000;

export interface Question {
  readonly text: string;
  readonly expect: string | null;
  readonly why: ProbeWhy;
}

export interface ProbeKeeper {
  readonly sides: ProbeSides;
  /** Stores a question and has it sent. */
  ask(asked: ManagedSession, from: ManagedSession, question: Question): ProbeRun;
  /** Whether one of these sessions asks or is asked now. */
  isBusy(a: string, b: string): boolean;
  /** Resolves when the question ended, or the master does. */
  ended(run: ProbeRun): Promise<ProbeRun>;
  standingOf(plan: ProbePlan): ProbeStanding;
  /** The plan of a session changed: nothing that was in the way before counts. */
  planChanged(sessionId: string): void;
  /** One look now; settles with it. */
  look(): Promise<void>;
  begin(): void;
  close(): Promise<void>;
}

/** What is told of a question that ended: once when two in a row failed, and once when one is answered again. */
const createTelling = ({ store, book }: ProbeParts) => {
  const inRow = (sessionId: string, most: number): number =>
    failedInRow(
      store.probes
        .lastTelling(sessionId, most)
        .map(({ outcome }) => outcome)
        .filter(tellsOf),
    );

  return (ended: EndedRun): number => {
    const { run, outcome } = ended;
    const failed = inRow(run.sessionId, failedLimit + 1);
    const session = book.byId(run.sessionId);
    if (session === null) return failed;

    const from = book.byId(run.fromId)?.stored.name ?? run.fromId;
    const reason = ended.reason ?? '';
    if (outcome === 'failed')
      book.record(session, {
        level: failed >= failedLimit ? 'error' : 'warn',
        kind: failed >= failedLimit ? 'probe-failed' : 'probe-missed',
        text:
          failed >= failedLimit
            ? `${from} asked twice and got no answer: ${reason}`
            : `${from} asked and got no answer, and asks again in a minute: ${reason}`,
        evidence: { from, reasonCode: run.code, reason },
      });

    const before = store.probes.lastTelling(run.sessionId, failedLimit + 1).slice(1);
    const hadFailed = failedInRow(before.map((each) => each.outcome).filter(tellsOf)) >= failedLimit;
    if (outcome === 'ok' && hadFailed)
      book.record(session, {
        level: 'info',
        kind: 'probe-answered',
        text: `${from} asked, and is answered again`,
        evidence: { from, answerMs: run.answerMs },
      });
    return failed;
  };
};

/** What rows say, and what is in the way of each session that is asked. */
const createStandings = ({ store, book, state, settings, now }: ProbeParts) => {
  const timeZone = fleetTimeZone(settings);
  const waits = new Map<string, string>();
  let shownAt: EpochMs = 0;

  const standingOf = (plan: ProbePlan): ProbeStanding =>
    probeStandingOf(store, plan, {
      fromName: book.byId(plan.fromId)?.stored.name ?? plan.fromId,
      timeZone,
      waitsFor: waits.get(plan.sessionId) ?? null,
      now: now(),
    });
  return {
    waits,
    standingOf,
    publish: (): void => {
      shownAt = now();
      state.setProbes(new Map(store.probes.plans().map((plan) => [plan.sessionId, standingOf(plan)])));
    },
    isOld: (): boolean => now() - shownAt >= standingsEvery || now() < shownAt,
  };
};

/** Whoever waits for the end of a question. */
const createWaiters = ({ store }: ProbeParts) => {
  const waiters = new Map<number, (run: ProbeRun) => void>();
  const tell = (run: ProbeRun): void => {
    waiters.get(run.id)?.(run);
    waiters.delete(run.id);
  };

  return {
    wait: (run: ProbeRun): Promise<ProbeRun> =>
      new Promise((resolve) => {
        waiters.set(run.id, resolve);
      }),
    tell,
    /** They are told how it stands; the next master goes on with it. */
    close: (): void => {
      for (const id of [...waiters.keys()]) {
        const run = store.probes.run(id);
        if (run !== null) tell(run);
      }
    },
  };
};

export const createProbeKeeper = (parts: ProbeParts): ProbeKeeper => {
  const { store, book, state, log, now } = parts;
  const sides = createProbeSides(parts);
  const tellEnd = createTelling(parts);
  const standings = createStandings(parts);
  const waiters = createWaiters(parts);
  const watchedSince = now();

  const settle = (ended: EndedRun): void => {
    const { run, outcome, heldUntil } = ended;
    const failed = tellEnd(ended);
    const plan = store.probes.plan(run.sessionId);
    if (plan !== null) {
      const end = { outcome, failedInRow: failed, heldUntil };
      store.probes.setNext(run.sessionId, nextAfter(plan, end, now(), Math.random()));
    }
    const session = book.byId(run.sessionId);
    if (ended.dropped > 0 && session !== null) void wake(parts, session);
    waiters.tell(run);
    standings.publish();
  };

  const isBusy = (a: string, b: string): boolean =>
    store.probes.openRuns().some((run) => [run.sessionId, run.fromId].some((id) => id === a || id === b));

  const ask = (asked: ManagedSession, from: ManagedSession, question: Question): ProbeRun => {
    const { phone } = state.row(asked);
    const run = store.probes.begin(
      { target: asked.stored, from: from.stored, address: `${phone ?? ''}@c.us`, ...question },
      now(),
    );
    standings.waits.delete(asked.stored.id);
    void wake(parts, from);
    standings.publish();
    return run;
  };

  /** True: something that is shown changed. */
  const askWhenDue = (plan: ProbePlan): boolean => {
    if (!isDue(plan, () => store.probes.runs(plan.sessionId, 1)[0]?.begunAt ?? null, now())) return false;
    const asked = book.byId(plan.sessionId);
    if (asked === null) return store.probes.removePlan(plan.sessionId);

    const from = book.byId(plan.fromId);
    const why = sides.obstacle(asked, from, plan);
    if (from !== null && why === null) {
      if (isBusy(plan.sessionId, plan.fromId)) return false;
      const [last] = store.probes.lastTelling(plan.sessionId, 1);
      ask(asked, from, { text: plan.text, expect: plan.expect, why: last?.outcome === 'failed' ? 'again' : 'due' });
      return true;
    }
    standings.waits.set(plan.sessionId, why?.words ?? '');
    store.probes.setNext(plan.sessionId, nextProbeAt(lookAgainMs, now(), Math.random()));
    return true;
  };

  const look = (): void => {
    const isConnected = (id: string): boolean => book.byId(id)?.state === 'connected';
    for (const run of store.probes.openRuns()) {
      const ended = lookAtRun({ store, isConnected, watchedSince, isExpected }, run, now());
      if (ended !== null) settle(ended);
    }

    const changed = store.probes.plans().map(askWhenDue).includes(true);
    if (changed || standings.isOld()) standings.publish();
  };
  const beat: Beat = createBeat({
    look,
    everyMs: lookEvery,
    firstMs: 0,
    withinMs: lookEvery,
    onProblem: (error) => log.warn('mystery customers could not be looked after', { error: messageOf(error) }),
    unref: true,
  });

  return {
    sides,
    ask,
    isBusy,
    ended: waiters.wait,
    standingOf: standings.standingOf,
    planChanged: (sessionId) => {
      standings.waits.delete(sessionId);
      standings.publish();
    },
    look: beat.look,
    begin: beat.begin,
    close: async () => {
      await beat.close();
      waiters.close();
    },
  };
};
