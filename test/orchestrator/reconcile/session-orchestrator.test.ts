import { afterEach, expect, test } from 'vitest';
import { profileLock } from '../../../src/home/home-paths.ts';
import { tryLock } from '../../../src/home/lock.ts';
import { parseSessionName } from '../../../src/session/session-name.ts';
import { createFakeFleet, type FakeFleet } from '../../support/fake-processes.ts';
import { until } from '../../support/until.ts';

let fleet: FakeFleet;
afterEach(() => {
  expect(fleet.problems).toEqual([]);
  fleet.end();
});

const runs = (name: string): boolean => fleet.workers.has(`session:${name}`);
const state = (name: string): string => fleet.book.get(name).state;

test('a worker that keeps crashing is restarted with pauses, then given up; a person starts it anew', async () => {
  fleet = createFakeFleet();
  const session = fleet.add('crashy');
  fleet.orchestrator.want(session, 'running');
  for (let crash = 0; crash < 6; crash += 1) {
    await until(() => runs('crashy'), { what: `start ${crash}` });
    fleet.says('crashy', 'qr');
    fleet.dies('crashy', 1);
  }
  await until(() => state('crashy') === 'failed', { what: 'given up' });
  expect(session.reason).toMatch(/^5 crashes in 10m: /);
  expect(session.stored.restarts).toBe(5);
  expect(runs('crashy')).toBe(false);
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('crashy'), { what: 'the start that a person asked for' });
});

test('a worker without a browser is not tried again: only a person can change that', async () => {
  fleet = createFakeFleet();
  const session = fleet.add('blind');
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('blind'));
  fleet.dies('blind', 13);
  await until(() => state('blind') === 'failed');
  expect(session.reasonCode).toBe('browser-missing');
  expect(fleet.starts).toHaveLength(1);
});

test.each(['logged_out', 'held', 'waiting'] as const)(
  'a session that is %s is never started by itself',
  async (parked) => {
    fleet = createFakeFleet();
    const session = fleet.add('parked');
    fleet.orchestrator.want(session, 'running');
    await until(() => runs('parked'));
    fleet.says('parked', parked, { code: 'x', words: 'y' });
    fleet.dies('parked', 1);
    await until(() => session.worker === null);
    fleet.orchestrator.kickAll();
    await fleet.nextMaster();
    expect(state('parked')).toBe(parked);
    expect(fleet.starts).toHaveLength(1);
  },
);

test('banned by WhatsApp: the worker is ended and nothing is tried again', async () => {
  fleet = createFakeFleet();
  const session = fleet.add('banned');
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('banned'));
  fleet.says('banned', 'banned', { code: 'tos-block', words: 'blocked' });
  await until(() => !runs('banned') && session.worker === null);
  expect([session.state, session.reasonCode]).toEqual(['failed', 'tos-block']);
});

test('no more browsers start at once than there are cores, and MAX_SESSIONS queues the rest with a reason', async () => {
  fleet = createFakeFleet({ maxSessions: 4, startingAtOnce: 2 });
  const names = ['s-1', 's-2', 's-3', 's-4', 's-5', 's-6'];
  for (const name of names) fleet.orchestrator.want(fleet.add(name, 'wppconnect'), 'running');
  await until(() => fleet.workers.size === 2);
  const queued = fleet.book.all().filter((session) => session.state === 'queued');
  expect(queued.map((session) => session.reasonCode)).toContain('starting-limit');
  const first = names.filter(runs);
  for (const name of first) fleet.says(name, 'qr');
  await until(() => fleet.workers.size === 4);
  for (const name of names) if (runs(name) && !first.includes(name)) fleet.says(name, 'qr');
  // Who came third is not said: whoever asks when a place is free.
  const left = names.filter((name) => !runs(name));
  await until(() => left.every((name) => fleet.book.get(name).reasonCode === 'max-sessions'));
  for (const name of left) expect(fleet.book.get(name).reason).toContain('MAX_SESSIONS is 4');
  expect(fleet.mostTogether()).toBeLessThanOrEqual(2);
  // A place comes free.
  fleet.orchestrator.want(fleet.book.get(first[0] ?? ''), 'stopped');
  await until(() => left.some(runs));
  expect(fleet.workers.size).toBeLessThanOrEqual(4);
});

test('sessions beyond the limit of open files are queued with the reason, and start when it was raised', async () => {
  const room = { machine: null, memoryOf: () => null, descriptors: { limit: 80, used: 30 } };
  fleet = createFakeFleet({ room, startingAtOnce: 8, maxSessions: 8 });
  const names = ['um', 'dois', 'tres'];
  for (const name of names) fleet.orchestrator.want(fleet.add(name), 'running');
  const queued = () => names.map((name) => fleet.book.get(name)).filter(({ state }) => state === 'queued');
  await until(() => names.filter(runs).length === 2 && queued().length === 1);
  expect(queued()[0]).toMatchObject({ reasonCode: 'descriptors', reason: expect.stringContaining('ulimit -n') });

  room.descriptors = { limit: 1024, used: 46 };
  fleet.orchestrator.kickAll();
  await until(() => names.every(runs));
});

test('a start waits, and says so, while memory is short', async () => {
  const MB = 1_000_000;
  fleet = createFakeFleet({
    room: {
      machine: { memoryTotal: 4000 * MB, memoryAvailable: 400 * MB },
      memoryOf: () => 200 * MB,
      descriptors: null,
    },
  });
  fleet.orchestrator.want(fleet.add('first', 'wppconnect'), 'running');
  await until(() => runs('first'));
  fleet.says('first', 'connected');
  fleet.orchestrator.want(fleet.add('second', 'wppconnect'), 'running');
  await until(() => fleet.book.get('second').reasonCode === 'memory');
  expect(fleet.book.get('second').reason).toContain('memory is short');
  expect(runs('second')).toBe(false);
});

