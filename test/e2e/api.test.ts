import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { HookLine } from '../../src/session/hook.ts';
import { findBrowser } from '../../workers/whatsapp/browser.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { openPhoneRecord } from '../../workers/whatsapp/simulated/phone-record.ts';
import { readQr } from '../http/read-qr.ts';
import { type ApiClient, createApiClient } from '../support/api-client.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { testBrowserDirectory } from '../whatsapp-web/test-browser.ts';

/** A headless fleet of the built program, driven over HTTP alone: the typed client, the client's link in a real Chromium, metrics, WebSocket. */

const name = 'studio-bela';
const other = 'padaria-joao';
const phone = '5511987654321';

let fleet: BuiltFleet;
let browser: Browser;
let profile: string;
let url: string;
let token: string;
let api: ApiClient;
let page: Page;

const bearer = () => ({ authorization: `Bearer ${token}` });
const stateOf = async (session: string): Promise<string> =>
  (await api.call('getSession', { params: { name: session } })).session.state;
const phoneOf = (session: string) => controlPhone(join(fleet.paths.tokens, session));
const text = (): Promise<string> => page.evaluate('document.body.innerText') as Promise<string>;
const qrOnPage = async (): Promise<string | null> => {
  const image = await page.$('img.qr');
  return image === null ? null : readQr(Buffer.from(await image.screenshot()));
};

beforeAll(async () => {
  const found = findBrowser({ unpackDirectory: testBrowserDirectory, env: { PATH: process.env['PATH'] } });
  await found.prepare();
  profile = mkdtempSync(join(tmpdir(), 'zf-api-'));
  browser = await puppeteer.launch({
    executablePath: found.path,
    args: [...found.args],
    env: { ...found.env },
    headless: found.kind === 'chrome' ? true : 'shell',
    userDataDir: profile,
  });
  page = await browser.newPage();
  await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  fleet = builtFleet();
  for (const session of [name, other]) {
    mkdirSync(join(fleet.paths.tokens, session), { recursive: true, mode: 0o700 });
    writeFileSync(join(fleet.paths.tokens, session, 'simulated.json'), '{"scenario":"manual"}');
  }
}, 120_000);
afterAll(async () => {
  const child = browser?.process();
  await browser?.close();
  await fleet.end();
  await until(() => child === null || child.exitCode !== null || child.signalCode !== null, {
    what: 'the browser to end',
  });
  rmSync(profile, { recursive: true, force: true });
}, 60_000);

