import { afterEach, describe, expect, test } from 'vitest';
import { createMergedFleet } from '../../../src/client/merged/merged-fleet.ts';
import type { Fleet } from '../../../src/protocol/door.ts';
import type { FleetSnapshot, SessionRow } from '../../../src/protocol/fleet.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import { exampleCanary } from '../../components/support/example-canary.ts';
import {
  exampleSnapshot,
  type FakeFleet,
  fakeFleet,
  fleetEvent,
  fleetInfo,
  now,
  sessionRow,
} from '../../components/support/fake-fleet.ts';

const opened: Fleet[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((fleet) => fleet.close()));
});

const nodeOf = (name: string, rows: readonly SessionRow[], more: Partial<FleetSnapshot> = {}): FakeFleet =>
  fakeFleet({
    ...exampleSnapshot(),
    sessions: rows,
    events: [],
    fleet: fleetInfo({ fleetId: `fleet-${name}`, host: name }),
    ...more,
  });
const onNode = (node: string, name: string, more: Partial<SessionRow> = {}): SessionRow =>
  sessionRow(name, { id: `${node}-${name}`, ...more });

/** Two nodes; `loja-centro` is on both. */
const two = () => {
  const here = nodeOf('vps-1', [onNode('a', 'advocacia-lima'), onNode('a', 'loja-centro')]);
  const there = nodeOf('vps-2', [onNode('b', 'loja-centro'), onNode('b', 'moda-ana')]);
  const fleet = createMergedFleet([
    { name: 'vps-1', number: 0, fleet: here },
    { name: 'vps-2', number: 2, fleet: there },
  ]);
  opened.push(fleet);
  return { here, there, fleet };
};
const namesOf = (fleet: Fleet): readonly string[] => fleet.getSnapshot().sessions.map(({ name }) => name);
const row = (fleet: Fleet, name: string): SessionRow | undefined =>
  fleet.getSnapshot().sessions.find((each) => each.name === name);

describe('one fleet of several', () => {
  test('every session once, with its node; a name of two is told apart', () => {
    const { fleet } = two();
    expect(namesOf(fleet)).toEqual(['advocacia-lima', 'loja-centro@vps-1', 'loja-centro@vps-2', 'moda-ana']);
    expect(row(fleet, 'moda-ana')?.node).toBe('vps-2');
    const { nodes } = fleet.getSnapshot();
    expect(nodes?.map(({ name, isHere, state, sessions }) => ({ name, isHere, state, sessions }))).toEqual([
      { name: 'vps-1', isHere: true, state: 'open', sessions: 2 },
      { name: 'vps-2', isHere: false, state: 'open', sessions: 2 },
    ]);
  });

  test('what did not change keeps its identity, and a snapshot is the same until something does', () => {
    const { fleet, there } = two();
    const before = fleet.getSnapshot();
    expect(fleet.getSnapshot()).toBe(before);
    there.patch('moda-ana', { receivedLastHour: 7 });
    const after = fleet.getSnapshot();
    expect(after.sequence).toBeGreaterThan(before.sequence);
    expect(after.sessions[3]?.receivedLastHour).toBe(7);
    for (const at of [0, 1, 2]) expect(after.sessions[at]).toBe(before.sessions[at]);
    for (const part of ['fleet', 'incidents', 'banners', 'jobs', 'events', 'nodes'] as const)
      expect(after[part], part).toBe(before[part]);
  });

  test('listeners hear each node, and none after the end', async () => {
    const { fleet, here, there } = two();
    let heard = 0;
    const stop = fleet.subscribe(() => {
      heard += 1;
    });
    here.patch('advocacia-lima', {});
    there.patch('moda-ana', {});
    expect(heard).toBe(2);
    stop();
    here.patch('advocacia-lima', {});
    expect(heard).toBe(2);
    await fleet.close();
    expect(here.listeners() + there.listeners()).toBe(0);
  });

  test('counts are added and the worst light is shown with whose it is', () => {
    const { fleet, there } = two();
    there.update(({ fleet: info }) => ({
      fleet: {
        ...info,
        health: { ...info.health, store: { status: 'bad', reason: 'disk full' } },
        aiToday: { costUsd: 1, budgetUsd: null },
      },
    }));
    const { fleet: info } = fleet.getSnapshot();
    expect(info.health.store).toEqual({ status: 'bad', reason: 'vps-2: disk full' });
    expect(info.messagesPerMinute).toEqual({ in: 76, out: 62 });
    expect(info.aiToday).toEqual({ costUsd: 2.84, budgetUsd: 5 });
    expect(info.machine).toMatchObject({ cores: 4, cpuPercent: 34, roomFor: 4, diskFullInDays: 19 });
    expect(fleet.getSnapshot().nodes?.[1]?.light).toEqual({ status: 'bad', reason: 'disk full' });
  });

  test('events of all, newest first; banners say whose they are', () => {
    const { fleet, here, there } = two();
    here.update(() => ({ events: [fleetEvent('advocacia-lima', now - 3000, 'older', { id: 5 })] }));
    there.update(() => ({
      events: [fleetEvent('moda-ana', now - 1000, 'newer', { id: 5 })],
      banners: [{ id: 'disk', level: 'warn', code: 'disk', text: 'Disk 91%', since: now, values: {} }],
    }));
    const { events, banners } = fleet.getSnapshot();
    expect(events.map(({ id, text }) => [id, text])).toEqual([
      [5.002, 'newer'],
      [5, 'older'],
    ]);
    expect(banners).toMatchObject([{ code: 'disk', node: 'vps-2' }]);
  });
});

