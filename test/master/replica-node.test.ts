import { afterEach, expect, test } from 'vitest';
import { createReplicaNode } from '../../src/master/replica-node.ts';
import type { FleetParts } from '../../src/orchestrator/door/fleet-parts.ts';
import { parseSettings } from '../../src/settings/settings.ts';
import { createFakeFleet, type FakeFleet } from '../support/fake-processes.ts';
import { until } from '../support/until.ts';

let fleet: FakeFleet;
afterEach(() => fleet.end());

/** As a master with this much room. */
const nodeOf = (roomFor: number | null, raw: Record<string, string> = {}) => {
  const machine = roomFor === null ? null : { roomFor };
  const parts = { orchestrator: fleet.orchestrator, state: { getSnapshot: () => ({ fleet: { machine } }) } };
  return createReplicaNode({
    settings: parseSettings(raw),
    book: fleet.book,
    parts: () => parts as unknown as FleetParts,
  });
};

test('what waits for a place here goes before what others leave; unmeasured there is no room', async () => {
  fleet = createFakeFleet({ maxSessions: 1 });
  expect(nodeOf(null).node.room()).toBe(0);
  for (const name of ['padaria', 'mercado']) fleet.orchestrator.want(fleet.add(name), 'running');
  await until(() => fleet.book.all().some(({ state }) => state === 'queued'), { what: 'one to wait' });

  expect(nodeOf(3).node.room()).toBe(2);
  expect(nodeOf(3).node.running()).toBe(1);
});

test('a session that was taken is started, and its event says why it is here', async () => {
  fleet = createFakeFleet();
  const session = fleet.add('padaria');
  nodeOf(3).onClaimed({ sessionId: session.stored.id, name: 'padaria', from: 'vps-a' });
  await until(() => fleet.workers.has('session:padaria'), { what: 'the start' });
  expect(fleet.store.events.list({ limit: 10 })).toContainEqual(
    expect.objectContaining({ kind: 'session-moved-here', text: expect.stringContaining('its server vps-a is gone') }),
  );

  const fresh = fleet.add('nova');
  nodeOf(3).onClaimed({ sessionId: fresh.stored.id, name: 'nova', from: null });
  expect(fleet.store.events.list({ limit: 10 }).map(({ kind }) => kind)).toContain('session-taken-in');
});

test('its name, labels and whether it adopts are settings', () => {
  fleet = createFakeFleet();
  const given = nodeOf(1, { FLEET_NODE: 'vps-1', FLEET_LABELS: ' gpu, sp ,', FLEET_ADOPT: 'yes' });
  expect(given.node).toMatchObject({ name: 'vps-1', labels: ['gpu', 'sp'], adopts: true });
  expect(nodeOf(1).node).toMatchObject({ labels: [], adopts: false });
  expect(() => parseSettings({ FLEET_NODE: 'vps 1' })).toThrow('FLEET_NODE');
});
