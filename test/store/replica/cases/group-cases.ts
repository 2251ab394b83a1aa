import { expect, it } from 'vitest';
import { migrations } from '../../../../src/store/migrations.ts';
import type { GroupFacts, GroupView } from '../../../../src/store/replica/group-watch.ts';
import type { NodeFacts } from '../../../../src/store/replica/node-claims.ts';
import type { ReplicatorOptions } from '../../../../src/store/replica/replicator-types.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession, temporaryStore } from '../../support.ts';
import { type Server, server, settled } from '../replica-support.ts';

const facts = (name: string): NodeFacts => ({
  name,
  version: '1.0.0',
  schema: migrations.length,
  labels: [],
  adopts: false,
  room: () => 0,
  running: () => 0,
});

interface Member extends Server {
  /** What it heard of the others, the last one last. */
  readonly views: GroupView[];
  view(): GroupView;
  /** Who was told to have another key, each time it changed. */
  readonly otherKeys: (readonly string[])[];
  /** It has told people of these. */
  readonly told: Set<string>;
}

export const groupCases = (supabase: () => LocalSupabase): void => {
  const sql = (text: string) => supabase().sql(text);
  const member = (
    name: string,
    group: Partial<GroupFacts> = {},
    more: Partial<ReplicatorOptions> = {},
    node: Partial<NodeFacts> = {},
  ): Member => {
    const views: GroupView[] = [];
    const told = new Set<string>();
    const otherKeys: (readonly string[])[] = [];
    const one = server(supabase(), {
      host: `host-${name}`,
      node: { ...facts(name), ...node },
      group: {
        instance: `instance-${name}`,
        doorUrl: `https://${name}.example.com`,
        graceMs: 120_000,
        alerts: true,
        keyCheck: async () => null,
        onOtherKeys: (keys) => void otherKeys.push(keys),
        onGroup: (view) => {
          views.push(view);
          return [...told];
        },
        ...group,
      },
      ...more,
    });
    one.replicator.start();
    return { ...one, views, told, otherKeys, view: () => views.at(-1) ?? { doors: [], gone: [] } };
  };
  const names = (view: GroupView): readonly string[] => view.doors.map(({ name }) => name);
  const news = async (one: Member, times = 2): Promise<void> => {
    const before = one.views.length;
    await until(() => one.views.length >= before + times, { what: 'the next news' });
  };
  /** It is not heard of any more, since ten minutes. */
  const silence = async (one: Server, name: string): Promise<void> => {
    await one.replicator.stop(2000, { keepLeases: true });
    await sql(
      `update fleet_nodes set beat_at = beat_at - interval '10 minutes', instance_at = instance_at - interval '10 minutes' where name = '${name}'`,
    );
  };
  const running = async (one: Server, name: string, failover: 'manual' | 'auto') => {
    const session = addSession(one.store, name);
    one.store.sessions.change(session.id, { failover, desiredState: 'running' }, Date.now());
    await one.replicator.takeLease(session.id, name);
    return session;
  };
  const goneOf = (one: Member, name: string) => one.view().gone.find((each) => each.name === name);

  it('servers hear of each others doors; one that says goodbye is heard of no more, and mourned by nobody', {
    timeout: 120_000,
  }, async () => {
    const a = member('a');
    const b = member('b', { doorUrl: null });
    const c = member('c');
    await until(() => names(a.view()).includes('c'), { what: 'the door of c' });
    await until(() => names(b.view()).length === 2, { what: 'both doors at b' });
    expect(names(b.view())).toEqual(['a', 'c']);
    expect(a.view().doors[0]).toMatchObject({ name: 'c', url: 'https://c.example.com', nodeId: c.store.fleetId });

    await settled(c);
    await c.replicator.stop(2000, { goodbye: true });
    await until(() => names(b.view()).length === 1, { what: 'its goodbye' });
    await sql(`update fleet_nodes set beat_at = beat_at - interval '10 minutes' where name = 'c'`);
    await news(a);
    expect([...a.view().gone, ...b.view().gone]).toEqual([]);
  });

  it('one that fell silent is told of by one server alone, which may be another one only while nobody was told', {
    timeout: 180_000,
  }, async () => {
    const [a, b, c] = [member('a'), member('b'), member('c', { alerts: false })];
    const auto = await running(a, 'padaria', 'auto');
    await running(a, 'mercado', 'manual');
    await settled(a);
    for (const each of [b, c]) await until(() => each.views.length > 0, { what: 'all three' });
    await news(a, 1);
    await silence(a, 'a');

    await until(() => [b, c].every((each) => goneOf(each, 'a') !== undefined), { what: 'its end' });
    await news(b);
    await news(c);
    // c has no way to tell people.
    expect([b, c].map((each) => goneOf(each, 'a')?.mournedHere)).toEqual([true, false]);
    expect(goneOf(c, 'a')).toMatchObject({
      nodeId: a.store.fleetId,
      host: 'host-a',
      stopped: false,
      sessions: [
        { name: 'mercado', failover: 'manual', takenBy: null, leaseLasts: true },
        { name: 'padaria', failover: 'auto', takenBy: null, leaseLasts: true, id: auto.id },
      ],
    });

    // It dies before it has told anybody.
    await silence(b, 'b');
    await until(() => goneOf(c, 'a')?.mournedHere === true && goneOf(c, 'b')?.mournedHere === true, {
      what: 'c in its place, as nobody else can',
    });
    const d = member('d');
    await until(() => goneOf(d, 'a')?.mournedHere === true, { what: 'd, who can tell people' });
    for (const id of [a.store.fleetId, b.store.fleetId]) d.told.add(id);
    await news(d);
    await silence(d, 'd');
    const e = member('e');
    await until(() => goneOf(e, 'd')?.mournedHere === true, { what: 'the end of d' });
    await news(e);
    expect([goneOf(e, 'a')?.mournedHere, goneOf(c, 'a')?.mournedHere]).toEqual([false, false]);

    // The sessions that others have by now, also those that they had before anybody noticed.
    await sql(
      `update whatsapp_sessions set lease_expires_at = now() - interval '1 second' where session_name = 'padaria'`,
    );
    const taken = addSession(e.store, 'padaria').id;
    await until(async () => (await e.replicator.takeLease(taken, 'padaria')).granted, { what: 'e to have it' });
    await until(() => goneOf(c, 'a')?.sessions.some(({ takenBy }) => takenBy === 'e'), { what: 'its new server' });
    expect(goneOf(c, 'a')?.sessions.map(({ name, takenBy }) => [name, takenBy])).toEqual([
      ['mercado', null],
      ['padaria', 'e'],
    ]);

    // It is back, and the next time somebody is told again.
    const back = member('a', {}, { store: a.store });
    await until(() => goneOf(c, 'a') === undefined, { what: 'its return' });
    await settled(back);
    expect(await sql(`select mourner, mourned from fleet_nodes where name = 'a'`)).toEqual([
      { mourner: null, mourned: false },
    ]);
  });

  it('nobody mourns one that comes back after a goodbye of hours, nor one that was drained to its end', {
    timeout: 120_000,
  }, async () => {
    const a = member('a');
    const b = member('b');
    await settled(a);
    await until(() => b.views.length > 0, { what: 'b' });
    await a.replicator.stop(2000, { goodbye: true });
    await sql(`update fleet_nodes set beat_at = beat_at - interval '5 hours' where name = 'a'`);
    // Between the first question of the new master and its first beat.
    await sql(`select zap_fleet_instance('${a.store.fleetId}', 'host-a', 'instance-new', 30)`);
    await news(b);
    expect(b.view().gone).toEqual([]);

    await sql(`update fleet_nodes set draining = true, beat_at = beat_at - interval '5 hours' where name = 'a'`);
    await news(b);
    expect(b.view().gone).toEqual([]);
    await sql(
      `insert into whatsapp_sessions (session_name, is_active, home_node) values ('loja', true, '${a.store.fleetId}')`,
    );
    await until(() => goneOf(b, 'a') !== undefined, { what: 'what was left behind' });
    expect(goneOf(b, 'a')).toMatchObject({ sessions: [{ name: 'loja', takenBy: null, leaseLasts: false }] });
  });

  it('a copy of its data on another machine gets no session and sends nothing, until the first one is silent', {
    timeout: 120_000,
  }, async () => {
    const first = member('a');
    await running(first, 'padaria', 'auto');
    await settled(first);
    const copy = temporaryStore();
    const second = member('a', { instance: 'copy' }, { store: copy, nodeId: first.store.fleetId, host: 'vps-9' });
    const twin = addSession(copy, 'padaria');

    expect(await second.replicator.takeLease(twin.id, 'padaria')).toMatchObject({
      granted: false,
      code: 'copied-data',
      reason: expect.stringMatching(/^another machine \(host-a, heard of \d+ s ago\) runs from a copy/),
    });
    expect(await second.replicator.takeLease(twin.id, 'padaria', true)).toMatchObject({ code: 'copied-data' });
    await until(() => second.replicator.status().status === 'refused', { what: 'the refusal' });
    expect(second.replicator.status().reason).toContain('zap-fleet master stop');
    expect([first.lost, first.replicator.status().status]).toEqual([[], 'ok']);

    await first.replicator.stop(2000, { keepLeases: true });
    await sql(`update fleet_nodes set instance_at = instance_at - interval '1 minute'`);
    await until(() => second.replicator.status().status === 'ok', { within: 30_000, what: 'its turn' });
    expect(await second.replicator.takeLease(twin.id, 'padaria')).toMatchObject({ granted: true });

    // The first one was only cut off: it finds that it is the second now, and gives up what it held.
    const again = member('a', {}, { store: first.store });
    await until(() => again.replicator.status().status === 'refused', { what: 'the refusal of the first' });
    expect(again.replicator.status().reason).toContain('vps-9');
  });

  it('what it holds is given up when another machine has taken its place meanwhile', { timeout: 120_000 }, async () => {
    const a = member('a');
    const session = await running(a, 'padaria', 'manual');
    await settled(a);
    await sql(
      `update fleet_nodes set instance = 'another', instance_host = 'vps-9', instance_at = now() + interval '1 hour'`,
    );
    await until(() => a.lost.length > 0, { what: 'the end of its session' });
    expect(a.lost).toMatchObject([{ sessionId: session.id, why: 'copied', code: 'copied-data' }]);
  });

  it('a server with another key for logins is said, by name; one without any is not', {
    timeout: 120_000,
  }, async () => {
    const keyed = (key: string | null) => ({
      keyCheck: async (salt: string) => (key === null ? null : `${key}-${salt}`),
    });
    const a = member('a', keyed('one'));
    const b = member('b', keyed('two'));
    member('c', keyed(null));
    await until(() => a.replicator.status().reason, { what: 'what a person should do' });
    expect(a.replicator.status().reason).toBe(
      'b has another FLEET_GROUP_KEY than this server: no login can travel between them. Set the same one on all servers, and restart.',
    );
    await until(() => b.replicator.status().reason?.startsWith('a has another FLEET_GROUP_KEY'), {
      what: 'at b as well',
    });
    expect(a.otherKeys.at(-1)).toEqual(['b']);
    await b.replicator.stop(2000);
    await sql(`update fleet_nodes set beat_at = now() - interval '10 minutes' where name = 'b'`);
    await until(() => a.otherKeys.at(-1)?.length === 0, { what: 'its key to be forgotten with it' });
    // Told when it changes, not each time it is asked.
    expect(a.otherKeys).toEqual([[], ['b'], []]);
  });
};
