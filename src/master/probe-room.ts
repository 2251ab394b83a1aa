import type { MethodParams, MethodsOf } from '../orchestrator/door/handlers.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import { FleetError } from '../session/fleet-error.ts';
import { type ProbePlan, type ProbeRun, usualQuestion } from '../session/probe.ts';
import { nextProbeAt } from '../session/probe-policy.ts';
import { parseSessionName } from '../session/session-name.ts';
import type { Milliseconds } from '../session/units.ts';
import { checkExpect } from './probes/expected-answer.ts';
import { runLoop } from './probes/loop-process.ts';
import { checkAsked, checkPair, checkText } from './probes/probe-asking.ts';
import { createProbeKeeper, type ProbeKeeper, type ProbeParts } from './probes/probe-keeper.ts';
import { probeLineOf, probeLookOf } from './probes/probe-lines.ts';
import type { Room } from './room.ts';
import { workerEnvironment } from './worker-environment.ts';

/** Mystery customers at the door: who asks whom and when, one question now, and the whole chain but WhatsApp. */

/** A first question this soon after it was set. */
const firstAfter: Milliseconds = 60_000;
const mostLoops = 2;

type ProbeMethod = 'probes' | 'probeSet' | 'probeOff' | 'probeAsk' | 'probeLoop';
export type ProbeRoom = Room<ProbeMethod>;

/** The session that is to ask. Throws `usage`, `no-such-session`. */
const askingSession = ({ book }: ProbeParts, session: ManagedSession, given: string): ManagedSession => {
  const name = parseSessionName(given);
  if (name === session.stored.name)
    throw new FleetError('usage', `${name} cannot ask itself: name another session with --from. Without one: --loop`);
  return book.get(name);
};

/** Who asks this session, as it is set. Throws `refused-by-state`. */
const setToAsk = ({ store, book }: ProbeParts, { stored }: ManagedSession): ManagedSession => {
  const plan = store.probes.plan(stored.id);
  if (plan === null)
    throw new FleetError(
      'refused-by-state',
      `nobody asks ${stored.name}. First: zap-fleet probe set ${stored.name} --from OTHER`,
    );
  const from = book.byId(plan.fromId);
  if (from !== null) return from;
  throw new FleetError('refused-by-state', 'the session that asks was deleted. Name another one with --from.');
};

const setPlan = (parts: ProbeParts, keeper: ProbeKeeper, given: MethodParams<'probeSet'>): ProbePlan => {
  const { store, book, now } = parts;
  const session = book.get(given.name);
  const asking = askingSession(parts, session, given.from);
  const before = store.probes.plan(session.stored.id);
  const { every, hours, say, expect, actor = 'you' } = given;
  const asked = checkAsked({ every, hours, say, expect }, before);
  checkPair(keeper.sides.target(session), keeper.sides.side(asking));

  const plan: ProbePlan = {
    ...asked,
    sessionId: session.stored.id,
    fromId: asking.stored.id,
    nextAt: before === null ? now() + firstAfter : Math.min(before.nextAt, nextProbeAt(asked.everyMs, now(), 0)),
    setAt: now(),
    setBy: actor,
  };
  store.probes.setPlan(plan);
  keeper.planChanged(plan.sessionId);
  book.record(session, {
    level: 'info',
    kind: 'probe-set',
    text: `${asking.stored.name} asks it as a mystery customer`,
    actor,
    evidence: { from: asking.stored.name },
  });
  return plan;
};

const askNow = (parts: ProbeParts, keeper: ProbeKeeper, given: MethodParams<'probeAsk'>): ProbeRun => {
  const { store, book } = parts;
  const session = book.get(given.name);
  const asking = given.from === undefined ? setToAsk(parts, session) : askingSession(parts, session, given.from);
  const plan = store.probes.plan(session.stored.id);
  const text = checkText(given.say ?? plan?.text ?? usualQuestion);
  const expect = given.expect ?? plan?.expect ?? null;
  if (given.expect !== undefined && given.expect !== '') checkExpect(given.expect);

  checkPair(keeper.sides.target(session), keeper.sides.side(asking));
  if (keeper.isBusy(session.stored.id, asking.stored.id))
    throw new FleetError(
      'refused-by-state',
      'a question of one of the two sessions is under way. Try again in a minute.',
    );
  const why = keeper.sides.obstacle(session, asking, null);
  if (why !== null) throw new FleetError('refused-by-state', `${why.words}.`);
  return keeper.ask(session, asking, { text, expect: expect === '' ? null : expect, why: 'asked' });
};

/** So many at once: each is a process. */
const createLoops = ({ store, book, config, paths }: ProbeParts, loop: typeof runLoop) => {
  const ending = new AbortController();
  let under = 0;

  const run: MethodsOf<'probeLoop'>['probeLoop'] = async ({ name, say }) => {
    const session = book.get(name);
    if (ending.signal.aborted) throw new FleetError('unavailable', 'the master ends. Try again in a moment.');
    if (under >= mostLoops)
      throw new FleetError('refused-by-state', `${mostLoops} such questions are under way already. Wait for them.`);

    const text = checkText(say ?? store.probes.plan(session.stored.id)?.text ?? usualQuestion);
    const environment = { ...workerEnvironment(config, paths), ...(config.demo ? { ZAP_DEMO: '1' } : {}) };
    under += 1;
    try {
      return { loop: await loop(session.stored.name, text, environment, ending.signal) };
    } finally {
      under -= 1;
    }
  };
  return { run, end: () => ending.abort() };
};

export const createProbeRoom = (parts: ProbeParts, loop: typeof runLoop = runLoop): ProbeRoom => {
  const { store, book } = parts;
  const keeper = createProbeKeeper(parts);
  const loops = createLoops(parts, loop);

  return {
    methods: {
      probes: ({ name }) => {
        const id = name === undefined ? null : book.get(name).stored.id;
        const plans = store.probes.plans().filter(({ sessionId }) => id === null || sessionId === id);
        return { probes: plans.map((plan) => probeLineOf(parts, keeper.standingOf(plan), plan)) };
      },
      probeSet: (given) => {
        const plan = setPlan(parts, keeper, given);
        return { probe: probeLineOf(parts, keeper.standingOf(plan), plan) };
      },
      probeOff: ({ name, actor }) => {
        const session = book.get(name);
        const removed = store.probes.removePlan(session.stored.id);
        keeper.planChanged(session.stored.id);
        if (removed)
          book.record(session, {
            level: 'info',
            kind: 'probe-off',
            text: 'no mystery customer asks it any more',
            actor: actor ?? 'you',
          });
        return { removed };
      },
      probeAsk: async (given) => {
        const run = askNow(parts, keeper, given);
        return { run: probeLookOf(parts, given.wait === false ? run : await keeper.ended(run)) };
      },
      probeLoop: loops.run,
    },
    begin: () => keeper.begin(),
    close: async () => {
      loops.end();
      await keeper.close();
    },
  };
};
