import { afterEach, expect, test } from 'vitest';
import type { RunPermit } from '../../../src/orchestrator/reconcile/permits.ts';
import type { ManagedSession } from '../../../src/orchestrator/state/managed-session.ts';
import type { Why } from '../../../src/orchestrator/state/session-journal.ts';
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
  const other = { why: elsewhere as Why | null, asked: 0, back: 0 };
  const permit: RunPermit = {
    ask: async (_: ManagedSession, force) => {
      other.asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (force) other.why = null;
      return other.why;
    },
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