describe('a node that does not answer', () => {
  test('greys its rows since then, keeps what was known last, and is one banner', () => {
    const { fleet, there } = two();
    fleet.getSnapshot();
    there.lose(now);
    expect(row(fleet, 'moda-ana')).toMatchObject({
      verdict: 'unreachable',
      reasonCode: 'connected',
      since: now,
      model: 'gpt-5.6-luna',
      qr: null,
    });
    expect(row(fleet, 'advocacia-lima')?.verdict).toBe('connected');
    expect(fleet.getSnapshot().banners).toMatchObject([
      { code: 'node-lost', level: 'bad', values: { node: 'vps-2', sessions: 2, reason: 'socket closed' } },
    ]);
    // What counts is what answers.
    expect(fleet.getSnapshot().fleet.messagesPerMinute).toEqual({ in: 38, out: 31 });
    expect(fleet.connection()).toEqual({ state: 'open' });

    there.find();
    expect(row(fleet, 'moda-ana')?.verdict).toBe('connected');
    expect(fleet.getSnapshot().banners).toEqual([]);
  });

  test('all of them lost is a fleet that is lost', () => {
    const { fleet, here, there } = two();
    fleet.getSnapshot();
    here.lose(now - 5000);
    there.lose(now - 1000);
    expect(fleet.connection()).toMatchObject({ state: 'lost', since: now - 1000 });
    // Only this machine's own silence says something of a master.
    there.lose(now, { elsewhere: true });
    expect(fleet.connection()).toEqual({ state: 'lost', since: now - 5000, reason: 'socket closed' });
    here.lose(now - 9000, { elsewhere: true });
    expect(fleet.connection()).toMatchObject({ elsewhere: true, since: now });
    expect(namesOf(fleet)).toHaveLength(4);
  });

  test('a session that moved to a node that lives is shown there, whatever the silent one last said', () => {
    const here = nodeOf('vps-1', [sessionRow('moda-ana', { id: 'same' })]);
    const there = nodeOf('vps-2', [sessionRow('moda-ana', { id: 'same', state: 'stopped', verdict: 'elsewhere' })]);
    const fleet = createMergedFleet([
      { name: 'vps-1', number: 0, fleet: here },
      { name: 'vps-2', number: 1, fleet: there },
    ]);
    opened.push(fleet);
    expect(fleet.getSnapshot().sessions).toMatchObject([{ name: 'moda-ana', node: 'vps-1' }]);
    here.lose(now);
    there.patch('moda-ana', { state: 'connected', verdict: 'connected' });
    expect(fleet.getSnapshot().sessions).toMatchObject([{ name: 'moda-ana', node: 'vps-2', verdict: 'connected' }]);
  });
});

