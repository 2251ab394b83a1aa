import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Tool } from '../../../src/session/tool.ts';
import { writeSecrets } from '../../../src/settings/secrets-file.ts';
import { writeToolSecret } from '../../../src/settings/tool-secrets.ts';
import { startOpenAiService } from '../../ai-services/openai-service.ts';
import type { AiService } from '../../ai-services/script.ts';
import { until } from '../../support/until.ts';
import { sendJson, startToolServer, type ToolServer } from '../../tools/tool-server.ts';
import { agenda } from '../conversation/pipeline-support.ts';
import { openWorkerHome, type WorkerHome } from './forked-worker.ts';

let home: WorkerHome;
let ai: AiService;
let server: ToolServer;
beforeEach(async () => {
  home = openWorkerHome();
  [ai, server] = await Promise.all([startOpenAiService(), startToolServer()]);
});
afterEach(async () => {
  await Promise.all([ai.close(), server.close()]);
  expect(await home.close()).toBe(0);
});

const chatId = '5511912345678@c.us';

/** A real worker whose model books; it is killed while the tool has the call, and started again. */
const killInCall = async (more: Partial<Tool>, answer: (path: string, response: ServerResponse) => void) => {
  const { paths, store } = home;
  writeSecrets(paths.secretsFile, { OPENAI_KEY: 'sk-test' });
  const session = home.addSession('loja-1', {
    ai: { provider: 'openai' },
    phone: { scenario: 'manual', script: { linked: true } },
  });
  const tool = { ...agenda, url: `${server.url}/book`, allowHosts: ['127.0.0.1'], ...more };
  store.tools.put(session.id, tool, 'you', Date.now());
  writeToolSecret(paths, session.id, tool.name, { host: '127.0.0.1', secret: 'whsec_c2VjcmV0c2VjcmV0' });
  ai.script({ kind: 'tool', name: 'agenda', arguments: '{"day":"sexta"}' });
  ai.always({ kind: 'answer', text: 'Agendei para sexta.' });
  // The first call is heard and never answered.
  server.answer = ({ path }, response) => {
    if (server.received.length > 1) answer(path, response);
  };

  const env = { OPENAI_BASE_URL: ai.baseUrl };
  const first = home.start(session, { env });
  await first.state('connected');
  const phone = await home.phone(session);
  await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'marca sexta pra mim' }] });
  await until(() => server.received.length === 1, { what: 'the call' });
  phone.close();
  first.child.kill('SIGKILL');
  await first.exited();

  const second = home.start(session, { env });
  await second.state('connected');
  const outcome = await until(
    () => {
      const row = store.database.get<{ outcome: string }>("SELECT outcome FROM messages WHERE sender = 'customer'");
      return row?.outcome === 'pending' ? undefined : row?.outcome;
    },
    { within: 20_000, what: 'what became of the message' },
  );
  second.child.kill('SIGTERM');
  expect(await second.exited(8000)).toMatchObject({ code: 0 });
  const said = store.database.all<{ text: string; actor: string }>('SELECT text, actor FROM outbox ORDER BY id');
  const calls = store.database.all<{ state: string }>('SELECT state FROM tool_calls').map(({ state }) => state);
  return { outcome, calls, said: said.map(({ text }) => text) };
};

it('a worker killed in a call that nobody can ask about makes it no second time: a person is asked for', async () => {
  const { outcome, calls, said } = await killInCall({}, (_, response) => sendJson(response, 200, { booked: true }));
  expect(server.received.map(({ path }) => path)).toEqual(['/book']);
  expect(calls).toEqual(['unknown']);
  expect(outcome).toBe('held');
  expect(said.join('\n')).not.toContain('Agendei');
});

it('one that can be asked about is looked up by its key, and the customer is told once what was done', async () => {
  const { outcome, calls, said } = await killInCall({ lookupUrl: `${server.url}/calls/{key}` }, (_, response) =>
    sendJson(response, 200, { booked: true, code: 'A7' }),
  );
  const [made, asked, ...more] = server.received;
  expect(more).toEqual([]);
  expect(asked).toMatchObject({ method: 'GET', path: `/calls/${made?.headers['idempotency-key']}` });
  expect(calls).toEqual(['ok']);
  expect({ outcome, said }).toEqual({ outcome: 'answered', said: ['Agendei para sexta.'] });
});
