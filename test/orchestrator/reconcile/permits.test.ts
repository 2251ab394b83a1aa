import { afterEach, expect, test } from 'vitest';
import type { RunPermit } from '../../../src/orchestrator/reconcile/permits.ts';
import type { ManagedSession } from '../../../src/orchestrator/state/managed-session.ts';
import type { Why } from '../../../src/orchestrator/state/session-journal.ts';
import { workerExits } from '../../../src/protocol/worker-exit.ts';
import { type Fence, fenceAt, fenceOfText, leftOf, machineClocks, momentOf } from '../../../src/session/fence.ts';
import { cannotAskReason, runsElsewhereReason } from '../../../src/session/verdict.ts';
import { createFakeFleet, type FakeFleet } from '../../support/fake-processes.ts';
import { until } from '../../support/until.ts';

let fleet: FakeFleet;
afterEach(() => {
  expect(fleet.problems).toEqual([]);
  fleet.end();
});

const elsewhere: Why = { code: runsElsewhereReason, words: 'runs on the server vps-b' };
const runs = (name: string): boolean => fleet.workers.has(`session:${name}`);

/** Another server has it until `why` is null, or somebody forces it. */
const otherServer = () => {
  const other = { why: elsewhere as Why | null, fence: null as Fence | null, isOurs: true, asked: 0, back: 0 };
  const permit: RunPermit = {
    ask: async (_: ManagedSession, force) => {
      other.asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (force) other.why = null;
      return other.why === null ? { fence: other.fence } : { why: other.why };
    },
    confirm: async () => other.isOurs,
    giveBack: () => {
      other.back += 1;
    },
  };
  return { other, permit };
};

test('a session that runs elsewhere is held without a worker, and starts when it is free', async () => {
  const { other, permit } = otherServer();
  fleet = createFakeFleet({ permit });
  const session = fleet.add('padaria');
  fleet.orchestrator.want(session, 'running');
  await until(() => session.state === 'held', { what: 'held' });
  expect(session).toMatchObject({ reasonCode: runsElsewhereReason, reason: elsewhere.words, worker: null });
  expect(fleet.starts).toEqual([]);
  // Still there: asked, and nothing is told again.
  const events = fleet.store.events.list({ limit: 50 }).length;
  const asked = other.asked;
  fleet.orchestrator.permits.askAgain(session);
  await until(() => other.asked > asked && session.nextTryAt !== null, { what: 'the next question' });
  expect(fleet.store.events.list({ limit: 50 })).toHaveLength(events);
  other.why = null;
  fleet.orchestrator.permits.askAgain(session);
  await until(() => runs('padaria'), { what: 'the start' });
});

test('a person takes over what another server had; a stop gives it back, a crash does not', async () => {
  const { other, permit } = otherServer();
  fleet = createFakeFleet({ permit });
  const session = fleet.add('padaria');
  fleet.orchestrator.want(session, 'running');
  await until(() => session.state === 'held', { what: 'held' });
  fleet.orchestrator.want(session, 'running', { force: true });
  await until(() => runs('padaria'), { what: 'the start' });
  const { asked } = other;
  fleet.says('padaria', 'connected');
  fleet.dies('padaria', 1);
  await until(() => fleet.starts.length === 2, { what: 'the restart' });
  expect([other.asked, other.back]).toEqual([asked, 0]);
  fleet.orchestrator.want(session, 'stopped');
  await until(() => session.state === 'stopped', { what: 'stopped' });
  expect(other.back).toBe(1);
});

test('who takes it over while it is asked about is not told what was asked before', async () => {
  const { other, permit } = otherServer();
  fleet = createFakeFleet({ permit });
  const session = fleet.add('padaria');
  fleet.orchestrator.want(session, 'running');
  await until(() => session.state === 'held', { what: 'held' });

  const { asked } = other;
  fleet.orchestrator.permits.askAgain(session);
  await until(() => other.asked > asked, { every: 1, what: 'the question that is under way' });
  fleet.orchestrator.want(session, 'running', { force: true });
  const states: string[] = [];
  const unwatch = fleet.book.onChange(() => states.push(session.state));
  await until(() => runs('padaria'), { what: 'the start' });
  unwatch();
  expect(states).not.toContain('held');
});

test('a permit that is lost ends the worker at once; one that was never there keeps a taken-over worker from going on', async () => {
  const { other, permit } = otherServer();
  other.why = null;
  fleet = createFakeFleet({ permit });
  const session = fleet.add('padaria');
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('padaria'), { what: 'the start' });
  fleet.says('padaria', 'connected');
  other.why = elsewhere;
  fleet.orchestrator.permits.withdraw(session, { code: cannotAskReason, words: 'Supabase was away for too long' });
  await until(() => session.state === 'held' && !runs('padaria'), { what: 'its end' });
  expect(session.reasonCode).toBe(cannotAskReason);

  other.why = null;
  fleet.orchestrator.permits.askAgain(session);
  await until(() => runs('padaria'), { what: 'the next start' });
  // Another server took it while no master looked.
  other.why = elsewhere;
  await fleet.nextMaster();
  await until(() => fleet.book.get('padaria').state === 'held' && !runs('padaria'), {
    what: 'held by the next master',
  });
});

