import { afterEach, describe, expect, test } from 'vitest';
import { showFoundNodes } from '../../../src/client/merged/found-nodes.ts';
import { createGrowingFleet } from '../../../src/client/merged/merged-fleet.ts';
import { openMerged } from '../../../src/client/merged/open-merged.ts';
import type { ListedNode } from '../../../src/client/node-list.ts';
import { createServedDoors } from '../../../src/master/served-doors.ts';
import type { Fleet } from '../../../src/protocol/door.ts';
import type { Peer } from '../../../src/protocol/group.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import {
  exampleSnapshot,
  type FakeFleet,
  fakeFleet,
  fleetInfo,
  now,
  sessionRow,
} from '../../components/support/fake-fleet.ts';
import { createFakeFleet, fakeRow } from '../../http/fake-fleet.ts';
import { closeServers, serve, token } from '../../http/serve.ts';
import { until } from '../../support/until.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
  await closeServers();
});

const serverCalled = (name: string, more: Parameters<typeof fleetInfo>[0] = {}): FakeFleet =>
  fakeFleet({
    ...exampleSnapshot(),
    sessions: [sessionRow(`bot-${name}`, { id: `id-${name}` })],
    events: [],
    banners: [],
    fleet: fleetInfo({ fleetId: `fleet-${name}`, host: `host-${name}`, node: name, ...more }),
  });
const peer = (key: string, number: number, more: Partial<Peer> = {}): Peer => ({
  key,
  number,
  name: null,
  url: `http://10.0.1.${number}:3000`,
  ...more,
});

/** A dashboard on `vps-1`; each address leads to a server that a test may end and bring back. */
const dashboard = (servers: Readonly<Record<string, FakeFleet>>, listed: readonly ListedNode[] = []) => {
  const home = serverCalled('vps-1');
  const growing = createGrowingFleet([
    { name: 'vps-1', number: 0, fleet: home },
    ...listed.map(({ name, number }) => ({ name, number, fleet: servers[`listed ${name}`] as FakeFleet })),
  ]);
  const opens: string[] = [];
  const problems: string[] = [];
  let time = 0;
  const found = showFoundNodes({
    growing,
    home,
    listed,
    open: async (url) => {
      opens.push(url);
      const fleet = servers[url];
      if (url.includes('broken')) throw new TypeError('half of the program is gone');
      if (fleet === undefined) throw new FleetError('usage', 'no such address');
      return {
        fleet,
        open: async () => (fleet.connection().state === 'open' ? 'open' : 'nobody'),
        keepTrying: () => undefined,
      };
    },
    onProblem: ({ url }, error) => problems.push(`${url}: ${String(error)}`),
    now: () => time,
    keepMs: 1000,
    lookMs: 5,
  });
  opened.push(growing.fleet, found);
  const names = (): readonly string[] => (growing.fleet.getSnapshot().nodes ?? []).map(({ name }) => name);
  return {
    home,
    growing,
    found,
    opens,
    problems,
    names,
    later: (ms: number) => {
      time += ms;
    },
    find: (...peers: Peer[]) => home.update(() => ({ group: { peers, gone: [] } })),
  };
};

