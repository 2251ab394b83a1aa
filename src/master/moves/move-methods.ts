import { z } from 'zod';
import type { MethodsOf } from '../../orchestrator/door/handlers.ts';
import { pinned } from '../../orchestrator/door/session-waits.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { MasterParts } from '../open-parts.ts';
import { createMoveChecks, groupOf } from './move-checks.ts';
import type { MoveJobs } from './move-job.ts';
import type { MoveArgs } from './move-session.ts';

/** Moving one session. `jobs`: null where there is no group. */

const moveReport = z.object({
  outcome: z.enum(['moved', 'stayed', 'cancelled']),
  node: z.string(),
  state: z.string().nullable(),
  reason: z.string().nullable(),
});

export const createMoveMethods = (
  parts: MasterParts,
  moves: MoveJobs | null,
): MethodsOf<'moveTargets' | 'move' | 'moveCancel'> => {
  const { book, jobs } = parts;
  const checks = createMoveChecks(parts);

  return {
    moveTargets: ({ name }) => checks.targets(book.get(name)),

    move: async ({ name: given, node, anyway = false, actor = 'you', ...pin }) => {
      const session = pinned(book.get(given), pin);
      groupOf(parts);
      const { id, name } = session.stored;
      if (jobs.find('move', name) !== null)
        throw new FleetError(
          'refused-by-state',
          `${name} moves already. To call it back: zap-fleet move ${name} --cancel`,
        );
      const to = await checks.target(session, node, anyway);
      book.record(session, {
        level: 'info',
        kind: 'move-asked',
        text: `move to ${to.name}`,
        evidence: { to: to.name },
        actor,
      });
      const args: MoveArgs = { sessionName: name, sessionId: id, to: to.nodeId, toName: to.name };
      const job = jobs.add({ kind: 'move', args, actor });
      return moveReport.parse(await jobs.ended(job.id));
    },

    moveCancel: async ({ name: given }) => {
      const { name } = book.get(given).stored;
      groupOf(parts);
      const job = jobs.find('move', name);
      if (job === null) throw new FleetError('refused-by-state', `${plainText(name)} does not move now.`);
      if (moves?.cancel(job.id) !== true)
        throw new FleetError(
          'refused-by-state',
          `${name} is offered to the other server by now and cannot be called back. When it has arrived, move it back from there.`,
        );
      return moveReport.parse(await jobs.ended(job.id));
    },
  };
};
