import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../../src/cli/commands/command.ts';
import { token } from '../../../../src/cli/commands/local/token.ts';
import type { Fleet } from '../../../../src/protocol/door.ts';
import { loadSettings } from '../../../../src/settings/load-settings.ts';

let root = '';
const servers: Server[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'zf-token-command-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
  rmSync(root, { recursive: true, force: true });
});

/** `token` as a shell with this environment calls it; `inUse` runs a fleet that takes that token. */
const call = async (options: {
  readonly env?: Record<string, string>;
  readonly inUse?: { readonly token: string; readonly from: string };
  readonly rotate?: boolean;
}) => {
  const loaded = loadSettings({ env: { ...options.env }, cwd: root, home: join(root, 'home') });
  if (options.inUse !== undefined) {
    const server = createServer((socket) => socket.end());
    servers.push(server);
    mkdirSync(dirname(loaded.paths.socket), { recursive: true });
    await new Promise<void>((done) => server.listen(loaded.paths.socket, done));
  }
  const printed: string[] = [];
  const warned: string[] = [];
  const asked: string[] = [];
  const fleet = {
    request: async (method: string) => {
      asked.push(method);
      return method === 'apiToken' ? options.inUse : { rotated: true };
    },
  };
  const context = {
    loaded,
    connect: async () => fleet as unknown as Fleet,
    print: (text: string) => printed.push(text),
    warn: (text: string) => warned.push(text),
  } as unknown as CommandContext;
  await token.run(context, [], options.rotate === true ? { rotate: true } : {});
  return { printed, warned, asked, file: () => readFileSync(join(loaded.paths.data, 'api-token'), 'utf8').trim() };
};

describe('token prints the one that works', () => {
  const ours = 'token-of-the-running-fleet';

  it('is the running fleet’s, though this shell knows of none', async () => {
    const { printed, warned } = await call({ inUse: { token: ours, from: 'FLEET_API_TOKEN' } });
    expect([printed, warned]).toEqual([[ours], []]);
  });

  it('is the running fleet’s, though this shell was given another, and says so', async () => {
    const { printed, warned } = await call({
      env: { FLEET_API_TOKEN: 'token-of-this-shell-only' },
      inUse: { token: ours, from: '/x/data/api-token' },
    });
    expect(printed).toEqual([ours]);
    expect(warned.join()).toMatch(/another one here \(environment\).*started with \/x\/data\/api-token/);
    expect(warned.join()).not.toContain('token-of-this-shell-only');
  });

  it('is what the next start takes, from the environment, a file, or made now', async () => {
    expect((await call({ env: { FLEET_API_TOKEN: ours } })).printed).toEqual([ours]);
    mkdirSync(join(root, 'home/data'), { recursive: true });
    writeFileSync(join(root, 'home/data/.env'), `FLEET_API_TOKEN=${ours}2\n`, { mode: 0o600 });
    expect((await call({})).printed).toEqual([`${ours}2`]);
    rmSync(join(root, 'home/data/.env'));
    const made = await call({});
    expect(made.printed).toEqual([made.file()]);
    expect((await call({})).printed).toEqual(made.printed);
  });

  it('is the new one after --rotate, which the running fleet makes itself', async () => {
    const { printed, asked } = await call({ inUse: { token: ours, from: 'file' }, rotate: true });
    expect([printed, asked]).toEqual([[ours], ['rotateToken', 'apiToken']]);
  });

  it('is not rotated where the environment sets it', async () => {
    await expect(call({ env: { FLEET_API_TOKEN: ours }, rotate: true })).rejects.toThrow(/FLEET_API_TOKEN is set/);
    const first = await call({});
    const second = await call({ rotate: true });
    expect(second.printed).toEqual([second.file()]);
    expect(second.printed).not.toEqual(first.printed);
  });
});
