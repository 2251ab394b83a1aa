import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list } from 'tar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { masterScript } from '../../src/orchestrator/process/entry-scripts.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { createRealFleet, type RealFleet, rowNamed } from '../support/real-fleet.ts';
import { until } from '../support/until.ts';

let real: RealFleet;
let fleet: Fleet;
beforeAll(async () => {
  real = createRealFleet({ MAX_SESSIONS: '2', ALERT_SLACK_URL: 'https://hooks.example.com/secret-path' });
  fleet = await real.open();
});
afterAll(async () => {
  expect(await real.end()).toEqual([]);
});

/** What a process was started with; nothing when it has ended since it was listed. */
const environmentOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return '';
    throw error;
  }
};
const entries = (file: string): string[] => {
  const names: string[] = [];
  list({ file, sync: true, onReadEntry: (entry) => names.push(entry.path) });
  return names;
};

test('bad input is one clear line each', async () => {
  const refusals: [() => Promise<unknown>, object][] = [
    [() => fleet.request('create', { name: 'all' }), { code: 'usage' }],
    [() => fleet.request('create', { name: '../../etc' }), { code: 'usage' }],
    [() => fleet.request('create', { name: '12345' }), { code: 'usage' }],
    [() => fleet.request('create', { name: 'ok-name', phone: 'abc' }), { code: 'usage' }],
    [() => fleet.request('start', { name: 'nobody' }), { code: 'no-such-session' }],
    [() => fleet.request('create', { name: 'ok-name', nonsense: 1 } as never), { code: 'usage' }],
    [() => fleet.request('link', { name: 'nobody' }), { code: 'no-such-session' }],
  ];
  for (const [ask, expected] of refusals) await expect(ask()).rejects.toMatchObject(expected);
  expect(fleet.getSnapshot().sessions).toEqual([]);
});

test('a name can be taken once, also by many at the same moment', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, () => fleet.request('create', { name: 'unica', engine: 'simulated' })),
  );
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  expect(results.find((result) => result.status === 'rejected')).toMatchObject({ reason: { code: 'already-exists' } });
  await fleet.request('delete', { name: 'unica' });
});

test('no secret reaches PM2, its daemon, the master or a worker, nor a log', async () => {
  await fleet.request('create', { name: 'sigilo', engine: 'simulated' });
  await fleet.request('start', { name: 'sigilo' });
  for (const { pid, command } of real.processes()) {
    const environ = environmentOf(pid);
    expect([command, environ.includes('sk-test-secret-value'), environ.includes('secret-path')]).toEqual([
      command,
      false,
      false,
    ]);
  }
  for (const directory of [real.paths.logs, real.paths.pm2]) {
    for (const file of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain('sk-test-secret');
    }
  }
  for (const file of ['secrets.json', 'master.json', 'master.sock']) {
    expect(statSync(join(real.paths.run, file)).mode & 0o077).toBe(0);
  }
  await fleet.request('delete', { name: 'sigilo' });
});

test('with MAX_SESSIONS reached a start is answered with "queued" and why, and runs when a place comes free', async () => {
  for (const name of ['um', 'dois', 'tres'].map((each) => `max-${each}`)) {
    await fleet.request('create', { name, engine: 'simulated' });
  }
  await fleet.request('start', { name: 'max-um' });
  await fleet.request('start', { name: 'max-dois' });
  const { row } = await fleet.request('start', { name: 'max-tres' });
  expect(row).toMatchObject({ state: 'queued', verdict: 'queued', reasonCode: 'max-sessions' });
  await fleet.request('stop', { name: 'max-um' });
  await until(() => rowNamed(fleet, 'max-tres').state === 'qr', { what: 'its turn' });
  for (const name of ['max-um', 'max-dois', 'max-tres']) await fleet.request('delete', { name });
  expect(fleet.getSnapshot().sessions).toEqual([]);
});

