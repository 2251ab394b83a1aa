import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { RehearsalSummary } from '../session/rehearsal.ts';
import type { StoredRehearsal } from '../store/rehearsal-store.ts';
import { addCase, caseFilePath } from './rehearsal/case-file.ts';
import { caseOfTurn } from './rehearsal/make-case.ts';
import { newestRehearsal } from './rehearsal/newest-rehearsal.ts';
import { createPlanner } from './rehearsal/plan-rehearsal.ts';
import { createPublisher, type PublishParts } from './rehearsal/publish-rehearsal.ts';
import { createRehearsalJob, createRehearsalRunner, type RehearsalParts } from './rehearsal/rehearsal-job.ts';
import { startRehearsing } from './rehearsal/rehearse-process.ts';
import type { Room } from './room.ts';

/** Rehearsals: what is asked for, begun, seen, stopped and published. The asking itself is a job, in a process of its own. */

export type RehearsalRoom = Room<
  'rehearsePlan' | 'rehearse' | 'rehearsal' | 'rehearseStop' | 'rehearseResume' | 'rehearsePublish' | 'rehearseCase'
>;

export const createRehearsalRoom = (
  parts: RehearsalParts & PublishParts,
  start: typeof startRehearsing = startRehearsing,
): RehearsalRoom => {
  const { book, store, jobs, paths, now, settings } = parts;
  const runner = createRehearsalRunner(parts, start);
  jobs.serve(createRehearsalJob(runner));
  const planOf = createPlanner(parts, start);
  const publish = createPublisher(parts);

  const newestOf = (session: ManagedSession): StoredRehearsal => {
    const newest = store.rehearsals.newest(session.stored.id);
    if (newest !== null) return newest;
    throw new FleetError(
      'refused-by-state',
      `${session.stored.name} has no rehearsal. Begin one with: zap-fleet rehearse ${session.stored.name} --instructions FILE`,
    );
  };
  const refuseWhileRunning = (session: ManagedSession): void => {
    const { name, id } = session.stored;
    if (store.rehearsals.newest(id)?.state === 'running')
      throw new FleetError(
        'refused-by-state',
        `a rehearsal of ${name} runs already. Stop it with: zap-fleet rehearse ${name} --stop`,
      );
  };
  const addJob = (session: ManagedSession, rehearsal: number, actor: string): void => {
    jobs.add({ kind: 'rehearsal', args: { sessionName: session.stored.name, rehearsal }, actor });
  };
  const summaryOf = (id: number): RehearsalSummary => {
    const found = store.rehearsals.get(id);
    if (found === null) throw new FleetError('refused-by-state', 'this rehearsal is gone. Begin a new one.');
    return store.rehearsals.summary(found);
  };

  return {
    methods: {
      rehearsePlan: async (asked) => (await planOf(book.get(asked.name), asked)).plan,

      rehearse: async (asked) => {
        const session = book.get(asked.name);
        refuseWhileRunning(session);
        const { plan, ...planned } = await planOf(session, asked);
        // While it was planned another one may have begun.
        refuseWhileRunning(session);
        const { stored } = session;
        const actor = asked.actor ?? 'you';
        const id = store.database.transaction(() => {
          const added = store.rehearsals.add(
            {
              ...planned,
              sessionId: stored.id,
              sessionName: stored.name,
              baseVersion: stored.instructionsVersion,
              estimateUsd: plan.estimateUsd,
              actor,
            },
            now(),
          );
          addJob(session, added, actor);
          return added;
        });
        return { rehearsal: summaryOf(id) };
      },

      rehearsal: ({ name, limit }) => newestRehearsal(store, book.get(name).stored.id, limit),

      rehearseStop: async ({ name }) => {
        const newest = newestOf(book.get(name));
        if (newest.state !== 'running') throw new FleetError('refused-by-state', `no rehearsal of ${name} runs.`);
        // One that waits for its turn begins no more; one that runs lets go.
        store.rehearsals.end(newest.id, 'stopped', null, now());
        await runner.stop(newest.id);
        return { rehearsal: summaryOf(newest.id) };
      },

      rehearseResume: ({ name, actor }) => {
        const session = book.get(name);
        refuseWhileRunning(session);
        const newest = newestOf(session);
        if (newest.state === 'done')
          throw new FleetError('refused-by-state', `the last rehearsal of ${name} has asked all of its turns.`);
        store.database.transaction(() => {
          store.rehearsals.resume(newest.id);
          addJob(session, newest.id, actor ?? 'you');
        });
        return { rehearsal: summaryOf(newest.id) };
      },

      rehearseCase: async ({ name, turn }) => {
        const { stored } = book.get(name);
        const made = caseOfTurn(store, stored, turn, settings.FLEET_LANG ?? 'pt-BR');
        const title = await addCase(paths, stored.name, made);
        return { title, file: caseFilePath(paths, stored.name) };
      },

      rehearsePublish: ({ name, id, actor }) => {
        const session = book.get(name);
        const newest = newestOf(session);
        if (newest.id !== id)
          throw new FleetError('refused-by-state', 'another rehearsal was begun since. Look at it before you publish.');
        if (newest.state === 'running')
          throw new FleetError('refused-by-state', `the rehearsal of ${name} still runs. Wait, or stop it first.`);
        return publish(session, newest, actor ?? 'you');
      },
    },
    begin: () => undefined,
    close: () => undefined,
  };
};
