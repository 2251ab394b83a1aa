import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { checkDescriptors, checkMachine, checkNode } from '../../src/doctor/machine-checks.ts';
import { masterLock, prepareHome, profileDir } from '../../src/home/home-paths.ts';
import { tryLock } from '../../src/home/lock.ts';
import type { MachineSample } from '../../src/resources/machine.ts';
import { defaultConfig } from '../../src/session/session-config.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import { writeAiKey } from '../../src/settings/ai-keys.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { keepOtherKeys } from '../../src/store/replica/other-keys.ts';
import { openStore } from '../../src/store/store.ts';

/** Each test plants one fault in a sound fleet; doctor must find that one and say what mends it. */

let root = '';
let home = '';
const terminal = { LANG: 'C.UTF-8', TERM: 'xterm-256color' };
const browser = () => ({ path: process.execPath, env: {}, source: 'machine', prepare: async () => undefined });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'zf-doctor-'));
  home = join(root, 'home');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const load = (env: Record<string, string> = {}) => {
  const loaded = loadSettings({ env: { PORT: '0', ...env }, cwd: root, home });
  prepareHome(loaded.paths);
  return loaded;
};
const codes = async (
  env: Record<string, string> = {},
  surroundings: Record<string, string | undefined> = terminal,
  find = browser,
) => {
  const findings = await examine(load(env), find, root, surroundings);
  for (const finding of findings) expect(finding.level === 'ok' || finding.mend !== null, finding.code).toBe(true);
  return findings.filter((finding) => finding.level !== 'ok').map((finding) => finding.code);
};
const withStore = (work: (store: ReturnType<typeof openStore>) => void): void => {
  const store = openStore(load().paths.database);
  work(store);
  store.close();
};
const addSession = (
  name: string,
  change: { provider?: 'openai'; baseUrl?: string; phone?: string; running?: boolean } = {},
): void =>
  withStore((store) => {
    const config = defaultConfig();
    const session = store.sessions.create(
      {
        name: parseSessionName(name),
        label: '',
        engine: 'simulated',
        expectedPhone: change.phone ?? null,
        config: {
          ...config,
          ai: { ...config.ai, provider: change.provider ?? config.ai.provider, baseUrl: change.baseUrl ?? null },
        },
        instructions: null,
        author: 'test',
      },
      1,
    );
    if (change.running === true) store.sessions.change(session.id, { desiredState: 'running' }, 2);
  });