test('logout, reset and delete: unlinked, archived without caches, settings kept or gone', async () => {
  await fleet.request('create', { name: 'loja', engine: 'simulated', label: 'Loja' });
  real.put('loja', 'linked');
  mkdirSync(join(real.profile('loja'), 'Default', 'Cache'), { recursive: true });
  writeFileSync(join(real.profile('loja'), 'Default', 'Cache', 'big'), 'x');
  writeFileSync(join(real.profile('loja'), 'Default', 'keep'), 'x');
  await fleet.request('start', { name: 'loja' });

  const out = await fleet.request('logout', { name: 'loja' });
  expect(out).toMatchObject({ unlinked: true, reason: null, row: { state: 'logged_out', pid: null } });
  const { row } = await fleet.request('newCodes', { name: 'loja' });
  expect(row.desiredState).toBe('running');
  await until(() => rowNamed(fleet, 'loja').state === 'qr');

  await fleet.request('setConfig', { name: 'loja', key: 'timing_config.quietMs', value: 20_000 });
  await fleet.request('reset', { name: 'loja' });
  await until(() => rowNamed(fleet, 'loja').state === 'qr', { what: 'a new QR' });
  expect((await fleet.request('session', { name: 'loja' })).config.timing.quietMs).toBe(20_000);
  const archive = readdirSync(real.paths.backups).find((file) => file.startsWith('login-loja-'));
  expect(entries(join(real.paths.backups, archive ?? ''))).toContain('loja/Default/keep');
  expect(entries(join(real.paths.backups, archive ?? '')).some((entry) => entry.includes('Cache'))).toBe(false);

  const pinned = { name: 'loja', id: 'another-session' };
  await expect(fleet.request('delete', pinned)).rejects.toMatchObject({ code: 'refused-by-state' });
  const [deleted, again] = await Promise.allSettled([
    fleet.request('delete', { name: 'loja' }),
    fleet.request('delete', { name: 'loja' }),
  ]);
  expect(deleted).toMatchObject({ status: 'fulfilled', value: { archived: expect.stringContaining('login-loja-') } });
  expect(again).toMatchObject({ status: 'rejected', reason: { code: 'refused-by-state' } });
  expect(existsSync(real.profile('loja'))).toBe(false);
  expect(fleet.getSnapshot().sessions).toEqual([]);
});

test('settings are checked, kept, and their own key is never told', async () => {
  await fleet.request('create', { name: 'ajuste', engine: 'simulated', prompt: 'be kind' });
  const set = (key: string, value: unknown) => fleet.request('setConfig', { name: 'ajuste', key, value });
  await expect(set('timing_config.quietMs', -1)).rejects.toMatchObject({ code: 'usage' });
  await expect(set('ai_config.nonsense', 1)).rejects.toMatchObject({ code: 'usage' });
  await expect(set('constructor', 1)).rejects.toMatchObject({ code: 'usage' });
  await set('label', 'evil\u001b]52;c;eA==\u0007name\nline');
  expect(rowNamed(fleet, 'ajuste').label).toBe('evilname⏎line');
  await set('ai_key', 'sk-own-secret');
  const details = await fleet.request('session', { name: 'ajuste' });
  expect(details.hasOwnAiKey).toBe(true);
  expect(JSON.stringify([details, fleet.getSnapshot()])).not.toContain('sk-own-secret');
  await fleet.request('prompt', { name: 'ajuste', text: 'be brief' });
  const rolled = await fleet.request('promptRollback', { name: 'ajuste', version: 1 });
  expect(rolled.version).toMatchObject({ version: 3, text: 'be kind', isCurrent: true });
  const { versions } = await fleet.request('promptHistory', { name: 'ajuste' });
  expect(versions.map((version) => version.isCurrent)).toEqual([true, false, false]);
  const { events } = await fleet.request('events', { name: 'ajuste' });
  expect(events.map((event) => event.kind)).toContain('instructions-changed');
  const paused = await fleet.request('pause', { name: 'ajuste' });
  expect(paused.row.replies).toBe('paused');
  const log = await fleet.request('logs', { name: null, lines: 5 });
  expect(log.lines.length).toBeGreaterThan(0);
  const sent = await fleet.request('send', { name: 'ajuste', chat: '5511987654321', text: 'oi' });
  expect(sent.status).toBe('queued');
  await fleet.request('delete', { name: 'ajuste' });
});

test('what a session costs is measured, tree and all', async () => {
  await fleet.request('create', { name: 'peso', engine: 'simulated', start: true });
  const row = await until(() => {
    const each = rowNamed(fleet, 'peso');
    return each.resources !== null && each.resources.memoryBytes > 0 ? each : null;
  });
  expect(row.resources?.processes).toBeGreaterThan(0);
  expect(fleet.getSnapshot().fleet.machine?.roomFor).toBeGreaterThanOrEqual(0);
  await fleet.request('delete', { name: 'peso' });
});

test('a second master of the same home is refused in one line', () => {
  expect(() =>
    execFileSync(process.execPath, [masterScript()], {
      env: { PATH: process.env['PATH'], FLEET_HOME: real.home },
      encoding: 'utf8',
      stdio: 'pipe',
    }),
  ).toThrow(/another master runs this fleet/);
  expect(real.masters()).toHaveLength(1);
});

test('the API answers beside the door, with the token of this fleet', async () => {
  const apiUrl = await until(() => fleet.getSnapshot().fleet.apiUrl);
  expect((await fetch(`${apiUrl}/healthz`)).status).toBe(200);
  expect((await fetch(`${apiUrl}/api/sessions`)).status).toBe(401);
  const token = readFileSync(join(real.paths.data, 'api-token'), 'utf8').trim();
  const answer = await fetch(`${apiUrl}/api/sessions`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
});
