import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { openPhoneRecord } from '../../workers/whatsapp/simulated/phone-record.ts';
import { startReceiver } from '../alerts/receiver.ts';
import { type LocalStorage, startLocalStorage } from '../supabase/local-storage.ts';
import { type LocalSupabase, startLocalSupabase } from '../supabase/local-supabase.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { processesOf } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/**
 * Two servers of the built program. The power of one of them goes: people are told once, what may move goes on at the other one, and what may
 * not waits for a person, or for its server, which comes back.
 */

const auto = parseSessionName('padaria');
const manual = parseSessionName('mercado');
const chatId = '5521912345678@c.us';
const secrets = mkdtempSync(join(tmpdir(), 'zf-dead-'));
let supabase: LocalSupabase;
let storage: LocalStorage;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let first: BuiltFleet;
let second: BuiltFleet;
const doors: Fleet[] = [];

const profileOf = (fleet: BuiltFleet, name: string): string => join(fleet.paths.tokens, name);
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
/** With an id of its own, as WhatsApp's are: a phone whose record is that of a bundle would count from there on again. */
const write = async (fleet: BuiltFleet, name: string, text: string): Promise<void> => {
  const hand = await controlPhone(profileOf(fleet, name));
  const id = `false_${chatId}_${text.replace(/\W/g, '').toUpperCase()}`;
  await hand.ask({ do: 'deliver', messages: [{ id, chatId, text }] });
  hand.close();
};
/** What went out to the customer, by the phone's own record. */
const answersOn = (fleet: BuiltFleet, name: string, about: string): number => {
  const record = openPhoneRecord(profileOf(fleet, name));
  const sent = record.sent().filter(({ text }) => text.includes(about));
  record.close();
  return sent.length;
};
const answered = (fleet: BuiltFleet, name: string, about: string): Promise<boolean> =>
  until(() => answersOn(fleet, name, about) > 0, { within: 90_000, what: `the answer to ${about}` });
/** What people were told of the first server. */
const told = (): readonly string[] =>
  receiver.received
    .map(({ body }) => String((JSON.parse(Buffer.from(body, 'latin1').toString()) as { text: string }).text))
    .filter((text) => text.includes('the server vps-1'));

/** Nothing of it says a word more, as when its plug is pulled. */
const pullThePlug = (fleet: BuiltFleet): Promise<boolean> =>
  until(
    () => {
      const left = processesOf(fleet.home);
      for (const line of left)
        try {
          process.kill(Number(line.split(' ')[0]), 'SIGKILL');
        } catch {
          // It ended while we looked.
        }
      return left.length === 0;
    },
    { within: 20_000, what: 'nothing of it to be left' },
  );

