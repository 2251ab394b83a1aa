import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { openPhoneRecord } from '../../workers/whatsapp/simulated/phone-record.ts';
import { type LocalStorage, startLocalStorage } from '../supabase/local-storage.ts';
import { type LocalSupabase, startLocalSupabase } from '../supabase/local-supabase.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { until } from '../support/until.ts';

/** Two servers of the built program: a session goes from one to the other while a customer waits, and back although a master is killed on the way. */

const name = parseSessionName('padaria');
const chatId = '5521912345678@c.us';
const secrets = mkdtempSync(join(tmpdir(), 'zf-move-'));
let supabase: LocalSupabase;
let storage: LocalStorage;
let first: BuiltFleet;
let second: BuiltFleet;
const doors: Fleet[] = [];

const profileOf = (fleet: BuiltFleet): string => join(fleet.paths.tokens, name);
const openDoor = async (fleet: BuiltFleet): Promise<Fleet> => {
  const door = await connectFleet({ paths: fleet.paths }, { launch: null });
  doors.push(door);
  return door;
};
const run = async (fleet: BuiltFleet, ...args: string[]): Promise<string> => {
  const result = await fleet.run(...args);
  expect(result.code, `${args.join(' ')}: ${result.stderr}${result.stdout}`).toBe(0);
  return result.stdout;
};
const write = async (fleet: BuiltFleet, text: string): Promise<void> => {
  const hand = await controlPhone(profileOf(fleet));
  await hand.ask({ do: 'deliver', messages: [{ chatId, text }] });
  hand.close();
};
/** What went out to the customer, by the phone's own record: it travels with the login. */
const answersOn = (fleet: BuiltFleet, about: string): readonly string[] => {
  const record = openPhoneRecord(profileOf(fleet));
  const sent = record.sent().filter(({ text }) => text.includes(about));
  record.close();
  return sent.map(({ text }) => text);
};

beforeAll(async () => {
  supabase = await startLocalSupabase();
  storage = await startLocalStorage({ behind: supabase.url });
  const keyFile = join(secrets, 'group-key');
  writeFileSync(keyFile, 'the key of this group, long enough\n');
  const environment = {
    SUPABASE_URL: storage.url,
    SUPABASE_SERVICE_ROLE_KEY: supabase.key,
    FLEET_GROUP_KEY_FILE: keyFile,
    NO_COLOR: '1',
  };
  first = builtFleet({ ...environment, FLEET_NODE: 'vps-1' });
  second = builtFleet({ ...environment, FLEET_NODE: 'vps-2' });
  mkdirSync(profileOf(first), { recursive: true, mode: 0o700 });
  writeFileSync(
    join(profileOf(first), 'simulated.json'),
    JSON.stringify({ scenario: 'manual', script: { linked: true, phone: '5511987654321', sendMs: [50, 100] } }),
  );

  for (const fleet of [first, second]) {
    mkdirSync(fleet.paths.data, { recursive: true, mode: 0o700 });
    // They hear of each other as often as they renew.
    writeFileSync(
      join(fleet.paths.data, 'policies.json'),
      JSON.stringify({ lease: { manual: { leaseMs: 60_000, renewMs: 1500, marginMs: 4000 } } }),
    );
  }
  await run(second);
  await run(first, 'create', name, '--engine', 'simulated', '--ai', 'echo');
  const door = await openDoor(first);
  const quick = { readingDelayMs: 0, typing: false, jitter: 0, maxPerChatHour: 0, maxPerChatDay: 0 };
  for (const [setting, value] of Object.entries(quick))
    await door.request('setConfig', { name, key: `timing_config.${setting}`, value });
  const things = join(secrets, 'things');
  mkdirSync(things);
  writeFileSync(join(things, 'agenda.json'), JSON.stringify({ type: 'object', properties: {} }));
  writeFileSync(join(things, 'precos.csv'), 'Produto,Preço\nBolo de cenoura,R$ 45\n');
  writeFileSync(join(things, 'menu.pdf'), `%PDF-1.7 ${'menu '.repeat(2000)}`);
  const agenda = ['--url', 'https://agenda.example.com/book', '--schema', join(things, 'agenda.json')];
  await run(first, 'tool', 'add', name, 'agenda', ...agenda, '--describe', 'Books a visit');
  await run(first, 'knowledge', 'add', name, join(things, 'precos.csv'));
  await run(first, 'files', 'add', name, join(things, 'menu.pdf'), '--description', 'Our menu');
  await run(first, 'start', name);
  await first.becomes(name, 'connected', 60_000);
  await until(
    async () => {
      const rows = await supabase.sql(
        'select 1 from fleet_nodes where beat_at is not null and others > 0 and room > 0',
      );
      return rows.length === 2;
    },
    { within: 60_000, what: 'both to have heard of each other' },
  );
}, 240_000);
afterAll(async () => {
  for (const each of doors) await each.close();
  await first?.end();
  await second?.end();
  await storage?.close();
  await supabase?.close();
  rmSync(secrets, { recursive: true, force: true });
}, 120_000);

