import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectNode } from '../../src/client/connect-node.ts';
import { parseNodeAddress } from '../../src/client/node-address.ts';
import { remoteCommand } from '../../src/client/ssh-way.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { version } from '../../src/settings/version.ts';
import { createRealFleet, type RealFleet } from '../support/real-fleet.ts';
import { until } from '../support/until.ts';
import { type SshStandIn, sshStandIn } from './ssh-stand-in.ts';

let ssh: SshStandIn;
beforeAll(() => {
  ssh = sshStandIn();
});
afterAll(() => ssh.end());

const fleets: Fleet[] = [];
afterEach(async () => {
  await Promise.all(fleets.splice(0).map((fleet) => fleet.close()));
});
const open = async (url: string): Promise<Fleet> => {
  const fleet = await connectNode({ address: parseNodeAddress(url), token: null }, version);
  fleets.push(fleet);
  return fleet;
};

/** Processes that serve a door over a pipe for this home, and the ssh that leads to them. */
const doorsOf = (home: string): readonly number[] =>
  readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return command.includes(home) && command.includes('--stdio') ? [Number(entry)] : [];
    } catch {
      // It ended while we looked.
      return [];
    }
  });

describe('with a master behind it', () => {
  let real: RealFleet;
  beforeAll(() => {
    real = createRealFleet();
  });
  afterAll(async () => {
    expect(await real.end()).toEqual([]);
  });

  test('the door over a pipe: said where no master runs, then the same door, found again when it breaks, and nothing is left', async () => {
    const url = `ssh://bot@here:2222${real.home}`;
    await expect(open(url)).rejects.toThrow('here says: no master runs for this fleet. Start it with: zap-fleet');
    expect(real.masters()).toEqual([]);

    const local = await real.open();
    const fleet = await open(url);
    expect(ssh.calls().at(-1)).toMatch(
      /^-T -o BatchMode=yes .*-p 2222 -- bot@here zap-fleet --lang en --home '\/.*' door --stdio$/,
    );
    await fleet.request('create', { name: 'loja-1', engine: 'simulated', actor: 'you' });
    const isStopped = () =>
      local.getSnapshot().sessions.some((row) => row.name === 'loja-1' && row.state === 'stopped');
    await until(isStopped, { what: 'the delta of the other client' });
    await until(() => fleet.getSnapshot().sessions.length === 1, { what: 'the delta' });
    await expect(fleet.request('start', { name: 'nobody' })).rejects.toMatchObject({ code: 'no-such-session' });

    // As a cable that is pulled: the way ends, and is looked for.
    for (const pid of doorsOf(real.home)) process.kill(pid, 'SIGKILL');
    await until(() => fleet.connection().state === 'lost', { what: 'the loss' });
    expect(fleet.connection()).toMatchObject({ elsewhere: true });
    await until(() => fleet.connection().state === 'open', { what: 'the way back' });
    await fleet.request('delete', { name: 'loja-1', actor: 'you' });

    await fleet.close();
    await until(() => doorsOf(real.home).length === 0, { what: 'no process of the door' });
    expect(ssh.environment()).not.toMatch(/TOKEN|sk-test-secret/);
  });
});

describe('what ssh refuses is one line that says what to do', () => {
  test.each<[string, RegExp]>([
    [
      'ssh://bot@password',
      /^bot@password asks for a password or another key\. Put your key there: ssh-copy-id bot@password/,
    ],
    ['ssh://password:2222', /ssh-copy-id -p 2222 password/],
    ['ssh://unknown', /^the host key of unknown is not known yet\. Run once and confirm it: ssh unknown$/],
    ['ssh://changed', /^the host key of changed is not the one that was known\..*ssh-keygen -R changed/],
    ['ssh://nowhere', /^there is no host nowhere that ssh knows/],
    ['ssh://closed', /^no ssh server answers on closed$/],
    ['ssh://silent', /^silent cannot be reached from here$/],
    ['ssh://bare', /^there is no zap-fleet on bare that ssh finds\. Install it there/],
    ['ssh://older', /^zap-fleet on older is older than doors\. Upgrade it there$/],
    ['ssh://odd', /^kex_exchange_identification: Connection closed by remote host$/],
  ])('%s', async (url, words) => {
    const message = await open(url).then(
      () => 'opened',
      (error: Error) => error.message,
    );
    expect(message).toMatch(words);
    expect(message).not.toContain('\n');
  });

  test('a machine without ssh', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await expect(open('ssh://here')).rejects.toThrow('there is no ssh on this machine. Install it (openssh-client)');
    } finally {
      process.env['PATH'] = before;
    }
  });
});

describe('an address', () => {
  test.each([
    ['https://bots.example.com/', { kind: 'web', url: 'https://bots.example.com' }],
    ['http://10.0.0.2:3000', { kind: 'web', url: 'http://10.0.0.2:3000' }],
    ['http://vps-2:3000', { kind: 'web', url: 'http://vps-2:3000' }],
    ['ssh://root@vps-2', { kind: 'ssh', user: 'root', host: 'vps-2', port: null, home: null, command: null }],
    ['ssh://vps-2:22/srv/a%20b', { kind: 'ssh', user: null, host: 'vps-2', port: 22, home: '/srv/a b', command: null }],
  ])('%s', (text, address) => {
    expect(parseNodeAddress(text)).toEqual(address);
  });

  test.each([
    'vps-2',
    'ftp://vps-2',
    'http://bots.example.com',
    'http://8.8.8.8',
    'https://user:secret@bots.example.com',
    'https://token@bots.example.com',
    'ssh://root:secret@vps-2',
    'https://bots.example.com/?token=secret',
    'ssh://-oProxyCommand=evil/x',
    'ssh://-l@vps-2',
    'ssh://a%20b@vps-2',
  ])('%s is refused, and what may be a secret is not repeated', (text) => {
    expect(() => parseNodeAddress(text)).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => parseNodeAddress(text)).not.toThrow(/secret/);
  });

  test('a path with quotes stays one word of the shell there, and a container is entered by its own command', () => {
    expect(remoteCommand({ home: "/srv/it's; rm -rf x", command: null })).toBe(
      "zap-fleet --lang en --home '/srv/it'\\''s; rm -rf x' door --stdio",
    );
    expect(remoteCommand({ home: null, command: 'docker exec -i fleet zap-fleet' })).toBe(
      'docker exec -i fleet zap-fleet --lang en door --stdio',
    );
  });
});
