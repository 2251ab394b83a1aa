import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { type LocalStorage, startLocalStorage } from '../supabase/local-storage.ts';
import { type LocalSupabase, startLocalSupabase } from '../supabase/local-supabase.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { processesOf } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/** Two servers of the built program on one Supabase: a session goes from one to the other and back, and nobody scans a second time. */

const name = 'padaria';
const phone = '5511987654321';
const groupKey = 'the key of this group, long enough';
const ownKey = 'sk-own-key-of-this-session-0123456789';
const toolSecret = 'whsec_a-secret-that-signs-calls';
const secrets = mkdtempSync(join(tmpdir(), 'zf-group-'));

let supabase: LocalSupabase;
let storage: LocalStorage;
let first: BuiltFleet;
let second: BuiltFleet;
const doors: Fleet[] = [];

const openDoor = async (fleet: BuiltFleet): Promise<Fleet> => {
  const opened = await connectFleet({ paths: fleet.paths }, { launch: null });
  doors.push(opened);
  return opened;
};
const run = async (fleet: BuiltFleet, ...args: string[]): Promise<string> => {
  const result = await fleet.run(...args);
  expect(result.code, `${args.join(' ')}: ${result.stderr}`).toBe(0);
  return result.stdout;
};
const phoneAsks = (fleet: BuiltFleet): void => {
  const folder = join(fleet.paths.tokens, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'simulated.json'), JSON.stringify({ scenario: 'manual', script: { phone } }));
};
const bundles = async (fleet: BuiltFleet) => {
  const { bundles: found } = await fleet.json<{ bundles: { epoch: number; whole: boolean; madeAt: number }[] }>(
    'bundle',
    'ls',
    name,
  );
  return found;
};
const madeHere = (door: Fleet, since: number) =>
  until(
    async () => {
      const { loginBundle } = await door.request('session', { name });
      return (loginBundle?.made?.at ?? 0) >= since ? loginBundle : null;
    },
    { within: 90_000, every: 200, what: 'a bundle that was made by itself' },
  ).catch(async (error: unknown) => {
    throw new Error(
      JSON.stringify((await door.request('events', { name, limit: 12 })).events.map(({ text }) => text)),
      { cause: error },
    );
  });
const eventsOf = async (fleet: BuiltFleet): Promise<readonly string[]> =>
  (await fleet.json<{ text: string }[]>('events', name)).map(({ text }) => text);

beforeAll(async () => {
  supabase = await startLocalSupabase();
  storage = await startLocalStorage({ behind: supabase.url });
  storage.buckets.clear();
  const keyFile = join(secrets, 'group-key');
  writeFileSync(keyFile, `${groupKey}\n`);
  const environment = {
    SUPABASE_URL: storage.url,
    SUPABASE_SERVICE_ROLE_KEY: supabase.key,
    FLEET_GROUP_KEY_FILE: keyFile,
    ZAP_TEST_BUNDLE_MS: '1000',
    NO_COLOR: '1',
  };
  first = builtFleet(environment);
  second = builtFleet(environment);
}, 180_000);
afterAll(async () => {
  for (const each of doors) await each.close();
  await first?.end();
  await second?.end();
  await storage?.close();
  await supabase?.close();
  rmSync(secrets, { recursive: true, force: true });
}, 120_000);

test('after linking a bundle is made by itself, in a private bucket, and the session goes on', async () => {
  phoneAsks(first);
  await run(first, 'create', name, '--engine', 'simulated', '--ai', 'echo');
  const door = await openDoor(first);
  await door.request('setConfig', { name, key: 'ai_key', value: ownKey });
  await run(first, 'start', name);
  await first.becomes(name, 'qr', 60_000);
  const hand = await controlPhone(join(first.paths.tokens, name));
  await hand.ask({ do: 'scan' });
  hand.close();
  await first.becomes(name, 'connected', 60_000);

  await madeHere(door, 1);
  await first.becomes(name, 'connected', 60_000);
  expect([...storage.buckets]).toEqual([['zap-fleet-logins', false]]);
  expect(await bundles(first)).toEqual([expect.objectContaining({ epoch: 1, whole: true })]);
  expect(await run(first, 'why', name)).toContain('its login is in Supabase Storage as of');
  expect((await first.run('doctor')).stdout).toContain('logins are kept in Supabase Storage, encrypted');
});