beforeAll(async () => {
  supabase = await startLocalSupabase();
  storage = await startLocalStorage({ behind: supabase.url });
  receiver = await startReceiver();
  const keyFile = join(secrets, 'group-key');
  writeFileSync(keyFile, 'the key of this group, long enough\n');
  const environment = {
    SUPABASE_URL: storage.url,
    SUPABASE_SERVICE_ROLE_KEY: supabase.key,
    FLEET_GROUP_KEY_FILE: keyFile,
    ALERT_WEBHOOK_URL: `${receiver.url}/hook`,
    NO_COLOR: '1',
  };
  first = builtFleet({ ...environment, FLEET_NODE: 'vps-1' });
  second = builtFleet({ ...environment, FLEET_NODE: 'vps-2' });
  for (const [name, phone] of [
    [auto, '5511987654321'],
    [manual, '5511987650000'],
  ] as const) {
    mkdirSync(profileOf(first, name), { recursive: true, mode: 0o700 });
    writeFileSync(
      join(profileOf(first, name), 'simulated.json'),
      JSON.stringify({ scenario: 'manual', script: { linked: true, phone, sendMs: [50, 100] } }),
    );
  }
  for (const fleet of [first, second]) {
    mkdirSync(fleet.paths.data, { recursive: true, mode: 0o700 });
    const lease = {
      manual: { leaseMs: 600_000, renewMs: 1500, marginMs: 4000 },
      auto: { leaseMs: 40_000, renewMs: 2000, marginMs: 8000 },
    };
    writeFileSync(join(fleet.paths.data, 'policies.json'), JSON.stringify({ lease, node: { graceMs: 20_000 } }));
  }

  await run(second);
  for (const name of [auto, manual]) await run(first, 'create', name, '--engine', 'simulated', '--ai', 'echo');
  await run(first, 'config', auto, 'set', 'failover', 'auto');
  const door = await openDoor(first);
  const quick = { readingDelayMs: 0, typing: false, jitter: 0, maxPerChatHour: 0, maxPerChatDay: 0, quietMs: 200 };
  for (const name of [auto, manual])
    for (const [setting, value] of Object.entries(quick))
      await door.request('setConfig', { name, key: `timing_config.${setting}`, value });
  await run(first, 'start', auto, manual);
  for (const name of [auto, manual]) await first.becomes(name, 'connected', 90_000);
  await until(
    async () => {
      const rows = await supabase.sql(
        'select 1 from fleet_nodes where beat_at is not null and others > 0 and room > 0',
      );
      return rows.length === 2;
    },
    { within: 60_000, what: 'both to have heard of each other' },
  );
  await run(first, 'bundle', 'push', auto);
  await first.becomes(auto, 'connected', 60_000);
}, 300_000);
afterAll(async () => {
  for (const each of doors) await each.close();
  // One that was killed and did not come back has no end of its own: the other one is ended all the same.
  const ends = await Promise.allSettled([first?.end(), second?.end()]);
  await receiver?.close();
  await storage?.close();
  await supabase?.close();
  rmSync(secrets, { recursive: true, force: true });
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}, 120_000);

test('people are told once, what may move goes on, and its server comes back to what is its own', {
  timeout: 400_000,
}, async () => {
  for (const name of [auto, manual]) {
    await write(first, name, `antes ${name}`);
    await answered(first, name, `antes ${name}`);
  }
  // What was answered there is known to the group when the plug is pulled.
  await until(
    async () =>
      (await supabase.sql(`select 1 from messages where content like 'antes %' and outcome = 'answered'`)).length === 2,
    { within: 30_000, what: 'both answers in Supabase' },
  );
  await pullThePlug(first);

  await second.becomes(auto, 'connected', 120_000);
  await write(second, auto, 'durante');
  await answered(second, auto, 'durante');
  await until(() => told().length > 0, { within: 90_000, what: 'the alert' });
  expect(told()).toEqual([
    expect.stringMatching(/^.*PROBLEM: Incident \d+: the server vps-1 is gone\. Needs you: mercado\./),
  ]);
  expect(told()[0]).toContain('padaria');
  const why = await second.run('why', manual);
  expect(why).toMatchObject({ code: 0, stdout: expect.stringContaining('its server vps-1 is gone') });
  expect(why.stdout).toContain(`zap-fleet start ${manual} --take-over`);
  expect(await second.run('ls')).toMatchObject({ stdout: expect.stringContaining('SERVER GONE') });

  await run(first);
  await first.becomes(manual, 'connected', 90_000);
  await until(() => told().length > 1, { within: 90_000, what: 'the end of the alert' });
  expect(told()).toHaveLength(2);
  expect(told()[1]).toMatch(/OVER after .*the server vps-1 is heard of again$/);
  await second.sees(({ incidents }) => incidents.every(({ endedAt }) => endedAt !== null), { what: 'its end' });

  await write(first, manual, 'depois');
  await answered(first, manual, 'depois');
  const rows = await first.json<{ name: string; state: string; verdict: string }[]>('ls');
  expect(rows.find((row) => row.name === auto)).toMatchObject({ verdict: 'elsewhere' });
  expect([answersOn(first, auto, 'antes'), answersOn(second, auto, 'antes')]).toEqual([1, 0]);
  expect([answersOn(first, auto, 'durante'), answersOn(second, auto, 'durante')]).toEqual([0, 1]);
  expect(answersOn(first, manual, 'antes')).toBe(1);
});
