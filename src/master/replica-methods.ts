import { hostname } from 'node:os';
import type { FleetParts } from '../orchestrator/door/fleet-parts.ts';
import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import { FleetError } from '../session/fleet-error.ts';
import { parseSessionName } from '../session/session-name.ts';
import type { Replicator } from '../store/replica/replicator.ts';

export type ReplicaMethods = MethodsOf<'storeStatus' | 'storePush' | 'storePull' | 'storeAdopt'>;

/** What a person asks of the replica. `problem`: why there is none although one is wanted. */
export const createReplicaMethods = (
  { book, state }: Pick<FleetParts, 'book' | 'state'>,
  replicator: Replicator | null,
  problem: string | null,
): ReplicaMethods => {
  const supabase = (): Replicator => {
    if (replicator !== null) return replicator;
    throw new FleetError(
      'usage',
      problem ??
        'Supabase is not set up: set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, then restart (docs/supabase.md).',
    );
  };

  return {
    storeStatus: () => ({
      configured: replicator !== null,
      problem,
      host: hostname(),
      replica: replicator?.status() ?? null,
      offered: replicator?.offered() ?? [],
    }),
    storePush: () => supabase().pushAll(),
    storePull: async () => {
      const report = await supabase().pullAll();
      book.refresh();
      return report;
    },
    storeAdopt: async ({ name: asked, actor }) => {
      const name = parseSessionName(asked);
      await supabase().adopt(name);
      book.refresh();
      const session = book.get(name);
      book.record(session, {
        level: 'info',
        kind: 'session-adopted',
        text: 'taken in from Supabase with its history, stopped',
        actor: actor ?? 'you',
      });
      return { row: state.row(session) };
    },
  };
};
