import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { isBeingMade, type ProposalState, type RefusedEdit } from '../../session/proposal.ts';
import type { Milliseconds } from '../../session/units.ts';
import { isRunElsewhere } from '../../session/verdict.ts';
import type { LearntLesson } from '../../store/lesson-store.ts';
import type { StoredProposal } from '../../store/proposal-store.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { JobKind, JobRun } from '../jobs/job-kind.ts';
import { createPlanner } from '../rehearsal/plan-rehearsal.ts';
import { type RehearsalParts, type RehearsalRunner, waitForErasures } from '../rehearsal/rehearsal-job.ts';
import { type ProposedOrNot, type RehearseProcess, startRehearsing } from '../rehearsal/rehearse-process.ts';
import { bookCalls, budgetLeft, dayIsSpent, nightIsSpent } from '../session-costs.ts';
import { sideEnvironment } from '../worker-environment.ts';
import { askingCost } from './asking-cost.ts';
import { checkEdits } from './check-edits.ts';
import { lessonsOfProposal } from './learn-from.ts';
import { toldOfProposal } from './told-proposal.ts';

/**
 * A proposal as a job: the AI is asked, its edits are checked, and what is left is rehearsed on recorded turns, over any number of masters.
 * It ends as something that waits for a person. Nothing in here publishes.
 */

/** A proposal is rehearsed on these turns: those that its lessons are about first. */
export const rehearsedTurns = 40;
/** A call that a master did not live to see the end of is made once more, and not again. */
const mostCalls = 2;
/** Thinks longer than an answer for a customer may take. */
const leastTimeout: Milliseconds = 120_000;

type Ending = readonly [
  state: Exclude<ProposalState, 'asking' | 'rehearsing' | 'published' | 'dropped'>,
  reason: string | null,
];

/** It stands in the event log, and on a screen. */
const longestReason = 500;

const changedMeanwhile = 'the instructions were changed meanwhile';

interface Making {
  readonly parts: RehearsalParts;
  readonly run: JobRun;
  readonly proposal: StoredProposal;
  readonly session: StoredSession;
  readonly signal: AbortSignal;
}

export const baseOf = ({ store }: Pick<RehearsalParts, 'store'>, session: StoredSession): string =>
  session.instructionsVersion === null
    ? ''
    : (store.sessions.instructions(session.id, session.instructionsVersion)?.text ?? '');

/** The process that is asked: the session's AI with its instructions as they are. */
export const openProposer = (
  parts: RehearsalParts,
  session: StoredSession,
  start: typeof startRehearsing,
): Promise<RehearseProcess> => {
  const { ai, timing } = session.config;
  return start(
    {
      kind: 'open',
      session: { id: session.id, name: session.name, label: session.label },
      ai: { ...ai, model: ai.proposeModel ?? ai.model, timeoutMs: Math.max(ai.timeoutMs, leastTimeout) },
      timing,
      instructions: baseOf(parts, session),
      judge: null,
      rules: { forbidden: [], longest: null },
    },
    sideEnvironment(parts.config, parts.paths),
  );
};

/** Why asking cannot be paid; null: it can. */
const unpaid = ({ parts, proposal, session }: Making, costUsd: number): string | null => {
  const left = budgetLeft(parts, session);
  if (left !== null && left < costUsd) return dayIsSpent;
  return proposal.limitUsd !== null && proposal.limitUsd - proposal.costUsd < costUsd ? nightIsSpent : null;
};

const refusedWords = (refused: readonly RefusedEdit[]): string =>
  refused.length === 0 ? 'the AI has nothing to propose' : 'nothing of what the AI proposed may be shown';

/** Books what it cost and keeps what came of it, in one: whoever is killed after this has both. Null: it goes on to be rehearsed. */
const keepAnswer = (
  { parts, proposal, session }: Making,
  lessons: readonly LearntLesson[],
  answered: ProposedOrNot,
): Ending | null => {
  const { store } = parts;
  return store.database.transaction(() => {
    store.proposals.spent(proposal.id, bookCalls(parts, session, session.config.ai.provider, answered.calls));
    if (answered.kind === 'problem') return ['failed', answered.reason];

    const { edits, refused, instructions } = checkEdits(
      baseOf(parts, session),
      answered.edits,
      lessons.map(({ lesson, person }) => ({ question: lesson.question, owner: lesson.owner, person })),
      (hash) => store.proposals.wasDropped(session.id, hash),
    );
    if (edits.length === 0) {
      store.proposals.refused(proposal.id, refused);
      return ['nothing', refusedWords(refused)];
    }
    // One whose customer was erased meanwhile is gone: what came back is kept nowhere.
    store.proposals.proposed(proposal.id, { edits, refused, instructions });
    return null;
  });
};

/** Null: there is something to rehearse. */
const ask = async (making: Making, start: typeof startRehearsing): Promise<Ending | null> => {
  const { parts, run, proposal, session, signal } = making;
  await waitForErasures(making);
  const lessons = lessonsOfProposal(parts, proposal).flatMap(({ learnt }) => learnt ?? []);
  if (lessons.length < parts.store.proposals.lessonsOf(proposal.id).length || lessons.length === 0)
    return ['failed', 'what it was to learn from is not stored any more'];
  if (session.instructionsVersion !== proposal.baseVersion) return ['failed', changedMeanwhile];
  if (proposal.calls >= mostCalls) return ['failed', 'the master ended twice while the AI was asked'];

  run.progress({ done: 0, total: 0, step: 'asked' });
  const child = await openProposer(parts, session, start);
  const end = (): void => void child.end().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    const why = unpaid(making, askingCost(child.opened.price, baseOf(parts, session), lessons));
    if (why !== null) return ['budget', why];

    parts.store.proposals.beginCall(proposal.id);
    const shown = lessons.map(({ lesson: { question, bot, botSent, owner } }) => ({ question, bot, botSent, owner }));
    return keepAnswer(making, lessons, await child.propose({ kind: 'propose', row: proposal.id, lessons: shown }));
  } finally {
    signal.removeEventListener('abort', end);
    await child.end();
  }
};

