import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest on two cores, longest first (docs/decisions/test-time.md). Vitest knows durations only of a run before, which
 * a fresh clone has not had: by size, a file of 200 lines and two minutes would begin when the others are done.
 */
const longFiles = [
  // Hardly more than waiting: beside them the others have both cores.
  'test/e2e/fence.test.ts',
  'test/e2e/dead-server.test.ts',
  'test/e2e/moves.test.ts',
  'test/e2e/customers.test.ts',
  'test/e2e/probes.test.ts',
  'test/e2e/conversations.test.ts',
  'test/store/replica/supabase.test.ts',
  'test/docs/commands.test.ts',
  'test/e2e/dashboard.test.ts',
  'test/e2e/supabase.test.ts',
  'test/e2e/backup-restore.test.ts',
  'test/workers/conversation/pipeline.property.test.ts',
  'test/e2e/nodes.test.ts',
  'test/master/proposals/proposal-room.test.ts',
  'test/master/proposals/proposals.property.test.ts',
  'test/e2e/probes-whatsapp.test.ts',
  'test/e2e/login-bundles.test.ts',
  'test/components/keys/keys.test.ts',
  'test/e2e/looking.test.ts',
  'test/workers/session/worker-real-engine.test.ts',
  'test/e2e/real-fleet.test.ts',
  'test/workers/whatsapp/wppconnect/wppconnect-client.test.ts',
  'test/e2e/daemon.test.ts',
  'test/packaging/package.test.ts',
  'test/e2e/chaos-fast.test.ts',
  'test/master/bundles/login-travel.test.ts',
  'test/master/home-lost.test.ts',
  'test/master/supervisor.test.ts',
  'test/workers/whatsapp/wppconnect/start.test.ts',
  'test/workers/session/fence.test.ts',
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = longFiles.findIndex((file) => moduleId.includes(`/${file}`));
  return place === -1 ? longFiles.length : place;
};

/** What was seen to fail or to be long here goes before what is long elsewhere; without such a past, this list decides. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    if (files.some((file) => this.ctx.cache.getTestSpecificationResult(file) !== undefined)) return sorted;

    // Those that share a process stay together: one of another project between them ends it, and the next would load everything anew.
    const own = ({ project }: TestSpecification): number => (project.config.isolate ? 1 : 0);
    return sorted.toSorted((a, b) => own(a) - own(b) || placeOf(a) - placeOf(b));
  }
}