test('a session starts only when its login is free', async () => {
  fleet = createFakeFleet();
  const held = tryLock(profileLock(fleet.paths, parseSessionName('busy')));
  const session = fleet.add('busy');
  fleet.orchestrator.want(session, 'running');
  await until(() => session.reasonCode === 'profile-busy');
  expect(fleet.starts).toEqual([]);
  held?.release();
  await until(() => runs('busy'));
});

test('the next master takes over what runs, asks it for a report, and stops what is not wanted any more', async () => {
  fleet = createFakeFleet();
  for (const name of ['kept', 'unwanted']) fleet.orchestrator.want(fleet.add(name), 'running');
  await until(() => fleet.workers.size === 2);
  fleet.says('kept', 'connected');
  // Another process edits the database while no master looks.
  fleet.store.sessions.change(fleet.book.get('unwanted').stored.id, { desiredState: 'stopped' }, Date.now());
  const before = fleet.workers.get('session:kept');
  await fleet.nextMaster();
  await until(() => !runs('unwanted') && state('unwanted') === 'stopped');
  expect(fleet.workers.get('session:kept')).toBe(before);
  expect(fleet.sent).toContainEqual({ pmId: before?.pmId, command: 'report' });
});

test('a lowered MAX_SESSIONS queues what is too much, and that runs again when a place comes free', async () => {
  fleet = createFakeFleet({ maxSessions: 3 });
  const names = ['s-1', 's-2', 's-3'];
  for (const name of names) {
    fleet.orchestrator.want(fleet.add(name), 'running');
    await until(() => runs(name));
    fleet.says(name, 'connected');
  }
  await fleet.nextMaster(2);
  await until(() => fleet.workers.size === 2 && names.some((name) => state(name) === 'queued'));
  const queued = names.find((name) => state(name) === 'queued') ?? '';
  const other = names.find((name) => runs(name)) ?? '';
  fleet.orchestrator.want(fleet.book.get(other), 'stopped');
  await until(() => runs(queued), { what: 'the queued one to take the free place' });
});

test('what ran starts again after everything was lost, longest connected first', async () => {
  fleet = createFakeFleet({ startingAtOnce: 1 });
  for (const [index, name] of ['young', 'old'].entries()) {
    const session = fleet.add(name, 'wppconnect');
    fleet.store.sessions.change(session.stored.id, { desiredState: 'running' }, Date.now());
    const since = Date.now() - (index + 1) * 3_600_000;
    fleet.store.sessions.setState(session.stored.id, { state: 'connected', since, reasonCode: null, reason: null });
  }
  await fleet.nextMaster();
  await until(() => fleet.workers.size === 1);
  expect(fleet.starts).toEqual(['session:old']);
  fleet.says('old', 'connected');
  await until(() => fleet.workers.size === 2);
});

test('messages of a worker that is not ours any more change nothing', async () => {
  fleet = createFakeFleet();
  const session = fleet.add('renewed');
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('renewed'));
  const old = fleet.workers.get('session:renewed');
  if (old === undefined) throw new Error('no worker');
  fleet.orchestrator.want(session, 'running', { again: true });
  await until(() => fleet.starts.length === 2);
  const fresh = fleet.workers.get('session:renewed');
  fleet.workers.set('session:renewed', old);
  fleet.says('renewed', 'connected');
  expect(session.state).toBe('starting');
  if (fresh !== undefined) fleet.workers.set('session:renewed', fresh);
  fleet.says('renewed', 'connected');
  expect(session.state).toBe('connected');
});

test('a start that PM2 refuses is tried again, with the reason in words', async () => {
  // A busy machine sees the reason late: it must stand for a while, and the tries until then may not use up the breaker or the budget.
  const unlimited = { maxRestarts: 100_000, windowMs: 600_000 };
  const backoff = { firstMs: 200, factor: 1, maxMs: 200, jitter: 0, stableMs: 60_000 };
  fleet = createFakeFleet({ policies: { backoff, breaker: unlimited, budget: unlimited } });
  fleet.failStarts(true);
  const session = fleet.add('refused');
  fleet.orchestrator.want(session, 'running');
  await until(() => session.reason === 'no memory for a process');
  fleet.failStarts(false);
  await until(() => runs('refused'));
});

test('draining stops all, keeps what is wanted, and starts nothing', async () => {
  fleet = createFakeFleet();
  for (const name of ['d-1', 'd-2']) fleet.orchestrator.want(fleet.add(name), 'running');
  await until(() => fleet.workers.size === 2);
  fleet.orchestrator.want(fleet.add('d-3'), 'stopped');
  await fleet.orchestrator.drain();
  expect(fleet.workers.size).toBe(0);
  expect(fleet.book.all().map((session) => [session.state, session.stored.desiredState])).toEqual([
    ['queued', 'running'],
    ['queued', 'running'],
    ['stopped', 'stopped'],
  ]);
  fleet.orchestrator.kickAll();
  expect(fleet.workers.size).toBe(0);
});

test('start and stop without end leave exactly what was asked for last', async () => {
  fleet = createFakeFleet();
  const session = fleet.add('restless');
  for (let round = 0; round < 40; round += 1) {
    fleet.orchestrator.want(session, round % 3 === 0 ? 'stopped' : 'running', { again: round % 4 === 1 });
    if (round % 5 === 0) await new Promise((done) => setImmediate(done));
  }
  fleet.orchestrator.want(session, 'stopped');
  await until(() => session.state === 'stopped' && !runs('restless'));
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('restless'));
});
