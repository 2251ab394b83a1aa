import { z } from 'zod';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { DrainReport, GroupNode } from '../../session/group-node.ts';
import type { JobKind, JobRun } from '../jobs/job-kind.ts';
import type { MoveArgs } from './move-session.ts';
import { findTarget } from './move-target.ts';
import { type MoveWork, ownNode } from './move-work.ts';

/** Moves the sessions of this server to others, one after the other, each to where most room is. What fits nowhere stays. */

const argsSchema = z.object({ anyway: z.boolean() });
const reportSchema = z.object({
  outcome: z.enum(['moved', 'stayed', 'cancelled']),
  node: z.string(),
  reason: z.string().nullable(),
});
const notesSchema = z.object({
  moved: z.array(z.object({ name: z.string(), node: z.string() })).default([]),
  stayed: z.array(z.object({ name: z.string(), reason: z.string() })).default([]),
});

export interface DrainOptions {
  /** Why a session's login does not travel; null: it does. */
  readonly loginStays: string | null;
  /** Whether it is another server's by now. */
  readonly isElsewhere: (session: ManagedSession) => boolean;
  readonly here: string;
}

interface Drain {
  readonly work: MoveWork;
  readonly options: DrainOptions;
  readonly run: JobRun;
  readonly anyway: boolean;
  readonly given: { readonly to: string; readonly at: number }[];
}

const moveOne = async (drain: Drain, session: ManagedSession, nodes: readonly GroupNode[]) => {
  const { work, run } = drain;
  const { id, name } = session.stored;
  let job = work.jobs.find('move', name);
  if (job === null) {
    const { given, anyway, options } = drain;
    const target = await findTarget({ work, loginStays: options.loginStays, anyway, given }, session, nodes);
    if (typeof target === 'string') return { outcome: 'stayed' as const, node: '', reason: target };
    const args: MoveArgs = { sessionName: name, sessionId: id, to: target.nodeId, toName: target.name };
    drain.given.push({ to: target.nodeId, at: work.now() });
    job = work.jobs.add({ kind: 'move', args, actor: run.job.actor });
  }
  return reportSchema.parse(await work.jobs.ended(job.id));
};

const drainNode = async (drain: Drain): Promise<DrainReport> => {
  const { work, options, run } = drain;
  const { book, group } = work;
  const notes = notesSchema.parse(run.notes);
  const seen = new Set(notes.stayed.map(({ name }) => name));
  const mine = (): readonly ManagedSession[] =>
    book
      .all()
      .filter(({ stored, removed }) => !removed && stored.desiredState === 'running')
      .filter((session) => !seen.has(session.stored.name) && !options.isElsewhere(session));
  const total = notes.moved.length + notes.stayed.length + mine().length;
  const report = (cancelled: boolean): DrainReport => ({ node: options.here, ...notes, cancelled });

  for (let session = mine()[0]; session !== undefined; session = mine()[0]) {
    run.signal.throwIfAborted();
    const { name } = session.stored;
    run.progress({ done: notes.moved.length + notes.stayed.length, total, step: 'moving' });
    const nodes = await group.nodes();
    if (!ownNode(nodes).draining) return report(true);

    seen.add(name);
    const one = await moveOne(drain, session, nodes);
    if (one.outcome === 'moved') notes.moved.push({ name, node: one.node });
    else notes.stayed.push({ name, reason: one.reason ?? 'its move was called back' });
    run.keep(notes);
  }
  return report(false);
};

export const createDrainJob = (work: MoveWork, options: DrainOptions): JobKind => ({
  kind: 'node-drain',
  lane: 'drains',
  insists: true,
  run: async (run) => {
    const { anyway } = argsSchema.parse(run.job.args);
    try {
      const report = await drainNode({ work, options, run, anyway, given: [] });
      const { moved, stayed, cancelled } = report;
      work.book.record(null, {
        level: stayed.length > 0 ? 'warn' : 'info',
        kind: 'node-drained',
        text: cancelled
          ? `the drain of ${report.node} was ended: ${moved.length} sessions were moved`
          : `${report.node} is drained: ${moved.length} sessions moved, ${stayed.length} stay`,
        evidence: { node: report.node, moved: moved.length, stayed: stayed.length, cancelled },
        actor: run.job.actor,
      });
      return { ...report };
    } catch (error) {
      run.signal.throwIfAborted();
      if (error instanceof FleetError) throw error;
      throw new FleetError('unavailable', messageOf(error), { cause: error });
    }
  },
});
