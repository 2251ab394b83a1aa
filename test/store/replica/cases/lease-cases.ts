import { expect, it } from 'vitest';
import { machineClocks, momentOf } from '../../../../src/session/fence.ts';
import { replicaTiming } from '../../../../src/store/replica/replica-timing.ts';
import { startFaultProxy } from '../../../supabase/fault-proxy.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession } from '../../support.ts';
import { server, settled } from '../replica-support.ts';

export const leaseCases = (supabase: () => LocalSupabase): void => {
  it('lets one server run a session: held elsewhere with words, free after a release, taken over by force', async () => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = addSession(a.store, 'padaria');
    a.replicator.start();
    await settled(a);
    expect(await a.replicator.takeLease(session.id, 'padaria')).toMatchObject({ granted: true, asked: true, epoch: 1 });

    const b = server(supabase(), { host: 'vps-b' });
    b.replicator.start();
    await until(() => b.replicator.offered()[0]?.runningOn === 'vps-a', { what: 'the offer to say where it runs' });
    const id = await b.replicator.adopt('padaria');
    expect(id).toBe(session.id);
    const no = await b.replicator.takeLease(id, 'padaria');
    expect(no).toMatchObject({ granted: false, code: 'runs-elsewhere' });
    expect(no.granted ? '' : no.reason).toContain('vps-a');

    await a.replicator.releaseLease(session.id);
    expect(await b.replicator.takeLease(id, 'padaria')).toMatchObject({ granted: true, epoch: 2 });
    expect(await a.replicator.takeLease(session.id, 'padaria')).toMatchObject({ granted: false });
    expect(await a.replicator.takeLease(session.id, 'padaria', true)).toMatchObject({ granted: true, epoch: 3 });
    await until(() => b.lost.length === 1, { what: 'b to hear of it' });
    expect(b.lost[0]).toMatchObject({ sessionId: id, why: 'taken' });
    expect(b.lost[0]?.reason).toContain('vps-a');
    // The state of the session is written by the server that has it.
    a.store.sessions.setState(session.id, { state: 'connected', since: 1, reasonCode: null, reason: null });
    b.store.sessions.setState(id, { state: 'offline', since: 2, reasonCode: null, reason: null });
    await settled(a);
    await settled(b);
    expect(await supabase().sql('select state from whatsapp_sessions')).toEqual([{ state: 'connected' }]);
  });

  it('a renewal that comes after the lease was given back holds it for nobody', async () => {
    const a = server(supabase(), { host: 'vps-a', timing: { renewMs: 3_600_000 } });
    const session = addSession(a.store, 'padaria');
    a.replicator.start();
    await settled(a);
    const lease = await a.replicator.takeLease(session.id, 'padaria');
    expect(lease).toMatchObject({ granted: true, asked: true });
    await a.replicator.releaseLease(session.id);

    const late = `select zap_fleet_lease_renew(home_node, jsonb_build_array(jsonb_build_object('session_name', session_name,
      'epoch', lease_epoch, 'seconds', 3600)), 3600) answer from whatsapp_sessions`;
    expect(await supabase().sql(late)).toMatchObject([{ answer: [{ session_name: 'padaria', renewed: false }] }]);
    expect(await supabase().sql('select lease_expires_at from whatsapp_sessions')).toEqual([
      { lease_expires_at: null },
    ]);
    const b = server(supabase(), { host: 'vps-b' });
    const id = await b.replicator.adopt('padaria');
    expect(await b.replicator.takeLease(id, 'padaria')).toMatchObject({ granted: true, epoch: 2 });
  });

  it('a lease is given back behind the renewals that are under way, one after the other, many times over', async () => {
    const a = server(supabase(), { host: 'vps-a', timing: { renewMs: 1, watchMs: 5 } });
    const b = server(supabase(), { host: 'vps-b', timing: { renewMs: 1, watchMs: 5 } });
    const session = addSession(a.store, 'padaria');
    for (const one of [a, b]) one.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    await settled(a);
    await until(() => b.replicator.offered().length > 0, { what: 'the offer' });
    const id = await b.replicator.adopt('padaria');
    await a.replicator.releaseLease(session.id);
    for (let turn = 0; turn < 10; turn += 1) {
      const [one, its] = turn % 2 === 0 ? ([b, id] as const) : ([a, session.id] as const);
      expect(await one.replicator.takeLease(its, 'padaria')).toMatchObject({ granted: true });
      await one.replicator.releaseLease(its);
    }
  });

  it('an edit on the row does not start it on a server that is not its home', async () => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = addSession(a.store, 'padaria');
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    const b = server(supabase(), { host: 'vps-b' });
    await b.replicator.adopt('padaria');
    b.replicator.start();
    await settled(b);
    await supabase().sql(`update whatsapp_sessions set is_active = true, label = 'nova'`);
    await until(
      () => b.store.sessions.list()[0]?.label === 'nova' && a.store.sessions.list()[0]?.desiredState === 'running',
      { what: 'the edit on both' },
    );
    expect(b.store.sessions.list()[0]?.desiredState).toBe('stopped');
  });

  it('away: goes on alone, but stops before its lease ends when other servers share this Supabase', async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      let ahead = 0;
      const clock = { now: () => Date.now() + ahead, random: Math.random };
      const alone = server({ url: proxy.url, key: supabase().key }, { host: 'vps-a', clock });
      const session = addSession(alone.store, 'padaria');
      alone.replicator.start();
      await settled(alone);
      await alone.replicator.takeLease(session.id, 'padaria');
      await proxy.unplug();
      await until(() => alone.replicator.status().status === 'away', { what: 'away' });
      // Long after its lease: nobody else could take it.
      ahead += 2 * replicaTiming.leaseMs;
      expect(await alone.replicator.takeLease(session.id, 'padaria')).toMatchObject({ granted: true, asked: false });
      await proxy.plug();
      await settled(alone);
      expect(alone.lost).toEqual([]);

      await server(supabase(), { host: 'vps-b' }).replicator.pushAll();
      await alone.replicator.takeLease(session.id, 'padaria');
      // It hears of the other server at its next greeting.
      proxy.setFaults(() => ({ status: 503 }));
      await until(() => alone.replicator.status().status === 'away', { what: 'away again' });
      proxy.setFaults(() => 'none');
      await settled(alone);
      await alone.replicator.takeLease(session.id, 'padaria');
      await proxy.unplug();
      await until(() => alone.replicator.status().status === 'away', { what: 'away for the third time' });
      ahead += replicaTiming.leaseMs - replicaTiming.marginMs - 60_000;
      // Still good for a minute.
      expect(await alone.replicator.takeLease(session.id, 'padaria')).toMatchObject({ granted: true, asked: false });
      expect(alone.lost).toEqual([]);
      ahead += 60_000;
      await until(() => alone.lost.length === 1, { what: 'the lease to be given up' });
      expect(alone.lost[0]).toMatchObject({ why: 'expiring' });
      expect(await alone.replicator.takeLease(session.id, 'padaria')).toMatchObject({
        granted: false,
        code: 'cannot-ask',
      });
    } finally {
      await proxy.close();
    }
  });

  it('hands down with each renewal until when a worker may run, by an epoch that grows with each taking', async () => {
    await server(supabase(), { host: 'vps-b' }).replicator.pushAll();
    const a = server(supabase(), { host: 'vps-a' });
    const session = addSession(a.store, 'padaria');
    a.replicator.start();
    await settled(a);
    const before = momentOf(machineClocks);
    const taken = await a.replicator.takeLease(session.id, 'padaria');
    const after = momentOf(machineClocks);
    const fence = taken.granted ? taken.fence : null;
    if (fence === null) throw new Error('no fence');
    expect(fence.epoch).toBe(1);
    // Counted from before Supabase was asked: it ends before Supabase gives it to another.
    expect(fence.wallUntil).toBeGreaterThanOrEqual(before.wall + replicaTiming.leaseMs);
    expect(fence.wallUntil).toBeLessThanOrEqual(after.wall + replicaTiming.leaseMs);
    expect(fence.monotonicUntil).toBeLessThanOrEqual(after.monotonic + replicaTiming.leaseMs);

    const renewed = await until(() => a.fences.at(1), { what: 'two renewals' });
    expect(renewed).toMatchObject({ sessionId: session.id, fence: { epoch: 1 } });
    expect(renewed.fence?.monotonicUntil).toBeGreaterThan(fence.monotonicUntil);

    const again = await a.replicator.takeLease(session.id, 'padaria');
    expect(again).toMatchObject({ granted: true, fence: { epoch: 2 } });
  });

  it('alone it limits no worker, also while Supabase is away; from the minute on in which it hears of another it does', async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      const alone = server({ url: proxy.url, key: supabase().key }, { host: 'vps-a' });
      const session = addSession(alone.store, 'padaria');
      alone.replicator.start();
      await settled(alone);
      expect(await alone.replicator.takeLease(session.id, 'padaria')).toMatchObject({ granted: true, fence: null });
      await proxy.unplug();
      await until(() => alone.replicator.status().status === 'away', { what: 'away' });
      expect(await alone.replicator.takeLease(session.id, 'padaria')).toMatchObject({ asked: false, fence: null });
      expect(alone.fences.every(({ fence }) => fence === null)).toBe(true);

      await proxy.plug();
      await server(supabase(), { host: 'vps-b' }).replicator.pushAll();
      await until(() => alone.fences.at(-1)?.fence !== null, { what: 'the fence' });
      await proxy.unplug();
      await until(() => alone.replicator.status().status === 'away', { what: 'away again' });
      const answer = await alone.replicator.takeLease(session.id, 'padaria');
      // What is left of the lease, and not a whole one.
      const left = answer.granted ? (answer.fence?.wallUntil ?? 0) - Date.now() : 0;
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(replicaTiming.leaseMs);
    } finally {
      await proxy.close();
    }
  });

  it('gives a lease up by either clock: one that was set back keeps nothing', async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      const ahead = { wall: 0, monotonic: 0 };
      const clock = {
        now: () => Date.now() + ahead.wall,
        monotonic: () => machineClocks.monotonic() + ahead.monotonic,
        random: Math.random,
      };
      await server(supabase(), { host: 'vps-b' }).replicator.pushAll();
      const a = server({ url: proxy.url, key: supabase().key }, { host: 'vps-a', clock });
      const session = addSession(a.store, 'padaria');
      a.replicator.start();
      await settled(a);
      await a.replicator.takeLease(session.id, 'padaria');
      await proxy.unplug();
      await until(() => a.replicator.status().status === 'away', { what: 'away' });
      ahead.monotonic = replicaTiming.leaseMs;
      ahead.wall = -3_600_000;
      await until(() => a.lost.length === 1, { what: 'the lease to be given up' });
      expect(a.lost[0]).toMatchObject({ why: 'expiring' });
    } finally {
      await proxy.close();
    }
  });

  it('a clock that is set back over a restart of the master lengthens nothing, and after a boot nothing is left', async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      const ahead = { wall: 0, monotonic: 0 };
      const clock = (bootId: string) => ({
        now: () => Date.now() + ahead.wall,
        monotonic: () => machineClocks.monotonic() + ahead.monotonic,
        bootId,
        random: Math.random,
      });
      await server(supabase(), { host: 'vps-b' }).replicator.pushAll();
      const a = server({ url: proxy.url, key: supabase().key }, { host: 'vps-a', clock: clock('boot-1') });
      const session = addSession(a.store, 'padaria');
      a.replicator.start();
      await settled(a);
      await a.replicator.takeLease(session.id, 'padaria');
      await proxy.unplug();
      await a.replicator.stop(100, { keepLeases: true });

      const nextMaster = (bootId = 'boot-1') =>
        server({ url: proxy.url, key: supabase().key }, { host: 'vps-a', clock: clock(bootId), store: a.store });
      // Half an hour passed, and somebody set the clock back by a day.
      Object.assign(ahead, { wall: -86_400_000, monotonic: replicaTiming.leaseMs / 2 });
      const answer = await nextMaster().replicator.takeLease(session.id, 'padaria');
      expect(answer).toMatchObject({ granted: true, asked: false, fence: expect.anything() });
      const fence = answer.granted ? answer.fence : null;
      const left = (fence?.monotonicUntil ?? 0) - machineClocks.monotonic() - ahead.monotonic;
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(replicaTiming.leaseMs / 2);
      expect((fence?.wallUntil ?? 0) - Date.now() - ahead.wall).toBeLessThanOrEqual(replicaTiming.leaseMs / 2);

      const denied = { granted: false, code: 'cannot-ask' };
      // Booted anew: the monotonic clock began again, and the wall's may stand anywhere.
      ahead.monotonic = -1e9;
      expect(await nextMaster('boot-2').replicator.takeLease(session.id, 'padaria')).toMatchObject(denied);
      ahead.monotonic = replicaTiming.leaseMs;
      expect(await nextMaster().replicator.takeLease(session.id, 'padaria')).toMatchObject(denied);
    } finally {
      await proxy.close();
    }
  });

  it('of failover auto it lasts a minute and a half, goes with all others in one request, and is given up after a minute away', async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      const ahead = { ms: 0 };
      const clock = {
        now: () => Date.now() + ahead.ms,
        monotonic: () => machineClocks.monotonic() + ahead.ms,
        random: Math.random,
      };
      await server(supabase(), { host: 'vps-b' }).replicator.pushAll();
      const a = server({ url: proxy.url, key: supabase().key }, { host: 'vps-a', clock });
      const auto = addSession(a.store, 'padaria');
      const manual = addSession(a.store, 'mercado');
      a.store.sessions.change(auto.id, { failover: 'auto' }, Date.now());
      a.replicator.start();
      await settled(a);
      for (const one of [auto, manual]) await a.replicator.takeLease(one.id, one.name);
      const secondsLeft = async (name: string): Promise<number> => {
        const sql = `select extract(epoch from lease_expires_at - clock_timestamp())::float s from whatsapp_sessions where session_name = '${name}'`;
        return Number((await supabase().sql(sql))[0]?.['s']);
      };
      let renewals = 0;
      proxy.setFaults((_, path) => {
        if (path.includes('lease_renew')) renewals += 1;
        return 'none';
      });
      const before = a.fences.length;
      await until(() => a.fences.length - before >= 6, { what: 'three renewals of two' });
      expect(renewals).toBeLessThanOrEqual((a.fences.length - before) / 2 + 1);
      expect(await secondsLeft('padaria')).toBeLessThanOrEqual(90);
      expect(await secondsLeft('mercado')).toBeGreaterThan(3000);

      await proxy.unplug();
      await until(() => a.replicator.status().status === 'away', { what: 'away' });
      ahead.ms = 61_000;
      await until(() => a.lost.length === 1, { what: 'the lease to be given up' });
      expect(a.lost[0]).toMatchObject({ name: 'padaria', why: 'expiring', code: 'failover-away' });
      expect(a.lost[0]?.reason).toContain('the price of failover auto');
      const denied = { granted: false, code: 'failover-away' };
      expect(await a.replicator.takeLease(auto.id, 'padaria')).toMatchObject(denied);
      expect(await a.replicator.takeLease(manual.id, 'mercado')).toMatchObject({ granted: true, asked: false });

      // Chosen while it runs: from the next renewal on.
      await proxy.plug();
      a.store.sessions.change(manual.id, { failover: 'auto' }, Date.now());
      await until(async () => (await secondsLeft('mercado')) <= 90, { within: 20_000, what: 'the shorter lease' });
      a.store.sessions.change(manual.id, { failover: 'manual' }, Date.now());
      await until(async () => (await secondsLeft('mercado')) > 3000, { within: 20_000, what: 'the longer lease' });
    } finally {
      await proxy.close();
    }
  });

  it('alone nobody can take it: failover auto asks nothing more often and ends nothing', async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      const paths: string[] = [];
      proxy.setFaults((_, path) => {
        paths.push(path);
        return 'none';
      });
      const often = { leaseMs: 90_000, renewMs: 1, marginMs: 30_000 };
      const timing = { renewMs: 600_000, auto: often };
      const alone = server({ url: proxy.url, key: supabase().key }, { timing });
      const session = addSession(alone.store, 'padaria');
      alone.store.sessions.change(session.id, { failover: 'auto' }, Date.now());
      alone.replicator.start();
      await settled(alone);
      expect(await alone.replicator.takeLease(session.id, 'padaria')).toMatchObject({ granted: true, fence: null });
      const looks = (): number => paths.filter((path) => path.includes('zap_fleet_look')).length;
      const before = looks();
      await until(() => looks() >= before + 5, { what: 'five more looks' });
      expect(paths.filter((path) => path.includes('lease_renew'))).toEqual([]);

      await server(supabase(), { host: 'vps-b' }).replicator.pushAll();
      await proxy.unplug();
      await until(() => alone.replicator.status().status === 'away', { what: 'away' });
      await proxy.plug();
      await until(() => paths.filter((path) => path.includes('lease_renew')).length > 3, { what: 'renewals' });
    } finally {
      await proxy.close();
    }
  });

  it('says whether a login that was opened elsewhere is ours: asked anew, and no while nobody can say so', async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      const a = server({ url: proxy.url, key: supabase().key }, { host: 'vps-a', timing: { renewMs: 600_000 } });
      const session = addSession(a.store, 'padaria');
      a.replicator.start();
      await settled(a);
      expect(await a.replicator.confirmLease(session.id)).toBe(false);
      await a.replicator.takeLease(session.id, 'padaria');
      expect(await a.replicator.confirmLease(session.id)).toBe(true);
      expect(a.fences).toHaveLength(1);

      await proxy.unplug();
      expect(await a.replicator.confirmLease(session.id)).toBe(false);
      await proxy.plug();

      const b = server(supabase(), { host: 'vps-b' });
      await b.replicator.adopt('padaria');
      expect(await b.replicator.takeLease(session.id, 'padaria', true)).toMatchObject({ granted: true });
      expect(await a.replicator.confirmLease(session.id)).toBe(false);
      expect(a.lost).toMatchObject([{ why: 'taken' }]);
    } finally {
      await proxy.close();
    }
  });
};
