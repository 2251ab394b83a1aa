import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { qrLines } from '../../../src/qr/qr-text.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';
import { writeToolSecret } from '../../../src/settings/tool-secrets.ts';
import { createReplicaStore } from '../../../src/store/replica/replica-store.ts';
import { runSession } from '../../../workers/run-session.ts';
import { trySession } from '../../../workers/try-session.ts';
import { startOpenAiService } from '../../ai-services/openai-service.ts';
import { until } from '../../support/until.ts';
import { startToolServer } from '../../tools/tool-server.ts';
import { agenda } from '../conversation/pipeline-support.ts';
import { openWorkerHome, type WorkerHome } from './forked-worker.ts';

let home: WorkerHome;
beforeEach(() => {
  home = openWorkerHome();
});
afterEach(async () => {
  expect(await home.close()).toBe(0);
});

const output = () => {
  let text = '';
  return {
    write: (more: string) => {
      text += more;
      return true;
    },
    text: () => text,
  };
};
const loaded = () => loadSettings({ env: { FLEET_HOME: home.paths.home }, cwd: home.paths.home });

describe('run', () => {
  it('runs one session in the foreground: QR, states, what is said; ends when asked', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual' } });
    const stdout = output();
    const controller = new AbortController();
    const { settings, secrets, paths } = loaded();
    const running = runSession({
      paths,
      settings,
      secrets,
      name: 'loja-1',
      stdout,
      signal: controller.signal,
      colour: true,
    });
    await until(() => stdout.text().includes('Linked devices'), { what: 'the QR' });
    expect(stdout.text()).toContain(qrLines('x', { colour: true })[0]?.slice(0, 20) ?? '?');
    const phone = await home.phone(session);
    await phone.ask({ do: 'scan', phone: '5511987654321' });
    await until(() => /connected +11 98765-4321/.test(stdout.text()), { what: 'the connection' });
    expect(home.store.sessions.byId(session.id)?.state).toBe('connected');
    const chatId = '5511912345678@c.us';
    await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'oi \u001b[31mvocês\u001b[0m', pushName: 'Ana' }] });
    await until(() => stdout.text().includes('> Ana: '), { what: 'the answer' });
    expect(stdout.text()).toContain('< Ana: oi vocês');
    await expect(runSession({ paths, settings, secrets, name: 'loja-1', stdout: output() })).rejects.toMatchObject({
      code: 'refused-by-state',
    });
    phone.close();
    controller.abort();
    expect(await running).toBe(0);
    expect(stdout.text()).toContain('loja-1 stopped');
    expect(home.store.sessions.byId(session.id)?.state).toBe('stopped');
    expect(home.isProfileLocked(session)).toBe(false);
  });

  it('builds the session anew when its page dies', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const stdout = output();
    const controller = new AbortController();
    const { settings, secrets, paths } = loaded();
    const running = runSession({ paths, settings, secrets, name: 'loja-1', stdout, signal: controller.signal });
    await until(() => stdout.text().includes('connected'), { what: 'the connection' });
    const phone = await home.phone(session);
    await phone.ask({ do: 'break', reason: 'page-crashed' });
    await until(() => stdout.text().includes('next try in 3 s'), { what: 'the pause' });
    phone.close();
    controller.abort();
    expect(await running).toBe(0);
  });

  it('is refused where another server could take the session meanwhile, and runs where none can', async () => {
    const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
    const env = {
      FLEET_HOME: home.paths.home,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_x',
    };
    const { settings, secrets, paths } = loadSettings({ env, cwd: home.paths.home });
    const replica = createReplicaStore(home.store);
    replica.setState('others', '1');
    const run = (stdout = output(), signal = new AbortController().signal) =>
      runSession({ paths, settings, secrets, name: 'loja-1', stdout, signal });
    await expect(run()).rejects.toMatchObject({
      code: 'refused-by-state',
      message: expect.stringMatching(/other servers share this Supabase.*zap-fleet start loja-1$/),
    });
    expect(home.isProfileLocked(session)).toBe(false);

    replica.setState('others', '0');
    const stdout = output();
    const controller = new AbortController();
    const running = run(stdout, controller.signal);
    await until(() => stdout.text().includes('connected'), { what: 'the connection' });
    controller.abort();
    expect(await running).toBe(0);
  });

  it('says that there is no such session', async () => {
    const { settings, secrets, paths } = loaded();
    await expect(runSession({ paths, settings, secrets, name: 'nada', stdout: output() })).rejects.toMatchObject({
      code: 'no-such-session',
    });
  });
});

