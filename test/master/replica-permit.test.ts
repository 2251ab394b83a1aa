import { afterEach, expect, test } from 'vitest';
import type { LoginTravel } from '../../src/master/bundles/login-travel.ts';
import { createReplicaPermit } from '../../src/master/replica-permit.ts';
import type { ManagedSession } from '../../src/orchestrator/state/managed-session.ts';
import type { Replicator } from '../../src/store/replica/replicator-types.ts';
import { addSession } from '../store/support.ts';
import { createFakeFleet, type FakeFleet } from '../support/fake-processes.ts';

/** Leases and logins go together: the login is here before a session may run, and in Storage before another server may run it. */

const fleets: FakeFleet[] = [];
afterEach(() => {
  for (const fleet of fleets.splice(0)) fleet.end();
});

const permitOf = (
  travel: Partial<LoginTravel>,
  answer: Partial<Awaited<ReturnType<Replicator['takeLease']>>> = {},
  pushed?: Replicator['moves']['pushed'],
) => {
  const fleet = createFakeFleet();
  fleets.push(fleet);
  const { name } = addSession(fleet.store, 'padaria-joao');
  const session: ManagedSession = fleet.book.byName(name) ?? fleet.book.add(name);
  const did: string[] = [];
  const note =
    <T>(what: string, value: T) =>
    async (): Promise<T> => {
      did.push(what);
      return value;
    };
  const replica = {
    status: () => ({ status: 'ok' }),
    moves: { pushed: pushed ?? note('pushed', true) },
    takeLease: note('take', { granted: true, epoch: 7, asked: true, fence: null, ...answer }),
    releaseLease: note('release', undefined),
  } as unknown as Replicator;
  const { permit, settled } = createReplicaPermit(replica, fleet.book, {
    bring: async (_, epoch) => {
      did.push(`bring ${epoch}`);
      return null;
    },
    keep: note('keep', undefined),
    arrived: () => undefined,
    wanted: () => void did.push('wanted'),
    end: () => undefined,
    forget: async () => null,
    ...travel,
  });
  return { permit, settled, session, did, store: fleet.store };
};

test('a lease that is won brings the login before the session may run', async () => {
  const { permit, session, did } = permitOf({});
  expect(await permit.ask(session, false)).toEqual({ fence: null });
  expect(did).toEqual(['wanted', 'take', 'bring 7']);
});

test('without its login it may not run, and the lease goes back', async () => {
  const why = { code: 'login-away', words: 'its login could not be fetched' };
  const { permit, session, did } = permitOf({ bring: async () => why });
  expect(await permit.ask(session, false)).toEqual({ why });
  expect(did).toEqual(['wanted', 'take', 'release']);
});

test('while Supabase is away nothing is fetched: what is known decides', async () => {
  const { permit, session, did } = permitOf({}, { asked: false });
  expect(await permit.ask(session, false)).toEqual({ fence: null });
  expect(did).toEqual(['wanted', 'take']);
});

test('a stop keeps the login first and gives the lease back after; who asks meanwhile ends the wait', async () => {
  const kept = Promise.withResolvers<void>();
  const { permit, settled, session, did } = permitOf({ keep: () => kept.promise, wanted: () => kept.resolve() });
  permit.giveBack(session);
  await Promise.resolve();
  expect(did).toEqual([]);
  const asked = permit.ask(session, false);
  await settled();
  await asked;
  expect(did).toEqual(['release', 'take', 'bring 7']);
});

test('of a session that any server may take it is known that it is not wanted before it is free', async () => {
  const { permit, settled, session, did, store } = permitOf({});
  store.sessions.change(session.stored.id, { failover: 'auto', desiredState: 'stopped' }, 1);
  session.stored = store.sessions.byId(session.stored.id) ?? session.stored;
  permit.giveBack(session);
  await settled();
  expect(did).toEqual(['keep', 'pushed', 'release']);
});

test('a store that refuses meanwhile keeps no lease', async () => {
  const { permit, settled, session, did, store } = permitOf({}, {}, () => Promise.reject(new Error('disk I/O error')));
  store.sessions.change(session.stored.id, { failover: 'auto', desiredState: 'stopped' }, 1);
  session.stored = store.sessions.byId(session.stored.id) ?? session.stored;
  permit.giveBack(session);
  await settled();
  expect(did).toEqual(['keep', 'release']);
});
