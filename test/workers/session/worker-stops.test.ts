import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workerExitOf, workerExits } from '../../../src/protocol/worker-exit.ts';
import { writeSecrets } from '../../../src/settings/secrets-file.ts';
import { openPhoneRecord } from '../../../workers/whatsapp/simulated/phone-record.ts';
import { until } from '../../support/until.ts';
import { openWorkerHome, type WorkerHome } from './forked-worker.ts';

let home: WorkerHome;
beforeEach(() => {
  home = openWorkerHome();
});
afterEach(async () => {
  expect(await home.close()).toBe(0);
});

const chatId = '5511912345678@c.us';
const key = 'sk-test-0123456789abcdef';

/** An AI service that takes the question and never answers. */
const silentService = async (): Promise<{ server: Server; url: string; asked: () => number }> => {
  let asked = 0;
  const server = createServer((request) => {
    asked += 1;
    request.resume();
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return { server, url: `http://127.0.0.1:${port}/v1`, asked: () => asked };
};

it('stops in time while the AI still thinks, keeps the message waiting, and answers it in the next life', async () => {
  const service = await silentService();
  writeSecrets(home.paths.secretsFile, { OPENAI_KEY: key });
  const session = home.addSession('loja-1', {
    phone: { scenario: 'manual', script: { linked: true } },
    ai: { provider: 'openai' },
  });
  const worker = home.start(session, { env: { OPENAI_BASE_URL: service.url } });
  await worker.state('connected');
  const phone = await home.phone(session);
  await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'oi' }] });
  await until(() => service.asked() > 0, { what: 'the question to the AI' });
  phone.close();
  worker.child.kill('SIGTERM');
  const end = await worker.exited(8000);
  expect(end).toMatchObject({ code: 0 });
  service.server.closeAllConnections();
  service.server.close();
  const pending = () =>
    home.store.database.get<{ n: number }>("SELECT count(*) AS n FROM messages WHERE outcome = 'pending'")?.n;
  expect(pending()).toBe(1);
  expect(readFileSync(join(home.paths.logs, 'loja-1.log'), 'utf8')).not.toContain(key);

  // The operator changes the AI while it runs: no restart.
  const again = home.start(session, { env: { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' } });
  await again.state('connected');
  const stored = home.store.sessions.byId(session.id);
  if (stored === null) throw new Error('the session is gone');
  home.store.sessions.change(
    session.id,
    { config: { ...stored.config, ai: { ...stored.config.ai, provider: 'echo' } } },
    Date.now(),
  );
  await again.ask({ command: 'wake' });
  await until(() => pending() === 0, { within: 20_000, what: 'the answer' });
  const record = openPhoneRecord(home.profile(session));
  expect(record.sent().map(({ text }) => text)).toEqual(['oi']);
  record.close();
  again.child.kill('SIGTERM');
  expect(await again.exited(8000)).toMatchObject({ code: 0 });
});

it('tells of an AI that refuses, and is hurried by a second signal', async () => {
  const session = home.addSession('loja-1', {
    phone: { scenario: 'manual', script: { linked: true, sendDeadlineMs: 60_000 } },
    ai: { provider: 'openai' },
  });
  const worker = home.start(session);
  await worker.state('connected');
  const phone = await home.phone(session);
  await phone.ask({ do: 'deliver', messages: [{ chatId, text: 'oi' }] });
  const refused = await until(
    () => {
      const activity = worker.last('zap:activity');
      return activity?.ai.status === 'bad' ? activity : undefined;
    },
    { what: 'the bad light' },
  );
  expect(refused.ai.reason).toContain('OPENAI_KEY');

  // A send that never comes back holds the drain; a second signal does not wait for it.
  const stored = home.store.sessions.byId(session.id);
  if (stored === null) throw new Error('the session is gone');
  home.store.sessions.change(
    session.id,
    { config: { ...stored.config, ai: { ...stored.config.ai, provider: 'echo' } } },
    Date.now(),
  );
  await phone.ask({ do: 'send-faults', faults: ['hold'] });
  await worker.ask({ command: 'wake' });
  const held = (): number => {
    const record = openPhoneRecord(home.profile(session));
    const count = record.held().length;
    record.close();
    return count;
  };
  await until(() => held() === 1, { what: 'the held send' });
  phone.close();
  worker.child.kill('SIGTERM');
  worker.child.kill('SIGINT');
  expect(await worker.exited(8000)).toMatchObject({ code: 0 });
});

it('stops while its phone still starts', async () => {
  const session = home.addSession('loja-1', {
    phone: { scenario: 'manual', script: { startMs: [60_000, 60_000] } },
  });
  const worker = home.start(session);
  await worker.state('starting');
  await home.phone(session).then((phone) => phone.close());
  worker.child.kill('SIGTERM');
  expect(await worker.exited(8000)).toMatchObject({ code: 0 });
  expect(home.isProfileLocked(session)).toBe(false);
});

it('says in its exit code that the database is of a newer version, or that its environment is not whole', async () => {
  const session = home.addSession('loja-1', { phone: { scenario: 'manual' } });
  home.store.close();
  const database = new DatabaseSync(home.paths.database);
  database.exec('PRAGMA user_version = 999');
  database.close();
  const worker = home.start(session);
  expect(await worker.exited()).toMatchObject({ code: workerExits['store-unusable'].code });
  expect(worker.stderr()).toContain('newer zap-fleet');
  const wrong = home.start(session, { env: { ZAP_PORT: 'x' } });
  expect(await wrong.exited()).toMatchObject({ code: workerExits['wrong-start'].code });
  expect(wrong.stderr()).toContain('ZAP_PORT');
});

it.each([
  ['an error', 'setTimeout(()=>{throw(new(Error)("boom"))},900)'],
  ['a rejection', 'setTimeout(()=>Promise.reject(new(Error)("boom")),900)'],
])('logs %s that nobody expected, closes its phone and exits 1', async (_what, fault) => {
  const session = home.addSession('loja-1', { phone: { scenario: 'manual', script: { linked: true } } });
  const worker = home.start(session, { env: { NODE_OPTIONS: `--import=data:text/javascript,${fault}` } });
  expect(await worker.exited()).toMatchObject({ code: workerExits.crashed.code });
  expect(readFileSync(join(home.paths.logs, 'loja-1.log'), 'utf8')).toContain('boom');
  expect(home.isProfileLocked(session)).toBe(false);
});

it('has one exit for every code', () => {
  const codes = Object.values(workerExits).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(workerExitOf(15)).toBe('broken');
  expect(workerExitOf(139)).toBeNull();
  expect(workerExitOf(null)).toBeNull();
});