describe('one fleet listed twice, and a copy of one', () => {
  const pair = (copy: Partial<FleetSnapshot['fleet']>) => {
    const rows = [sessionRow('moda-ana', { id: 'same' })];
    const info = fleetInfo({ fleetId: 'one', host: 'vps-1' });
    const fleet = createMergedFleet([
      { name: 'a', number: 1, fleet: nodeOf('a', rows, { fleet: info }) },
      { name: 'b', number: 2, fleet: nodeOf('b', rows, { fleet: { ...info, ...copy } }) },
    ]);
    opened.push(fleet);
    return fleet.getSnapshot();
  };

  test('each is said once, and its sessions are shown once', () => {
    const twice = pair({});
    expect(twice.sessions).toHaveLength(1);
    expect(twice.banners).toMatchObject([{ code: 'node-twice', level: 'warn', values: { node: 'b', other: 'a' } }]);
    const copied = pair({ host: 'vps-2', masterPid: 7 });
    expect(copied.sessions).toHaveLength(1);
    expect(copied.banners).toMatchObject([{ code: 'node-copied', level: 'bad' }]);
  });
});

describe('what is asked goes where it belongs', () => {
  test('to the node of the row, by the name that it has there', async () => {
    const { fleet, here, there } = two();
    const answer = (node: FakeFleet, name: string): void => {
      const found = node.getSnapshot().sessions.find((each) => each.name === name);
      if (found !== undefined) node.answers.stop = () => ({ row: { ...found, state: 'stopped' } });
    };
    answer(here, 'loja-centro');
    answer(there, 'loja-centro');
    const { row: stopped } = await fleet.request('stop', { name: 'loja-centro@vps-2', id: 'b-loja-centro' });
    expect(there.asked).toEqual([{ method: 'stop', params: { name: 'loja-centro', id: 'b-loja-centro' } }]);
    expect(here.asked).toEqual([]);
    expect(stopped).toMatchObject({ name: 'loja-centro@vps-2', node: 'vps-2' });
    // The node may be named where nobody has to.
    await expect(fleet.request('check', { name: 'moda-ana@vps-2' })).rejects.toThrow('the test does not answer check');
    expect(there.asked.at(-1)).toEqual({ method: 'check', params: { name: 'moda-ana' } });
  });

  test('a name that is on two, on none, and one of a node that is silent', async () => {
    const { fleet, there } = two();
    await expect(fleet.request('stop', { name: 'loja-centro' })).rejects.toMatchObject({
      code: 'usage',
      message: 'loja-centro is on several nodes: say loja-centro@vps-1 or loja-centro@vps-2',
    });
    await expect(fleet.request('stop', { name: 'moda-anna' })).rejects.toMatchObject({
      code: 'no-such-session',
      message: 'there is no session "moda-anna". Did you mean moda-ana? See: zap-fleet ls',
    });
    there.lose(now);
    await expect(fleet.request('stop', { name: 'nobody' })).rejects.toThrow(/No answer now from vps-2\.$/);
  });

  test('a canary is begun, shown and decided on its node, under the name that it has here', async () => {
    const { fleet, here, there } = two();
    const tried = { ...exampleCanary('loja-centro'), label: 'lojas', peers: ['moda-ana', 'loja-centro'] };
    const shown = { sessionName: 'loja-centro@vps-2', peers: ['moda-ana', 'loja-centro@vps-2'] };
    Object.assign(there.answers, {
      canaryStart: () => ({ canary: tried }),
      canary: () => ({ canary: tried }),
      canaries: () => ({ canaries: [tried] }),
      canaryRollBack: () => ({ canary: tried }),
      canaryPromote: () => ({ canary: tried, version: 4, settings: [] }),
    });
    here.answers.canaries = () => ({ canaries: [exampleCanary('loja-centro')] });
    const name = 'loja-centro@vps-2';
    const decided = { name, id: 'c1', actor: 'you' };
    expect((await fleet.request('canaryStart', { name, instructions: 'x' })).canary).toMatchObject(shown);
    expect((await fleet.request('canary', { name })).canary).toMatchObject(shown);
    expect(await fleet.request('canaryPromote', decided)).toMatchObject({ canary: shown, version: 4 });
    expect((await fleet.request('canaryRollBack', decided)).canary).toMatchObject(shown);
    expect(there.asked.map(({ params }) => (params as { name: string }).name)).toEqual(Array(4).fill('loja-centro'));
    expect(here.asked).toEqual([]);
    expect((await fleet.request('canaries', {})).canaries.map(({ sessionName }) => sessionName)).toEqual([
      'loja-centro@vps-1',
      name,
    ]);
  });

  test('a draft, a test and a job are their node’s by their number', async () => {
    const { fleet, here, there } = two();
    const draft = (outboxId: number, sessionName: string) => ({
      outboxId,
      sessionName,
      chatId: 'c',
      chatName: null,
      text: 'Oi',
      createdAt: now - outboxId,
      turnId: null,
    });
    here.answers.drafts = () => ({ drafts: [draft(12, 'loja-centro')] });
    there.answers.drafts = () => ({ drafts: [draft(12, 'loja-centro'), draft(11, 'moda-ana')] });
    const { drafts } = await fleet.request('drafts', {});
    expect(drafts.map(({ outboxId, sessionName }) => [outboxId, sessionName])).toEqual([
      [11.002, 'moda-ana'],
      [12, 'loja-centro@vps-1'],
      [12.002, 'loja-centro@vps-2'],
    ]);

    there.answers.draft = () => ({ draft: null });
    await fleet.request('draft', { outboxId: 12.002, action: 'approve', actor: 'you' });
    expect(there.asked.at(-1)?.params).toEqual({ outboxId: 12, action: 'approve', actor: 'you' });

    const state = { tryId: 'abc:1', revision: 1 } as never;
    there.answers.tryStart = () => state;
    there.answers.tryEnd = () => ({ ended: true });
    const { tryId } = (await fleet.request('tryStart', { name: 'moda-ana' })) as { tryId: string };
    await fleet.request('tryEnd', { tryId });
    expect(there.asked.at(-1)).toEqual({ method: 'tryEnd', params: { tryId: 'abc:1' } });
    await expect(fleet.request('draft', { outboxId: 3.009, action: 'drop' })).rejects.toThrow(
      /not shown here any more/,
    );
  });

  test('what is asked of the fleet is asked of all, and one that fails hides nothing', async () => {
    const { fleet, here, there } = two();
    const day = { day: '2026-11-22', calls: 2, inputTokens: 10, outputTokens: 4, costUsd: 0.5 };
    here.answers.usage = () => ({ days: [day] });
    there.answers.usage = () => ({
      days: [
        { ...day, calls: 1 },
        { ...day, day: '2026-11-21' },
      ],
    });
    expect((await fleet.request('usage', {})).days).toEqual([
      { day: '2026-11-22', calls: 3, inputTokens: 20, outputTokens: 8, costUsd: 1 },
      { ...day, day: '2026-11-21' },
    ]);
    there.answers.usage = () => {
      throw new FleetError('timeout', 'late');
    };
    expect((await fleet.request('usage', {})).days).toEqual([day]);
    here.answers.usage = there.answers.usage;
    await expect(fleet.request('usage', {})).rejects.toThrow('late');
  });

  test('what is about a machine is done on this one, and nowhere where there is no fleet here', async () => {
    const { fleet, here, there } = two();
    here.answers.alertTest = () => ({ channels: [] });
    await fleet.request('alertTest', { actor: 'you' });
    expect(there.asked).toEqual([]);

    const others = createMergedFleet([
      { name: 'x', number: 1, fleet: nodeOf('x', []) },
      { name: 'y', number: 2, fleet: nodeOf('y', []) },
    ]);
    opened.push(others);
    await expect(others.request('masterStop', { sessions: true, actor: 'you' })).rejects.toThrow(
      'this is about one machine: say which, with --node NAME.',
    );
  });
});
