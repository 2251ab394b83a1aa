import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandContext } from '../../../../src/cli/commands/command.ts';
import { service, unitText } from '../../../../src/cli/commands/local/service.ts';
import { homePaths } from '../../../../src/home/home-paths.ts';

let directory: string;
const before = process.env['XDG_CONFIG_HOME'];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zfs-'));
  process.env['XDG_CONFIG_HOME'] = directory;
});
afterEach(() => {
  if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
  else process.env['XDG_CONFIG_HOME'] = before;
  rmSync(directory, { recursive: true, force: true });
});

const contextOf = (sources: Record<string, string> = {}) => {
  const printed: string[] = [];
  const warned: string[] = [];
  const context = {
    loaded: { paths: homePaths(join(directory, 'home')), sources },
    print: (text: string) => printed.push(text),
    warn: (text: string) => warned.push(text),
  } as unknown as CommandContext;
  return { context, printed, warned };
};
const tools = (exit: number | null, calls: string[] = []) => ({
  node: '/usr/bin/node',
  script: '/opt/zap fleet/dist/cli.js',
  cwd: directory,
  hasSystemd: () => exit !== null,
  systemctl: async (args: readonly string[]) => {
    calls.push(args.join(' '));
    return exit;
  },
});

test('a unit survives odd paths, keeps the bots when its supervisor dies, and drains when it is stopped', () => {
  const text = unitText({
    node: '/usr/bin/node',
    script: '/opt/zap fleet/100%/cli.js',
    home: '/srv/"quoted"',
    workingDirectory: '/srv',
    user: 'zap',
  });
  expect(text).toContain(
    'ExecStart="/usr/bin/node" "/opt/zap fleet/100%%/cli.js" "--home" "/srv/\\"quoted\\"" "--daemon"',
  );
  expect(text).toMatch(/^KillMode=process$/m);
  expect(text).toMatch(/^OOMPolicy=continue$/m);
  expect(text).toMatch(/^User=zap$/m);
  expect(() =>
    unitText({ node: 'a', script: 'b\nExecStartPre=evil', home: 'c', workingDirectory: 'd', user: null }),
  ).toThrow('systemd unit');
});

test('install writes the unit, turns it on, and says which settings only the shell knows', async () => {
  const calls: string[] = [];
  const { context, printed, warned } = contextOf({ OPENAI_KEY: 'environment', MAX_SESSIONS: 'default' });
  expect(await service(tools(0, calls)).run(context, ['install'], { user: true })).toBe(0);
  const text = readFileSync(join(directory, 'systemd', 'user', 'zap-fleet.service'), 'utf8');
  expect(text).not.toContain('User=');
  expect(text).toContain('WantedBy=default.target');
  expect(calls).toEqual(['--user daemon-reload', '--user enable --now zap-fleet']);
  expect(printed.join('\n')).toContain('comes back after a reboot');
  expect(warned.join('\n')).toContain('OPENAI_KEY');
  expect(await service(tools(0, calls)).run(context, ['uninstall'], { user: true })).toBe(0);
  expect(calls.slice(2)).toEqual(['--user disable --now zap-fleet', '--user daemon-reload']);
});

test('where systemd does not run it installs nothing and says in one line what to do', async () => {
  const { context, printed } = contextOf();
  const install = service(tools(null)).run(context, ['install'], { user: true });
  await expect(install).rejects.toMatchObject({
    code: 'refused-by-state',
    message: expect.stringMatching(/^systemd does not run here[^\n]*--daemon[^\n]*enable --now zap-fleet$/),
  });
  expect(printed).toEqual([]);
  expect(existsSync(join(directory, 'systemd'))).toBe(false);
});

test('a systemd that does not turn it on is no success', async () => {
  const { context, printed } = contextOf();
  const install = service(tools(1)).run(context, ['install'], { user: true });
  await expect(install).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('did not turn it on'),
  });
  expect(printed.join('\n')).not.toContain('comes back after a reboot');
});

test('a unit that was left where systemd does not run is removed', async () => {
  const { context, printed } = contextOf();
  await service(tools(0)).run(context, ['install'], { user: true });
  expect(await service(tools(null)).run(context, ['uninstall'], { user: true })).toBe(0);
  expect(printed.at(-1)).toContain('systemd does not run here');
  expect(existsSync(join(directory, 'systemd', 'user', 'zap-fleet.service'))).toBe(false);
});

test('--print changes nothing, with systemd or without', async () => {
  for (const exit of [0, null]) {
    const shown = contextOf();
    const calls: string[] = [];
    await service(tools(exit, calls)).run(shown.context, ['install'], { print: true, runAs: 'zap' });
    expect(shown.printed.join('\n')).toContain('User=zap');
    expect(calls).toEqual([]);
  }
});
