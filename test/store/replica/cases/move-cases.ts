import { expect, it } from 'vitest';
import { acquainted, type GroupServer, groupServer } from '../../../master/moves/group-support.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession, chatOf, inbound, noon } from '../../support.ts';
import { talk } from '../replica-support.ts';

/** Masters of one group: whatever dies on the way, a session is run by one of them at most, and by one of them in the end. */

export const moveCases = (supabase: () => LocalSupabase): void => {
  const sql = (text: string) => supabase().sql(text);
  const pair = async (options: { readonly offerMs?: number; readonly room?: number } = {}) => {
    const timing = options.offerMs === undefined ? {} : { offerMs: options.offerMs };
    const a = await groupServer(supabase(), { name: 'a', timing });
    const b = await groupServer(supabase(), { name: 'b', room: options.room ?? 5 });
    await acquainted(supabase(), [a, b]);
    return { a, b };
  };
  const runningOn = async (one: GroupServer, name: string) => {
    const session = one.fleet.add(name);
    one.fleet.orchestrator.want(session, 'running');
    await until(() => session.state === 'connected', { what: `${name} to run on ${one.name}` });
    await until(async () => (await homeOf(name)) === one.fleet.store.fleetId, { what: `the lease of ${name}` });
    return session;
  };
  const homeOf = async (name: string): Promise<unknown> =>
    (await sql(`select home_node from whatsapp_sessions where session_name = '${name}'`))[0]?.['home_node'];
  const moved = async (a: GroupServer, name: string, node = 'b') => a.methods().move({ name, node, actor: 'you' });

  /** Without the questions that come before: they look as well. */
  const begin = (a: GroupServer, name: string, to: GroupServer): void => {
    const session = a.fleet.book.get(name).stored;
    const args = { sessionName: name, sessionId: session.id, to: to.fleet.store.fleetId, toName: to.name };
    a.jobs().add({ kind: 'move', args, actor: 'you' });
  };

  it('a session goes with all that was said in it, is wanted there alone, and comes back', {
    timeout: 180_000,
  }, async () => {
    const { a, b } = await pair();
    const session = await runningOn(a, 'padaria');
    talk(a.fleet.store, 'padaria', 5, 0, session.stored);
    // Two lessons: the owner took over, and changed a draft.
    const { id: sessionId } = session.stored;
    const chat = chatOf(a.fleet.store, session.stored);
    const judged = { code: 'typed', reason: 'a person typed this' };
    const typed = {
      waId: 'true_x_O1',
      sender: 'owner',
      ending: null,
      judged,
      text: 'eu respondo',
      at: noon + 900,
    } as const;
    a.fleet.store.messages.insert(inbound(session.stored, chat.id, '', typed), noon + 900);
    const turnId = a.fleet.store.turns.begin(
      {
        sessionId,
        conversationId: chat.id,
        messageIds: ['false_x_M1'],
        joinedText: 'text M1',
        instructionsVersion: null,
        provider: 'echo',
        model: '',
        parameters: {},
        history: { from: null, to: null, count: 0, hash: '' },
        steps: [],
      },
      noon,
    );
    const origin = { sessionId, conversationId: chat.id, turnId, source: 'reply', actor: 'bot' } as const;
    const draft = a.fleet.store.outbox.addDraft(origin, 'o robô diria', noon + 1000);
    a.fleet.store.outbox.editDraft(draft, 'a pessoa diz', 'you', noon + 1100);
    a.fleet.store.outbox.approveDraft(draft, 'you', noon + 1200);
    a.fleet.store.database.run(`UPDATE outbox SET status = 'sent', done_at = ? WHERE id = ?`, noon + 1300, draft);
    const lessons = (one: GroupServer) => one.fleet.store.lessons.list({ sessionId, limit: 5 }).lessons;
    expect(
      lessons(a)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['edited', 'takeover']);
    // One of them is hidden, and a change is tried on half of the chats.
    const [hidden] = lessons(a).filter(({ kind }) => kind === 'takeover');
    expect(a.fleet.store.lessons.dismiss(sessionId, hidden?.id ?? '', noon)).toBe(true);
    const canary = a.fleet.store.canaries.begin(
      {
        sessionId,
        sessionName: 'padaria',
        label: null,
        peers: [],
        share: 50,
        version: null,
        instructions: 'tried',
        settings: {},
        baseVersion: null,
        base: {},
        rules: [],
        endsAt: Date.now() + 3_600_000,
        startedBy: 'you',
      },
      Date.now(),
    );
    expect(await moved(a, 'padaria')).toEqual({ outcome: 'moved', node: 'b', state: 'connected', reason: null });
    expect([a.runs('padaria'), b.runs('padaria')]).toEqual([false, true]);
    expect(b.fleet.store.database.get('SELECT count(*) AS n FROM messages')).toEqual({ n: 6 });
    expect(lessons(b).map(({ at: _, ...told }) => told)).toEqual(lessons(a).map(({ at: _, ...told }) => told));
    expect(lessons(b).map(({ kind }) => kind)).toEqual(['edited']);
    // What was tried ends where it was begun; nobody is asked to decide, and its text is in no version over there.
    expect(a.fleet.store.canaries.get(canary.id)).toMatchObject({
      state: 'rolled-back',
      end: 'moved',
      decidedBy: 'fleet',
    });
    expect(b.fleet.store.canaries.newest(sessionId)).toBeNull();
    expect(b.fleet.store.sessions.instructionsHistory(sessionId).map(({ text }) => text)).not.toContain('tried');
    expect(session).toMatchObject({ state: 'stopped', reasonCode: 'moved-away', stored: { desiredState: 'stopped' } });
    expect(await sql(`select is_active, moving_to from whatsapp_sessions`)).toEqual([
      { is_active: true, moving_to: null },
    ]);
    const kinds = (one: GroupServer) => one.fleet.store.events.list({ limit: 30 }).map(({ kind }) => kind);
    expect(kinds(a)).toContain('session-moved-away');
    expect(kinds(b)).toContain('session-arrived');

    // It is not this server's any more, and nobody here takes it when it stops there.
    await expect(moved(a, 'padaria')).rejects.toThrow(/^padaria is on (host-)?b, not here\. Move it from there\.$/);
    expect(await moved(b, 'padaria', 'a')).toMatchObject({ outcome: 'moved', node: 'a', state: 'connected' });
    expect([a.runs('padaria'), b.runs('padaria')]).toEqual([true, false]);
  });

  it('customers who wait go on waiting there, those who were answered there are not answered here again', {
    timeout: 180_000,
  }, async () => {
    const { a, b } = await pair();
    const session = await runningOn(a, 'padaria');
    talk(a.fleet.store, 'padaria', 5, 0, session.stored);
    const waiting = (one: GroupServer): readonly number[] =>
      one.fleet.store.messages
        .pending(session.stored.id, chatOf(one.fleet.store, session.stored).id)
        .map(({ seq }) => seq);
    const silent = (one: GroupServer): unknown =>
      one.fleet.store.database.get('SELECT count(*) AS n FROM conversations WHERE silent_since IS NOT NULL');
    expect(await moved(a, 'padaria')).toMatchObject({ outcome: 'moved', state: 'connected' });
    expect(waiting(b)).toHaveLength(5);
    expect(silent(b)).toEqual({ n: 0 });

    b.fleet.store.messages.end(waiting(b).slice(0, 2), { outcome: 'answered', code: null, reason: null }, Date.now());
    talk(b.fleet.store, 'padaria', 1, 100, session.stored);
    expect(await moved(b, 'padaria', 'a')).toMatchObject({ outcome: 'moved', state: 'connected' });
    expect(waiting(a)).toHaveLength(4);
    expect(
      a.fleet.store.database.all('SELECT outcome, count(*) AS n FROM messages GROUP BY outcome ORDER BY 1'),
    ).toEqual([
      { outcome: 'answered', n: 2 },
      { outcome: 'pending', n: 4 },
    ]);
    expect(silent(a)).toEqual({ n: 0 });
  });

  it('an answer that was stored goes out there; one of which a part was being sent is left to a person', {
    timeout: 180_000,
  }, async () => {
    const { a, b } = await pair();
    const session = await runningOn(a, 'padaria');
    talk(a.fleet.store, 'padaria', 2, 0, session.stored);
    const { store } = a.fleet;
    const { id: sessionId } = session.stored;
    const chat = chatOf(store, session.stored);
    const seqs = store.messages.pending(sessionId, chat.id).map(({ seq }) => seq);
    // An answer in two parts to each of both messages; of the second one the first part is on its way.
    const parts = seqs.map((seq, n) => {
      const turn = {
        sessionId,
        conversationId: chat.id,
        messageIds: [`false_x_M${n}`],
        joinedText: `text M${n}`,
        instructionsVersion: null,
        provider: 'echo',
        model: '',
        parameters: {},
        history: { from: null, to: null, count: 0, hash: '' },
        steps: [],
      };
      const turnId = store.turns.begin(turn, noon + n);
      store.turns.update(turnId, { outcome: 'sending' }, noon + n);
      store.messages.setTurn([seq], turnId, noon + n);
      const origin = { sessionId, conversationId: chat.id, turnId, source: 'reply', actor: 'bot' } as const;
      const made = ['um', 'dois'].map((text) => ({ text: `${text} ${n}`, notBefore: noon }));
      return store.outbox.enqueue(origin, made, noon + n);
    });
    store.database.run(`UPDATE outbox SET status = 'sending', message_id = 'X' WHERE id = ?`, parts[1]?.[0] ?? 0);

    // Numbers of its own, so that nothing fits by chance.
    const other = addSession(b.fleet.store, 'outra');
    const elsewhere = { sessionId: other.id, conversationId: chatOf(b.fleet.store, other).id, turnId: null } as const;
    for (let n = 0; n < 5; n += 1)
      b.fleet.store.outbox.enqueue({ ...elsewhere, source: 'send', actor: 'you' }, [{ text: 'x', notBefore: noon }], 1);
    expect(await moved(a, 'padaria')).toMatchObject({ outcome: 'moved', state: 'connected' });

    const there = b.fleet.store.database;
    expect(
      there.all(
        `SELECT o.text, o.status, o.part, o.batch - (SELECT min(id) FROM outbox WHERE turn_id = o.turn_id) AS behind, t.outcome
           FROM outbox o JOIN turns t ON t.id = o.turn_id ORDER BY o.text`,
      ),
    ).toEqual([
      { text: 'dois 0', status: 'queued', part: 1, behind: 0, outcome: 'sending' },
      { text: 'dois 1', status: 'dropped', part: 1, behind: expect.any(Number), outcome: 'interrupted' },
      { text: 'um 0', status: 'queued', part: 0, behind: 0, outcome: 'sending' },
      { text: 'um 1', status: 'unknown', part: 0, behind: expect.any(Number), outcome: 'interrupted' },
    ]);
    expect(there.all('SELECT outcome, outcome_code AS code FROM messages ORDER BY seq')).toEqual([
      { outcome: 'pending', code: null },
      { outcome: 'unknown', code: 'moved' },
    ]);
    expect(there.get('SELECT count(*) AS n FROM conversations WHERE silent_since IS NOT NULL')).toEqual({ n: 1 });
    // Supabase hears what became of it there.
    await until(async () => (await sql(`select 1 from messages where outcome_code = 'moved'`)).length === 1, {
      what: 'the message in Supabase',
    });
    expect(await sql(`select count(*)::int n from fleet_outbox where status = 'dropped'`)).toEqual([{ n: 1 }]);
  });

  it('one that is stopped moves, and stays stopped', { timeout: 180_000 }, async () => {
    const { a, b } = await pair({ room: 0 });
    const session = a.fleet.add('parada');
    expect(await moved(a, 'parada')).toMatchObject({ outcome: 'moved', node: 'b', state: 'stopped' });
    expect(await homeOf('parada')).toBe(b.fleet.store.fleetId);
    expect(b.fleet.book.byId(session.stored.id)).toMatchObject({
      state: 'stopped',
      stored: { desiredState: 'stopped' },
    });
    expect(await sql('select lease_expires_at from whatsapp_sessions')).toEqual([{ lease_expires_at: null }]);
    expect(b.runs('parada')).toBe(false);
  });

  it('says before anything is stopped why it cannot go there', { timeout: 180_000 }, async () => {
    const { a, b } = await pair({ room: 0 });
    await runningOn(a, 'padaria');
    const refused = async (node: string, words: RegExp | string): Promise<void> => {
      await expect(moved(a, 'padaria', node)).rejects.toThrow(words);
      expect(a.runs('padaria')).toBe(true);
    };
    await refused('vps-9', 'no server of the group is called vps-9. There are: a, b');
    await refused('a', 'padaria is on a already.');
    await refused('b', /^b has no room: \d+ sessions run there/);
    b.room = 5;
    await until(async () => (await sql(`select room from fleet_nodes where name = 'b'`))[0]?.['room'] === 5, {
      what: 'room',
    });

    await sql(`update fleet_nodes set draining = true where name = 'b'`);
    await refused('b', 'b is drained and takes nothing. First: zap-fleet node undrain b');
    await sql(`update fleet_nodes set draining = false where name = 'b'`);
    await sql(`update whatsapp_sessions set wanted_node = 'label:gpu'`);
    await refused('b', 'padaria is wanted where the label gpu is');
    await sql(`update whatsapp_sessions set wanted_node = null`);

    await b.kill();
    await sql(`update fleet_nodes set schema_version = schema_version - 1 where name = 'b'`);
    await refused('b', 'b runs an older zap-fleet');
    await sql(`update fleet_nodes set beat_at = beat_at - interval '3 minutes' where name = 'b'`);
    await refused('b', 'b was not heard of for 3 min: see that its master runs');
    const { targets } = await a.methods().moveTargets({ name: 'padaria' });
    expect(targets).toEqual([
      { node: expect.objectContaining({ name: 'b' }), obstacle: expect.stringMatching(/^b was not heard/) },
    ]);
  });

  it.each(['pushed', 'offer', 'look'] as const)(
    'a master that is killed when it asks for %s leaves it to the next one',
    { timeout: 180_000 },
    async (question) => {
      const { a, b } = await pair();
      await runningOn(a, 'padaria');
      a.hang(question);
      begin(a, 'padaria', b);
      await until(() => a.asked(question) > 0, { what: `it to ask for ${question}` });
      await a.kill();
      expect(a.runs('padaria')).toBe(false);

      await a.revive();
      await until(() => b.runs('padaria'), { within: 60_000, what: 'it to run there' });
      await until(() => a.fleet.store.jobs.open().length === 0, { within: 60_000, what: 'the end of the job' });
      expect(a.runs('padaria')).toBe(false);
      expect(a.fleet.book.get('padaria').stored.desiredState).toBe('stopped');
    },
  );

  it('a target that dies before it takes it: it is taken back past the time that it had', {
    timeout: 180_000,
  }, async () => {
    const { a, b } = await pair({ offerMs: 1500 });
    await runningOn(a, 'padaria');
    a.hang('offer');
    begin(a, 'padaria', b);
    await until(() => a.asked('offer') > 0, { what: 'the offer' });
    // As if it died in this moment: it was well when it was looked at.
    await b.kill();
    await a.kill();
    await a.revive();
    await until(() => a.runs('padaria'), { within: 60_000, what: 'it to run here again' });
    const [event] = a.fleet.store.events.list({ limit: 50 }).filter(({ kind }) => kind === 'move-not-done');
    expect(event?.text).toMatch(/^it did not move to b, and goes on here: b did not take it within/);

    // It comes back later: what was offered is void.
    await b.revive();
    await until(async () => b.replicator().status().status === 'ok', { what: 'b' });
    expect(b.runs('padaria')).toBe(false);
    expect(await homeOf('padaria')).toBe(a.fleet.store.fleetId);
  });

  it('a target that dies after it took it goes on with it when it is back', { timeout: 180_000 }, async () => {
    const { a, b } = await pair();
    await runningOn(a, 'padaria');
    await b.kill();
    a.hang('look');
    const to = b.fleet.store.fleetId;
    begin(a, 'padaria', b);
    const offered = `select 1 from whatsapp_sessions where moving_to is not null`;
    await until(async () => (await sql(offered)).length > 0, { what: 'the offer' });
    // Taken in its name, and it died before it wrote that down.
    await sql(`select zap_fleet_move_take('${to}', 5)`);
    expect(await homeOf('padaria')).toBe(to);

    await b.revive();
    await until(() => b.runs('padaria'), { within: 60_000, what: 'it to run there' });
    expect(await sql(offered)).toEqual([]);
  });

  it('is called back until it is offered, and not after', { timeout: 180_000 }, async () => {
    const { a, b } = await pair();
    const session = await runningOn(a, 'padaria');
    await expect(a.methods().moveCancel({ name: 'padaria' })).rejects.toThrow('padaria does not move now.');
    await b.kill();
    const report = moved(a, 'padaria');
    const offered = (): boolean => a.asked('offer') > 0;
    await until(offered, { what: 'the offer' });
    await expect(a.methods().moveCancel({ name: 'padaria' })).rejects.toThrow('cannot be called back');
    await expect(moved(a, 'padaria')).rejects.toThrow('padaria moves already');
    await expect(a.fleet.orchestrator.exclusively(session, 'stop', async () => undefined)).rejects.toThrow(
      'busy with "move"',
    );
    await b.revive();
    expect(await report).toMatchObject({ outcome: 'moved' });

    const back = moved(b, 'padaria', 'a');
    const cancelled = await until(() => b.jobs().find('move', 'padaria'), { what: 'the job' }).then(() =>
      b.methods().moveCancel({ name: 'padaria' }),
    );
    expect([(await back).outcome, cancelled.outcome]).toEqual(['cancelled', 'cancelled']);
    await until(() => b.runs('padaria'), { what: 'it to go on there' });
    expect(a.runs('padaria')).toBe(false);
  });

  it('drains a server to those that have room, one after the other, and says what stays', {
    timeout: 360_000,
  }, async () => {
    const a = await groupServer(supabase(), { name: 'a' });
    const b = await groupServer(supabase(), { name: 'b', room: 1 });
    const c = await groupServer(supabase(), { name: 'c', room: 1 });
    await acquainted(supabase(), [a, b, c]);
    for (const one of [b, c]) {
      const total = one.room;
      Object.defineProperty(one, 'room', { get: () => total - one.fleet.workers.size });
    }
    const names = ['um', 'dois'];
    for (const name of names) await runningOn(a, name);
    await runningOn(a, 'presa');
    await sql(`update whatsapp_sessions set wanted_node = 'a' where session_name = 'presa'`);

    const { drained } = await a.methods().nodeDrain({ node: 'a', draining: true });
    expect(drained?.moved.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(drained?.stayed).toEqual([{ name: 'presa', reason: expect.stringMatching(/^it is wanted here/) }]);
    expect([b.fleet.workers.size, c.fleet.workers.size]).toEqual([1, 1]);
    expect([...a.fleet.workers.keys()]).toEqual(['session:presa']);

    // No room: it stays, and goes on.
    await sql(`update whatsapp_sessions set wanted_node = null`);
    const again = await a.methods().nodeDrain({ node: 'a', draining: true });
    expect(again.drained).toMatchObject({
      moved: [],
      stayed: [{ name: 'presa', reason: expect.stringMatching(/no other server has room/) }],
    });
    expect(a.runs('presa')).toBe(true);
    expect(await sql(`select name from fleet_nodes where draining`)).toEqual([{ name: 'a' }]);
  });
};