test('the token is made on the first start; the API opens with it and with nothing else', async () => {
  await fleet.run('create', other, '--engine', 'simulated', '--ai', 'echo');
  token = (await fleet.run('token')).stdout.trim();
  url = await until(async () => (await fleet.json<{ apiUrl: string | null }>('master', 'status')).apiUrl, {
    what: 'the API',
  });
  api = createApiClient({ url, token });
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await fetch(`${url}/api/sessions`)).status).toBe(401);
  expect((await fetch(`${url}/api/sessions`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  expect((await api.call('listSessions')).sessions.map((row) => row.name)).toEqual([other]);
});

test('a session is made, started and its QR read over HTTP', async () => {
  await api.call('createSession', { body: { name, engine: 'simulated', ai: 'echo', start: true } });
  await until(async () => (await stateOf(name)) === 'qr', { within: 20_000, what: 'a QR' });
  const codes = await api.call('getCodes', { params: { name } });
  const png = await fetch(`${url}/api/sessions/${name}/qr`, { headers: { ...bearer(), accept: 'image/png' } });
  expect(readQr(Buffer.from(await png.arrayBuffer()))).toBe(codes.qr?.payload);
});

test("the client's link shows this session's live QR in a real Chromium, follows to connected, and then ends", async () => {
  const { stdout } = await fleet.run('link', name);
  const link = stdout.split('\n')[0] ?? '';
  expect(link.startsWith(`${url}/link/`)).toBe(true);
  await page.goto(link);
  const shown = await until(qrOnPage, { what: 'the QR on the page' });
  expect(shown).toBe((await api.call('getCodes', { params: { name } })).qr?.payload);
  expect(await text()).not.toContain(other);
  const hand = await phoneOf(name);
  await hand.ask({ do: 'scan', phone });
  hand.close();
  await until(async () => /Connected|Conectado/.test(await text()), { within: 20_000, what: 'the page to say so' });
  await until(async () => (await stateOf(name)) === 'connected', { within: 20_000, what: 'connected' });
  expect((await fleet.run('link', name)).code).toBe(4);
});

test('changes come over the WebSocket, a message in is answered, and both are counted', async () => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events`, { headers: bearer() });
  const seen: string[] = [];
  socket.on('message', (data) => seen.push(String(data)));
  await until(() => seen.length > 0, { what: 'the snapshot' });
  const before = seen.length;
  for (const [key, value] of [
    ['quietMs', 200],
    ['readingDelayMs', 0],
  ] as const)
    await api.call('changeSession', { params: { name }, body: { timing_config: { [key]: value } } });
  const hand = await phoneOf(name);
  await hand.ask({ do: 'deliver', messages: [{ chatId: '5521912345678@c.us', text: 'oi', phone: '5521912345678' }] });
  hand.close();
  await until(
    async () => {
      const response = await fetch(`${url}/metrics`, { headers: bearer() });
      const lines = (await response.text()).split('\n');
      return ['in', 'out'].every((direction) =>
        lines.includes(`zapfleet_session_messages_total{session="${name}",direction="${direction}"} 1`),
      );
    },
    { within: 30_000, every: 250, what: 'one message in and one out in the metrics' },
  );
  expect(seen.length).toBeGreaterThan(before);
  socket.close();
});

test('a new token ends the old one at once, without touching a session', async () => {
  const old = token;
  const pid = (await fleet.row(name)).pid;
  token = (await fleet.run('token', '--rotate')).stdout.trim();
  expect(token).not.toBe(old);
  api = createApiClient({ url, token });
  expect((await fetch(`${url}/api/sessions`, { headers: { authorization: `Bearer ${old}` } })).status).toBe(401);
  expect((await fetch(`${url}/api/sessions`, { headers: bearer() })).status).toBe(200);
  expect((await fleet.row(name)).pid).toBe(pid);
});

test('the token that is printed is the running fleet’s, though its settings name another by now', async () => {
  const file = join(fleet.paths.data, '.env');
  writeFileSync(file, 'FLEET_API_TOKEN=not-read-by-anybody-yet\n', { mode: 0o600 });
  try {
    const { stdout, stderr } = await fleet.run('token');
    expect(stdout.trim()).toBe(token);
    expect(stderr).toMatch(/FLEET_API_TOKEN is set to another one here .*master stop --keep-sessions/);
    expect((await fetch(`${url}/api/sessions`, { headers: bearer() })).status).toBe(200);
  } finally {
    rmSync(file);
  }
});

test('requests of every bad kind at once leave API, master and sessions as they were', async () => {
  const pid = (await fleet.row(name)).pid;
  const bad = [
    '/api/sessions/..%2f..%2fetc%2fpasswd/logs',
    '/api/sessions/%00/start',
    '/api/sessions/%E2%80%AEevil/qr',
    `/api/sessions/${'x'.repeat(5000)}`,
    '/api/sessions?limit=NaN&__proto__=1',
    '/link/../../data/api-token',
    '/link/%5C..%5C',
    '/assets/..%2f..%2fpackage.json',
  ];
  const codes = new Set<number>();
  const ask = async (path: string, body: string): Promise<void> => {
    const response = await fetch(url + path, {
      method: path.endsWith('start') ? 'POST' : 'GET',
      headers: { ...bearer(), 'content-type': 'application/json' },
      ...(path.endsWith('start') ? { body } : {}),
    });
    codes.add(response.status);
    const answer = await response.text();
    expect(answer).not.toMatch(/root:x:|\bat .*\.(?:js|ts):\d+|zap-fleet",/);
  };
  for (let round = 0; round < 25; round += 1)
    await Promise.all(bad.map((path, index) => ask(path, '{"a":'.repeat(index * 50))));
  for (const code of codes) expect(code).toBeLessThan(500);
  expect(codes.has(200)).toBe(false);
  expect(await fleet.row(name)).toMatchObject({ state: 'connected', pid });
});

const sentTexts = (): readonly string[] => {
  const record = openPhoneRecord(join(fleet.paths.tokens, name));
  try {
    return record.sent().map((sent) => sent.text);
  } finally {
    record.close();
  }
};
const customerWrites = async (chat: string, words: string): Promise<void> => {
  const hand = await phoneOf(name);
  await hand.ask({ do: 'deliver', messages: [{ chatId: `${chat}@c.us`, text: words, phone: chat }] });
  hand.close();
};
const answeredWith = (words: string): Promise<unknown> =>
  until(() => sentTexts().find((each) => each.includes(words)), { within: 60_000, what: `an answer with ${words}` });

test('the example of a brain answers at once and later, and asks for a person', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const brain = spawn(process.execPath, [resolve(import.meta.dirname, '../../docs/examples/brain.mjs'), '0'], {
    env: { SECRET: secret, TOKEN: token, FLEET: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<string>((done) =>
      brain.stdout.once('data', (text) => done(String(text).split(' ')[1] ?? '')),
    );
    await api.call('changeSession', {
      params: { name },
      body: { ai_key: secret, ai_config: { provider: 'webhook', baseUrl: `http://127.0.0.1:${port.trim()}` } },
    });
    await customerWrites('5521912340001', 'Abrem hoje?');
    await answeredWith('Você escreveu: Abrem hoje?');
    await customerWrites('5521912340002', 'Responda depois');
    await answeredWith('Você escreveu: Responda depois');
    await customerWrites('5521912340003', 'Quero um atendente');
    const why = await until(
      async () => {
        const { stdout } = await fleet.run('why', name, '--lines', '3');
        return stdout.includes('asks for a person') ? stdout : null;
      },
      { within: 30_000, what: 'a person asked for' },
    );
    expect(why).toContain('webhook');
  } finally {
    brain.kill();
  }
});

