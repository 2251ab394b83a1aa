import { setTimeout as delay } from 'node:timers/promises';
import type { Scene, ToRehearse } from '../../protocol/rehearse.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { RehearsalState } from '../../session/rehearsal.ts';
import type { Milliseconds } from '../../session/units.ts';
import { createPassageFinder } from '../../store/knowledge/find-passages.ts';
import type { StoredRehearsal, WaitingTurn } from '../../store/rehearsal-store.ts';
import type { RecordedTurn } from '../../store/rehearsals/recorded-turns.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { JobKind, JobRun } from '../jobs/job-kind.ts';
import { createMeaningAsker, type MeaningAsker } from '../knowledge/ask-meaning.ts';
import type { MasterParts } from '../open-parts.ts';
import { bookCalls, budgetLeft, dayIsSpent, nightIsSpent } from '../session-costs.ts';
import { sideEnvironment } from '../worker-environment.ts';
import { readCases } from './case-file.ts';
import { changedSession } from './changed-session.ts';
import { type Answered, type RehearseProcess, startRehearsing } from './rehearse-process.ts';
import { toldOf } from './told-end.ts';

/** A rehearsal as a job: its turns one after the other, two at once, over any number of masters. */

export type RehearsalParts = Pick<
  MasterParts,
  'book' | 'config' | 'jobs' | 'log' | 'now' | 'paths' | 'settings' | 'store'
>;

/** Beside live traffic: the service's limits are the customers' first. */
const atOnce = 2;
const lookEvery: Milliseconds = 500;

export interface Ending {
  readonly state: Exclude<RehearsalState, 'running'>;
  readonly reason: string | null;
}

type ToOpen = Extract<ToRehearse, { kind: 'open' }>;
type Passages = NonNullable<Extract<ToRehearse, { kind: 'turn' }>['passages']>;

interface Running {
  readonly parts: RehearsalParts;
  readonly run: JobRun;
  readonly rehearsal: StoredRehearsal;
  readonly session: StoredSession;
  readonly child: RehearseProcess;
  readonly meaning: MeaningAsker;
  readonly signal: AbortSignal;
}

/** Books what it cost, with what came back: whoever is killed after this has both. */
const keepAnswer = ({ parts, rehearsal, session }: Running, row: number, answered: Answered): void => {
  const { store } = parts;
  const provider = rehearsal.change.settings['ai_config.provider'] ?? session.config.ai.provider;
  store.database.transaction(() => {
    store.rehearsals.spent(rehearsal.id, bookCalls(parts, session, String(provider), answered.calls));
    if (answered.kind === 'answer') store.rehearsals.answered(rehearsal.id, row, answered.answer);
    else if (answered.scope === 'one') store.rehearsals.failed(rehearsal.id, row, answered.reason);
  });
};

/** Why as many turns more cannot be paid, by what those cost that were asked, or by the estimate; null: they can. */
const unpaid = ({ parts, rehearsal }: Running, session: StoredSession, turns: number): string | null => {
  const current = parts.store.rehearsals.get(rehearsal.id);
  if (current === null) return null;
  const { asked, failed, total } = parts.store.rehearsals.summary(current);
  const done = asked + failed;
  const expected = turns * (done === 0 ? rehearsal.estimateUsd / Math.max(1, total) : current.costUsd / done);

  const left = budgetLeft(parts, session);
  if (left !== null && left < expected) return dayIsSpent;
  return rehearsal.limitUsd !== null && rehearsal.limitUsd - current.costUsd < expected ? nightIsSpent : null;
};

/** While a customer of the session is erased nothing is asked: he might be in it. */
export const waitForErasures = async ({
  parts,
  session,
  signal,
}: {
  readonly parts: Pick<RehearsalParts, 'jobs'>;
  readonly session: StoredSession;
  readonly signal: AbortSignal;
}): Promise<void> => {
  while (parts.jobs.find('purge', session.name) !== null) await delay(lookEvery, undefined, { signal });
};

/** What the session's files say to it, as they are now. */
const passagesFor = async (
  { parts, session, meaning }: Running,
  text: string,
  said: readonly string[],
): Promise<Passages> => {
  const before = said.slice(-2).join('\n');
  const meant = (await meaning.ask(text, before)).passages;
  return createPassageFinder(parts.store.database)
    .find(session.id, { text, before, ...(meant === null ? {} : { meant }) })
    .passages.map(({ file, version, n, place, text: passage }) => ({ file, version, n, place, text: passage }));
};

const askScene = async (running: Running, row: number, scene: Scene): Promise<Answered> => {
  const before = scene.history.filter(({ from }) => from === 'customer').map(({ text }) => text);
  const passages = await passagesFor(running, scene.ask, before);
  return running.child.ask({ kind: 'scene', row, scene, passages });
};

const askTurn = async (running: Running, row: number, turn: RecordedTurn): Promise<Answered> => {
  const before = turn.history.filter(({ sender }) => sender === 'customer').map(({ text }) => text);
  const passages = await passagesFor(running, turn.question, before);
  return running.child.ask({ kind: 'turn', row, turn: { ...turn, history: [...turn.history] }, passages });
};

const askOne = async (running: Running, waiting: WaitingTurn): Promise<Ending | null> => {
  const { parts, rehearsal, session } = running;
  const { id: row, turnId, scene } = waiting;
  const turn = turnId === null ? null : parts.store.rehearsals.recorded(session.id, turnId);
  if (turn === null && scene === null) {
    parts.store.rehearsals.failed(rehearsal.id, row, 'this turn is not stored any more');
    return null;
  }

  const answered = await (turn === null
    ? // Written by ourselves from a case file that was checked.
      askScene(running, row, JSON.parse(scene ?? '') as Scene)
    : askTurn(running, row, turn));
  keepAnswer(running, row, answered);
  return answered.kind === 'problem' && answered.scope === 'all' ? { state: 'failed', reason: answered.reason } : null;
};

