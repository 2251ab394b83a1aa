import type { FleetResults } from '../../../src/protocol/fleet-api.ts';
import { type GroupNode, moveObstacle } from '../../../src/session/group-node.ts';

/** A group of servers: this one, one with room, one that is full, one that is drained, and one that is gone. */

const server = (name: string, more: Partial<GroupNode> = {}): GroupNode => ({
  nodeId: `fleet-${name}`,
  name,
  host: name,
  version: '1.4.0',
  schema: 40,
  room: 4,
  running: 9,
  labels: [],
  adopts: false,
  draining: false,
  silentMs: 2000,
  sessions: 9,
  here: false,
  ...more,
});

const here = server('vps-sp1', { here: true, room: 2, running: 12, sessions: 12, labels: ['sp'] });

export const exampleServers: readonly GroupNode[] = [
  here,
  server('vps-sp2', { room: 6, running: 4, sessions: 4, labels: ['sp', 'gpu'] }),
  server('vps-sp3', { room: 0, running: 14, sessions: 14, version: '1.4.0-rc.2+build.77' }),
  server('vps-rj1-with-a-very-long-name-of-its-own', { draining: true, sessions: 1, running: 1 }),
  server('vps-rj2', { silentMs: 7 * 60_000, sessions: 11 }),
];

export const exampleTargets = (name: string, asksForQr: string | null): FleetResults['moveTargets'] => ({
  from: here.name,
  targets: exampleServers
    .filter((node) => !node.here)
    .map((node) => ({
      node,
      obstacle: moveObstacle(node, here, { name, runs: true, wantedNode: null })?.text ?? null,
    })),
  asksForQr,
});
