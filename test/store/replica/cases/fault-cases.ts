import { expect, it } from 'vitest';
import { startFaultProxy } from '../../../supabase/fault-proxy.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { eraseCustomer, noon } from '../../support.ts';
import { server, settled, talk } from '../replica-support.ts';

/** 30 minutes at 20 messages a second. */
const volume = 36_000;

export const faultCases = (supabase: () => LocalSupabase): void => {
  it('30 minutes away at 20 messages a second come back complete and in order, through a network that cuts, delays, loses and doubles', {
    timeout: 300_000,
  }, async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      const one = server({ url: proxy.url, key: supabase().key });
      const session = talk(one.store, 'padaria', 10);
      one.replicator.start();
      await settled(one);
      await proxy.unplug();
      await until(() => one.replicator.status().status === 'away', { what: 'away' });
      const { since } = one.replicator.status();
      for (let at = 10; at < volume; at += 6000) talk(one.store, 'padaria', Math.min(6000, volume - at), at, session);
      expect(one.replicator.status().waitingRows).toBeGreaterThanOrEqual(volume - 10);
      expect(one.replicator.status()).toMatchObject({ status: 'away', since });
      // A restart in between: what waits is in SQLite.
      await one.replicator.stop(200);
      const again = server({ url: proxy.url, key: supabase().key }, { store: one.store });
      const before = proxy.requests();
      const faults = [
        'cut',
        'twice',
        'lose-answer',
        { status: 503 },
        { delayMs: 30 },
        { status: 429, headers: { 'retry-after': '0' } },
        'twice',
      ] as const;
      proxy.setFaults((count) => (count % 3 === 0 ? (faults[(count / 3) % faults.length] ?? 'none') : 'none'));
      await proxy.plug();
      again.replicator.start();
      await until(() => again.replicator.status().status === 'ok' && again.replicator.status().waitingRows === 0, {
        within: 280_000,
        what: 'everything to arrive',
      });
      proxy.setFaults(() => 'none');
      const [row] = await supabase().sql(`select count(*)::int n, count(distinct wa_id)::int d,
        (select count(*)::int from (select wa_id, 'false_x_M' || (row_number() over (order by fleet_seq) - 1) as wanted from messages) x where wa_id <> wanted) wrong from messages`);
      expect(row).toEqual({ n: volume, d: volume, wrong: 0 });
      // Batches, never a request a row.
      expect(proxy.requests() - before).toBeLessThan(volume / 100);
      expect((await again.replicator.pushAll()).complete).toBe(true);
    } finally {
      await proxy.close();
    }
  });

  it('says what a person must do about a rotated key and missing migrations, and goes on when it is done', async () => {
    const one = server(supabase());
    talk(one.store, 'padaria', 3);
    one.replicator.start();
    await settled(one);
    await supabase().rotateKey('sb_secret_rotated');
    await until(() => one.replicator.status().status === 'refused', { what: 'refused' });
    expect(one.replicator.status().reason).toContain('SUPABASE_SERVICE_ROLE_KEY');
    expect(JSON.stringify([one.logs, one.statuses])).not.toContain('sb_secret');
    one.store.events.add({ at: noon, level: 'info', session: null, kind: 'later', text: 'x', actor: 'you' });
    expect(one.replicator.status().waitingRows).toBeGreaterThan(0);
    await supabase().rotateKey('sb_secret_test');
    await settled(one);

    await supabase().sql('alter function zap_fleet_look(text, bigint, jsonb) rename to zap_hidden');
    try {
      await until(() => one.replicator.status().status === 'refused', { what: 'refused again' });
      expect(one.replicator.status().reason).toContain('supabase/migrations');
    } finally {
      await supabase().sql('alter function zap_hidden(text, bigint, jsonb) rename to zap_fleet_look');
    }
    await settled(one);
  });

  it('a delayed copy of an old batch changes nothing', async () => {
    const one = server(supabase());
    const session = talk(one.store, 'padaria', 5);
    const sent: { url: string; init: RequestInit }[] = [];
    const spy: typeof fetch = (input, init) => {
      if (String(input).includes('zap_fleet_push'))
        sent.push({
          url: String(input),
          init: { method: 'POST', headers: init?.headers ?? {}, body: init?.body ?? null },
        });
      return fetch(input, init);
    };
    const watched = server(supabase(), { store: one.store, fetch: spy });
    watched.replicator.start();
    await settled(watched);
    await eraseCustomer(one.store, session, '5511987654321');
    await until(async () => (await supabase().sql('select * from messages')).length === 0, { what: 'erasure' });
    const [first] = sent;
    if (first === undefined) throw new Error('nothing was sent');
    const answer = await fetch(first.url, first.init);
    expect(await answer.json()).toMatchObject({ result: 'elsewhere' });
    expect(await supabase().sql('select * from messages')).toEqual([]);
  });

  it('an emptied Supabase is filled again, and a store from a backup loses nothing and doubles nothing', async () => {
    const one = server(supabase());
    talk(one.store, 'padaria', 50);
    one.replicator.start();
    await settled(one);
    await supabase().empty();
    one.store.events.add({ at: noon, level: 'info', session: null, kind: 'later', text: 'x', actor: 'you' });
    await until(async () => (await supabase().sql('select * from messages')).length === 50, { what: 'the refill' });
    await settled(one);
    // As from a backup: the store remembers less than Supabase does.
    await one.replicator.stop(5000);
    one.store.database.run(`UPDATE replica_state SET value = '3' WHERE key = 'cursor'`);
    one.store.database.run(`UPDATE replica_state SET value = '3' WHERE key = 'in_flight'`);
    const again = server(supabase(), { store: one.store });
    again.replicator.start();
    await settled(again);
    expect(await supabase().sql('select count(*)::int n, count(distinct wa_id)::int d from messages')).toEqual([
      { n: 50, d: 50 },
    ]);
  });
};