test('a stop keeps the login, and the next server starts with it and with the own AI key, without a QR', async () => {
  await run(first, 'stop', name);
  await until(async () => (await bundles(first)).length === 2, {
    within: 60_000,
    every: 300,
    what: 'the bundle of the stop',
  });

  await run(second, 'store', 'pull');
  const door = await openDoor(second);
  const seen: string[] = [];
  door.subscribe(() => {
    const state = door.getSnapshot().sessions.find((row) => row.name === name)?.state ?? '';
    if (seen.at(-1) !== state) seen.push(state);
  });
  await run(second, 'start', name);
  await second.becomes(name, 'connected', 60_000);
  expect(seen).not.toContain('qr');
  expect((await door.request('session', { name })).hasOwnAiKey).toBe(true);
  expect(await eventsOf(second)).toContainEqual(expect.stringMatching(/^its login came from .* old\)/));
  expect(readFileSync(join(second.paths.data, 'session-keys.json'), 'utf8')).toContain(ownKey);
});

test('a server that dies leaves its last bundle and its tools: the other one goes on with them', async () => {
  const there = await openDoor(second);
  const since = Date.now() - 60_000;
  await there.request('toolSet', {
    name,
    tool: 'agenda',
    url: 'https://agenda.example.com/book',
    schema: { type: 'object', properties: {} },
    description: 'Books a visit',
    secret: toolSecret,
  });
  await until(async () => (await there.request('session', { name })).belongings?.made ?? null, {
    within: 60_000,
    every: 200,
    what: 'its tools to be in Storage',
  });
  await madeHere(there, since);
  await second.becomes(name, 'connected', 60_000);
  const [newest] = await bundles(second);
  for (const process_ of processesOf(second.home)) process.kill(Number(process_.split(' ')[0]), 'SIGKILL');
  await until(() => processesOf(second.home).length === 0, { what: 'its end' });

  await run(first, 'start', name, '--take-over');
  await first.becomes(name, 'connected', 60_000);
  const here = await openDoor(first);
  const { loginBundle } = await here.request('session', { name });
  expect(loginBundle?.fetched).toMatchObject({ taken: true, madeAt: expect.any(Number) });
  expect(Math.floor((loginBundle?.fetched?.madeAt ?? 0) / 1000) * 1000).toBe(newest?.madeAt);
  const { tools } = await here.request('tools', { name });
  expect(tools).toEqual([expect.objectContaining({ name: 'agenda', hasSecret: true })]);

  // It comes back, and sees that it may not.
  await run(second);
  await second.becomes(name, 'held', 60_000);
});

test('keys are in no process, no log, no event and no table', async () => {
  const processes = processesOf(first.home).map((line) => Number(line.split(' ')[0]));
  expect(processes.length).toBeGreaterThan(2);
  const seen = processes.flatMap((pid) =>
    ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1')),
  );
  const told = [
    ...seen,
    await run(first, 'events', name, '--json'),
    readFileSync(join(first.paths.logs, 'master.log'), 'utf8'),
    JSON.stringify(await supabase.sql('select * from fleet_events')),
    JSON.stringify(await supabase.sql('select * from whatsapp_sessions')),
    [...storage.files.values()].map((bytes) => bytes.toString('latin1')).join(''),
  ].join('\n');
  for (const secret of [ownKey, groupKey, toolSecret]) expect(told.includes(secret)).toBe(false);
});

test('deleting the session removes its bundles', async () => {
  expect(storage.files.size).toBeGreaterThan(0);
  await run(first, 'delete', name, '--yes');
  await until(() => storage.files.size === 0, { what: 'no bundle' });
});
