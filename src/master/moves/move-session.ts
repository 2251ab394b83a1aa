import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { messageOf } from '../../session/fleet-error.ts';
import { type MoveReport, movedReason, movingReason } from '../../session/group-node.ts';
import type { MoveStanding } from '../../store/replica/node-moves.ts';
import { ReplicaFailure } from '../../store/replica/replica-failure.ts';
import { keepBelongings, tellChanged } from '../bundles/belongings/keep-belongings.ts';
import { tellLeft } from '../bundles/stays-behind.ts';
import type { JobRun } from '../jobs/job-kind.ts';
import { hasSettled } from './arrival.ts';
import { keepLogin } from './keep-login.ts';
import type { MoveWork } from './move-work.ts';

/**
 * A session's way to another server. Until its lease is offered there it is this server's and may be called back; from the offer on only
 * Supabase says whose it is, and nothing starts it here before Supabase has said so.
 */

export const moveArgsSchema = z.object({
  sessionName: z.string(),
  sessionId: z.string(),
  to: z.string(),
  toName: z.string(),
});
export type MoveArgs = z.infer<typeof moveArgsSchema>;

/** What the next run must know. `offeredAt`: its lease was, or may have been, offered since then. */
export const moveNotesSchema = z.object({
  /** It stops, or has: nothing starts it here. */
  begun: z.boolean().default(false),
  bundleJob: z.number().nullable().default(null),
  offeredAt: z.number().nullable().default(null),
});
type MoveNotes = z.infer<typeof moveNotesSchema>;

interface Move {
  readonly work: MoveWork;
  readonly session: ManagedSession;
  readonly args: MoveArgs;
  readonly run: JobRun;
  /** Wanted to run when it went. */
  wasRunning: boolean;
  notes: MoveNotes;
  /** A person calls it back. */
  readonly cancelled: AbortSignal;
}

/** Where it ended before it was offered, or after it was taken back. */
type End =
  | { readonly kind: 'arrived'; readonly at: MoveStanding }
  | { readonly kind: 'stays'; readonly report: MoveReport };

const steps = 5;
const stays = (reason: string | null, outcome: 'stayed' | 'cancelled' = 'stayed'): End => ({
  kind: 'stays',
  report: { outcome, node: '', state: null, reason },
});

const note = (move: Move, change: Partial<MoveNotes>): void => {
  move.notes = { ...move.notes, ...change };
  move.run.keep(move.notes);
};
const runs = ({ session }: Move): boolean => session.stored.desiredState === 'running';
const show = ({ run }: Move, done: number, step: string): void => run.progress({ done, total: steps, step });

/** Stops it, and makes sure that the right to it is this server's until it is offered. Null: so it is. */
const stopHere = async (move: Move): Promise<End | null> => {
  const { work, session, args } = move;
  const { book, orchestrator, group } = work;
  const { id, name } = session.stored;
  if (session.worker !== null) await orchestrator.stopWorker(session);
  if (runs(move)) book.move(session, 'queued', { code: movingReason, words: `moves to ${args.toName}` });
  // Held by a master before this one, or stopped before: asked for anew, so that nobody takes it under way.
  if (group.epochOf(id) !== null) return null;

  const answer = await group.take(id, name);
  if (answer.granted && answer.asked) return null;
  orchestrator.permits.letGo(session);
  if (answer.granted) return stays('Supabase is away, and without it no server can be told');
  // Offered by a run whose last note was lost with the power.
  const at = await group.look(name);
  return at?.homeNode === args.to ? { kind: 'arrived', at } : stays(answer.reason);
};

/** What its bot has in its hands is in Storage. Null: it is, or it does not travel; otherwise why not. */
const sendBelongings = async (move: Move, signal: AbortSignal): Promise<string | null> => {
  const { work, session } = move;
  const { group, logins, timing } = work;
  const epoch = group.epochOf(session.stored.id);
  if (logins === null || epoch === null) return null;
  return keepBelongings(logins, session, epoch, { signal, withinMs: timing.loginMs, actor: 'master' });
};

