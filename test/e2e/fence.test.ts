import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { openPhoneRecord } from '../../workers/whatsapp/simulated/phone-record.ts';
import { type FaultProxy, startFaultProxy } from '../supabase/fault-proxy.ts';
import { type LocalSupabase, startLocalSupabase } from '../supabase/local-supabase.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { processesOf } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/**
 * Two masters of the built program on one Supabase, with one session. The first one is cut off from Supabase for longer than its lease
 * lasts, and customers go on writing to both phones: who may answer is decided by nothing but the end of the lease.
 */

const name = 'padaria';
const phone = '5511987654321';
const chatId = '5521912345678@c.us';
/** Short, and long enough for a busy machine to renew it in time. */
const lease = { leaseMs: 25_000, renewMs: 1500, marginMs: 4000 };

let supabase: LocalSupabase;
let proxy: FaultProxy;
let first: BuiltFleet;
let second: BuiltFleet;

const profileOf = (fleet: BuiltFleet, session = name): string => join(fleet.paths.tokens, session);
const run = async (fleet: BuiltFleet, ...args: string[]): Promise<void> => {
  const result = await fleet.run(...args);
  expect(result.code, `${args.join(' ')}: ${result.stderr}`).toBe(0);
};
const prepare = (fleet: BuiltFleet, session = name, number = phone): void => {
  mkdirSync(profileOf(fleet, session), { recursive: true, mode: 0o700 });
  writeFileSync(
    join(profileOf(fleet, session), 'simulated.json'),
    JSON.stringify({ scenario: 'manual', script: { linked: true, phone: number, sendMs: [150, 250] } }),
  );
  mkdirSync(fleet.paths.data, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(fleet.paths.data, 'policies.json'),
    JSON.stringify({ lease: { manual: lease, auto: { ...lease, leaseMs: 15_000 } } }),
  );
};

/** When each answer went out. */
const answersOf = (fleet: BuiltFleet): readonly number[] => {
  const record = openPhoneRecord(profileOf(fleet));
  const at = record.sent().map((one) => one.at);
  record.close();
  return at;
};
let written = 0;
const write = async (fleet: BuiltFleet): Promise<boolean> => {
  try {
    const hand = await controlPhone(profileOf(fleet));
    written += 1;
    await hand.ask({ do: 'deliver', messages: [{ chatId, text: `mensagem ${written}` }] });
    hand.close();
    return true;
  } catch (error) {
    // Its worker has ended: nobody is connected there.
    if (error instanceof Error) return false;
    throw error;
  }
};
/** Customers write to both phones until it is so. */
const writingUntil = (what: string, check: () => Promise<boolean>, within = 60_000): Promise<boolean> =>
  until(
    async () => {
      await Promise.all([write(first), write(second)]);
      return check();
    },
    { within, every: 150, what },
  );
const leaseThere = async (session = name): Promise<{ epoch: number; endsAt: number }> => {
  const [row] = await supabase.sql(
    `select lease_epoch::int as epoch, (extract(epoch from lease_expires_at) * 1000)::float as ends from whatsapp_sessions where session_name = '${session}'`,
  );
  return { epoch: Number(row?.['epoch']), endsAt: Number(row?.['ends']) };
};
const masterOf = async (fleet: BuiltFleet): Promise<number> => {
  const door = await connectFleet({ paths: fleet.paths }, { launch: null });
  const { masterPid } = door.getSnapshot().fleet;
  await door.close();
  return masterPid;
};

beforeAll(async () => {
  supabase = await startLocalSupabase();
  proxy = await startFaultProxy(supabase.url);
  const key = { SUPABASE_SERVICE_ROLE_KEY: supabase.key, NO_COLOR: '1' };
  first = builtFleet({ ...key, SUPABASE_URL: proxy.url });
  second = builtFleet({ ...key, SUPABASE_URL: supabase.url });
  for (const fleet of [first, second]) prepare(fleet);

  await run(first, 'create', parseSessionName(name), '--engine', 'simulated', '--ai', 'echo');
  const door = await connectFleet({ paths: first.paths }, { launch: null });
  const quick = {
    quietMs: 0,
    readingDelayMs: 0,
    typing: false,
    jitter: 0,
    maxPerChatHour: 0,
    maxPerChatDay: 0,
  };
  for (const [setting, value] of Object.entries(quick))
    await door.request('setConfig', { name: parseSessionName(name), key: `timing_config.${setting}`, value });
  // Customers write faster than people: no guard against other bots is to hold the answers.
  await door.request('setConfig', { name: parseSessionName(name), key: 'filters.botLoopTurns', value: 100 });
  await door.close();
  await run(first, 'start', name);
  await first.becomes(name, 'connected', 60_000);
  await first.sees(({ fleet }) => fleet.health.replica?.waitingRows === 0, { what: 'Supabase in step' });
  await run(second, 'store', 'pull');
  // It wants to run, and waits for the lease.
  await second.run('start', name);
  await second.becomes(name, 'held');
  // From now on the first one knows of the other, and its worker has an end.
  await until(async () => (await supabase.sql('select 1 from fleet_nodes')).length === 2, { what: 'both to be known' });
}, 480_000);
afterAll(async () => {
  await first?.end();
  await second?.end();
  await proxy?.close();
  await supabase?.close();
}, 120_000);

