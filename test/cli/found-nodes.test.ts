import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, it, vi } from 'vitest';
import { openCommandContext } from '../../src/cli/command-context.ts';
import { node } from '../../src/cli/commands/node.ts';
import { nodeNamed } from '../../src/cli/open-node.ts';
import { addressText } from '../../src/client/node-address.ts';
import { prepareHome } from '../../src/home/home-paths.ts';
import { createServedDoors } from '../../src/master/served-doors.ts';
import { openSocketServer } from '../../src/master/socket-server.ts';
import type { Peer } from '../../src/protocol/group.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { createFakeFleet, fakeRow } from '../http/fake-fleet.ts';
import { closeServers, serve, token } from '../http/serve.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0).reverse()) await end();
  await closeServers();
});

const fleetOf = (name: string) => {
  const fleet = createFakeFleet(fakeRow(`bot-${name}`, { id: `id-${name}` }));
  const info = { ...fleet.getSnapshot().fleet, fleetId: `fleet-${name}`, host: `host-${name}`, node: name };
  fleet.update({ fleet: { ...info, health: { ...info.health, replica: null } } });
  return fleet;
};

/** Another server, at an address of its own. */
const served = async (host: string, name: string, port = 0): Promise<string> => {
  const fleet = fleetOf(name);
  const doors = createServedDoors({ fleet, version: '1.0.0', log: () => undefined });
  return (await serve({ fleet, serveDoor: doors.serve, settings: { FLEET_HOST: host, PORT: port } })).url;
};

/** This machine, with a master that has found these. */
const machineThatFound = async (urls: readonly string[], env: Record<string, string> = {}) => {
  const home = mkdtempSync(join(tmpdir(), 'zf-found-'));
  ends.push(() => rmSync(home, { recursive: true, force: true }));
  const loaded = loadSettings({
    env: { FLEET_DISCOVER: 'tasks.zap-fleet', FLEET_API_TOKEN: token, ...env },
    cwd: home,
    home,
  });
  prepareHome(loaded.paths);
  const fleet = fleetOf('vps-1');
  const peers = urls.map((url, at): Peer => ({ key: url, number: 201 + at, name: null, url }));
  fleet.update({ group: { peers, gone: [] } });
  const server = await openSocketServer({ path: loaded.paths.socket, fleet, version: '1.0.0', log: () => undefined });
  ends.push(() => server.close('the test is over'));
  return loaded;
};

const neverAsked = (): Promise<null> => {
  throw new Error('a token was asked for');
};

it('--node takes the name and the address of a server that nobody listed, with the token of the group', async () => {
  const [two, three] = [await served('127.0.0.2', 'vps-2'), await served('127.0.0.3', 'vps-3')];
  const loaded = await machineThatFound([two, three]);
  for (const given of ['vps-3', three]) {
    const door = await nodeNamed(loaded, given, neverAsked);
    expect([addressText(door.address), door.token]).toEqual([three, token]);
  }
  await expect(nodeNamed(loaded, 'vps-33', neverAsked)).rejects.toThrow('there is no node vps-33. Did you mean vps-3?');

  await using context = openCommandContext(loaded, 'en', undefined, undefined, { node: 'vps-2' });
  const fleet = await context.connect();
  expect(fleet.getSnapshot().sessions.map(({ name }) => name)).toEqual(['bot-vps-2']);
});

it('says which addresses there are when two call themselves the same', async () => {
  const urls = [await served('127.0.0.2', 'vps-2'), await served('127.0.0.3', 'vps-2')];
  const loaded = await machineThatFound(urls);
  await expect(nodeNamed(loaded, 'vps-2', neverAsked)).rejects.toThrow(
    `several servers call themselves vps-2: say its address, ${urls[0]} or ${urls[1]}`,
  );
});

it('node ls shows them once, and not this machine by another way', async () => {
  const [self, two] = [await served('127.0.0.4', 'vps-1'), await served('127.0.0.2', 'vps-2')];
  const port = new URL(two).port;
  const loaded = await machineThatFound([self, two, `http://127.0.0.5:${port}`]);
  const out: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  await using context = openCommandContext(loaded, 'en');
  expect(await node.run(context, ['ls'], { json: true })).toBe(1);
  const { nodes } = JSON.parse(out.join('')) as { nodes: Record<string, unknown>[] };
  expect(nodes).toMatchObject([
    { name: '127.0.0.5', found: true, state: 'lost', reason: `nobody answers at http://127.0.0.5:${port}` },
    { name: 'vps-2', found: true, state: 'open', address: two, sessions: 1 },
  ]);
});
