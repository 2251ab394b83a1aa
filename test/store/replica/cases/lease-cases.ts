import { expect, it } from 'vitest';
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
};
