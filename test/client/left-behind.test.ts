import { describe, expect, test } from 'vitest';
import { createLeftBehind } from '../../src/client/left-behind.ts';
import { createMergedFleet } from '../../src/client/merged/merged-fleet.ts';
import { createSnapshotMirror } from '../../src/client/snapshot-mirror.ts';
import type { FleetSnapshot, SessionRow } from '../../src/protocol/fleet.ts';
import type { GoneNode, GoneSession } from '../../src/protocol/group.ts';
import { exampleSnapshot, fakeFleet, fleetInfo, now, sessionRow } from '../components/support/fake-fleet.ts';

const left = (name: string, more: Partial<GoneSession> = {}): GoneSession => ({
  id: `id-${name}`,
  name,
  failover: 'manual',
  takenBy: null,
  leaseLasts: true,
  ...more,
});
const gone = (...sessions: GoneSession[]): GoneNode => ({
  id: 'fleet-vps-2',
  name: 'vps-2',
  host: 'host-2',
  since: now - 600_000,
  stopped: false,
  sessions,
});
const snapshotOf = (rows: readonly SessionRow[], ...nodes: GoneNode[]): FleetSnapshot => ({
  ...exampleSnapshot(),
  sessions: rows,
  incidents: [],
  banners: [],
  events: [],
  fleet: fleetInfo({ fleetId: 'fleet-vps-1', host: 'vps-1' }),
  group: { peers: [], gone: nodes },
});
const seen = ({ sessions }: FleetSnapshot) =>
  sessions.map(({ name, verdict, reasonCode }) => [name, verdict, reasonCode]);

describe('sessions of a server that is gone', () => {
  test('need a person where nobody else takes them, also those that were never here', () => {
    const elsewhere = sessionRow('mercado', {
      verdict: 'elsewhere',
      state: 'held',
      reasonCode: 'runs-elsewhere',
      label: 'Mercado',
    });
    const shown = createLeftBehind()(
      snapshotOf(
        [sessionRow('loja'), elsewhere],
        gone(
          left('mercado'),
          left('nova', { id: null }),
          left('padaria', { failover: 'auto' }),
          left('tarde', { failover: 'auto', leaseLasts: false }),
          left('levada', { failover: 'auto', takenBy: 'vps-3' }),
        ),
      ),
    );
    expect(seen(shown)).toEqual([
      ['loja', 'connected', null],
      ['mercado', 'left_behind', 'server-gone'],
      ['nova', 'left_behind', 'server-gone'],
      ['padaria', 'moving', 'moves-soon'],
      ['tarde', 'left_behind', 'no-taker'],
    ]);
    const mercado = shown.sessions[1];
    expect(mercado).toMatchObject({ label: 'Mercado', node: 'vps-2', since: now - 600_000 });
    expect(mercado?.reason).toBe(
      'its server vps-2 is gone. When that server is off for good: zap-fleet start mercado --take-over. If it still lives, both answer until it hears of it.',
    );
  });

  test('a row that runs here by now says so itself, and one of a server that was stopped is nobodys trouble', () => {
    const here = sessionRow('mercado', { state: 'starting', verdict: 'starting' });
    expect(seen(createLeftBehind()(snapshotOf([here], gone(left('mercado')))))).toEqual([
      ['mercado', 'starting', null],
    ]);
    const stopped = { ...gone(left('nova')), stopped: true };
    expect(createLeftBehind()(snapshotOf([], stopped)).sessions).toEqual([]);
  });

  test('rows and lists stay the same while nothing of them changes', () => {
    const read = createLeftBehind();
    const first = snapshotOf([sessionRow('loja')], gone(left('nova')));
    const shown = read(first);
    const next = read({ ...first, sequence: 9 });
    expect(next.sessions).toBe(shown.sessions);
    const changed = read({ ...first, sessions: [sessionRow('loja', { receivedLastHour: 3 })] });
    expect(changed.sessions[1]).toBe(shown.sessions[1]);
    expect(read({ ...first, group: { peers: [], gone: [] } }).sessions).toBe(first.sessions);
  });

  test('the door of one server alone shows them, and forgets them when it is back', () => {
    const mirror = createSnapshotMirror({ version: null, fingerprint: () => null }, () => undefined);
    mirror.take(snapshotOf([sessionRow('loja')], gone(left('nova'))));
    expect(mirror.shown()?.sessions.map(({ name }) => name)).toEqual(['loja', 'nova']);
    mirror.takeDelta({ sequence: 2, changed: [sessionRow('loja', { receivedLastHour: 1 })] });
    expect(mirror.shown()?.sessions.map(({ name }) => name)).toEqual(['loja', 'nova']);
    mirror.takeDelta({ sequence: 3, group: { peers: [], gone: [] } });
    expect(mirror.shown()?.sessions.map(({ name }) => name)).toEqual(['loja']);
  });
});

describe('on the merged screen', () => {
  const nodeOf = (name: string, rows: readonly SessionRow[], ...nodes: GoneNode[]) =>
    fakeFleet(
      createLeftBehind()({
        ...snapshotOf(rows, ...nodes),
        fleet: fleetInfo({ fleetId: `fleet-${name}`, host: name }),
        banners: nodes.map(({ id, name: node }) => ({
          id: `node-gone:${id}`,
          level: 'warn',
          code: 'node-gone',
          text: `the server ${node} is gone.`,
          since: now,
          values: { node, nodeId: id },
        })),
      }),
    );

  test('one that the group knows as gone needs a person, one that only this screen does not reach is not known', async () => {
    const there = nodeOf('vps-2', [sessionRow('mercado'), sessionRow('padaria')]);
    const node = gone(left('mercado'), left('padaria', { failover: 'auto' }));
    const home = nodeOf('vps-1', [sessionRow('loja')], node);
    const third = nodeOf('vps-3', [sessionRow('moda')], node);
    const fleet = createMergedFleet([
      { name: 'vps-1', number: 0, fleet: home },
      { name: 'vps-2', number: 2, fleet: there },
      { name: 'vps-3', number: 3, fleet: third },
    ]);
    fleet.getSnapshot();
    there.lose(now);
    third.lose(now);
    const shown = (): readonly unknown[] => fleet.getSnapshot().sessions.map(({ name, verdict }) => [name, verdict]);
    expect(shown()).toEqual([
      ['loja', 'connected'],
      ['mercado', 'left_behind'],
      ['moda', 'unreachable'],
      ['padaria', 'moving'],
    ]);
    // Of the one that is gone one banner, of the other that it does not answer.
    expect(fleet.getSnapshot().banners.map(({ code, values }) => [code, values['node']])).toEqual([
      ['node-lost', 'vps-3'],
      ['node-gone', 'vps-2'],
    ]);

    third.find();
    expect(fleet.getSnapshot().banners.map(({ code }) => code)).toEqual(['node-gone']);
    home.answers.start = () => ({ row: sessionRow('mercado') });
    await fleet.request('start', { name: 'mercado', takeOver: true });
    expect(home.asked).toMatchObject([{ method: 'start', params: { name: 'mercado', takeOver: true } }]);
    await fleet.close();
  });
});
