import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { type FaultProxy, startFaultProxy } from '../supabase/fault-proxy.ts';
import { type LocalSupabase, startLocalSupabase } from '../supabase/local-supabase.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { processesOf } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/** Two servers of the built program on one Supabase (PostgREST's wire format over real Postgres), the first behind a network that can be cut. */

const name = 'padaria';
const phone = '5511987654321';
const customer = '5521912345678';

let supabase: LocalSupabase;
let proxy: FaultProxy;
let first: BuiltFleet;
let second: BuiltFleet;
let door: Fleet;
const doors: Fleet[] = [];

const openDoor = async (fleet: BuiltFleet): Promise<Fleet> => {
  const opened = await connectFleet({ paths: fleet.paths }, { launch: null });
  doors.push(opened);
  return opened;
};
const row = (fleet: Fleet): SessionRow => {
  const found = fleet.getSnapshot().sessions.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const becomes = (fleet: Fleet, what: string, check: (row: SessionRow) => boolean) =>
  until(() => check(row(fleet)), { within: 40_000, every: 100, what: `${name}: ${what}` }).catch((error: unknown) => {
    throw new Error(JSON.stringify(row(fleet)), { cause: error });
  });
const run = async (fleet: BuiltFleet, ...args: string[]): Promise<string> => {
  const result = await fleet.run(...args);
  expect(result.code, `${args.join(' ')}: ${result.stderr}`).toBe(0);
  return result.stdout;
};
const phoneHere = (fleet: BuiltFleet): void => {
  const folder = join(fleet.paths.tokens, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(folder, 'simulated.json'),
    JSON.stringify({ scenario: 'manual', script: { linked: true, phone } }),
  );
};
const deliver = async (fleet: BuiltFleet, texts: readonly string[]): Promise<void> => {
  const hand = await controlPhone(join(fleet.paths.tokens, name));
  await hand.ask({
    do: 'deliver',
    messages: texts.map((text) => ({ chatId: `${customer}@c.us`, text, phone: customer })),
  });
  hand.close();
};
const answered = (text: string) =>
  until(
    async () => {
      const { messages } = await door.request('messages', { name, chat: `${customer}@c.us`, limit: 500 });
      const last = messages.findLast((one) => one.from === 'customer');
      return last?.text === text && last.outcome === 'answered';
    },
    { within: 40_000, every: 200, what: `an answer to ${text}` },
  ).catch(async (error: unknown) => {
    const { messages } = await door.request('messages', { name, chat: `${customer}@c.us`, limit: 5 });
    const { events } = await door.request('events', { name, limit: 10 });
    throw new Error(JSON.stringify({ messages, events }), { cause: error });
  });
const inStep = (fleet: Fleet) =>
  until(
    () => {
      const { replica } = fleet.getSnapshot().fleet.health;
      return replica?.status === 'ok' && replica.waitingRows === 0;
    },
    { within: 60_000, every: 100, what: 'Supabase in step' },
  );
const value = async (sql: string): Promise<unknown> => Object.values((await supabase.sql(sql))[0] ?? {})[0];
const becomesThere = (sql: string, wanted: unknown) =>
  until(async () => (await value(sql)) === wanted, { within: 40_000, every: 100, what: `${sql} = ${wanted}` });
/** What one side has of the chat, in order. */
const customerTexts = `select coalesce(string_agg(content, ' ' order by fleet_seq), '') from messages where sender = 'customer'`;

beforeAll(async () => {
  supabase = await startLocalSupabase();
  proxy = await startFaultProxy(supabase.url);
  const key = { SUPABASE_SERVICE_ROLE_KEY: supabase.key, NO_COLOR: '1' };
  first = builtFleet({ ...key, SUPABASE_URL: proxy.url });
  second = builtFleet({ ...key, SUPABASE_URL: supabase.url });
  phoneHere(first);
  await run(first, 'create', name, '--engine', 'simulated', '--ai', 'echo');
  door = await openDoor(first);
  for (const [setting, to] of Object.entries({ quietMs: 200, readingDelayMs: 0, typing: false, jitter: 0 }))
    await door.request('setConfig', { name, key: `timing_config.${setting}`, value: to });
  await door.request('start', { name });
  await becomes(door, 'connected', ({ state }) => state === 'connected');
}, 180_000);
afterAll(async () => {
  for (const each of doors) await each.close();
  await first?.end();
  await second?.end();
  await proxy?.close();
  await supabase?.close();
}, 120_000);

test('what happens on the fleet is in Supabase: the session and its state, the message and its answer', async () => {
  await deliver(first, ['oi']);
  await answered('oi');
  await becomesThere(`select state from whatsapp_sessions where session_name = '${name}' and is_active`, 'connected');
  await becomesThere('select count(distinct sender)::int from messages', 2);
  await becomesThere('select count(*)::int from fleet_turns where outcome is not null', 1);
  await inStep(door);
  expect(await run(first, 'store', 'status')).toContain('in step; nothing waits');
});

test('a prompt, a switch and a wrong value that somebody edits in Supabase reach the fleet; the wrong one is named', async () => {
  await supabase.sql(`update whatsapp_sessions set custom_prompt = 'Seja breve.', is_active = false`);
  await becomes(door, 'stopped by Supabase', ({ state }) => state === 'stopped');
  expect((await door.request('session', { name })).instructions?.text).toBe('Seja breve.');
  expect((await door.request('promptHistory', { name })).versions[0]?.author).toBe('supabase');

  await supabase.sql(`update whatsapp_sessions set is_active = true, ai_config = ai_config || '{"temperature": 99}'`);
  await becomes(door, 'started by Supabase', ({ state }) => state === 'connected');
  await until(() => door.getSnapshot().banners.find(({ text }) => text.includes('temperature')), {
    within: 20_000,
    what: 'a banner that names the field',
  });
  expect((await door.request('session', { name })).config.ai.temperature).not.toBe(99);
  const status = await first.run('store', 'status');
  expect([status.code, status.stdout]).toEqual([1, expect.stringContaining('temperature')]);
  await supabase.sql(`update whatsapp_sessions set ai_config = ai_config - 'temperature'`);
  await until(() => door.getSnapshot().banners.length === 0, { within: 20_000, what: 'the banner to go' });
});

test('Supabase goes away: the bot answers, the dashboard counts, and all of it is there afterwards, in order', async () => {
  await proxy.unplug();
  const texts = Array.from({ length: 20 }, (_, n) => `mensagem-${n}`);
  for (let at = 0; at < texts.length; at += 5) await deliver(first, texts.slice(at, at + 5));
  await answered('mensagem-19');
  const banner = await until(() => door.getSnapshot().banners.find(({ code }) => code === 'replica-away'), {
    within: 30_000,
    what: 'the banner',
  });
  expect(banner.text).toMatch(/^Supabase away since \d\d:\d\d: [\d,]+ writes wait here, none lost$/);
  // Counted anew every few seconds while it is away.
  await until(() => (door.getSnapshot().fleet.health.replica?.waitingRows ?? 0) > 20, {
    within: 30_000,
    what: 'what waits to be counted',
  });
  expect(row(door).state).toBe('connected');
  await proxy.plug();
  await inStep(door);
  expect(await value(customerTexts)).toBe(`oi ${texts.join(' ')}`);
  await until(() => door.getSnapshot().banners.length === 0, { what: 'the banner to go' });
  const report = await first.json<{ complete: boolean; counts: { what: string; here: number; there: number }[] }>(
    'store',
    'push',
  );
  expect(report.complete).toBe(true);
  expect(report.counts.every(({ here, there }) => here === there)).toBe(true);
});

test('a second server pulls session and history, but is held and says where it runs; it takes over what is dead', async () => {
  phoneHere(second);
  const pulled = await run(second, 'store', 'pull');
  expect(pulled).toContain('Complete: this server has everything.');
  expect(pulled).toContain(`Came here, stopped: ${name}`);
  const there = await openDoor(second);
  expect(row(there)).toMatchObject({ state: 'stopped', node: expect.any(String) });
  expect((await there.request('messages', { name, chat: `${customer}@c.us` })).messages.length).toBeGreaterThan(20);

  const refused = await second.run('start', name);
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('runs on the server')]);
  await becomes(
    there,
    'held',
    ({ state, verdict, pid }) => state === 'held' && verdict === 'elsewhere' && pid === null,
  );
  expect(row(door).state).toBe('connected');

  // The first server loses its power.
  await door.close();
  for (const process_ of processesOf(first.home)) process.kill(Number(process_.split(' ')[0]), 'SIGKILL');
  await until(() => processesOf(first.home).length === 0, { what: 'its end' });
  await run(second, 'start', name, '--take-over');
  await becomes(there, 'connected here', ({ state, node }) => state === 'connected' && node === null);

  // It comes back, and sees that it may not.
  await run(first);
  door = await openDoor(first);
  await becomes(door, 'held', ({ state, pid }) => state === 'held' && pid === null);
  await run(second, 'stop', name);
  await becomes(door, 'free again', ({ state }) => state === 'connected');
  // What it pulled is its own: it would fill an emptied Supabase, too.
  await there.close();
  await run(second, 'master', 'stop');
});

test('an erased customer is erased there, too; an emptied Supabase is filled again; a stopped fleet gives its leases back', async () => {
  await deliver(first, ['fica']);
  await answered('fica');
  const receipt = await first.json<{ at: string; replica: string; messages: number }>('purge', name, customer, '--yes');
  expect(receipt).toMatchObject({ replica: 'erased' });
  expect(await value('select count(*)::int from messages')).toBe(0);
  expect(await value('select count(*)::int from whatsapp_users')).toBe(0);

  await becomes(door, 'connected again', ({ state }) => state === 'connected');
  // Whoever writes again at once, in the very second of the erasure, is heard.
  await deliver(first, ['depois']);
  await answered('depois');
  await inStep(door);
  await supabase.empty();
  expect(await run(first, 'store', 'push')).toContain('Complete: Supabase has everything.');
  expect(await value(customerTexts)).toBe('depois');
  expect(await value('select lease_expires_at is not null from whatsapp_sessions')).toBe(true);
  await door.close();
  await run(first, 'master', 'stop');
  expect(await value('select lease_expires_at from whatsapp_sessions')).toBeNull();
});
