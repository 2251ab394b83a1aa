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
  'test/e2e/fence.test.ts': waits(176),
  'test/e2e/moves.test.ts': waits(124),
  'test/e2e/conversations.test.ts': waits(118),
  'test/master/bundles/belongings-travel.test.ts': waits(113),
  'test/e2e/dead-server.test.ts': waits(97),
  'test/e2e/customers.test.ts': waits(92),
  'test/e2e/nodes.test.ts': waits(79),
  'test/e2e/looking.test.ts': waits(74),
  'test/e2e/knowledge.test.ts': waits(69),
  'test/e2e/canary.test.ts': waits(69),
  'test/e2e/probes.test.ts': waits(63),
  'test/e2e/probes-whatsapp.test.ts': waits(60),
  'test/e2e/bakery.test.ts': waits(52),
  'test/master/home-lost.test.ts': waits(33),
  'test/master/supervisor.test.ts': waits(33),
  'test/workers/session/fence.test.ts': waits(30),
  'test/alerts/alerts.test.ts': waits(20),
  'test/store/replica/supabase.test.ts': computes(140),
  'test/docs/commands.test.ts': computes(113),
  'test/e2e/dashboard.test.ts': computes(96),
  'test/e2e/chaos-fast.test.ts': computes(77),
  'test/e2e/login-bundles.test.ts': computes(66),
  'test/workers/conversation/pipeline.property.test.ts': computes(61),
  'test/e2e/supabase.test.ts': computes(61),
  'test/e2e/backup-restore.test.ts': computes(58),
  'test/master/bundles/belongings-attacked.test.ts': computes(53),
  'test/e2e/daemon.test.ts': computes(50),
  'test/e2e/api.test.ts': computes(49),
  'test/e2e/real-fleet.test.ts': computes(48),
  'test/workers/whatsapp/wppconnect/wppconnect-client.test.ts': computes(44),
  'test/packaging/package.test.ts': computes(42),
  'test/components/keys/keys.test.ts': computes(40),
  'test/workers/session/worker-real-engine.test.ts': computes(40),
  'test/master/bundles/login-travel.test.ts': computes(37),
  'test/master/store-damage.test.ts': computes(36),
  'test/master/rehearsal/rehearsal-room.test.ts': computes(35),
  'test/workers/whatsapp/wppconnect/start.test.ts': computes(30),
  'test/e2e/keeps-nothing.test.ts': computes(27),
  'test/e2e/access-tokens.test.ts': computes(26),
  'test/master/faults.test.ts': computes(23),
  'test/workers/session/worker-answers.test.ts': computes(23),
  'test/http/pages.test.ts': computes(22),
  'test/master/upgrade.test.ts': computes(22),
  'test/components/golden-pictures.test.ts': computes(21),
  'test/master/door.test.ts': computes(21),
  'test/e2e/nobody-elses-env.test.ts': computes(21),
  'test/e2e/bad-input.test.ts': computes(20),
  'test/e2e/long-jobs.test.ts': computes(20),
  'test/http/security.test.ts': computes(19),
  'test/workers/session/store-damage.test.ts': computes(19),
  'test/resources/tree-sampler.test.ts': computes(17),
  'test/backup/hostile-archive.test.ts': computes(16),
  'test/workers/whatsapp/browser.test.ts': computes(16),
  'test/workers/conversation/turn/tool-crashes.test.ts': computes(15),
  'test/workers/conversation/probes.property.test.ts': computes(14),
  'test/master/proposals/proposals.property.test.ts': computes(14),
  'test/master/archive-process.test.ts': computes(13),
  'test/workers/conversation/pipeline-sigkill.test.ts': computes(10),
};
