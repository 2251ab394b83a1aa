import type { FleetParts } from '../orchestrator/door/fleet-parts.ts';
import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { StoreTransfer } from '../session/records.ts';
import { parseSessionName } from '../session/session-name.ts';
import { transferSchema } from '../session/transfer-report.ts';
import type { Replicator } from '../store/replica/replicator-types.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { transferJobs } from './jobs/transfer-jobs.ts';

export type ReplicaMethods = MethodsOf<'storeStatus' | 'storePush' | 'storePull' | 'storeAdopt'>;

/** What a person asks of the replica. `problem`: why there is none although one is wanted; `host`: this server's name. */
export const createReplicaMethods = (
  { book, state, jobs }: Pick<FleetParts, 'book' | 'state'> & { readonly jobs: JobRunner },
  replicator: Replicator | null,
  { problem, host }: { readonly problem: string | null; readonly host: string },
): ReplicaMethods => {
  const supabase = (): Replicator => {
    if (replicator !== null) return replicator;
    throw new FleetError(
      'usage',
      problem ??
        'Supabase is not set up: set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, then restart (docs/supabase.md).',
    );
  };

  if (replicator !== null) for (const job of transferJobs(replicator, book)) jobs.serve(job);

  /** One at a time: whoever asks again waits for the one under way. */
  const transfer = async (kind: 'store-push' | 'store-pull', actor: string | undefined): Promise<StoreTransfer> => {
    supabase();
    const job = jobs.find(kind) ?? jobs.add({ kind, args: {}, actor: actor ?? 'you' });
    return transferSchema.parse(await jobs.ended(job.id));
  };

  return {
    storeStatus: () => ({
      configured: replicator !== null,
      problem,
      host,
      replica: replicator?.status() ?? null,
      offered: replicator?.offered() ?? [],
    }),
    storePush: ({ actor }) => transfer('store-push', actor),
    storePull: ({ actor }) => transfer('store-pull', actor),
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
