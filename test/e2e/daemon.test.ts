import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { openPhoneRecord } from '../../workers/whatsapp/simulated/phone-record.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { withCompiledCode } from '../support/compiled-code.ts';
import { processesOf } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/** `--daemon` of the built program: what it prints, what a SIGKILL of each part costs (nothing), and how it ends, also under a PM2 of somebody. */

const root = resolve(import.meta.dirname, '../..');
const names = ['loja-1', 'loja-2'];
const ana = '5521912345678@c.us';

let fleet: BuiltFleet;
let pm2Home: string;
const children: ChildProcess[] = [];

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}
const launch = (file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running => {
  const child = spawn(file, args, {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: fleet.home,
      FLEET_HOME: fleet.home,
      PORT: '0',
      TZ: 'UTC',
      ...withCompiledCode,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return { child, output: () => output, exit: new Promise((done) => child.once('exit', done)) };
};
const startDaemon = async (): Promise<Running> => {
  const daemon = launch(process.execPath, [join(root, 'dist/cli.js'), '--daemon']);
  await until(() => daemon.output().includes('"the fleet is ready"'), { within: 30_000, what: 'readiness' });
  return daemon;
};

const ask = async (name: string, request: Parameters<Awaited<ReturnType<typeof controlPhone>>['ask']>[0]) => {
  const phone = await controlPhone(join(fleet.paths.tokens, name));
  try {
    await phone.ask(request);
  } finally {
    phone.close();
  }
};
const deliver = (name: string, text: string): Promise<void> =>
  ask(name, { do: 'deliver', messages: [{ chatId: ana, phone: '5521912345678', text }] });
const answers = (name: string): string[] => {
  const record = openPhoneRecord(join(fleet.paths.tokens, name));
  try {
    return record.sent().map((one) => one.text);
  } finally {
    record.close();
  }
};
const answered = (name: string, text: string) =>
  until(() => answers(name).includes(text), { within: 30_000, every: 100, what: `${name} to answer ${text}` });
/** Their process ids from the master's own rows; a program for each look would cost more than what is looked at. */
const pids = (): Promise<(number | null)[]> =>
  fleet.sees(({ sessions }) => names.map((name) => sessions.find((row) => row.name === name)?.pid ?? null), {
    what: 'the rows of both',
  });
const allConnected = () =>
  fleet.sees(
    ({ sessions }) => names.every((name) => sessions.some((row) => row.name === name && row.state === 'connected')),
    {
      what: 'both connected',
    },
  );
const masterPid = async (): Promise<number> => (await fleet.json<{ pid: number }>('master', 'status')).pid;

beforeAll(() => {
  fleet = builtFleet();
  pm2Home = mkdtempSync(join(tmpdir(), 'zf-pm2-'));
  for (const name of names) {
    mkdirSync(join(fleet.paths.tokens, name), { recursive: true, mode: 0o700 });
    writeFileSync(join(fleet.paths.tokens, name, 'simulated.json'), '{"scenario":"manual"}');
  }
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await fleet.end();
  expect(processesOf(pm2Home)).toEqual([]);
  rmSync(pm2Home, { recursive: true, force: true });
}, 60_000);

let daemon: Running;

test('without a terminal it prints JSON lines only, and says when it is ready', async () => {
  daemon = await startDaemon();
  for (const name of names) {
    expect((await fleet.run('create', name, '--engine', 'simulated', '--ai', 'echo')).code).toBe(0);
    for (const [key, value] of [
      ['quietMs', '200'],
      ['readingDelayMs', '0'],
    ] as const)
      expect((await fleet.run('config', name, 'set', `timing_config.${key}`, value)).code).toBe(0);
    expect((await fleet.run('start', name)).code).toBe(0);
    await fleet.becomes(name, 'qr');
    await ask(name, { do: 'scan', phone: `551198765000${name.at(-1)}` });
  }
  await allConnected();
  await deliver('loja-1', 'primeira');
  await answered('loja-1', 'primeira');
  for (const line of daemon
    .output()
    .split('\n')
    .filter((one) => one !== ''))
    expect(JSON.parse(line)).toMatchObject({
      at: expect.any(String),
      level: expect.any(String),
      text: expect.any(String),
    });
});

test('the supervisor killed with SIGKILL: the bots go on, and the next one takes over without a restart', async () => {
  const before = await pids();
  daemon.child.kill('SIGKILL');
  await daemon.exit;
  await deliver('loja-1', 'sem supervisor');
  await answered('loja-1', 'sem supervisor');
  daemon = await startDaemon();
  expect(await pids()).toEqual(before);
});

test('the master killed with SIGKILL, and a client that looks at it: what came meanwhile is answered, once', async () => {
  const before = await pids();
  const killed = await masterPid();
  const client = launch(process.execPath, [join(root, 'dist/cli.js'), 'logs', '-f']);
  await until(() => client.output() !== '', { what: 'a client that follows the log' });
  process.kill(killed, 'SIGKILL');
  client.child.kill('SIGKILL');
  for (const name of names) await deliver(name, 'sem mestre');
  for (const name of names) await answered(name, 'sem mestre');
  await fleet.sees((snapshot) => snapshot.fleet.masterPid !== killed, { within: 20_000, what: 'the next master' });
  await allConnected();
  expect(await pids()).toEqual(before);
});

test('supervisor, master and workers killed with SIGKILL at once: all come back, nothing lost, nothing doubled', async () => {
  const before = await pids();
  await deliver('loja-2', 'na queda');
  const killed = [await masterPid(), ...before];
  daemon.child.kill('SIGKILL');
  for (const pid of killed) if (pid !== null) process.kill(pid, 'SIGKILL');
  await daemon.exit;
  daemon = await startDaemon();
  await allConnected();
  await deliver('loja-1', 'depois');
  await answered('loja-1', 'depois');
  await answered('loja-2', 'na queda');
  expect(answers('loja-1')).toEqual(['primeira', 'sem supervisor', 'sem mestre', 'depois']);
  expect(answers('loja-2')).toEqual(['sem mestre', 'na queda']);
}, 90_000);

test('SIGHUP reads the settings again, and a wrong one leaves everything as it was', async () => {
  const before = await pids();
  writeFileSync(fleet.paths.envFile, 'MAX_SESSIONS=none\n', { mode: 0o600 });
  daemon.child.kill('SIGHUP');
  await until(() => /the settings were not taken: MAX_SESSIONS/.test(daemon.output()), { what: 'the refusal' });
  writeFileSync(fleet.paths.envFile, 'MAX_SESSIONS=7\n', { mode: 0o600 });
  daemon.child.kill('SIGHUP');
  await until(() => daemon.output().includes('the settings were read again'), {
    within: 30_000,
    what: 'the new settings',
  });
  await allConnected();
  expect(await pids()).toEqual(before);
});

test('SIGTERM drains, exits 0 and leaves no process; under pm2-runtime the fleet comes back and drains as well', async () => {
  daemon.child.kill('SIGTERM');
  expect(await daemon.exit).toBe(0);
  expect(processesOf(fleet.home)).toEqual([]);

  const runtime = launch(
    process.execPath,
    [join(root, 'node_modules/pm2/bin/pm2-runtime'), '--no-auto-exit', join(root, 'ecosystem.config.js')],
    { PM2_HOME: pm2Home },
  );
  await until(() => runtime.output().includes('"the fleet is ready"'), { within: 40_000, what: 'readiness' });
  await allConnected();
  await deliver('loja-1', 'sob o pm2');
  await answered('loja-1', 'sob o pm2');
  runtime.child.kill('SIGTERM');
  expect(await runtime.exit).toBe(0);
  await until(() => processesOf(fleet.home).length === 0, { within: 15_000, what: 'no process' });
}, 120_000);