test('an answer that comes while the worker is dead is sent by the next one, once, and nobody is asked again', async () => {
  const questions: { turn: string; answer: { path: string } }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      questions.push(JSON.parse(Buffer.concat(parts).toString()) as (typeof questions)[number]);
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    await api.call('changeSession', { params: { name }, body: { ai_config: { provider: 'webhook', baseUrl } } });
    await customerWrites('5521912340004', 'Tem bolo?');
    const question = await until(() => questions[0], { within: 30_000, what: 'the question' });
    const { pid } = await fleet.row(name);
    process.kill(pid ?? 0, 'SIGKILL');

    const tell = (text: string) => api.call('answerTurn', { params: { name, turn: question.turn }, body: { text } });
    expect(await tell('Temos, de cenoura.')).toEqual({ isNew: true });
    expect(await tell('Temos dois.')).toEqual({ isNew: false });
    await answeredWith('Temos, de cenoura.');
    expect(sentTexts().filter((each) => /Temos/.test(each))).toEqual(['Temos, de cenoura.']);
    expect(questions).toHaveLength(1);
    await expect(
      api.call('answerTurn', { params: { name, turn: 'f'.repeat(32) }, body: { text: 'x' } }),
    ).rejects.toThrow(/waits/);
    await expect(api.call('answerTurn', { params: { name, turn: question.turn }, body: {} })).rejects.toThrow(/one of/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('the example of a receiver is told what happens, in order, also what happened before a master died under it', async () => {
  await api.call('changeSession', { params: { name }, body: { ai_config: { provider: 'echo' } } });
  const port = await freePort();
  const add = [
    'hook',
    'add',
    name,
    'crm',
    '--url',
    `http://127.0.0.1:${port}/in`,
    '--events',
    'message.received,message.answered',
  ];
  expect((await fleet.run(...add)).stderr).toMatch(/--allow-host 127\.0\.0\.1/);
  const secret = /whsec_\S+/.exec((await fleet.run(...add, '--allow-host', '127.0.0.1')).stdout)?.[0] ?? '';
  await customerWrites('5521912340005', 'Chegou?');
  const hooks = () => fleet.json<HookLine[]>('hook', 'ls', name);
  // What waits is counted when it happens; why, once the receiver was asked.
  await until(
    async () => {
      const [hook] = await hooks();
      return hook?.waiting === 2 && /did not take it/.test(hook.problem ?? '');
    },
    { within: 30_000, what: 'two to wait, and why' },
  );

  const killed = (await fleet.json<{ pid: number }>('master', 'status')).pid;
  process.kill(killed, 'SIGKILL');
  const receiver = spawn(
    process.execPath,
    [resolve(import.meta.dirname, '../../docs/examples/receiver.mjs'), String(port)],
    {
      env: { SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    let said = '';
    receiver.stdout.on('data', (part: Buffer) => {
      said += String(part);
    });
    await until(() => /wrote: Chegou\?\n.*answered: /.test(said), { within: 60_000, what: 'both events told' });
    expect(said.match(/wrote: Chegou/g)).toHaveLength(1);
    await until(async () => (await hooks())[0]?.delivered === 2, { within: 30_000, what: 'both known as told' });
    expect((await fleet.run('hook', 'test', name, 'crm')).stdout).toMatch(/crm took it after \d+ ms \(HTTP 204\)/);
    expect((await fleet.run('hook', 'ls', name)).stdout).toMatch(
      /crm +127\.0\.0\.1 +message\.received, message\.answered +2 +0 +0/,
    );
    expect(await fleet.run('hook', 'rm', name, 'crm')).toMatchObject({ code: 0 });
    expect(await hooks()).toEqual([]);
  } finally {
    receiver.kill();
  }
});