describe('doctor finds', () => {
  test('nothing in a sound fleet', async () => {
    addSession('loja-1');
    expect(await codes()).toEqual([]);
  });
  test('1 a Node that is too old', () => {
    const patient = { env: {}, nodeVersion: '20.1.0', version: '1', loaded: load(), masterRuns: false };
    expect(checkNode(patient).code).toBe('node-old');
  });
  test('2 a locale that is not UTF-8, 3 a terminal without a name', async () => {
    expect(await codes({}, { LANG: 'C' })).toEqual(['locale', 'terminal']);
  });
  test('4 a misspelled setting', async () => {
    load();
    writeFileSync(join(home, 'data', '.env'), 'GEMINI_KYE=abc\n', { mode: 0o600 });
    expect(await codes()).toContain('setting-misspelled');
  });
  test('5 the old assistant', async () =>
    expect(await codes({ OPENAI_ASSISTANT: 'asst_abc' })).toContain('old-assistant'));
  test('6 a chosen AI without its key', async () =>
    expect(await codes({ AI_SELECTED: 'GEMINI' })).toContain('ai-key-missing'));
  test('7 a key that was cut short', async () => expect(await codes({ OPENAI_KEY: 'sk-…' })).toContain('ai-key-shape'));
  test('but neither for an AI service of one’s own, which may want no key or a short one', async () => {
    const own = { AI_SELECTED: 'GPT', OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' };
    expect(await codes(own)).toEqual([]);
    expect(await codes({ ...own, OPENAI_KEY: 'sk-1234' })).toEqual([]);
    expect(await codes({ ...own, OPENAI_KEY: 'sk-…' })).toContain('ai-key-shape');
  });
  test('8 Supabase without its key', async () =>
    expect(await codes({ SUPABASE_URL: 'https://abc.supabase.co' })).toContain('supabase-key-missing'));
  test('a server of the group that has another key, as the last master heard it', async () => {
    const env = { SUPABASE_URL: 'https://abc.supabase.co', FLEET_GROUP_KEY: 'a long secret that all servers share' };
    withStore(({ meta }) => keepOtherKeys(meta, ['vps-2', 'vps-3']));
    expect(await codes(env)).toContain('group-keys');
    expect(await codes({ FLEET_GROUP_KEY: env.FLEET_GROUP_KEY })).not.toContain('group-keys');
    withStore(({ meta }) => keepOtherKeys(meta, []));
    expect(await codes(env)).not.toContain('group-keys');
  });
  test('9 a Supabase key without its address', async () =>
    expect(await codes({ SUPABASE_SERVICE_ROLE_KEY: 'x'.repeat(40) })).toContain('supabase-url-missing'));
  test('10 a time zone that does not exist', async () =>
    expect(await codes({ TZ: 'Brazil/Sampa' })).toContain('time-zone'));
  test('11 links over plain http', async () =>
    expect(await codes({ PUBLIC_URL: 'http://bots.example.com' })).toContain('public-url-plain'));
  test('12 an API open to the world', async () =>
    expect(await codes({ FLEET_HOST: '0.0.0.0' })).toContain('host-open'));
  test('a token that can be guessed', async () => {
    expect(await codes({ FLEET_API_TOKEN: 'segredo' })).toContain('token-short');
    expect(await codes({ FLEET_API_TOKEN: 'segredo-mais-longo' })).toEqual([]);
  });
  test('a pinned page that is not there', async () => {
    expect(await codes({ WHATSAPP_VERSION: '/nowhere/page.html' })).toEqual(['pinned-page-missing']);
    expect(await codes({ WHATSAPP_VERSION: fileURLToPath(import.meta.url) })).toEqual([]);
    expect(await codes({ WHATSAPP_VERSION: '2.3000.1048032155-alpha' })).toEqual([]);
  });
  test('a proxy in front that is not believed', async () => {
    const PUBLIC_URL = 'https://bots.example.com';
    expect(await codes({ PUBLIC_URL })).toEqual(['proxy-not-trusted']);
    for (const TRUST_PROXY of ['1', '2', 'loopback', '172.18.0.0/16'])
      expect(await codes({ PUBLIC_URL, TRUST_PROXY })).toEqual([]);
  });
  test('13 a port among the workers’ ports', async () =>
    expect(await codes({ PORT: '3005' })).toContain('port-overlap'));
  test('14 no browser', async () =>
    expect(
      await codes({}, terminal, () => {
        throw new Error('no browser found');
      }),
    ).toContain('browser-missing'));
  test('15 a browser that does not start', async () => {
    const broken = () => ({ path: join(root, 'nothing'), env: {}, source: 'setting', prepare: async () => undefined });
    expect(await codes({}, terminal, broken)).toContain('browser-broken');
  });
  test('16 too little memory, 17 a full disk', () => {
    const sample = { memoryTotal: 512 * 1_048_576, diskUsed: 95, diskTotal: 100 } as MachineSample;
    expect(checkMachine(sample, 10, root).map((finding) => finding.code)).toEqual(['memory-small', 'disk-full']);
  });
  test('18 a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    try {
      expect(await codes({ PORT: String(typeof address === 'object' ? address?.port : 0) })).toContain('port-busy');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
  test('19 a directory others can look into, 20 a secret others can read', async () => {
    const { paths } = load();
    writeFileSync(paths.envFile, 'LOG_LEVEL=info\n', { mode: 0o644 });
    chmodSync(paths.envFile, 0o644);
    expect(await codes()).toContain('secret-open');
    const findings = await (async () => {
      const loaded = load();
      chmodSync(paths.tokens, 0o755);
      return examine(loaded, browser, root, terminal);
    })();
    expect(findings.map((finding) => finding.code)).toContain('too-open');
  });
  test('21 a database that is none', async () => {
    writeFileSync(load().paths.database, 'not a database, but long enough to look like one'.repeat(50));
    expect(await codes()).toContain('database');
  });
  test('22 a database from the future', async () => {
    withStore((store) => store.database.run('PRAGMA user_version = 999'));
    expect(await codes()).toContain('database');
  });
  test('23 a session without a key, 24 a number twice, 25 no master for a session that should run', async () => {
    addSession('loja-1', { provider: 'openai', phone: '5511987654321' });
    addSession('loja-2', { phone: '5511987654321', running: true });
    expect((await codes()).sort()).toEqual(['master-down', 'phone-twice', 'session-key-missing']);
  });
  test('but no session whose own key or own service serves it', async () => {
    addSession('loja-1', { provider: 'openai' });
    addSession('loja-2', { provider: 'openai', baseUrl: 'http://127.0.0.1:11434/v1' });
    withStore((store) => {
      const session = store.sessions.get(parseSessionName('loja-1'));
      writeAiKey(load().paths, session?.id ?? '', 'sk-own');
    });
    expect(await codes()).toEqual([]);
  });
  test('26 a configuration that is not valid any more', async () => {
    addSession('loja-1');
    withStore((store) => store.database.run(`UPDATE sessions SET timing_config = '{"quietMs":-5}'`));
    expect(await codes()).toContain('session-config');
  });
  test('27 more sessions than MAX_SESSIONS', async () => {
    addSession('loja-1', { running: true });
    addSession('loja-2', { running: true });
    expect(await codes({ MAX_SESSIONS: '1' })).toContain('too-many');
  });
  test('28 a login that belongs to nobody', async () => {
    addSession('loja-1');
    mkdirSync(profileDir(load().paths, parseSessionName('gone-shop')), { recursive: true });
    expect(await codes()).toContain('profile-left');
  });
  test('29 a socket without a master', async () => {
    writeFileSync(load().paths.socket, '');
    expect(await codes()).toContain('socket-left');
  });
  test('30 a browser without a worker', async () => {
    addSession('loja-1');
    const profile = profileDir(load().paths, parseSessionName('loja-1'));
    mkdirSync(profile, { recursive: true });
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', `--user-data-dir=${profile}`], {
      argv0: 'chrome',
      stdio: 'ignore',
    });
    try {
      expect(await codes()).toContain('orphan-browser');
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  });

  test('31 a limit of open files that is too low for the sessions, or for any', () => {
    const found = (limit: number | null, sessions: number) =>
      checkDescriptors(limit, sessions).map(({ code, level }) => `${code} ${level}`);
    expect(found(1024, 10)).toEqual(['descriptors ok']);
    expect(found(144, 10)).toEqual(['descriptors ok']);
    expect(found(143, 10)).toEqual(['descriptors warn']);
    expect(found(71, 10)).toEqual(['descriptors bad']);
    expect(found(Number.POSITIVE_INFINITY, 1000)).toEqual(['descriptors ok']);
    // No /proc: nothing is said.
    expect(found(null, 10)).toEqual([]);
  });
  test('32 a master without a socket, and nobody else is blamed for its port', async () => {
    const { paths } = load();
    const lock = tryLock(masterLock(paths));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const found = await codes({ PORT: String(port) });
    lock?.release();
    expect(found).toContain('socket-gone');
    expect(found).not.toContain('port-busy');
    expect(await codes({ PORT: String(port) })).toContain('port-busy');
    await new Promise((resolve) => server.close(resolve));
  });
});