describe('servers that are found', () => {
  test('alone it is this fleet and nothing else; they come and go without a restart', async () => {
    const two = serverCalled('vps-2');
    const { home, growing, find, names, later } = dashboard({ 'http://10.0.1.2:3000': two });
    expect(growing.fleet.getSnapshot()).toBe(home.getSnapshot());
    let heard = 0;
    growing.fleet.subscribe(() => {
      heard += 1;
    });
    const before = growing.fleet.getSnapshot().sequence;

    find(peer('fleet-vps-2', 2));
    await until(() => names().length === 2, { what: 'the other one' });
    expect(names()).toEqual(['vps-1', 'vps-2']);
    expect(growing.fleet.getSnapshot().sessions.map(({ name, node }) => [name, node])).toEqual([
      ['bot-vps-1', 'vps-1'],
      ['bot-vps-2', 'vps-2'],
    ]);
    expect(growing.fleet.getSnapshot().sequence).toBeGreaterThan(before);
    expect(heard).toBeGreaterThan(0);

    // Still there, only not told of: it answers, so it is shown.
    find();
    later(5000);
    await until(() => heard > 2, { what: 'the news' });
    expect(names()).toEqual(['vps-1', 'vps-2']);
    two.lose(now);
    await until(() => names().length === 0, { what: 'its end' });
    expect(growing.fleet.getSnapshot()).toBe(home.getSnapshot());
  });

  test('one that falls silent is shown as it was, until it is not found for long', async () => {
    const two = serverCalled('vps-2');
    const { growing, find, names, later } = dashboard({ 'http://10.0.1.2:3000': two });
    find(peer('http://10.0.1.2:3000', 2));
    await until(() => names().length === 2, { what: 'the other one' });
    two.lose(now);
    find();
    later(900);
    await until(() => growing.fleet.getSnapshot().nodes?.[1]?.state === 'lost', { what: 'its silence' });
    expect(growing.fleet.getSnapshot().sessions.find(({ node }) => node === 'vps-2')?.verdict).toBe('unreachable');
    later(200);
    await until(() => names().length === 0, { what: 'its end' });
  });

  test('it is one server, however many ways lead to it: its own address, by hand, by name and by group', async () => {
    const two = serverCalled('vps-2');
    const servers: Record<string, FakeFleet> = {
      'http://10.0.1.2:3000': two,
      'http://10.0.1.9:3000': two,
      'listed by-hand': serverCalled('vps-3'),
    };
    const listed: ListedNode = {
      name: 'by-hand',
      number: 1,
      address: { kind: 'web', url: 'https://c.example.com' },
      token: 'x',
    };
    const { home, opens, find, names, growing } = dashboard(servers, [listed]);
    servers['http://10.0.1.8:3000'] = home;
    find(
      peer('fleet-vps-2', 2),
      peer('http://10.0.1.9:3000', 9),
      peer('http://10.0.1.8:3000', 8),
      peer('fleet-vps-3', 3, { url: 'https://c.example.com' }),
      peer('other-way', 4, { key: 'fleet-vps-3', url: 'http://10.0.1.4:3000' }),
    );
    await until(() => opens.includes('http://10.0.1.9:3000') && names().includes('vps-2'), { what: 'all doors' });
    await until(() => names().length === 3, { what: 'each once' });
    expect([...names()].sort()).toEqual(['by-hand', 'vps-1', 'vps-2']);
    expect(growing.fleet.getSnapshot().banners).toEqual([]);

    // The way that is shown is lost, and the other one leads there.
    const shown = growing.parts().find(({ name }) => name === 'vps-2')?.number;
    expect([2, 9]).toContain(shown);
  });

  test('when the way that was shown is lost, the other one is taken', async () => {
    const [first, second] = [serverCalled('vps-2'), serverCalled('vps-2')];
    const { find, growing, opens, names } = dashboard({
      'http://10.0.1.2:3000': first,
      'http://10.0.1.9:3000': second,
    });
    find(peer('http://10.0.1.2:3000', 2));
    await until(() => names().length === 2, { what: 'the first way' });
    find(peer('http://10.0.1.2:3000', 2), peer('http://10.0.1.9:3000', 9));
    await until(() => opens.length === 2, { what: 'the second way' });
    expect(names()).toEqual(['vps-1', 'vps-2']);

    first.lose(now);
    await until(() => growing.parts().some(({ number, connection }) => number === 9 && connection.state === 'open'), {
      what: 'the second way in its place',
    });
    await until(() => names().length === 2, { what: 'one of them' });
    expect(names()).toEqual(['vps-1', 'vps-2']);
  });

  test('two servers of one name are told apart, and a person is told', async () => {
    const { find, names, growing } = dashboard({
      'http://10.0.1.2:3000': serverCalled('vps-1', { fleetId: 'another', host: 'other-host' }),
    });
    find(peer('another', 2));
    await until(() => names().length === 2, { what: 'the other one' });
    expect(names()).toEqual(['vps-1', 'vps-1-2']);
    expect(growing.fleet.getSnapshot().banners).toMatchObject([
      { code: 'nodes-one-name', level: 'warn', values: { name: 'vps-1', host: 'host-vps-1', other: 'other-host' } },
    ]);
  });

  test('an address that is none is not opened, and keeps nobody from being shown', async () => {
    const { find, names } = dashboard({ 'http://10.0.1.2:3000': serverCalled('vps-2') });
    find(peer('bad', 7, { url: 'http://example.com' }), peer('fleet-vps-2', 2));
    await until(() => names().length === 2, { what: 'the good one' });
    expect(names()).toEqual(['vps-1', 'vps-2']);
  });

  test('one that breaks when it is opened is told, and keeps nobody from being shown', async () => {
    const { find, names, problems } = dashboard({ 'http://10.0.1.2:3000': serverCalled('vps-2') });
    find(peer('bad', 7, { url: 'http://broken.lan' }), peer('fleet-vps-2', 2));
    await until(() => names().length === 2, { what: 'the good one' });
    expect(problems).toEqual(['http://broken.lan: TypeError: half of the program is gone']);
  });
});