/** Begins its rehearsal, or finds the one that a master before has begun; null: there is nothing to ask. */
const rehearsalOf = async (
  { parts, proposal }: Making,
  planOf: ReturnType<typeof createPlanner>,
): Promise<number | null> => {
  const { store, book, now } = parts;
  const begun = store.rehearsals.ofProposal(proposal.id);
  if (begun !== null) return begun.id;

  const managed = book.byId(proposal.sessionId);
  const { instructions } = proposal;
  if (managed === null || instructions === null) return null;
  const first = store.proposals.lessonsOf(proposal.id).flatMap(({ turnId }) => turnId ?? []);
  try {
    const { plan, ...planned } = await planOf(
      managed,
      { name: managed.stored.name, instructions, chats: rehearsedTurns },
      { first, turns: rehearsedTurns },
    );
    return store.database.transaction(() => {
      if (store.proposals.get(proposal.id) === null) return null;
      return store.rehearsals.add(
        {
          ...planned,
          sessionId: proposal.sessionId,
          sessionName: managed.stored.name,
          baseVersion: proposal.baseVersion,
          estimateUsd: plan.estimateUsd,
          actor: proposal.actor,
          proposalId: proposal.id,
          limitUsd: proposal.limitUsd === null ? null : Math.max(0, proposal.limitUsd - proposal.costUsd),
        },
        now(),
      );
    });
  } catch (error) {
    // No recorded answers: it waits without a rehearsal, and says so.
    if (error instanceof FleetError && error.code === 'refused-by-state') return null;
    throw error;
  }
};

export interface ProposalJob extends JobKind {
  /** Ends those that no job makes any more (the disk was full when it ended), and those of sessions that another server runs. */
  settle(): void;
  /** Lets go of one that is being made, and waits until it has. */
  stop(id: number): Promise<void>;
}

export const createProposalJob = (
  parts: RehearsalParts,
  runner: RehearsalRunner,
  start: typeof startRehearsing = startRehearsing,
): ProposalJob => {
  const { store, book, now } = parts;
  const planOf = createPlanner(parts, start);
  const running = new Map<number, { readonly stopping: AbortController; readonly ended: Promise<void> }>();

  const endAs = (id: number, [state, reason]: Ending): void => {
    store.proposals.end(id, state, reason, now());
    const ended = store.proposals.get(id);
    if (ended === null || ended.state !== state) return;
    const rehearsal = store.rehearsals.ofProposal(id);
    book.record(
      book.byId(ended.sessionId),
      toldOfProposal(ended, rehearsal === null ? null : store.rehearsals.summary(rehearsal)),
    );
  };

  const hasJob = (id: number): boolean =>
    store.jobs.open().some(({ kind, args }) => kind === 'proposal' && args['proposal'] === id);

  /** As far as it goes; each step is stored before the next one begins. */
  const make = async (run: JobRun, id: number, signal: AbortSignal): Promise<void> => {
    const making = (): Making | null => {
      const proposal = store.proposals.get(id);
      const session = proposal === null ? null : (book.byId(proposal.sessionId)?.stored ?? null);
      if (proposal === null || !isBeingMade(proposal.state)) return null;
      if (session !== null) return { parts, run, proposal, session, signal };
      endAs(id, ['failed', 'the session is gone']);
      return null;
    };

    const first = making();
    if (first?.proposal.state === 'asking') {
      const ending = await ask(first, start);
      if (ending !== null) return endAs(id, ending);
    }
    const second = making();
    if (second === null) return;
    if (second.session.instructionsVersion !== second.proposal.baseVersion)
      return endAs(id, ['failed', changedMeanwhile]);

    const rehearsal = await rehearsalOf(second, planOf);
    if (rehearsal !== null) await runner.run(run, rehearsal);
    endAs(id, ['waiting', null]);
  };

  const runIt = async (run: JobRun, id: number): Promise<void> => {
    const stopping = new AbortController();
    const ended = Promise.withResolvers<void>();
    running.set(id, { stopping, ended: ended.promise });
    try {
      await make(run, id, AbortSignal.any([run.signal, stopping.signal]));
    } catch (error) {
      // The next master goes on.
      if (run.signal.aborted) throw error;
      if (!stopping.signal.aborted) endAs(id, ['failed', messageOf(error).slice(0, longestReason)]);
    } finally {
      running.delete(id);
      ended.resolve();
    }
  };

  return {
    kind: 'proposal',
    // One after the other, also of many sessions, and after rehearsals that a person waits for.
    lane: 'rehearsals',
    insists: false,
    run: async (run) => {
      await runIt(run, Number(run.job.args['proposal']));
      return {};
    },
    settle: () => {
      for (const { id, sessionId, state } of store.proposals.allOpen()) {
        const managed = book.byId(sessionId);
        if (managed !== null && isRunElsewhere(managed.reasonCode)) store.proposals.leave(sessionId, now());
        else if (isBeingMade(state) && !running.has(id) && !hasJob(id)) endAs(id, ['failed', 'it was not finished']);
      }
    },
    stop: async (id) => {
      const one = running.get(id);
      one?.stopping.abort(new FleetError('refused-by-state', 'the proposal was dropped.'));
      const rehearsal = store.rehearsals.ofProposal(id);
      if (rehearsal !== null) await runner.stop(rehearsal.id);
      await one?.ended;
    },
  };
};
