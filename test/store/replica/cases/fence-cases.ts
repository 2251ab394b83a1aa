import { expect, it } from 'vitest';
import { machineClocks, momentOf } from '../../../../src/session/fence.ts';
import { replicaTiming } from '../../../../src/store/replica/replica-timing.ts';
import { startFaultProxy } from '../../../supabase/fault-proxy.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession } from '../../support.ts';
import { server, settled } from '../replica-support.ts';

/** Until when a worker may run, by which clock. */

export const fenceCases = (supabase: () => LocalSupabase): void => {
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
      await until(() => (alone.fences.at(-1)?.fence ?? null) !== null, { what: 'the fence' });
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
};
