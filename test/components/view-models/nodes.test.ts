import { expect, it } from 'vitest';
import { nodeRows } from '../../../components/view-models/nodes.ts';
import type { NodeState } from '../../../src/protocol/fleet.ts';
import type { GroupNode } from '../../../src/session/group-node.ts';
import { exampleServers } from '../support/example-servers.ts';

const [example] = exampleServers;
const heard = (nodeId: string, more: Partial<GroupNode>): GroupNode => {
  if (example === undefined) throw new Error('there is no example');
  return { ...example, here: false, ...more, nodeId };
};
const door = (more: Partial<NodeState>): NodeState => ({
  name: 'vps-a',
  isHere: true,
  host: 'vps-a',
  version: '1.0.0',
  sessions: 1,
  state: 'open',
  since: 0,
  reason: null,
  light: { status: 'ok', reason: null },
  ...more,
});
const met = (doors: readonly NodeState[], groups: readonly GroupNode[]) =>
  nodeRows(doors, groups).map((row) => [row.name, row.door?.fleetId ?? row.door?.name ?? null, row.group?.nodeId]);

it('knows a server by what it is: one that was set up anew does not stand for the gone one of its name', () => {
  const groups = [
    heard('old', { name: 'vps-a', host: 'vps-a', silentMs: 400_000 }),
    heard('new', { name: 'vps-a', host: 'vps-a', here: true }),
    heard('b-old', { name: 'vps-b', host: 'vm', silentMs: 400_000 }),
    heard('b-new', { name: 'vps-b', host: 'vm' }),
  ];
  const doors = [door({ fleetId: 'new' }), door({ fleetId: 'b-new', name: 'sao paulo', isHere: false, host: 'vm' })];
  expect(met(doors, groups)).toEqual([
    ['sao paulo', 'b-new', 'b-new'],
    ['vps-a', 'new', 'new'],
    ['vps-a', null, 'old'],
    ['vps-b', null, 'b-old'],
  ]);
});

it('knows one that never said what it is by its name, and one of another group by nothing', () => {
  const groups = [heard('b', { name: 'vps-b', host: 'vm' })];
  expect(met([door({ name: 'vps-b', isHere: false, host: null })], groups)).toEqual([['vps-b', 'vps-b', 'b']]);
  expect(met([door({ name: 'vps-b', fleetId: 'other', isHere: false, host: 'vm' })], groups)).toEqual([
    ['vps-b', 'other', undefined],
    ['vps-b', null, 'b'],
  ]);
});
