import { expect, it, onTestFinished } from 'vitest';
import { acquainted, type GroupServer, groupServer } from '../../../master/moves/group-support.ts';
import { type FaultProxy, startFaultProxy } from '../../../supabase/fault-proxy.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { chatOf } from '../../support.ts';
import { talk } from '../replica-support.ts';

/** A network that ends in the middle of a move: whatever each side knows, one of them runs the session in the end, and it has all of it. */

interface Line {
  readonly proxy: FaultProxy;
  /** The request arrives, its answer does not, and nothing else comes through until it is mended. */
  cutAfter(request: string): void;
  cut(): void;
  mend(): void;
  isCut(): boolean;
}

export const cutOffCases = (supabase: () => LocalSupabase): void => {
  const sql = (text: string) => supabase().sql(text);

  const line = async (): Promise<Line> => {
    const proxy = await startFaultProxy(supabase().url);
    onTestFinished(() => proxy.close());
    let isCut = false;
    let last: string | null = null;
    proxy.setFaults((_, path) => {
      if (isCut) return 'cut';
      if (last === null || !path.endsWith(last)) return 'none';
      isCut = true;
      return 'lose-answer';
    });
    return {
      proxy,
      cutAfter: (request) => {
        last = request;
      },
      cut: () => {
        isCut = true;
      },
      mend: () => {
        last = null;
        isCut = false;
      },
      isCut: () => isCut,
    };
  };

  /** `padaria` runs on a, five customers' messages wait there, and each server has a line of its own. */
  const pair = async (offerMs: number) => {
    const [lineA, lineB] = [await line(), await line()];
    const { key } = supabase();
    const timing = { offerMs };
    const a = await groupServer({ url: lineA.proxy.url, key }, { name: 'a', timing });
    const b = await groupServer({ url: lineB.proxy.url, key }, { name: 'b' });
    await acquainted(supabase(), [a, b]);
    const session = a.fleet.add('padaria');
    a.fleet.orchestrator.want(session, 'running');
    await until(() => session.state === 'connected', { what: 'it to run on a' });
    talk(a.fleet.store, 'padaria', 5, 0, session.stored);
    const args = { sessionName: 'padaria', sessionId: session.stored.id, to: b.fleet.store.fleetId, toName: 'b' };
    return { a, b, lineA, lineB, session, move: () => a.jobs().add({ kind: 'move', args, actor: 'you' }) };
  };
  const home = async (): Promise<unknown> => (await sql('select home_node from whatsapp_sessions'))[0]?.['home_node'];
  const offered = (): Promise<boolean> =>
    until(async () => (await sql('select 1 from whatsapp_sessions where moving_to is not null')).length > 0, {
      what: 'the offer',
    });
  const ended = (one: GroupServer): Promise<boolean> =>
    until(() => one.fleet.store.jobs.open().length === 0, { within: 60_000, what: 'the end of the job' });
  /**
   * The one that runs it has the lease and every message; the other one neither runs it nor may. `person`: another server may have answered
   * them, so they are answered by nobody else, and a person sees them.
   */
  const expectOnlyOn = async (
    one: GroupServer,
    other: GroupServer,
    sessionId: string,
    whose: 'bot' | 'person' = 'bot',
  ): Promise<void> => {
    expect([one.runs('padaria'), other.runs('padaria')]).toEqual([true, false]);
    expect(await home()).toBe(one.fleet.store.fleetId);
    await until(() => one.replicator().epochOf(sessionId) !== null, { what: 'its lease' });
    expect(other.replicator().epochOf(sessionId)).toBeNull();
    const { store, book } = one.fleet;
    const { stored } = book.get('padaria');
    expect(store.messages.pending(stored.id, chatOf(store, stored).id)).toHaveLength(whose === 'bot' ? 5 : 0);
    const outcomes = `SELECT outcome, outcome_code AS code, count(*) AS n FROM messages GROUP BY 1, 2`;
    const left = whose === 'bot' ? { outcome: 'pending', code: null } : { outcome: 'unknown', code: 'moved' };
    expect(store.database.all(outcomes)).toEqual([{ ...left, n: 5 }]);
    const silent = 'SELECT count(*) AS n FROM conversations WHERE silent_since IS NOT NULL';
    expect(store.database.get(silent)).toEqual({ n: whose === 'bot' ? 0 : 1 });
  };
  /** Asked so often again without an answer. */
  const asksInVain = async (one: GroupServer, question: 'look' | 'offer', times = 3): Promise<void> => {
    const before = one.asked(question);
    await until(() => one.asked(question) >= before + times, { what: `${one.name} to ask for ${question}` });
  };

  it('the source is cut off from its own offer: it starts nothing until it knows, and the target runs it', {
    timeout: 180_000,
  }, async () => {
    const { a, b, lineA, session, move } = await pair(120_000);
    lineA.cutAfter('zap_fleet_move_offer');
    move();
    await until(() => lineA.isCut(), { what: 'the cut' });
    await until(() => b.runs('padaria'), { within: 60_000, what: 'it to run on b' });
    await asksInVain(a, 'offer');
    expect([a.runs('padaria'), session.leaving]).toEqual([false, 'b']);

    lineA.mend();
    await ended(a);
    expect(session).toMatchObject({ state: 'stopped', reasonCode: 'moved-away', stored: { desiredState: 'stopped' } });
    await expectOnlyOn(b, a, session.stored.id);
  });

  it('the target is cut off before it takes it: the source takes it back, and what was offered is void', {
    timeout: 180_000,
  }, async () => {
    const { a, b, lineB, session, move } = await pair(1500);
    lineB.cut();
    move();
    await offered();
    await until(() => a.runs('padaria'), { within: 60_000, what: 'it to run on a again' });
    await ended(a);

    lineB.mend();
    await until(() => b.replicator().status().status === 'ok', { within: 60_000, what: 'b' });
    await expectOnlyOn(a, b, session.stored.id);
    expect(session.stored.desiredState).toBe('running');
  });

  it.each(['comes back in time', 'does not'] as const)(
    'the target takes it, is cut off from the answer, and %s',
    { timeout: 180_000 },
    async (how) => {
      const { a, b, lineB, session, move } = await pair(500);
      lineB.cutAfter('zap_fleet_move_take');
      move();
      await until(() => lineB.isCut(), { within: 60_000, what: 'the cut' });
      await until(async () => (await home()) === b.fleet.store.fleetId, { what: 'it to be taken' });
      // Past the time of the offer the source asks for it, and is told that it is another's.
      await until(() => a.asked('take') > 1, { within: 60_000, what: 'a to ask for it' });
      expect([a.runs('padaria'), b.runs('padaria')]).toEqual([false, false]);

      if (how === 'comes back in time') {
        lineB.mend();
        await until(() => b.runs('padaria'), { within: 60_000, what: 'it to run on b' });
        await ended(a);
        await expectOnlyOn(b, a, session.stored.id);
        return;
      }

      await sql(`update whatsapp_sessions set lease_expires_at = now() - interval '1 second'`);
      await until(() => a.runs('padaria'), { within: 60_000, what: 'it to run on a again' });
      await ended(a);
      lineB.mend();
      await until(() => b.replicator().status().status === 'ok', { within: 60_000, what: 'b' });
      await expectOnlyOn(a, b, session.stored.id, 'person');
    },
  );
};
