/** How long a file takes by the wall, and how many cores it keeps busy meanwhile. */
export interface Load {
  readonly seconds: number;
  readonly cores: number;
}

/** What is not named below. */
export const sharedFile: Load = { seconds: 0.8, cores: 1 };
export const ofItsOwnFile: Load = { seconds: 4, cores: 0.8 };

const waits = (seconds: number): Load => ({ seconds, cores: 0.3 });
const computes = (seconds: number): Load => ({ seconds, cores: 0.9 });

/** The files that take longest on two cores (docs/decisions/test-time.md); what waits for leases, phones and quiet times apart from what computes. */
export const durations: Readonly<Record<string, Load>> = {
  'test/e2e/fence.test.ts': waits(180),
  'test/e2e/dead-server.test.ts': waits(170),
  'test/e2e/moves.test.ts': waits(150),
  'test/e2e/conversations.test.ts': waits(90),
  'test/e2e/customers.test.ts': waits(92),
  'test/e2e/bakery.test.ts': waits(50),
  'test/e2e/probes.test.ts': waits(90),
  'test/e2e/looking.test.ts': waits(60),
  'test/e2e/canary.test.ts': waits(55),
  'test/e2e/access-tokens.test.ts': computes(60),
  'test/e2e/nodes.test.ts': waits(60),
  'test/e2e/probes-whatsapp.test.ts': waits(60),
  'test/master/home-lost.test.ts': waits(40),
  'test/master/supervisor.test.ts': waits(40),
  'test/workers/session/fence.test.ts': waits(30),
  'test/docs/commands.test.ts': computes(90),
  'test/workers/conversation/pipeline.property.test.ts': computes(80),
  'test/e2e/dashboard.test.ts': computes(80),
  'test/e2e/supabase.test.ts': computes(76),
  'test/store/replica/supabase.test.ts': computes(75),
  'test/e2e/backup-restore.test.ts': computes(70),
  'test/components/keys/keys.test.ts': computes(67),
  'test/components/golden-pictures.test.ts': computes(47),
  'test/master/proposals/proposal-room.test.ts': computes(12),
  'test/master/proposals/proposals.property.test.ts': computes(40),
  'test/e2e/chaos-fast.test.ts': computes(60),
  'test/e2e/daemon.test.ts': computes(55),
  'test/e2e/login-bundles.test.ts': computes(50),
  'test/e2e/real-fleet.test.ts': computes(50),
  'test/packaging/package.test.ts': computes(45),
  'test/workers/session/worker-real-engine.test.ts': computes(40),
  'test/workers/whatsapp/wppconnect/wppconnect-client.test.ts': computes(40),
  'test/master/bundles/login-travel.test.ts': computes(35),
  'test/master/bundles/belongings-travel.test.ts': computes(45),
  'test/master/bundles/belongings-attacked.test.ts': computes(25),
  'test/bundles/belongings.test.ts': computes(10),
  'test/workers/conversation/pipeline-sigkill.test.ts': computes(30),
  'test/workers/whatsapp/wppconnect/start.test.ts': computes(30),
  'test/workers/conversation/turn/tool-crashes.test.ts': computes(20),
};
