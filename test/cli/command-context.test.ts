import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openCommandContext } from '../../src/cli/command-context.ts';
import { writeNodeList } from '../../src/client/node-list.ts';
import { nodeListFile, prepareHome } from '../../src/home/home-paths.ts';
import { createServedDoors } from '../../src/master/served-doors.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { openStore } from '../../src/store/store.ts';
import { createFakeFleet, fakeRow } from '../http/fake-fleet.ts';
import { closeServers, serve, token } from '../http/serve.ts';
import { addSession, chatOf } from '../store/support.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'zf-context-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(home, { recursive: true, force: true });
});

/** What a command would write. */
const written = async (act: (context: ReturnType<typeof openCommandContext>) => void) => {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  await using context = openCommandContext(loadSettings({ env: {}, cwd: home, home }), 'en');
  act(context);
  return { out: out.join(''), err: err.join('') };
};

const nasty = 'João\r\n\u001b]8;;http://evil\u0007\u009b2J\u202e\u2066\u007f\u{e0041}';

it('prints JSON that a terminal does not act on and that means the same', async () => {
  const { out } = await written(({ print }) => print(JSON.stringify({ name: nasty, [nasty]: [nasty] }, null, 2)));
  expect(out).toMatch(/^[\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u00ff]+$/);
  expect(JSON.parse(out)).toEqual({ name: nasty, [nasty]: [nasty] });
});

it('warns in one line that a terminal does not act on', async () => {
  const { err } = await written(({ warn }) => warn('\u009b2J\u202e\u001b[31mred\u0007'));
  expect(err).toBe('zap-fleet: \\u009b2J\\u202e\\u001b[31mred\\u0007\n');
});

it('starts no fleet for a session that is not there, and says which one was meant', async () => {
  const loaded = loadSettings({ env: {}, cwd: home, home });
  prepareHome(loaded.paths);
  const store = openStore(loaded.paths.database);
  addSession(store, 'padaria-joao');
  store.close();
  const before = readdirSync(home, { recursive: true, encoding: 'utf8' }).sort();

  await using context = openCommandContext(loaded, 'en');
  await expect(context.connect(['padaria-joa'])).rejects.toMatchObject({
    code: 'no-such-session',
    message: 'there is no session "padaria-joa". Did you mean padaria-joao? See: zap-fleet ls',
  });
  // Neither a daemon nor a socket nor a log of it.
  expect(readdirSync(home, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
});

it('looks whether a session or a draft is there without starting anything', async () => {
  const loaded = loadSettings({ env: {}, cwd: home, home });
  prepareHome(loaded.paths);
  const store = openStore(loaded.paths.database);
  const kept = addSession(store, 'padaria-velha');
  chatOf(store, kept, '5511987654321');
  store.sessions.remove(kept.id);
  addSession(store, 'padaria-joao');
  store.close();
  const before = readdirSync(home, { recursive: true, encoding: 'utf8' }).sort();

  await using context = openCommandContext(loaded, 'en');
  await expect(context.mustExist('padaria-joao')).resolves.toBeUndefined();
  await expect(context.mustExist('padaria-joa')).rejects.toMatchObject({
    code: 'no-such-session',
    message: 'there is no session "padaria-joa". Did you mean padaria-joao? See: zap-fleet ls',
  });
  await expect(context.mustExist('padaria-velha')).rejects.toMatchObject({ code: 'no-such-session' });
  await expect(context.mustExist('padaria-velha', { kept: true })).resolves.toBeUndefined();
  await expect(context.mustWait(12)).rejects.toMatchObject({ code: 'refused-by-state' });
  expect(readdirSync(home, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
});

it('asks for a session of another machine there', async () => {
  const fleet = createFakeFleet(fakeRow('moda-ana'));
  const doors = createServedDoors({ fleet, version: '1.0.0', log: () => undefined });
  const { url } = await serve({ fleet, serveDoor: doors.serve });
  const loaded = loadSettings({ env: {}, cwd: home, home });
  prepareHome(loaded.paths);
  writeNodeList(nodeListFile(loaded.paths), [{ name: 'vps', number: 1, address: { kind: 'web', url }, token }]);
  try {
    await using context = openCommandContext(loaded, 'en', undefined, undefined, { node: 'vps' });
    await context.mustExist('moda-ana');
    await expect(context.mustExist('loja-1')).rejects.toMatchObject({ code: 'no-such-session' });
  } finally {
    await closeServers();
  }
});