/** What is long goes there while it still answers; what is changed from here on goes after its stop. Null: it may stop. */
const sendWhileItAnswers = async (move: Move): Promise<End | null> => {
  if (move.notes.begun) return null;
  try {
    show(move, 0, 'files');
    const why = await sendBelongings(move, AbortSignal.any([move.run.signal, move.cancelled]));
    return why === null ? null : stays(why);
  } catch (error) {
    if (isCancelled(move)) return stays(null, 'cancelled');
    throw error;
  }
};

/** Everything that the other server needs, where it looks for it. Null: it is there. */
const sendAhead = async (move: Move, signal: AbortSignal): Promise<End | null> => {
  const { work, session, notes } = move;
  const { group, logins, timing } = work;
  const epoch = group.epochOf(session.stored.id);
  if (logins !== null && epoch !== null) {
    show(move, 2, 'login');
    const why = await keepLogin(logins, session, epoch, {
      made: notes.bundleJob,
      onMade: (bundleJob) => note(move, { bundleJob }),
      signal,
      withinMs: timing.loginMs,
    });
    const left = why ?? (await sendBelongings(move, signal));
    if (left !== null) return stays(left);
  }

  show(move, 3, 'history');
  if (await group.pushed(timing.historyMs, signal)) {
    // What a person set while all that went there.
    const later = await sendBelongings(move, signal);
    return later === null ? null : stays(later);
  }
  signal.throwIfAborted();
  return stays('what was said in it could not be sent to Supabase in time (zap-fleet store status)');
};

/** Asks until Supabase answers: what became of the session is not to be guessed. Rejects when the master ends. */
const insist = async <T>({ work, run, session, args }: Move, question: () => Promise<T>): Promise<T> => {
  for (;;) {
    run.signal.throwIfAborted();
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof ReplicaFailure)) throw error;
      const words = `moves to ${args.toName}; Supabase cannot say whether it has arrived: ${error.message}`;
      if (session.reason !== words) work.book.move(session, session.state, { code: movingReason, words });
      await delay(work.timing.lookMs, undefined, { signal: run.signal });
    }
  }
};

const offer = (move: Move): Promise<boolean> => {
  const { work, session, args } = move;
  const { id, name } = session.stored;
  return insist(move, () =>
    work.group.offer({ sessionId: id, name, to: args.to, runs: runs(move), withinMs: work.timing.offerMs }),
  );
};

/** The offer is void from here on, if the other server has not taken it. */
const takeBack = async (move: Move): Promise<boolean> => {
  const { work, session } = move;
  const { id, name } = session.stored;
  const answer = await work.group.take(id, name);
  if (!answer.granted || !answer.asked) return false;
  // Nobody had it in between: what is here is the newest.
  if (work.store.loginBundles.get(id) !== null) work.store.loginBundles.change(id, { epoch: answer.epoch });
  if (work.store.belongings.get(id) !== null) work.store.belongings.change(id, { lease: answer.epoch });
  return true;
};

/** Waits until the other server has it. Past the time that it has, it is taken back. */
const awaitArrival = async (move: Move, offeredAt: number): Promise<End> => {
  const { work, session, args, run } = move;
  const { group, timing, now } = work;
  const { name } = session.stored;
  show(move, 4, 'offered');

  for (;;) {
    const at = await insist(move, () => group.look(name));
    if (at === null) return stays(`${name} is not in Supabase any more`);
    const isHere = at.homeNode === group.nodeId;
    if (!isHere && (at.homeNode !== args.to || !at.offered)) return { kind: 'arrived', at };
    // Taken again by a start or a person here.
    if (isHere && !at.offered) return stays(`${args.toName} did not take it`);

    const isLate = now() - offeredAt > timing.offerMs;
    if (isLate && (await takeBack(move)))
      return stays(
        `${args.toName} did not take it within ${Math.round(timing.offerMs / 1000)} s: see that its master runs (there: zap-fleet doctor)`,
      );
    await delay(timing.lookMs, undefined, { signal: run.signal });
  }
};

const isCancelled = (move: Move): boolean => move.cancelled.aborted && !move.run.signal.aborted;

/** Until its lease is offered; null: nothing stands in the way of that. */
const prepare = async (move: Move): Promise<End | null> => {
  const signal = AbortSignal.any([move.run.signal, move.cancelled]);
  try {
    show(move, 1, 'stopping');
    signal.throwIfAborted();
    const end = (await stopHere(move)) ?? (await sendAhead(move, signal));
    signal.throwIfAborted();
    return end;
  } catch (error) {
    if (isCancelled(move)) return stays(null, 'cancelled');
    move.run.signal.throwIfAborted();
    return stays(messageOf(error));
  }
};