test('a drain gives nothing back by itself: the fleet gives all of it back at once', async () => {
  const { other, permit } = otherServer();
  other.why = null;
  fleet = createFakeFleet({ permit });
  fleet.orchestrator.want(fleet.add('padaria'), 'running');
  await until(() => runs('padaria'), { what: 'the start' });
  await fleet.orchestrator.drain();
  expect([runs('padaria'), other.back]).toEqual([false, 0]);
});

const fenceOf = (epoch: number, lasts: number): Fence => fenceAt(epoch, momentOf(machineClocks), lasts);
const handedDown = () => fleet.orders.flatMap((order) => (order.command === 'fence' ? [order] : []));

test('a worker is started with the end of its right, and told each time that it is renewed', async () => {
  const { other, permit } = otherServer();
  Object.assign(other, { why: null, fence: fenceOf(3, 60_000) });
  fleet = createFakeFleet({ permit });
  const session = fleet.add('padaria');
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('padaria'), { what: 'the start' });
  const given = fenceOfText(fleet.workers.get('session:padaria')?.spec.env['ZAP_FENCE'] ?? '');
  expect(given).toEqual(other.fence);

  const next = fenceOf(3, 120_000);
  fleet.orchestrator.permits.extend(session, next);
  expect(handedDown()).toMatchObject([{ fence: next, confirms: null }]);

  // The next master asks anew, and its answer is handed down to the worker that it found.
  other.fence = fenceOf(4, 60_000);
  await fleet.nextMaster();
  await until(() => handedDown().length > 1, { what: 'the next master to hand it down' });
  expect(handedDown().at(-1)).toMatchObject({ fence: other.fence, confirms: null });
});

test('a worker whose right was over is started again only after it was asked for anew', async () => {
  const { other, permit } = otherServer();
  Object.assign(other, { why: null, fence: fenceOf(1, 60_000) });
  fleet = createFakeFleet({ permit });
  const session = fleet.add('padaria');
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('padaria'), { what: 'the start' });

  // The master was stopped for longer than the lease, too.
  fleet.orchestrator.permits.extend(session, fenceOf(1, -1));
  other.why = elsewhere;
  fleet.dies('padaria', workerExits.fenced.code);
  await until(() => session.state === 'held', { what: 'held' });
  expect(session).toMatchObject({ reasonCode: runsElsewhereReason, fence: null });
  expect(fleet.starts).toHaveLength(1);

  Object.assign(other, { why: null, fence: fenceOf(2, 60_000) });
  fleet.orchestrator.permits.askAgain(session);
  await until(() => runs('padaria'), { what: 'the next start' });
  const given = fenceOfText(fleet.workers.get('session:padaria')?.spec.env['ZAP_FENCE'] ?? '');
  expect(given === null ? 0 : leftOf(given, machineClocks)).toBeGreaterThan(0);
});

test('a login that was opened elsewhere is confirmed to the worker only when it is ours', async () => {
  const { other, permit } = otherServer();
  Object.assign(other, { why: null, fence: fenceOf(1, 60_000), isOurs: false });
  fleet = createFakeFleet({ permit });
  const session = fleet.add('padaria');
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('padaria'), { what: 'the start' });

  fleet.conflicts('padaria', 'question-1');
  other.isOurs = true;
  fleet.conflicts('padaria', 'question-2');
  await until(() => handedDown().length > 0, { what: 'the answer' });
  expect(handedDown().map(({ confirms }) => confirms)).toEqual(['question-2']);
});

test('a worker of a fleet that shared a Supabase is freed by a master that shares none, and no other is told anything', async () => {
  const { other, permit } = otherServer();
  Object.assign(other, { why: null, fence: fenceOf(1, 60_000) });
  const shared: { permit?: RunPermit } = { permit };
  fleet = createFakeFleet(shared);
  fleet.orchestrator.want(fleet.add('padaria'), 'running');
  await until(() => runs('padaria'), { what: 'the start' });

  delete shared.permit;
  fleet.orchestrator.want(fleet.add('livre'), 'running');
  await fleet.nextMaster();
  await until(() => handedDown().length > 0, { what: 'the word that nothing limits it' });
  expect(handedDown()).toMatchObject([{ fence: null, confirms: null }]);
  await until(() => runs('livre'), { what: 'the other start' });
  expect(fleet.workers.get('session:livre')?.spec.env['ZAP_FENCE']).toBeUndefined();
});
