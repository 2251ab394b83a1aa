import { expect, it } from 'vitest';
import { startFaultProxy } from '../../../supabase/fault-proxy.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession } from '../../support.ts';
import { type Server, server, settled } from '../replica-support.ts';

/** Who may run a session, and who is told that another has it. */

export const leaseCases = (supabase: () => LocalSupabase): void => {
  /** Whether a server knows the newest revision of the only session. */
  const isSeen = async ({ store }: Server): Promise<boolean> => {
    const [row] = await supabase().sql('select revision::int from whatsapp_sessions');
    const known = store.database.get<{ seen: number }>('SELECT synced_revision AS seen FROM replica_sessions');
    return known !== undefined && known.seen === row?.['revision'];
  };

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

  it('a take-over that nobody could be asked for says so, and not to say --take-over', async () => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = addSession(a.store, 'padaria');
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');

    const proxy = await startFaultProxy(supabase().url);
    const b = server({ ...supabase(), url: proxy.url }, { host: 'vps-b' });
    const id = await b.replicator.adopt('padaria');
    expect(await b.replicator.takeLease(id, 'padaria')).toMatchObject({ granted: false, code: 'runs-elsewhere' });
    await proxy.unplug();
    const forced = await b.replicator.takeLease(id, 'padaria', true);
    expect(forced).toMatchObject({ granted: false, code: 'runs-elsewhere' });
    expect(forced.granted ? '' : forced.reason).toBe(
      'Supabase could not be asked to give it to this server; as far as is known it runs on the server vps-a. When Supabase answers again: zap-fleet start padaria --take-over',
    );
    await proxy.plug();
    await until(async () => (await b.replicator.takeLease(id, 'padaria', true)).granted, { what: 'the take-over' });
    await proxy.close();
  });

  it.for([
    'before it gave the session up',
    'after that',
    'when the other has it already',
    'before, and the answer to who takes it is lost',
  ] as const)('what the server before it wanted is no edit for the one that takes it: stopped %s', async (when) => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = addSession(a.store, 'padaria');
    a.store.sessions.change(session.id, { desiredState: 'running' }, Date.now());
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    let isLost = when.endsWith('is lost');
    const losing: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (!isLost || !String(input).includes('zap_fleet_lease_take')) return answer;
      isLost = false;
      throw new TypeError('fetch failed');
    };
    // It looks for edits only when it is begun.
    const b = server(supabase(), { host: 'vps-b', fetch: losing });
    const id = await b.replicator.adopt('padaria');
    b.store.sessions.change(id, { desiredState: 'running' }, Date.now());

    const stop = async (): Promise<void> => {
      a.store.sessions.change(session.id, { desiredState: 'stopped' }, Date.now());
      await settled(a);
    };
    if (when.startsWith('before')) await stop();
    await a.replicator.releaseLease(session.id);
    if (when === 'after that') await stop();
    if (isLost) {
      expect(await b.replicator.takeLease(id, 'padaria')).toMatchObject({ granted: false });
      b.replicator.start();
    }
    await until(async () => (await b.replicator.takeLease(id, 'padaria')).granted, { what: 'the lease' });
    if (when === 'when the other has it already') await stop();
    b.replicator.start();
    await settled(b);

    const isActive = async (): Promise<unknown> =>
      (await supabase().sql('select is_active from whatsapp_sessions'))[0]?.['is_active'];
    await until(async () => (await isActive()) === true, { what: 'Supabase to say that it is to run' });
    expect(b.store.sessions.byId(id)?.desiredState).toBe('running');
    expect(b.edits.filter(({ desiredChanged }) => desiredChanged)).toEqual([]);

    // A person's edit still is one.
    await supabase().sql("update whatsapp_sessions set is_active = false where session_name = 'padaria'");
    await until(() => b.store.sessions.byId(id)?.desiredState === 'stopped', { what: 'the edit of a person' });
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

  it.for([
    ['looked at while it is the other server’s', 'look'],
    ['first seen when it is here already', 'take'],
    ['but a person has started it here since', 'started'],
  ] as const)('with failover auto a stop at home is a stop for the server that waits, too: %s', async ([, how]) => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = addSession(a.store, 'padaria');
    a.store.sessions.change(session.id, { desiredState: 'running', failover: 'auto' }, Date.now());
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    const b = server(supabase(), { host: 'vps-b' });
    const id = await b.replicator.adopt('padaria');
    b.store.sessions.change(id, { desiredState: 'running' }, Date.now());
    b.replicator.start();
    await settled(b);
    await until(() => b.replicator.runsElsewhere(id), { what: 'it to know that it waits' });
    await until(async () => (await Promise.all([a, b].map(isSeen))).every(Boolean), { what: 'both to have seen it' });
    if (how !== 'look') await b.replicator.stop(2000);

    a.store.sessions.change(session.id, { desiredState: 'stopped' }, Date.now());
    await settled(a);
    await a.replicator.releaseLease(session.id);
    if (how === 'look') {
      await until(() => b.store.sessions.byId(id)?.desiredState === 'stopped', { what: 'the stop' });
      expect(b.edits.at(-1)).toMatchObject({ sessionId: id, desiredChanged: true });
      return;
    }

    // The same server, begun again.
    const again = server(supabase(), { host: 'vps-b', store: b.store });
    if (how === 'started') b.store.sessions.change(id, { label: 'Padaria', desiredState: 'running' }, Date.now());
    expect(await again.replicator.takeLease(id, 'padaria')).toMatchObject({ granted: true });
    again.replicator.start();
    await settled(again);
    const isActive = async (): Promise<unknown> =>
      (await supabase().sql('select is_active from whatsapp_sessions'))[0]?.['is_active'];
    const wanted = how === 'started';
    await until(async () => (await isActive()) === wanted, { what: 'Supabase to say what is wanted' });
    await until(() => b.store.sessions.byId(id)?.desiredState === (wanted ? 'running' : 'stopped'), {
      what: 'the same here',
    });
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