describe('over real sockets', () => {
  /** A server at an address of the loopback, as tasks of a Swarm each have their own. */
  const served = async (host: string, port: number, name: string) => {
    const fleet = createFakeFleet(fakeRow(`bot-${name}`, { id: `id-${name}` }));
    fleet.update({
      fleet: { ...fleet.getSnapshot().fleet, fleetId: `fleet-${name}`, host: `host-${name}`, node: name },
    });
    const doors = createServedDoors({ fleet, version: '1.0.0', log: () => undefined });
    const { url, server } = await serve({
      fleet,
      serveDoor: doors.serve,
      settings: { FLEET_HOST: host, PORT: port },
    });
    return { fleet, url, server };
  };
  const open = async (home: Fleet, foundToken: string | null): Promise<Fleet> => {
    const fleet = await openMerged(Promise.resolve(home), [], { version: '1.0.0', waitMs: 5000, foundToken });
    opened.push(fleet);
    return fleet;
  };

  test('a command sees all of them at once; one with another token says what to do', async () => {
    const two = await served('127.0.0.2', 0, 'vps-2');
    const port = Number(new URL(two.url).port);
    const three = await served('127.0.0.3', port, 'vps-3');
    const home = serverCalled('vps-1');
    home.update(() => ({
      group: {
        peers: ['127.0.0.2', '127.0.0.3', '127.0.0.4'].map((host, at) => ({
          key: `http://${host}:${port}`,
          number: 201 + at,
          name: null,
          url: `http://${host}:${port}`,
        })),
        gone: [],
      },
    }));
    const fleet = await open(home, token);
    const { sessions, nodes } = fleet.getSnapshot();
    expect(sessions.map(({ name }) => name)).toEqual(['bot-vps-1', 'bot-vps-2', 'bot-vps-3']);
    expect(nodes?.find(({ name }) => name === '127.0.0.4')).toMatchObject({
      state: 'lost',
      reason: `nobody answers at http://127.0.0.4:${port}`,
    });
    await fleet.request('pause', { name: 'bot-vps-3', actor: 'you' });
    expect(three.fleet.calls.at(-1)).toMatchObject({ method: 'pause', params: { name: 'bot-vps-3' } });

    const wrong = await open(home, 'a-token-that-is-not-theirs');
    expect(wrong.getSnapshot().nodes?.find(({ name }) => name === '127.0.0.2')?.reason).toBe(
      `${two.url} does not take this token. Set the same FLEET_API_TOKEN on both servers, or: zap-fleet node add NAME ${two.url}`,
    );
  });

  test('without a token of the group nothing is opened', async () => {
    const two = await served('127.0.0.2', 0, 'vps-2');
    const home = serverCalled('vps-1');
    home.update(() => ({ group: { peers: [{ key: 'k', number: 201, name: null, url: two.url }], gone: [] } }));
    const fleet = await open(home, null);
    expect(fleet.getSnapshot()).toBe(home.getSnapshot());
  });
});
