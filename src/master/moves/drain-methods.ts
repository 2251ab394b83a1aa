import { z } from 'zod';
import type { MethodsOf } from '../../orchestrator/door/handlers.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { StoredJob } from '../../store/job-store.ts';
import type { MasterParts } from '../open-parts.ts';
import { groupOf, noGroup, targetNamed } from './move-checks.ts';
import { asked } from './move-work.ts';

/** The servers of the group, and draining one of them. */

/** The last drain that was begun here, by the database's clock. */
const drainSeenKey = 'drain_seen';

const drainReport = z.object({
  node: z.string(),
  moved: z.array(z.object({ name: z.string(), node: z.string() })),
  stayed: z.array(z.object({ name: z.string(), reason: z.string() })),
  cancelled: z.boolean(),
});

export const createDrainMethods = (parts: MasterParts): MethodsOf<'nodes' | 'nodeDrain'> => {
  const { book, replica, store, jobs, log } = parts;

  const drainHere = (anyway: boolean, actor: string): StoredJob =>
    jobs.find('node-drain') ?? jobs.add({ kind: 'node-drain', args: { anyway }, actor });

  const record = (name: string, draining: boolean, actor: string): void =>
    book.record(null, {
      level: 'info',
      kind: draining ? 'drain-asked' : 'drain-ended',
      text: draining
        ? `drain ${name}: it takes nothing, and its sessions go to others`
        : `${name} takes sessions again`,
      evidence: { node: name },
      actor,
    });

  // Asked for at another server: this one moves its sessions.
  replica.onDrainAsked((at) => {
    if (Number(store.meta.get(drainSeenKey) ?? 0) >= at) return;
    try {
      store.meta.set(drainSeenKey, String(at));
      drainHere(false, 'supabase');
    } catch (error) {
      log.warn('the drain of this server could not be begun', { error: messageOf(error) });
    }
  });

  return {
    nodes: async () => {
      if (replica.moves === null) return { problem: replica.problem ?? noGroup, nodes: [] };
      return { problem: null, nodes: await asked(groupOf(parts).nodes()) };
    },

    nodeDrain: async ({ node, draining, anyway = false, wait = true, actor = 'you' }) => {
      const group = groupOf(parts);
      const { nodeId, name, here, sessions } = targetNamed(await asked(group.nodes()), node);
      const at = await asked(group.drain(nodeId, draining));
      record(name, draining, actor);
      const answer = { node: name, draining, here, sessions, drained: null };
      if (!draining || !here) return answer;

      store.meta.set(drainSeenKey, String(at ?? 0));
      const job = drainHere(anyway, actor);
      return wait ? { ...answer, drained: drainReport.parse(await jobs.ended(job.id)) } : answer;
    },
  };
};
