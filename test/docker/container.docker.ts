import { chownSync, mkdirSync, mkdtempSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readQrFromScreen } from '../support/qr-reader.ts';
import type { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import {
  createVolumes,
  docker,
  type FleetContainer,
  hardened,
  image,
  mustDocker,
  removeDirectory,
  runFleet,
  type Volumes,
} from './docker.ts';
import { openPhoneNetwork, type PhoneNetwork } from './phone-network.ts';

/** One container, as Easy Panel or Compose runs it, from its first start to its successor. Steps build on each other, in order. */

const name = 'padaria-joao';
const phone = '5511987654321';
const ana = '5521912345678';
const size = { columns: 130, rows: 42 };

let network: PhoneNetwork;
let volumes: Volumes;
let container: FleetContainer;
let terminal: Terminal;

const options = () => ({
  volumes,
  flags: [...hardened, '--network', network.name],
  environment: { BROWSER_ARGS: JSON.stringify(network.browserArgs), LOG_LEVEL: 'debug' },
});
const answers = async (): Promise<string[]> =>
  (await network.web.sent({ phone })).filter((one) => one.outcome === 'delivered').map((one) => one.text);
const answered = (text: string) =>
  until(async () => (await answers()).includes(text), { within: 60_000, every: 200, what: `an answer to ${text}` });
/** Every state that the event log tells of this session. */
const wasQrAsked = async (since: number): Promise<boolean> => {
  const { stdout } = await container.fleet('events', name, '--json');
  const events = JSON.parse(stdout) as readonly { at: number; kind: string }[];
  return events.some((event) => event.at > since && event.kind === 'session-qr');
};
const dashboards = async (): Promise<string[]> =>
  (await container.sh('ps axo args')).split('\n').filter((line) => /cli\.js(?! --daemon)/.test(line));

beforeAll(async () => {
  network = await openPhoneNetwork();
  volumes = await createVolumes();
});
afterAll(async () => {
  await container?.remove();
  await volumes.remove();
  await network.close();
});

describe('before a fleet starts', () => {
  test('volumes that are missing are named, with the line that adds them', async () => {
    const result = await docker('run', '--rm', image);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('-v zap-fleet-tokens:/app/tokens');
    expect(result.stderr).toContain('-v zap-fleet-data:/app/data');
  });

  test('a directory of root is named with the chown that mends it, and that line mends it', async () => {
    const directory = mkdtempSync('/tmp/zft-bind-');
    chownSync(directory, 0, 0);
    const places = ['tokens', 'logs', '.pm2', 'data'];
    for (const place of places) mkdirSync(`${directory}/${place}`);
    const flags = places.flatMap((place) => ['--volume', `${directory}/${place}:/app/${place}`]);
    const refused = await docker('run', '--rm', ...flags, image);
    expect(refused.code).toBe(1);
    const fixes = [...refused.stderr.matchAll(/On the server run: (chown -R 1000:1000 (\S+))/g)];
    expect(fixes.map((fix) => fix[2]).sort()).toEqual(places.map((place) => `${directory}/${place}`).sort());
    for (const [, , path] of fixes) chownSync(path ?? '', 1000, 1000);
    const bound: Volumes = { flags, remove: async () => undefined };
    const mended = await runFleet({ volumes: bound });
    await mended.ready();
    await mended.remove();
    removeDirectory(directory);
  });

  test('a read-only root file system without a volume or tmpfs is named, with the flag that adds it', async () => {
    const result = await docker(
      'run',
      '--rm',
      '--read-only',
      '--volume',
      '/app/tokens',
      '--volume',
      '/app/data',
      image,
    );
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('-v zap-fleet-logs:/app/logs');
    expect(result.stderr).toContain('--tmpfs /app/run:uid=1000,gid=1000,mode=0700');
  });

  test('a look at the program needs no volumes', async () => {
    expect(await mustDocker('run', '--rm', image, 'zap-fleet', '--version')).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('one container', () => {
  test('starts on a read-only root file system, with nothing of root inside, and is healthy', async () => {
    container = await runFleet({
      ...options(),
      flags: [...options().flags, '--health-interval', '2s', '--memory', '2g'],
    });
    await container.ready();
    await until(
      async () => (await mustDocker('inspect', '--format', '{{.State.Health.Status}}', container.id)) === 'healthy',
      {
        within: 60_000,
        every: 500,
        what: 'a healthy container',
      },
    );
    const users = (await container.sh('ps axo user=')).split('\n').map((user) => user.trim());
    expect(new Set(users)).toEqual(new Set(['node']));
    expect(await container.sh('cat /proc/1/cmdline | tr "\\0" " "')).toContain('tini');
  });

  test('docker exec makes a session', async () => {
    const made = await container.fleet('create', name, '--label', 'Padaria do João', '--ai', 'echo', '--start');
    expect(made.stderr).toBe('');
    expect(made.code).toBe(0);
    for (const [key, value] of Object.entries({
      quietMs: 300,
      readingDelayMs: 0,
      typing: false,
      pauseBetweenPartsMs: 0,
    }))
      expect((await container.fleet('config', name, 'set', `timing_config.${key}`, String(value))).code).toBe(0);
    expect((await container.fleet('resume', name)).code).toBe(0);
  });

  test('docker exec -it opens the dashboard in colours and UTF-8, and its QR links the phone', async () => {
    terminal = container.open(size);
    await terminal.see(name, 30_000);
    expect(terminal.alternate()).toBe(true);
    await until(
      async () => {
        terminal.type('\r');
        return terminal.see('Waiting for a scan', 2000).then(
          () => true,
          () => false,
        );
      },
      { within: 60_000, what: `the session's screen\n${terminal.text()}` },
    );
    expect(terminal.text()).toContain('João');
    const code = await until(() => readQrFromScreen(terminal, size), {
      within: 30_000,
      every: 300,
      what: 'a QR that a reader takes from the screen',
    });
    await network.web.scan({ code, phone, name: 'Padaria' });
    await terminal.see(/connected/, 60_000);
    await container.become([name], 'connected');
    // What the later steps rely on: a QR that was shown is told in the event log.
    expect(await wasQrAsked(0)).toBe(true);
    await network.web.deliver({ phone, from: ana, text: 'bom dia' });
    await answered('bom dia');
  });

  test('the window is resized from outside, and leaving stops nothing', async () => {
    terminal.resize(80, 24);
    await until(() => terminal.screen().length === 24 && terminal.screen().every((line) => line.length <= 80), {
      what: '80 columns',
    });
    await terminal.see(name);
    const { pid } = await container.row(name);
    terminal.type('\u001b');
    await terminal.see(/q quit/);
    let exitCode: number | null = null;
    void terminal.exited.then((code) => {
      exitCode = code;
    });
    await until(
      () => {
        terminal.type('q');
        return exitCode !== null;
      },
      { within: 20_000, every: 1000, what: `the dashboard to be left\n${terminal.text()}` },
    );
    expect(exitCode).toBe(0);
    expect(await container.row(name)).toMatchObject({ state: 'connected', pid });
    expect(await dashboards()).toEqual([]);
  });

  test('a console tab that is closed ends its dashboard, and nothing else', async () => {
    const tab = container.open(size);
    await tab.see(name, 30_000);
    // The dashboard asks whether somebody is there, and the emulator answers.
    await until(() => tab.raw().includes('\u001b[5n'), { within: 20_000, what: 'the question for the terminal' });
    tab.type('j');
    const { pid } = await container.row(name);
    process.kill(tab.pid, 'SIGKILL');
    await tab.exited;
    await until(async () => (await dashboards()).length === 0, {
      within: 90_000,
      every: 500,
      what: `the dashboard to end:\n${(await dashboards()).join('\n')}`,
    });
    expect(await container.row(name)).toMatchObject({ state: 'connected', pid });
  });

  test('a second container on the same volumes refuses in one line', async () => {
    const { pid } = await container.row(name);
    const second = await docker('run', '--rm', '--hostname', 'two', ...volumes.flags, ...hardened, image);
    expect(second.code).not.toBe(0);
    expect(second.stderr.split('\n')).toHaveLength(1);
    expect(second.stderr).toContain('another zap-fleet runs on these volumes');
    expect(await container.row(name)).toMatchObject({ state: 'connected', pid });
  });

  test('docker restart: logged in again without a QR, and what came meanwhile is answered', async () => {
    const since = Date.now();
    await mustDocker('stop', container.id);
    expect(await mustDocker('inspect', '--format', '{{.State.ExitCode}}', container.id)).toBe('0');
    await network.web.deliver({ phone, from: ana, text: 'estão aí?' });
    await container.start();
    await container.become([name], 'connected');
    await answered('estão aí?');
    expect(await wasQrAsked(since)).toBe(false);
  });

  test('killed with SIGKILL: logged in again without a QR', async () => {
    const since = Date.now();
    await mustDocker('kill', container.id);
    await container.start();
    await container.become([name], 'connected');
    expect(await wasQrAsked(since)).toBe(false);
  });

  test('a new container with another host name on the same volumes: logged in again without a QR', async () => {
    const since = Date.now();
    await mustDocker('stop', container.id);
    await container.remove();
    container = await runFleet({ ...options(), hostname: 'outro-servidor' });
    await container.ready();
    await container.become([name], 'connected');
    expect((await container.row(name)).phone).toBe(phone);
    await network.web.deliver({ phone, from: ana, text: 'mudaram?' });
    await answered('mudaram?');
    expect(await wasQrAsked(since)).toBe(false);
    // Nobody was answered twice in all of this.
    expect(await answers()).toEqual(['bom dia', 'estão aí?', 'mudaram?']);
  });
});

describe('the ways back', () => {
  test('fewer MAX_SESSIONS: the first ones run, the rest wait and say why', async () => {
    await container.remove();
    container = await runFleet({ ...options(), environment: { ...options().environment, MAX_SESSIONS: '1' } });
    await container.ready();
    await container.become([name], 'connected');
    expect((await container.fleet('create', 'segunda', '--engine', 'simulated', '--ai', 'echo', '--start')).code).toBe(
      0,
    );
    await container.become(['segunda'], 'queued');
    expect((await container.row('segunda')).reason).toContain('MAX_SESSIONS');
  });

  test('SINGLE_SESSION_MODE: one bot in the foreground, with the login and history it had', async () => {
    await mustDocker('stop', container.id);
    await container.remove();
    container = await runFleet({
      ...options(),
      environment: { ...options().environment, SINGLE_SESSION_MODE: 'true', SESSION_NAME: name },
    });
    await until(async () => /connected/i.test(await container.logs()), {
      within: 60_000,
      every: 500,
      what: 'one connected session',
    });
    expect((await docker('exec', container.id, '/opt/zap-fleet/deployment/docker/healthcheck')).code).toBe(0);
    await network.web.deliver({ phone, from: ana, text: 'sozinho?' });
    await answered('sozinho?');
    await mustDocker('stop', container.id);
    expect(await mustDocker('inspect', '--format', '{{.State.ExitCode}}', container.id)).toBe('0');
  });
});
