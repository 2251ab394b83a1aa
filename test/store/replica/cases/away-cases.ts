import { expect, it } from 'vitest';
import { machineClocks } from '../../../../src/session/fence.ts';
import { replicaTiming } from '../../../../src/store/replica/replica-timing.ts';
import { startFaultProxy } from '../../../supabase/fault-proxy.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession } from '../../support.ts';
import { server, settled } from '../replica-support.ts';

/** Leases while Supabase is away, by the failover of their sessions. */

export const awayCases = (supabase: () => LocalSupabase): void => {
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
};