/** What its bot has in its hands there, by that server's own word. */
const inHand = async (fleet: BuiltFleet) => {
  const door = await openDoor(fleet);
  const { tools } = await door.request('tools', { name });
  const { files: known } = await door.request('knowledge', { name });
  const { files } = await door.request('files', { name });
  return {
    tools: tools.map((tool) => [tool.name, tool.hasSecret]),
    known: known.map((file) => [file.name, file.passages]),
    files: files.map((file) => [file.name, file.isThere]),
  };
};

test('a session goes with all that it has while a customer waits, who is answered exactly once', async () => {
  const door = await openDoor(first);
  // Long enough for a busy machine to begin the move meanwhile: who was answered before does not wait.
  await door.request('setConfig', { name, key: 'timing_config.quietMs', value: 40_000 });
  await write(first, 'chegou antes');
  const moved = await first.run('move', name, 'vps-2');
  expect(moved).toMatchObject({ code: 0, stdout: `${name} answers on vps-2 now.\n` });
  expect(moved.stderr).toContain(
    `${name}: its tools (1), the files that it knows (1), those that it sends (1) and its hooks (0) travel with it.`,
  );
  expect(await inHand(second)).toEqual({
    tools: [['agenda', true]],
    known: [['precos.csv', 1]],
    files: [['menu', true]],
  });

  // What people read is the server's name, in a container as elsewhere.
  expect(door.getSnapshot().fleet.host).toBe('vps-1');
  expect(await supabase.sql('select home_host from whatsapp_sessions')).toEqual([{ home_host: 'vps-2' }]);

  await second.becomes(name, 'connected', 60_000);
  await until(() => answersOn(second, 'chegou antes').length > 0, { within: 90_000, what: 'the answer' });
  await (await openDoor(second)).request('setConfig', { name, key: 'timing_config.quietMs', value: 1000 });
  await write(second, 'chegou depois');
  await until(() => answersOn(second, 'chegou depois').length > 0, { within: 60_000, what: 'the next answer' });
  expect([answersOn(second, 'chegou antes'), answersOn(first, 'chegou antes')]).toEqual([[expect.any(String)], []]);
  expect((await first.json<{ name: string; state: string }[]>('ls'))[0]).toMatchObject({ name, state: 'stopped' });

  const refused = await first.run('move', name, 'vps-2');
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('not here. Move it from there.') });
});

test('a master that is killed on the way is gone on with by the next one', async () => {
  const door = await openDoor(second);
  const killed = door.getSnapshot().fleet.masterPid;
  const moving = second.run('move', name, 'vps-1');
  await until(() => door.getSnapshot().jobs.some(({ kind, done }) => kind === 'move' && done > 1), {
    within: 60_000,
    every: 5,
    what: 'the login to be packed',
  });
  process.kill(killed, 'SIGKILL');
  expect(await moving).toMatchObject({ code: 0, stdout: `${name} answers on vps-1 now.\n` });
  await first.becomes(name, 'connected', 60_000);
  await write(first, 'de volta');
  await until(() => answersOn(first, 'de volta').length > 0, { within: 60_000, what: 'the answer' });
});

test('a server is drained, and takes sessions again', async () => {
  expect(await run(first, 'node', 'drain', 'vps-1')).toContain('vps-1 is drained');
  await second.becomes(name, 'connected', 60_000);
  const { nodes } = JSON.parse(await run(first, 'node', 'ls', '--json')) as {
    nodes: { name: string; group: object }[];
  };
  expect(nodes.map((node) => [node.name, node.group])).toEqual([
    ['vps-1', expect.objectContaining({ draining: true, sessions: 0, here: true })],
    ['vps-2', expect.objectContaining({ draining: false, sessions: 1, here: false })],
  ]);
  const refused = await second.run('move', name, 'vps-1');
  expect(refused.stderr).toContain('vps-1 is drained and takes nothing. First: zap-fleet node undrain vps-1');
  // Asked for at the other server.
  expect(await run(second, 'node', 'undrain', 'vps-1')).toBe('vps-1 takes sessions again.\n');
});