const carry = async (move: Move): Promise<End> => {
  const { work, session } = move;
  if (move.notes.offeredAt === null) {
    const end = await prepare(move);
    if (end !== null) return end;
  }
  const offeredAt = move.notes.offeredAt ?? work.now();
  note(move, { offeredAt });

  work.orchestrator.permits.letGo(session);
  // After a restart it is asked again: the same offer, unless it is taken by now.
  await offer(move);
  return awaitArrival(move, offeredAt);
};

/** It lives there now: nothing here wants to run it. */
const leave = ({ work, session, args }: Move, at: MoveStanding): void => {
  const { book, group } = work;
  const where = at.homeName ?? args.toName;
  group.left(session.stored.id, { node: at.homeNode, host: at.homeName });
  book.reload(session);
  book.move(session, 'stopped', { code: movedReason, words: `moved to ${where}` });
  book.record(session, {
    level: 'info',
    kind: 'session-moved-away',
    text: `moved to ${where}`,
    evidence: { to: where },
    actor: 'supabase',
  });
  if (work.logins === null) tellLeft(work, session, where);
  else tellChanged(work.logins, session, where);
};

const stay = ({ work, session, args }: Move, report: MoveReport): void => {
  const isCalledBack = report.outcome === 'cancelled';
  work.book.record(session, {
    level: isCalledBack ? 'info' : 'warn',
    kind: isCalledBack ? 'move-cancelled' : 'move-not-done',
    text: isCalledBack
      ? `it does not move to ${args.toName}: called back`
      : `it did not move to ${args.toName}, and goes on here: ${report.reason ?? 'it could not'}`,
    evidence: { to: args.toName, reason: report.reason },
  });
};

/** How it stands there: answering, or why not. */
const awaitStanding = async (move: Move, arrived: MoveStanding): Promise<MoveReport> => {
  const { work, session, args, run } = move;
  const { group, timing, now } = work;
  const isToRun = move.wasRunning;
  show(move, steps, 'starting');
  const giveUpAt = now() + timing.arrivedMs;

  for (let at: MoveStanding = arrived; ; ) {
    const isThere = at.homeNode === arrived.homeNode;
    const isSettled = !isThere || hasSettled({ isToRun, state: at.state });
    if (isSettled || now() > giveUpAt)
      return { outcome: 'moved', node: at.homeName ?? args.toName, state: at.state, reason: at.reason };
    await delay(timing.lookMs, undefined, { signal: run.signal });
    try {
      at = (await group.look(session.stored.name)) ?? at;
    } catch (error) {
      // It runs there, whoever can say so.
      if (!(error instanceof ReplicaFailure)) throw error;
    }
  }
};

/** It goes on here; one that does not run keeps no lease. */
const settleHere = async (move: Move): Promise<void> => {
  if (runs(move)) return;
  move.work.orchestrator.permits.letGo(move.session);
  await move.work.group.release(move.session.stored.id);
};

/** Moves it, or says why it stays; rejects only when the master ends. */
export const moveSession = async (
  work: MoveWork,
  session: ManagedSession,
  args: MoveArgs,
  options: { readonly run: JobRun; readonly cancelled: AbortSignal; readonly here: string },
): Promise<MoveReport> => {
  const { run, cancelled, here } = options;
  const move: Move = {
    work,
    session,
    args,
    run,
    cancelled,
    notes: moveNotesSchema.parse(run.notes),
    wasRunning: session.stored.desiredState === 'running',
  };
  const kept = await sendWhileItAnswers(move);
  const end =
    kept ??
    (await work.orchestrator.exclusively(session, 'move', async () => {
      session.leaving = args.toName;
      note(move, { begun: true });
      const reached = await carry(move);
      if (reached.kind === 'arrived') leave(move, reached.at);
      else await settleHere(move);
      session.leaving = null;
      return reached;
    }));
  if (end.kind === 'arrived') return awaitStanding(move, end.at);

  stay(move, end.report);
  return { ...end.report, node: here, state: session.state };
};
