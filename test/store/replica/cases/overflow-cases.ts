import { expect, it } from 'vitest';
import { acquainted, type GroupServer, groupServer } from '../../../master/moves/group-support.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { talk } from '../replica-support.ts';

/** A server without a place for what wants to run there, and others that have one. */

export const overflowCases = (supabase: () => LocalSupabase): void => {
  const sql = (text: string) => supabase().sql(text);
  const wanting = (one: GroupServer, name: string, failover: 'auto' | 'manual') => {
    const session = one.fleet.add(name);
    one.fleet.store.sessions.change(session.stored.id, { failover }, Date.now());
    one.fleet.book.reload(session);
    one.fleet.orchestrator.want(session, 'running');
    return session;
  };
  const runs = (one: GroupServer, name: string): Promise<boolean> =>
    until(() => one.runs(name), { within: 60_000, what: `${name} to run on ${one.name}` });
  const roomOf = (one: GroupServer, room: number): Promise<boolean> => {
    one.room = room;
    return until(
      async () => (await sql(`select room from fleet_nodes where name = '${one.name}'`))[0]?.['room'] === room,
      {
        what: `the room of ${one.name}`,
      },
    );
  };
  const moves = (one: GroupServer): readonly string[] =>
    one.fleet.store.events.list({ limit: 100 }).flatMap(({ kind, text }) => (kind === 'moves-for-room' ? [text] : []));

  it('what waits for a place here goes to a server that has one, with all that was said in it; manual ones wait', {
    timeout: 180_000,
  }, async () => {
    const a = await groupServer(supabase(), { name: 'a', places: 1, room: 0 });
    const b = await groupServer(supabase(), { name: 'b', room: 5 });
    await acquainted(supabase(), [a, b]);
    wanting(a, 'primeira', 'auto');
    await runs(a, 'primeira');
    const waiting = wanting(a, 'segunda', 'auto');
    talk(a.fleet.store, 'segunda', 3, 0, waiting.stored);
    const manual = wanting(a, 'terceira', 'manual');
    await until(() => waiting.state === 'queued' && manual.state === 'queued', { what: 'both to wait' });

    await a.overflow();
    await runs(b, 'segunda');
    await until(() => a.fleet.store.jobs.open().length === 0, { within: 60_000, what: 'the end of the move' });
    expect(moves(a)).toEqual(['there is no place for it here, and b has one: it goes there (failover auto)']);
    expect(b.fleet.store.database.get('SELECT count(*) AS n FROM messages')).toEqual({ n: 3 });
    expect(waiting).toMatchObject({ state: 'stopped', reasonCode: 'moved-away' });
    expect([...a.fleet.workers.keys()]).toEqual(['session:primeira']);

    await a.overflow();
    expect(a.fleet.store.jobs.open()).toEqual([]);
    expect(manual).toMatchObject({ state: 'queued', reasonCode: 'max-sessions' });
  });

  it('two that are full hand nothing to and fro, and what fits nowhere stays', { timeout: 180_000 }, async () => {
    const a = await groupServer(supabase(), { name: 'a', places: 1, room: 0 });
    const b = await groupServer(supabase(), { name: 'b', places: 1, room: 0 });
    await acquainted(supabase(), [a, b]);
    for (const [one, name] of [
      [a, 'primeira'],
      [b, 'outra'],
    ] as const) {
      wanting(one, name, 'auto');
      await runs(one, name);
    }
    const waiting = wanting(a, 'segunda', 'auto');
    await until(() => waiting.state === 'queued', { what: 'it to wait' });
    await a.overflow();
    expect([a.fleet.store.jobs.open(), moves(a)]).toEqual([[], []]);

    // It believed to have room, and has none: what came there waits there.
    await roomOf(b, 1);
    await a.overflow();
    const there = await until(() => b.fleet.book.byName('segunda'), { within: 60_000, what: 'it to arrive' }).then(() =>
      b.fleet.book.get('segunda'),
    );
    await until(() => there.state === 'queued' && there.reasonCode === 'max-sessions', { what: 'it to wait there' });
    await roomOf(a, 1);
    await b.overflow();
    expect([b.fleet.store.jobs.open(), moves(b)]).toEqual([[], []]);
    expect(await sql(`select home_host from whatsapp_sessions where session_name = 'segunda'`)).toEqual([
      { home_host: 'host-b' },
    ]);
  });
};
