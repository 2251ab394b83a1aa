import { expect, it } from 'vitest';
import { startFaultProxy } from '../../../supabase/fault-proxy.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { chatOf, noon } from '../../support.ts';
import { server, settled, talk } from '../replica-support.ts';

export const transferCases = (supabase: () => LocalSupabase): void => {
  it('push fills an empty Supabase, pull a new server; both go on after an interruption and end with equal counts', {
    timeout: 60_000,
  }, async () => {
    const proxy = await startFaultProxy(supabase().url);
    try {
      const through = { url: proxy.url, key: supabase().key };
      const a = server(through, {
        host: 'vps-a',
        timing: { giveUpMs: 0 },
        limits: { rows: 200, characters: 1_000_000 },
      });
      const session = talk(a.store, 'padaria', 1500);
      a.store.sessions.addInstructions(session.id, 'Um.', 'you', noon);
      a.store.sessions.addInstructions(session.id, 'Dois.', 'you', noon);
      const chat = chatOf(a.store, session);
      const seqs = a.store.messages.pending(session.id, chat.id).map((message) => message.seq);
      a.store.messages.end(seqs.slice(0, 1490), { outcome: 'answered', code: null, reason: null }, noon);
      a.store.conversations.setSummary(chat.id, 'falou de pão', seqs[99] ?? 0, noon);

      let cut = proxy.requests() + 5;
      proxy.setFaults((count) => (count >= cut && count < cut + 1 ? { status: 503 } : 'none'));
      await expect(a.replicator.pushAll()).rejects.toThrow(/goes on where it was/);
      const pushed = await a.replicator.pushAll();
      expect(pushed).toMatchObject({ complete: true, notes: [] });
      expect(pushed.counts).toContainEqual({ what: 'messages', here: 1500, there: 1500 });

      const b = server(through, { host: 'vps-b', timing: { giveUpMs: 0 } });
      cut = proxy.requests() + 10;
      await expect(b.replicator.pullAll()).rejects.toThrow(/goes on where it was/);
      const partly = b.store.database.get<{ n: number }>('SELECT count(*) AS n FROM messages')?.n ?? 0;
      expect(partly).toBeGreaterThan(0);
      expect(partly).toBeLessThan(1500);
      const pulled = await b.replicator.pullAll();
      expect(pulled.complete).toBe(true);
      expect(pulled.counts).toContainEqual({ what: 'messages', here: 1500, there: 1500 });
      const moved = b.store.sessions.byId(session.id);
      expect(moved).toMatchObject({ name: 'padaria', desiredState: 'stopped', instructionsVersion: 2 });
      const order = (store: typeof a.store): string[] =>
        store.database.all<{ id: string }>('SELECT wa_id AS id FROM messages ORDER BY seq').map((row) => row.id);
      expect(order(b.store)).toEqual(order(a.store));
      // Nobody answers a second time what the old server may have answered.
      expect(b.store.messages.pending(session.id, chatOf(b.store, session).id)).toEqual([]);
      expect(b.store.database.get('SELECT count(*) AS n FROM messages WHERE outcome_code = ?', 'moved')).toEqual({
        n: 10,
      });
      const there = chatOf(b.store, session);
      expect(there).toMatchObject({ contextSummary: 'falou de pão', messageCount: 1500 });
      expect(
        b.store.database.get<{ id: string }>('SELECT wa_id AS id FROM messages WHERE seq = ?', there.summaryThrough)
          ?.id,
      ).toBe('false_x_M99');

      // What came in is not sent back, but what changed by moving is.
      b.replicator.start();
      await settled(b);
      expect(await supabase().sql(`select count(*)::int n from messages where outcome_code = 'moved'`)).toEqual([
        { n: 10 },
      ]);
      expect(await supabase().sql(`select count(*)::int n from messages where node_id = '${b.store.fleetId}'`)).toEqual(
        [{ n: 10 }],
      );
      expect(await supabase().sql('select count(*)::int n from messages')).toEqual([{ n: 1500 }]);
    } finally {
      await proxy.close();
    }
  });

  it('a session that moves brings along what was said meanwhile', async () => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = talk(a.store, 'padaria', 10);
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    const b = server(supabase(), { host: 'vps-b' });
    expect((await b.replicator.pullAll()).notes[0]).toContain('vps-a');
    talk(a.store, 'padaria', 5, 10, session);
    await settled(a);
    await a.replicator.stop(5000);
    expect(await b.replicator.takeLease(session.id, 'padaria')).toMatchObject({ granted: true });
    expect(b.store.database.get('SELECT count(*) AS n FROM messages')).toEqual({ n: 15 });
  });

  it('a server that was cut off sends late what it knew: what was answered elsewhere meanwhile is answered by nobody again, and nothing that was queued goes out', async () => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = talk(a.store, 'padaria', 2);
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    await a.replicator.stop(5000, { keepLeases: true });
    // Cut off from Supabase, not from WhatsApp: a message comes, and of an answer one part is still to go out.
    talk(a.store, 'padaria', 1, 2, session);
    const chat = chatOf(a.store, session);
    const origin = {
      sessionId: session.id,
      conversationId: chat.id,
      turnId: null,
      source: 'send',
      actor: 'you',
    } as const;
    a.store.outbox.enqueue(origin, [{ text: 'o resto da resposta', notBefore: noon }], noon);

    const b = server(supabase(), { host: 'vps-b' });
    b.replicator.start();
    await settled(b);
    await b.replicator.pullAll();
    expect(await b.replicator.takeLease(session.id, 'padaria', true)).toMatchObject({ granted: true });
    talk(b.store, 'padaria', 1, 2, session);
    const open = b.store.messages.pending(session.id, chatOf(b.store, session).id).map(({ seq }) => seq);
    expect(open).toHaveLength(1);
    b.store.messages.end(open, { outcome: 'answered', code: null, reason: null }, noon + 3_600_000);
    await settled(b);

    const again = server(supabase(), { store: a.store, host: 'vps-a' });
    again.replicator.start();
    await settled(again);
    const third = `select outcome from messages where wa_id = 'false_x_M2'`;
    expect(await supabase().sql(third)).toEqual([{ outcome: 'answered' }]);

    // It comes back as by a move: what waits goes on waiting, and nothing else does.
    await b.replicator.releaseLease(session.id);
    a.store.database.run(`INSERT INTO replica_state (key, value) VALUES (?, 'whole')`, `moving:${session.id}`);
    expect(await again.replicator.takeLease(session.id, 'padaria')).toMatchObject({ granted: true });
    expect(a.store.messages.pending(session.id, chat.id)).toEqual([]);
    expect(a.store.database.get('SELECT status FROM outbox')).toEqual({ status: 'unknown' });
  });

  it('a session that moves keeps the time of its first link, so that what was written while nobody ran it is answered', async () => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = talk(a.store, 'padaria', 1);
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    const b = server(supabase(), { host: 'vps-b' });
    await b.replicator.pullAll();
    // Linked there after this server had heard of the session.
    const account = { phone: '5511987654321', lid: null, pushName: null };
    a.store.sessions.setAccount(session.id, account, noon);
    await settled(a);
    await a.replicator.stop(5000);
    await b.replicator.takeLease(session.id, 'padaria');
    expect(b.store.sessions.byId(session.id)?.firstLinkedAt).toBe(noon);
    b.store.sessions.setAccount(session.id, account, noon + 3_600_000);
    expect(b.store.sessions.byId(session.id)?.firstLinkedAt).toBe(noon);

    const c = server(supabase(), { host: 'vps-c' });
    await c.replicator.pullAll();
    expect(c.store.sessions.byId(session.id)?.firstLinkedAt).toBe(noon);
  });

  it('what was open here when another server took the session is as that one left it, and answered by nobody twice', async () => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = talk(a.store, 'padaria', 4);
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    await a.replicator.stop(5000);
    const open = (store: typeof a.store): number =>
      store.messages.pending(session.id, chatOf(store, session).id).length;
    expect(open(a.store)).toBe(4);

    // Taken by force: nobody can say what the other one sent, so a person decides.
    const b = server(supabase(), { host: 'vps-b' });
    b.replicator.start();
    await b.replicator.pullAll();
    expect(await b.replicator.takeLease(session.id, 'padaria', true)).toMatchObject({ granted: true });
    expect(open(b.store)).toBe(0);
    talk(b.store, 'padaria', 2, 10, session);
    const fresh = b.store.messages.pending(session.id, chatOf(b.store, session).id).map(({ seq }) => seq);
    b.store.messages.end(fresh, { outcome: 'answered', code: null, reason: null }, noon);
    await settled(b);
    await b.replicator.stop(5000);

    const again = server(supabase(), { host: 'vps-a', store: a.store });
    again.replicator.start();
    expect(await again.replicator.takeLease(session.id, 'padaria', true)).toMatchObject({ granted: true });
    expect(a.store.database.all('SELECT outcome, count(*) AS n FROM messages GROUP BY outcome ORDER BY 1')).toEqual([
      { outcome: 'answered', n: 2 },
      { outcome: 'unknown', n: 4 },
    ]);
  });

  it('a pull leaves what is open in a session of this server as it is', async () => {
    const a = server(supabase(), { host: 'vps-a' });
    const session = talk(a.store, 'padaria', 3);
    a.replicator.start();
    await settled(a);
    await a.replicator.takeLease(session.id, 'padaria');
    await a.replicator.pullAll();
    expect(a.store.messages.pending(session.id, chatOf(a.store, session).id)).toHaveLength(3);
  });
};