describe('try', () => {
  it('answers one text with this session’s AI, splitting and rhythm, and touches no history', async () => {
    const session = home.addSession('loja-1', { timing: { partLength: 40 } });
    home.store.sessions.addInstructions(session.id, 'Responda {{nada}}.', 'test', Date.now());
    const stdout = output();
    const text = 'Abrimos às oito da manhã todos os dias. Fechamos às seis da tarde, menos no domingo.';
    const { settings, secrets, paths } = loaded();
    const code = await trySession({
      paths,
      settings,
      secrets,
      name: 'loja-1',
      text,
      fast: true,
      stdout,
      stdin: new PassThrough(),
    });
    expect(code).toBe(0);
    const shown = stdout.text();
    expect(shown.match(/^bot> /gm)?.length).toBe(2);
    expect(shown).toContain('echo answered in');
    expect(shown).toMatch(/\d+ tokens in, \d+ out, US\$ 0\.00000/);
    expect(shown).toContain('{{nada}}');
    expect(home.store.database.get('SELECT count(*) AS n FROM messages')).toEqual({ n: 0 });
    expect(home.store.database.get('SELECT count(*) AS n FROM turns')).toEqual({ n: 0 });
    // The money is the session's all the same.
    expect(home.store.usage.list({ sessionId: session.id, fromDay: '2026-01-01' })).toMatchObject([
      { provider: 'echo', calls: 1 },
    ]);
  });

  it('talks line by line, and says why there is no answer', async () => {
    home.addSession('loja-1');
    home.addSession('muda', { ai: { provider: 'openai' } });
    const { settings, secrets, paths } = loaded();
    const talk = async (name: string, lines: string): Promise<string> => {
      const stdin = new PassThrough();
      const stdout = output();
      const running = trySession({ paths, settings, secrets, name, fast: true, stdout, stdin });
      stdin.end(lines);
      expect(await running).toBe(0);
      return stdout.text();
    };
    expect(await talk('loja-1', 'oi\ntudo bem?\n/quit\nmais\n')).toMatch(/bot> oi[\s\S]*bot> tudo bem\?/);
    expect(await talk('muda', 'oi\n')).toContain('no key for openai');
  });

  it('tells by which API the service was reached, with the session’s own address', async () => {
    const service = await startOpenAiService();
    try {
      service.serve(['/chat/completions'], 'text');
      home.addSession('loja-1', { ai: { provider: 'openai', baseUrl: service.baseUrl } });
      const { settings, paths } = loaded();
      const stdout = output();
      const asked = { paths, settings, secrets: { OPENAI_KEY: 'sk-fleet' }, name: 'loja-1', text: 'oi', fast: true };
      expect(await trySession({ ...asked, stdout, stdin: new PassThrough() })).toBe(0);
      expect(stdout.text()).toContain('(the AI service speaks chat completions, found by itself)');
      expect(stdout.text()).toContain('bot> echo: oi');
      // The fleet's key is not for an address that a session names.
      expect(service.requests.map(({ headers }) => headers['authorization'])).toEqual([undefined]);

      const summary = 'Ana quer nota fiscal.\nJá pagou.';
      service.script({
        kind: 'tool',
        name: 'ask_for_a_person',
        arguments: JSON.stringify({ reason: 'nota fiscal', summary }),
      });
      const other = output();
      expect(await trySession({ ...asked, stdout: other, stdin: new PassThrough() })).toBe(0);
      expect(other.text()).toContain('the AI asks for a person: nota fiscal.');
      expect(other.text()).toContain('     Ana quer nota fiscal.\n     Já pagou.\n');

      service.serve([]);
      const lost = output();
      expect(await trySession({ ...asked, stdout: lost, stdin: new PassThrough() })).toBe(1);
      expect(lost.text()).toMatch(/no answer: .* has no \/responses and no \/chat\/completions .*ai_config\.baseUrl/);
      expect(lost.text()).not.toContain('speaks');
    } finally {
      await service.close();
    }
  });

  it('joins what is typed within the quiet time', async () => {
    home.addSession('loja-1', { timing: { quietMs: 40 } });
    const { settings, secrets, paths } = loaded();
    const stdin = new PassThrough();
    const stdout = output();
    const running = trySession({ paths, settings, secrets, name: 'loja-1', stdout, stdin });
    stdin.write('oi\n');
    stdin.write('quanto custa?\n');
    await until(() => stdout.text().includes('answered in'), { what: 'the answer' });
    expect(stdout.text()).toMatch(/bot> oi\n {5}quanto custa\?/);
    stdin.end();
    expect(await running).toBe(0);
  });

  it('shows the calls of tools and makes none, but what is asked for', async () => {
    const [service, server] = await Promise.all([startOpenAiService(), startToolServer()]);
    try {
      service.serve(['/chat/completions'], 'text');
      const session = home.addSession('loja-1', { ai: { provider: 'openai', baseUrl: service.baseUrl } });
      const { settings, secrets, paths } = loaded();
      const at = { url: `${server.url}/book`, allowHosts: ['127.0.0.1'] };
      const free = { ...agenda, ...at, name: 'livres', onlyReads: true, isIdempotent: true };
      for (const tool of [{ ...agenda, ...at }, free]) {
        home.store.tools.put(session.id, tool, 'you', Date.now());
        writeToolSecret(paths, session.id, tool.name, { host: '127.0.0.1', secret: 'whsec_c2VjcmV0c2VjcmV0' });
      }
      const answers = async (calls: { real: 'none' | 'reads' | 'all'; stubs?: Record<string, string> }) => {
        service.script(
          { kind: 'tool', name: 'livres', arguments: '{"day":"sexta"}' },
          { kind: 'tool', name: 'agenda', arguments: '{"day":"sexta","time":"10; 11"}' },
          { kind: 'answer', text: 'Agendei para sexta.' },
        );
        const stdout = output();
        const asked = { paths, settings, secrets, name: 'loja-1', text: 'sexta às 10h', fast: true, stdout };
        const { stubs = {} } = calls;
        expect(await trySession({ ...asked, calls: { ...calls, stubs }, stdin: new PassThrough() })).toBe(0);
        return stdout.text();
      };

      const stubs = { livres: '{"free":["10:00"]}', agenda: '{"booked":false}' };
      const none = await answers({ real: 'none', stubs });
      expect(server.received).toEqual([]);
      expect(none).toContain('none of them is called in this test');
      expect(none).toContain(
        'would have called livres({"day":"sexta"}); nothing was called, the AI was told: {"free":["10:00"]}',
      );
      expect(none).toContain('would have called agenda({"day":"sexta","time":"10; 11"}); nothing was called');
      // What its stub says was not booked may not be claimed.
      expect(none).toContain('this answer says "agendei", and no tool did it: no customer gets it');
      expect(JSON.stringify(service.requests.at(-1)?.body)).toContain('10:00');

      const reads = await answers({ real: 'reads' });
      expect(server.received.map(({ body }) => JSON.parse(body))).toMatchObject([{ tool: 'livres', customer: null }]);
      expect(reads).toContain('called livres({"day":"sexta"}) for real; it answered: {"booked":true}');
      expect(reads).toContain('would have called agenda(');
      expect(reads).not.toContain('this answer says');

      expect(await answers({ real: 'all' })).toContain('called agenda({"day":"sexta","time":"10; 11"}) for real');
      expect(server.received).toHaveLength(3);
      expect(home.store.database.get('SELECT count(*) AS n FROM tool_calls')).toEqual({ n: 0 });
      const asked = { paths, settings, secrets, name: 'loja-1', text: 'oi', fast: true, stdout: output() };
      const calls = { real: 'none', stubs: { ajenda: '{}' } } as const;
      await expect(trySession({ ...asked, calls, stdin: new PassThrough() })).rejects.toThrow(
        'loja-1 has no tool ajenda',
      );
    } finally {
      await Promise.all([service.close(), server.close()]);
    }
  });
});