/** Whether somebody may write to its store: nobody stands in the middle of a write. */
const isStoreFree = (fleet: BuiltFleet): boolean => {
  const store = new DatabaseSync(fleet.paths.database, { timeout: 500 });
  try {
    store.exec('BEGIN IMMEDIATE; ROLLBACK');
    return true;
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false;
    throw error;
  } finally {
    store.close();
  }
};
/** Stops it where it holds nothing that its worker needs: one that is stopped in the middle of a write would keep the worker from its store. */
const stopMaster = (fleet: BuiltFleet, pid: number): Promise<boolean> =>
  until(
    () => {
      process.kill(pid, 'SIGSTOP');
      if (isStoreFree(fleet)) return true;
      process.kill(pid, 'SIGCONT');
      return false;
    },
    { what: 'a moment in which its master writes nothing' },
  );

test.for([
  ['its master goes on', 'running'],
  ['its master is stopped, too', 'stopped'],
] as const)(
  'cut off from Supabase over the end of its lease, it never answers beside the other: %s',
  async ([, kind]) => {
    await first.becomes(name, 'connected', 60_000);
    await second.becomes(name, 'held', 60_000);
    await writingUntil('answers of the first', async () => answersOf(first).length > 2);
    const before = { first: answersOf(first).length, second: answersOf(second).length };
    const master = await masterOf(first);
    // A renewal after both knew of each other: the worker has an end by now.
    const known = await leaseThere();
    await until(async () => (await leaseThere()).endsAt > known.endsAt, { what: 'a renewal' });

    await proxy.unplug();
    if (kind === 'stopped') {
      onTestFinished(() => void process.kill(master, 'SIGCONT'));
      await stopMaster(first, master);
    }
    const cut = await leaseThere();
    await writingUntil('the other server to answer', async () => answersOf(second).length > before.second);
    const taken = await leaseThere();
    expect(taken.epoch).toBe(cut.epoch + 1);
    // It went on while it had the right, and the customers went on writing to both.
    const ofFirst = answersOf(first).slice(before.first);
    const ofSecond = answersOf(second).slice(before.second);
    expect(ofFirst.length).toBeGreaterThan(0);
    expect(Math.max(...ofFirst)).toBeLessThan(cut.endsAt);
    expect(Math.max(...ofFirst)).toBeLessThan(Math.min(...ofSecond));

    await writingUntil('more answers of the other', async () => answersOf(second).length > before.second + 5);
    expect(answersOf(first)).toHaveLength(before.first + ofFirst.length);

    // Back again: it sees that it may not, and runs when the other gives it back.
    if (kind === 'stopped') process.kill(master, 'SIGCONT');
    await proxy.plug();
    await first.sees(({ sessions, fleet }) => fleet.health.replica?.status === 'ok' && sessions[0]?.state === 'held', {
      within: 60_000,
      what: 'the first to see that it may not',
    });
    expect(answersOf(first)).toHaveLength(before.first + ofFirst.length);
    const last = answersOf(second);
    await run(second, 'stop', name);
    await first.becomes(name, 'connected', 60_000);
    await writingUntil('answers of the first', async () => answersOf(first).length > before.first + ofFirst.length);
    expect(Math.min(...answersOf(first).slice(before.first + ofFirst.length))).toBeGreaterThan(Math.max(...last));
    await second.run('start', name);
  },
);

test('a server that dies leaves what is failover auto to the other, which never had it, when the lease is over', async () => {
  const session = 'mercado';
  // Two sessions of one number would be held.
  for (const fleet of [first, second]) prepare(fleet, session, '5511987650000');
  await run(first, 'create', session, '--engine', 'simulated', '--ai', 'echo');
  await run(first, 'config', session, 'set', 'failover', 'auto');
  await run(first, 'start', session);
  await first.becomes(session, 'connected', 60_000);
  const known = `select 1 from whatsapp_sessions where session_name = '${session}' and is_active and failover = 'auto'`;
  await until(async () => (await supabase.sql(known)).length === 1, { within: 30_000, what: 'its row' });
  const beats = 'select 1 from fleet_nodes where others = 1 and beat_at is not null';
  await until(async () => (await supabase.sql(beats)).length === 2, {
    within: 30_000,
    what: 'both to say what they are',
  });

  for (const found of processesOf(first.home)) process.kill(Number(found.split(' ')[0]), 'SIGKILL');
  await until(() => processesOf(first.home).length === 0, { what: 'its end' });
  const { endsAt } = await leaseThere(session);
  await second.becomes(session, 'connected', 90_000);
  const events = await second.json<{ at: number; kind: string }[]>('events', session);
  const moved = events.find(({ kind }) => kind === 'session-moved-here');
  expect(moved?.at).toBeGreaterThanOrEqual(endsAt);
  expect(await second.row(session)).toMatchObject({ desiredState: 'running', state: 'connected' });

  // It comes back after all, and sees that it may not.
  await run(first);
  await first.becomes(session, 'held', 60_000);

  // Any server may have it, so a stop is a stop for all of them.
  await run(second, 'stop', session);
  await first.becomes(session, 'stopped', 60_000);
  const free = `select 1 from whatsapp_sessions where session_name = '${session}' and not is_active and lease_expires_at is null`;
  await until(async () => (await supabase.sql(free)).length === 1, { what: 'its lease to be given back' });
  await second.becomes(session, 'stopped', 60_000);
  expect((await first.row(session)).desiredState).toBe('stopped');
});
