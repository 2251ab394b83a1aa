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
};