/** Asks until nothing waits; null: all were asked. */
const askAll = async (running: Running): Promise<Ending | null> => {
  const { parts, run, rehearsal, session, signal } = running;
  let ending: Ending | null = null;
  let after = 0;
  let underWay = 0;

  const tellProgress = (): void => {
    const { asked, failed, total } = parts.store.rehearsals.summary(rehearsal);
    run.progress({ done: asked + failed, total, step: 'asked' });
  };
  const lane = async (): Promise<void> => {
    while (ending === null) {
      signal.throwIfAborted();
      await waitForErasures(running);
      const waiting = parts.store.rehearsals.waiting(rehearsal.id, after);
      if (waiting === null) return;
      // As it is by now: a person may have raised the budget, or removed the session.
      const current = parts.book.byId(session.id)?.stored;
      if (current === undefined) {
        ending = { state: 'failed', reason: 'the session is gone' };
        return;
      }
      const why = unpaid(running, current, underWay + 1);
      if (why !== null) {
        ending = { state: 'budget', reason: why };
        return;
      }

      after = waiting.id;
      underWay += 1;
      try {
        // Looked at after the answer: the other lane may have ended it meanwhile.
        const result = await askOne(running, waiting);
        ending ??= result;
      } finally {
        underWay -= 1;
      }
      tellProgress();
    }
  };

  tellProgress();
  await Promise.all(Array.from({ length: atOnce }, lane));
  return ending;
};

/** What the session's AI is offered; nothing by which any of it could be called. */
const offeredTools = ({ store }: RehearsalParts, sessionId: string): Pick<ToOpen, 'tools'> => {
  const tools = store.tools.list(sessionId).map(({ name, description, parameters, onlyReads, callsPerTurn }) => ({
    name,
    description,
    parameters,
    onlyReads,
    callsPerTurn,
  }));
  return tools.length === 0 ? {} : { tools };
};

/** Rejects when the process went away; null: all were asked. */
const askWith = async (
  parts: RehearsalParts,
  run: JobRun,
  rehearsal: StoredRehearsal,
  { signal, start }: { readonly signal: AbortSignal; readonly start: typeof startRehearsing },
): Promise<Ending | null> => {
  const session = parts.book.byId(rehearsal.sessionId)?.stored ?? null;
  if (session === null) return { state: 'failed', reason: 'the session is gone' };
  const { rules } = await readCases(parts.paths, session.name);
  const changed = changedSession(session, rehearsal.change, parts.store.sessions);

  const child = await start(
    {
      kind: 'open',
      session: { id: session.id, name: session.name, label: session.label },
      ...changed,
      judge: rehearsal.judge,
      rules: { forbidden: [...rules.forbidden], longest: rules.longest },
      ...offeredTools(parts, session.id),
    },
    sideEnvironment(parts.config, parts.paths),
  );
  const meaning = createMeaningAsker(parts, session);
  const end = (): void => {
    for (const one of [child, meaning]) one.end().catch(() => undefined);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    return await askAll({ parts, run, rehearsal, session, child, meaning, signal });
  } finally {
    signal.removeEventListener('abort', end);
    await Promise.all([child.end(), meaning.end()]);
  }
};

export interface RehearsalRunner {
  /** Asks what still waits of one that is `running`, to its end. Rejects when the master ends; the next one goes on. */
  run(run: JobRun, id: number): Promise<void>;
  /** Ends one that runs, and waits until it has; what was asked stays. */
  stop(id: number): Promise<void>;
}

export const createRehearsalRunner = (
  parts: RehearsalParts,
  start: typeof startRehearsing = startRehearsing,
): RehearsalRunner => {
  const running = new Map<number, { readonly stopping: AbortController; readonly ended: Promise<void> }>();

  const endAs = (rehearsal: StoredRehearsal, ending: Ending): void => {
    const { store, now, book } = parts;
    store.rehearsals.end(rehearsal.id, ending.state, ending.reason, now());
    const current = store.rehearsals.get(rehearsal.id);
    // What came of a proposal's own is told with the proposal.
    if (current === null || current.proposalId !== null) return;
    book.record(book.byId(rehearsal.sessionId), toldOf(store.rehearsals.summary(current), rehearsal.actor));
  };

  return {
    run: async (run, id) => {
      const rehearsal = parts.store.rehearsals.get(id);
      if (rehearsal?.state !== 'running') return;

      const stopping = new AbortController();
      const ended = Promise.withResolvers<void>();
      running.set(rehearsal.id, { stopping, ended: ended.promise });
      try {
        const signal = AbortSignal.any([run.signal, stopping.signal]);
        const ending = await askWith(parts, run, rehearsal, { signal, start });
        endAs(rehearsal, ending ?? { state: 'done', reason: null });
      } catch (error) {
        // The next master goes on.
        if (run.signal.aborted) throw error;
        if (stopping.signal.aborted) endAs(rehearsal, { state: 'stopped', reason: null });
        else endAs(rehearsal, { state: 'failed', reason: messageOf(error) });
      } finally {
        running.delete(rehearsal.id);
        ended.resolve();
      }
    },
    stop: async (id) => {
      const one = running.get(id);
      one?.stopping.abort(new FleetError('refused-by-state', 'the rehearsal was stopped.'));
      await one?.ended;
    },
  };
};

export const createRehearsalJob = (runner: RehearsalRunner): JobKind => ({
  kind: 'rehearsal',
  lane: 'rehearsals',
  insists: false,
  run: async (run) => {
    await runner.run(run, Number(run.job.args['rehearsal']));
    return {};
  },
});
