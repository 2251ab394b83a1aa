import { expect, it } from 'vitest';
import { presetTimings } from '../../../../src/session/timing-presets.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';
import { until } from '../../../support/until.ts';
import { addSession, noon } from '../../support.ts';
import { type Server, server, settled } from '../replica-support.ts';

const running = async (supabase: LocalSupabase): Promise<Server> => {
  const one = server(supabase);
  addSession(one.store, 'padaria');
  one.replicator.start();
  await settled(one);
  return one;
};
const session = (one: Server) => {
  const found = one.store.sessions.list()[0];
  if (found === undefined) throw new Error('no session');
  return found;
};
const kinds = (one: Server): string[] => one.store.events.list({ limit: 50 }).map((event) => event.kind);

export const editCases = (supabase: () => LocalSupabase): void => {
  it('brings a changed prompt, configuration and is_active to the fleet', async () => {
    const one = await running(supabase());
    await supabase().sql(
      `update whatsapp_sessions set custom_prompt = 'Fale pouco.', is_active = true, timing_config = timing_config || '{"quietMs": 3000}'`,
    );
    await until(() => one.edits.length > 0, { what: 'the edit' });
    expect(one.edits[0]).toMatchObject({
      name: 'padaria',
      desiredChanged: true,
      changed: ['is_active', 'custom_prompt', 'timing_config.quietMs'],
    });
    expect(session(one)).toMatchObject({
      desiredState: 'running',
      instructionsVersion: 1,
      revision: 2,
      config: { timing: { quietMs: 3000 } },
    });
    expect(one.store.sessions.instructions(session(one).id, 1)).toMatchObject({
      text: 'Fale pouco.',
      author: 'supabase',
    });
    await settled(one);
    // It is not sent back as an edit of ours.
    expect(await supabase().sql('select revision::int r from whatsapp_sessions')).toEqual([{ r: 2 }]);
  });

  it('keeps the name of a deleted session until every server has heard of it, and then nothing of it', async () => {
    const one = await running(supabase());
    const edits = async (): Promise<string[]> =>
      (await supabase().sql('select session_name from fleet_edits where gone order by 1')).map((row) =>
        String(row['session_name']),
      );
    const hello = (): Promise<unknown> => supabase().sql(`select zap_fleet_hello('${one.store.fleetId}', 'h')`);
    await supabase().sql(`insert into whatsapp_sessions (session_name) values ('loja-velha'), ('loja-nova')`);
    await supabase().sql(`delete from whatsapp_sessions where session_name in ('loja-velha', 'loja-nova')`);
    await hello();
    expect(await edits()).toEqual(['loja-nova', 'loja-velha']);

    await supabase().sql(
      `update fleet_edits set noted_at = noted_at - interval '3 hours' where session_name = 'loja-velha'`,
    );
    await hello();
    expect(await edits()).toEqual(['loja-nova']);
    // What stands there is noted for as long as it does.
    await supabase().sql(`update fleet_edits set noted_at = noted_at - interval '3 hours', gone = false`);
    await hello();
    expect(await supabase().sql('select count(*)::int n from fleet_edits')).toEqual([{ n: 1 }]);
  });

  it('brings a failover that is chosen there, names a wrong one, and sends the one that is chosen here', async () => {
    const one = await running(supabase());
    await supabase().sql(`update whatsapp_sessions set failover = 'auto'`);
    await until(() => one.edits.length > 0, { what: 'the edit' });
    expect(one.edits[0]?.changed).toEqual(['failover']);
    expect(session(one).failover).toBe('auto');

    await supabase().sql(`update whatsapp_sessions set failover = 'sometimes'`);
    await until(() => one.replicator.status().reason?.includes('failover: must be manual or auto'), {
      what: 'the wrong value to be named',
    });
    expect(session(one).failover).toBe('auto');

    one.store.sessions.change(session(one).id, { failover: 'manual' }, noon);
    await until(
      async () => (await supabase().sql('select failover from whatsapp_sessions'))[0]?.['failover'] === 'manual',
      { what: 'the choice made here' },
    );
  });

  it('works with a Supabase that lacks the files of the migrations that came later', async () => {
    const selects: string[] = [];
    const before = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const path = input instanceof Request ? input.url : String(input);
      if (path.includes('select=')) selects.push(path);
      const response = await fetch(input, init);
      if (!path.endsWith('zap_fleet_hello')) return response;
      return Response.json({ ...((await response.json()) as object), schema: 1 }, { headers: response.headers });
    };
    const one = server(supabase(), { fetch: before });
    addSession(one.store, 'padaria');
    one.replicator.start();
    await settled(one);
    await supabase().sql(`update whatsapp_sessions set label = 'nova', failover = 'auto'`);
    await until(() => session(one).label === 'nova', { what: 'the edit' });
    expect(session(one).failover).toBe('manual');
    expect(selects.length).toBeGreaterThan(0);
    expect(selects.join(' ')).not.toContain('failover');
  });

  it('takes the whole rhythm of a preset that is chosen there, keeps what was typed beside it, and writes back what it meant', async () => {
    const one = await running(supabase());
    await supabase().sql(
      `update whatsapp_sessions set timing_config = timing_config || '{"preset": "fast", "maxTypingMs": 1234}'`,
    );
    await until(() => one.edits.length > 0, { what: 'the edit' });
    const wanted = { ...presetTimings.fast, preset: 'fast', maxTypingMs: 1234 };
    expect(session(one).config.timing).toMatchObject(wanted);
    await settled(one);
    const there = async () =>
      (await supabase().sql('select revision::int r, timing_config t from whatsapp_sessions'))[0] as {
        r: number;
        t: object;
      };
    await until(async () => (await there()).r === 3, { what: 'the whole preset in Supabase' });
    expect((await there()).t).toMatchObject(wanted);

    // Another edit finds nothing old to bring back.
    await supabase().sql(`update whatsapp_sessions set label = 'Padaria' `);
    await until(() => one.edits.length > 1, { what: 'the second edit' });
    expect(one.edits[1]?.changed).toEqual(['label']);
    expect(session(one).config.timing).toMatchObject(wanted);
  });

  it('understands the first bot', async () => {
    const one = await running(supabase());
    await supabase().sql(`update whatsapp_sessions set
      ai_config = '{"model": "gpt-5.6-luna", "temperature": 0.7, "max_tokens": 900, "system_prompt": "Atenda bem."}',
      timing_config = '{"response_time": 2500, "message_delay": 1500, "rest_period": 300000, "hours": {"start": "08:00", "end": "22:00"}, "message_limit_per_hour": 100, "typing_simulation": false}'`);
    await until(() => one.edits.length > 0, { what: 'the edit' });
    expect(session(one).config.ai).toMatchObject({
      provider: 'openai',
      model: 'gpt-5.6-luna',
      temperature: 0.7,
      maxTokens: 900,
    });
    expect(session(one).config.timing).toMatchObject({
      readingDelayMs: 2500,
      pauseBetweenPartsMs: 1500,
      maxPerHour: 100,
      typing: false,
      openingHours: [{ days: [0, 1, 2, 3, 4, 5, 6], from: '08:00', to: '22:00' }],
    });
    expect(one.store.sessions.instructionsHistory(session(one).id)[0]?.text).toBe('Atenda bem.');
  });

  it('keeps the last good value of what is not valid, names the field, and takes the rest', async () => {
    const one = await running(supabase());
    await supabase().sql(
      `update whatsapp_sessions set ai_config = ai_config || '{"temperature": 9}', timing_config = timing_config || '{"quietMs": 4000}', replies = 'loud'`,
    );
    await until(() => one.edits.length > 0, { what: 'the good part' });
    expect(session(one).config.ai.temperature).toBeNull();
    expect(session(one).replies).toBe('on');
    expect(session(one).config.timing.quietMs).toBe(4000);
    const reason = one.replicator.status().reason ?? '';
    expect(reason).toContain('padaria: ');
    expect(reason).toContain('ai_config.temperature');
    expect(reason).toContain('replies: must be on, paused or draft');
    expect(kinds(one)).toContain('edit-refused');
    await supabase().sql(
      `update whatsapp_sessions set ai_config = ai_config || '{"temperature": 1}', replies = 'draft'`,
    );
    await until(() => one.replicator.status().reason === null, { what: 'the problem to go' });
    expect(session(one)).toMatchObject({ replies: 'draft', config: { ai: { temperature: 1 } } });
  });

  it('lets the newest revision win and keeps the loser as an event', async () => {
    const one = await running(supabase());
    await one.replicator.stop(5000);
    const { id } = session(one);
    one.store.sessions.change(id, { label: 'ours 1' }, noon);
    one.store.sessions.change(id, { label: 'ours 2' }, noon);
    await supabase().sql(`update whatsapp_sessions set label = 'theirs'`);
    const again = server(supabase(), { store: one.store });
    again.replicator.start();
    await until(async () => (await supabase().sql('select label from whatsapp_sessions'))[0]?.['label'] === 'ours 2', {
      what: 'ours to win',
    });
    const lost = one.store.events.list({ limit: 20 }).find((event) => event.kind === 'edit-lost');
    expect(lost?.evidence).toMatchObject({ lost: { label: 'theirs' } });
    await settled(again);
    await again.replicator.stop(5000);

    // One edit on each side: Supabase wins.
    one.store.sessions.change(id, { label: 'ours 3' }, noon);
    await supabase().sql(`update whatsapp_sessions set label = 'theirs 2'`);
    const third = server(supabase(), { store: one.store });
    third.replicator.start();
    await until(() => session(one).label === 'theirs 2', { what: 'theirs to win' });
    await settled(third);
    expect(
      one.store.events
        .list({ limit: 20 })
        .some((event) => event.kind === 'edit-lost' && JSON.stringify(event.evidence).includes('ours 3')),
    ).toBe(true);
    expect(await supabase().sql('select label from whatsapp_sessions')).toEqual([{ label: 'theirs 2' }]);
  });

  it('offers new rows and starts none; a person adopts one as a stopped session', async () => {
    const one = await running(supabase());
    await supabase().sql(`insert into whatsapp_sessions (session_name, phone_number, is_active, ai_config, custom_prompt)
      values ('farmacia', '5511988887777', true, '{"model": "gemini-3.5-flash-lite", "temperature": 0.5}', 'Somos a farmácia.')`);
    await until(() => one.replicator.offered().length === 1, { what: 'the offer' });
    expect(one.replicator.offered()[0]).toMatchObject({ name: 'farmacia', phone: '5511988887777', runningOn: null });
    expect(one.store.sessions.list()).toHaveLength(1);
    const id = await one.replicator.adopt('farmacia');
    const adopted = one.store.sessions.byId(id);
    expect(adopted).toMatchObject({
      desiredState: 'stopped',
      config: { ai: { provider: 'gemini', temperature: 0.5 } },
    });
    expect(one.store.sessions.instructionsHistory(id)[0]?.text).toBe('Somos a farmácia.');
    expect(one.replicator.offered()).toEqual([]);
    await settled(one);
    expect(one.store.sessions.byId(id)?.desiredState).toBe('stopped');
  });

  it('a look brings what changed since the one before, whoever changed it; renewals and states are no change', async () => {
    const looks: { whole: boolean; sessions: { session_name: string }[]; gone: string[] }[] = [];
    const spy: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).includes('zap_fleet_look'))
        looks.push((await response.clone().json()) as (typeof looks)[number]);
      return response;
    };
    const names = (from: number): string[] =>
      looks.slice(from).flatMap((look) => [...look.gone, ...look.sessions.map((row) => row.session_name)]);
    const more = async (): Promise<void> => {
      const from = looks.length;
      await until(() => looks.length >= from + 2, { what: 'two looks' });
    };
    const one = server(supabase(), { fetch: spy });
    const { id } = addSession(one.store, 'padaria');
    one.replicator.start();
    await settled(one);
    expect(looks[0]?.whole).toBe(true);
    await one.replicator.takeLease(id, 'padaria');
    await supabase().sql(`insert into whatsapp_sessions (session_name) values ('farmacia'), ('mercado')`);
    await until(() => one.replicator.offered().length === 2, { what: 'the offers' });
    await more();

    const before = looks.length;
    await supabase().sql(`begin; select set_config('zap_fleet.writer', 'x', true);
      update whatsapp_sessions set lease_expires_at = lease_expires_at + interval '1 minute', state = 'connected', restarts = 7; commit`);
    await more();
    expect(names(before)).toEqual([]);

    await supabase().sql(`update whatsapp_sessions set label = 'Centro' where session_name = 'padaria'`);
    await until(() => one.store.sessions.byId(id)?.label === 'Centro', { what: 'the edit' });
    await supabase().sql(`delete from whatsapp_sessions where session_name = 'farmacia'`);
    await until(() => one.replicator.offered().length === 1, { what: 'the deletion' });
    await more();
    expect(new Set(names(before))).toEqual(new Set(['padaria', 'farmacia']));
    expect([one.logs, looks.slice(1).filter(({ whole }) => whole)]).toEqual([[], []]);
    // Deleted and written again in between: it stands there.
    await supabase().sql(`delete from whatsapp_sessions where session_name = 'mercado'`);
    await supabase().sql(`insert into whatsapp_sessions (session_name, label) values ('mercado', 'novo')`);
    await until(() => one.replicator.offered()[0]?.label === 'novo', { what: 'the new row' });

    // A database that counts its transactions anew knows no mark of the old one.
    const [row] = await supabase().sql(`select zap_fleet_look('x', 9007199254740000, '[]') as answer`);
    expect(row?.['answer']).toMatchObject({ whole: true, gone: [] });
  });
};
