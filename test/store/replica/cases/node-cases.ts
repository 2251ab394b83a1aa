import { expect, it } from 'vitest';
import { migrations } from '../../../../src/store/migrations.ts';
import type { NodeFacts } from '../../../../src/store/replica/node-claims.ts';
import type { ReplicaTiming } from '../../../../src/store/replica/replica-timing.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession } from '../../support.ts';
import { type Server, server, settled, talk } from '../replica-support.ts';

const facts = (name: string, more: Partial<NodeFacts> = {}): NodeFacts => ({
  name,
  version: '1.0.0',
  schema: migrations.length,
  labels: [],
  adopts: false,
  room: () => 0,
  running: () => 0,
  ...more,
});

export const nodeCases = (supabase: () => LocalSupabase): void => {
  const sql = (text: string) => supabase().sql(text);
  /** A server that says its name, with this much room beside what it took. */
  const node = async (
    name: string,
    room: number,
    more: Partial<NodeFacts> = {},
    timing: Partial<ReplicaTiming> = {},
  ): Promise<Server> => {
    const left = (): number => room - one.claimed.length;
    const own = facts(name, { room: left, ...more });
    const one: Server = server(supabase(), { host: `host-${name}`, node: own, timing });
    one.replicator.start();
    await settled(one);
    // Whoever begins after it is to hear of it.
    await until(
      async () =>
        (await sql(`select 1 from fleet_nodes where node_id = '${one.store.fleetId}' and seen_at is not null`)).length >
        0,
      { what: `the first word of ${name}` },
    );
    return one;
  };
  const beats = (name: string, times = 3): Promise<void> =>
    (async () => {
      for (let beat = 0; beat < times; beat += 1) {
        const [row] = await sql(`select beat_at::text b from fleet_nodes where name = '${name}'`);
        await until(
          async () =>
            (await sql(`select beat_at::text b from fleet_nodes where name = '${name}'`))[0]?.['b'] !== row?.['b'],
          { what: `a beat of ${name}` },
        );
      }
    })();
  const wanting = async (one: Server, name: string, failover: 'manual' | 'auto') => {
    const session = addSession(one.store, name);
    one.store.sessions.change(session.id, { failover, desiredState: 'running' }, Date.now());
    await one.replicator.takeLease(session.id, name);
    return session;
  };

  it('a server that is gone leaves its auto sessions to another when their leases are over, never before, and the manual ones to a person', {
    timeout: 120_000,
  }, async () => {
    const b = await node('b', 5);
    const a = await node('a', 0);
    const auto = await wanting(a, 'padaria', 'auto');
    talk(a.store, 'padaria', 3, 0, auto);
    await wanting(a, 'mercado', 'manual');
    await settled(a);
    await beats('a', 2);
    await a.replicator.stop(2000, { keepLeases: true });

    await sql(`update fleet_nodes set beat_at = beat_at - interval '10 minutes' where name = 'a'`);
    await beats('b');
    expect(b.claimed).toEqual([]);
    const gone = await until(() => b.replicator.status().reason, { what: 'what a person should do' });
    expect(gone).toMatch(/^the server a was not heard of for 10 min.*mercado.*zap-fleet start mercado --take-over$/);

    await sql(`update whatsapp_sessions set lease_expires_at = now() - interval '1 second'`);
    await until(() => b.claimed.length > 0, { what: 'the claim' });
    await beats('b');
    expect(b.claimed).toEqual(['padaria']);
    const here = b.store.sessions.list().find(({ name }) => name === 'padaria');
    expect(here).toMatchObject({ id: auto.id, failover: 'auto' });
    expect(b.store.database.get('SELECT count(*) AS n FROM messages')).toEqual({ n: 3 });
    expect(await b.replicator.takeLease(auto.id, 'padaria')).toMatchObject({ granted: true });
    expect(await sql(`select home_host from whatsapp_sessions where session_name = 'padaria'`)).toEqual([
      { home_host: 'host-b' },
    ]);
  });

  it('takes in active rows where it says so, never more than fit, one each, and only where they are wanted', {
    timeout: 120_000,
  }, async () => {
    const rows = Array.from({ length: 8 }, (_, n) => `('nova-${n}', true, null)`);
    const pinned = [`('so-na-a', true, 'a')`, `('com-placa', true, 'label:gpu')`, `('parada', false, null)`];
    await sql(
      `insert into whatsapp_sessions (session_name, is_active, wanted_node) values ${[...rows, ...pinned].join(', ')}`,
    );
    const shy = await node('c', 9);
    const drained = await node('d', 9, { adopts: true, room: () => 0 });
    await sql(`update fleet_nodes set draining = true where name = 'd'`);
    const a = await node('a', 3, { adopts: true });
    const b = await node('b', 4, { adopts: true, labels: ['gpu'] });
    await until(() => a.claimed.length === 3 && b.claimed.length === 4, { what: 'both to be full' });
    for (const name of ['a', 'b', 'c']) await beats(name, 2);

    expect([shy.claimed, drained.claimed]).toEqual([[], []]);
    expect([a.claimed.length, b.claimed.length]).toEqual([3, 4]);
    const all = [...a.claimed, ...b.claimed];
    expect(new Set(all).size).toBe(7);
    expect(all).not.toContain('parada');
    expect(a.claimed).not.toContain('com-placa');
    expect(b.claimed).not.toContain('so-na-a');
    const homes = await sql('select count(*)::int n from whatsapp_sessions where home_node is not null');
    expect(homes).toEqual([{ n: 7 }]);
  });

  it('keeps what wants to run for a server that starts again, also from one that waits for it; whoever asks has it when its time is over', {
    timeout: 120_000,
  }, async () => {
    const b = await node('b', 0);
    const a = await node('a', 0);
    const auto = await wanting(a, 'padaria', 'auto');
    const ended = await wanting(a, 'oficina', 'auto');
    const manual = await wanting(a, 'mercado', 'manual');
    a.store.sessions.change(ended.id, { desiredState: 'stopped' }, Date.now());
    await settled(a);
    const ask = ({ id, name }: typeof auto, who = b) => who.replicator.takeLease(id, name);
    expect(await ask(auto)).toMatchObject({ granted: false, code: 'runs-elsewhere' });

    await a.replicator.stop(2000, { goodbye: true });
    expect(await ask(auto)).toMatchObject({ granted: false, code: 'runs-elsewhere' });
    // Of these a person decides where they run, or nobody wants them to.
    expect(await ask(manual)).toMatchObject({ granted: true });
    expect(await ask(ended)).toMatchObject({ granted: true });

    const again = server(supabase(), { store: a.store, host: 'host-a', node: facts('a') });
    again.replicator.start();
    await settled(again);
    expect(await ask(auto, again)).toMatchObject({ granted: true });
    await again.replicator.stop(2000, { goodbye: true });
    await sql(
      `update whatsapp_sessions set lease_expires_at = now() - interval '1 second' where session_name = 'padaria'`,
    );
    expect(await ask(auto)).toMatchObject({ granted: true });
  });

  it('leaves alone what was only restarted, what a newer version ran, and what an unfenced server may still run; says of two of one name', {
    timeout: 120_000,
  }, async () => {
    const a = await node('a', 0);
    const session = await wanting(a, 'padaria', 'auto');
    await settled(a);
    await beats('a', 1);
    await a.replicator.stop(2000);
    const b = await node('b', 5);
    await beats('b');
    // Given back a moment ago.
    expect(b.claimed).toEqual([]);

    const old = `update fleet_nodes set beat_at = now() - interval '2 minutes'`;
    await sql(`${old}, others = 1, schema_version = ${migrations.length + 1} where name = 'a'`);
    await beats('b');
    await sql(`${old}, others = 0, schema_version = ${migrations.length} where name = 'a'`);
    await beats('b');
    expect(b.claimed).toEqual([]);
    await sql(`${old}, others = 1 where name = 'a'`);
    await until(() => b.claimed.length === 1, { what: 'the claim' });
    expect(b.store.sessions.byId(session.id)?.name).toBe('padaria');

    await node('b', 0);
    await until(() => b.replicator.status().reason?.startsWith('two servers call themselves b'), {
      what: 'the line about the name',
    });
    expect(b.replicator.status().reason).toContain('FLEET_NODE');
  });

  it('takes nothing from a server that has not heard of another: its workers run on without it', {
    timeout: 120_000,
  }, async () => {
    const a = await node('a', 0, {}, { renewMs: 3_600_000 });
    await wanting(a, 'padaria', 'auto');
    await beats('a', 1);
    const b = await node('b', 5);
    await beats('a');
    expect(await sql(`select others from fleet_nodes where name = 'a'`)).toEqual([{ others: 0 }]);

    await a.replicator.stop(2000, { keepLeases: true });
    await sql(`update fleet_nodes set beat_at = beat_at - interval '10 minutes' where name = 'a'`);
    await sql(`update whatsapp_sessions set lease_expires_at = now() - interval '1 second'`);
    await beats('b');
    expect(b.claimed).toEqual([]);
    // And had it heard of one: nothing else stands in the way.
    await sql(`update fleet_nodes set others = 1 where name = 'a'`);
    await until(() => b.claimed.length > 0, { what: 'the claim' });
  });
};
