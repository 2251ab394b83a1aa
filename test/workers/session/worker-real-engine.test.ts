import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionLog } from '../../../src/home/home-paths.ts';
import { workerExits } from '../../../src/protocol/worker-exit.ts';
import { type Fence, fenceAt, fenceText, leftOf, machineClocks, momentOf } from '../../../src/session/fence.ts';
import { until } from '../../support/until.ts';
import { testBrowser } from '../../whatsapp-web/test-browser.ts';
import { startWhatsAppWeb, type WhatsAppWeb } from '../../whatsapp-web/whatsapp-web.ts';
import { type ForkedWorker, openWorkerHome, type WorkerHome } from './forked-worker.ts';

let web: WhatsAppWeb;
let home: WorkerHome;
let env: Record<string, string>;
beforeAll(async () => {
  web = await startWhatsAppWeb({ syncMs: 100 });
  home = openWorkerHome();
  const browser = testBrowser(web);
  await browser.prepare();
  env = { ...browser.env, BROWSER_PATH: browser.path, BROWSER_ARGS: JSON.stringify(web.browserArgs) };
}, 120_000);
afterAll(async () => {
  await web.close();
  expect(await home.close()).toBe(0);
}, 60_000);

/** Processes that have the profile in their command line: Chromium and its children. */
const browsersOf = (profile: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && existsSync(`/proc/${entry}/cmdline`))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(profile);
      } catch {
        // It ended between the two calls.
        return false;
      }
    });

it('works with the real library: QR, scan, answer, SIGKILL, back without a QR, SIGTERM', async () => {
  const phone = '5511987654321';
  const session = home.addSession('loja-1', { engine: 'wppconnect' });
  const profile = home.profile(session);
  const worker: ForkedWorker = home.start(session, { env });
  const code = await until(
    () => {
      const shown = worker.last('zap:qr');
      return shown?.kind === 'qr' ? shown : undefined;
    },
    { within: 60_000, what: 'a QR' },
  );
  await web.scan({ code: code.payload, phone, name: 'Loja' });
  expect(await worker.state('connected', 60_000)).toMatchObject({ phone });
  expect(worker.last('zap:heartbeat')).toBeDefined();
  await web.deliver({ phone, from: '5521912345678', text: 'oi', name: 'Ana' });
  await until(async () => (await web.sent({ phone })).length === 1, { within: 30_000, what: 'the answer' });
  expect((await worker.ask({ command: 'check' }, 30_000)).words.join(' ')).toContain('CONNECTED');

  worker.child.kill('SIGKILL');
  await worker.exited();
  await until(() => browsersOf(profile).length === 0, { within: 10_000, what: 'the end of Chromium' });
  await web.deliver({ phone, from: '5521912345678', text: 'enquanto fora', name: 'Ana' });

  const again = home.start(session, { env });
  await again.state('connected', 60_000);
  expect(again.messages.some(({ type, data }) => type === 'zap:qr' && 'kind' in data && data.kind === 'qr')).toBe(
    false,
  );
  await until(async () => (await web.sent({ phone })).length === 2, { within: 30_000, what: 'the second answer' });
  const sent = await web.sent({ phone });
  expect(sent.map(({ text }) => text)).toEqual(['oi', 'enquanto fora']);
  again.child.kill('SIGTERM');
  expect(await again.exited(8000)).toMatchObject({ code: 0 });
  expect(browsersOf(profile)).toEqual([]);
  expect(again.problems).toEqual([]);
}, 180_000);

it('its page sends nothing after the end by itself: a message pending, the worker stopped, the network back', async () => {
  const phone = '5511987650000';
  const customer = '5521912340000';
  const session = home.addSession('loja-cerca', { engine: 'wppconnect' });
  const fence = (lasts: number, epoch: number): Fence => fenceAt(epoch, momentOf(machineClocks), lasts);
  const debug = { ...env, LOG_LEVEL: 'debug' };
  const worker = home.start(session, { env: { ...debug, ZAP_FENCE: fenceText(fence(120_000, 1)) } });
  const code = await until(
    () => {
      const shown = worker.last('zap:qr');
      return shown?.kind === 'qr' ? shown : undefined;
    },
    { within: 60_000, what: 'a QR' },
  );
  await web.scan({ code: code.payload, phone, name: 'Loja' });
  await worker.state('connected', 60_000);

  // It got lost on its way: the page sends it again with its next connection.
  const seen = async () => (await web.state({})).phones.find(({ number }) => number === phone);
  await web.loseSends({ phone });
  await web.deliver({ phone, from: customer, text: 'oi', name: 'Ana' });
  await until(async () => (await seen())?.lost === 1, { within: 30_000, what: 'the send' });
  await web.drop({ phone });
  const ending = fence(4000, 2);
  await worker.ask({ command: 'fence', fence: ending, confirms: null });
  const told = (): boolean =>
    /may send for [0-3]?\d{1,3} ms/.test(readFileSync(sessionLog(home.paths, session.name), 'utf8'));
  await until(told, { within: 3000, what: 'the page to be told' });
  worker.child.kill('SIGSTOP');
  await until(() => leftOf(ending, machineClocks) <= 0, { what: 'the end of its right' });
  await web.comeBack({ phone });
  const { dials } = await web.state({});
  const dialled = async () => (await web.state({})).dials >= dials + 3;
  const isBack = async () => ((await seen())?.connected ?? 0) > 0;
  await until(async () => (await dialled()) || (await isBack()), { within: 20_000, what: 'the page to dial' });
  expect(await web.sent({ phone })).toEqual([]);
  // Nor does it take the login back from whoever has it by now.
  expect((await seen())?.connected).toBe(0);

  worker.child.kill('SIGCONT');
  expect(await worker.exited()).toMatchObject({ code: workerExits.fenced.code });

  const next = home.start(session, { env: { ...debug, ZAP_FENCE: fenceText(fence(120_000, 3)) } });
  await next.state('connected', 60_000);
  await until(async () => (await web.sent({ phone })).length > 0, {
    within: 30_000,
    what: 'the answer of whoever has the right next',
  });
  await until(() => home.store.database.get("SELECT 1 FROM outbox WHERE status = 'sent'") !== undefined, {
    within: 60_000,
    what: 'the worker to know of it',
  });
  expect(await web.sent({ phone })).toMatchObject([{ outcome: 'delivered', text: 'oi' }]);
  next.child.kill('SIGTERM');
  expect(await next.exited(8000)).toMatchObject({ code: 0 });
}, 240_000);

it.each([
  ['names are not resolved', 'MAP * ~NOTFOUND', 'dns'],
  ['nobody listens at its address', 'MAP * 127.0.0.1:1', 'whatsapp-unreachable'],
])(
  'is no crash when %s: the worker ends with the network, not the browser',
  async (_what, rule, code) => {
    const session = home.addSession(`loja-${code}`, { engine: 'wppconnect' });
    const worker = home.start(session, {
      env: { ...env, BROWSER_ARGS: JSON.stringify([`--host-resolver-rules=${rule}`]) },
    });
    expect(await worker.exited(60_000)).toMatchObject({ code: workerExits.unreachable.code });
    expect(worker.last('zap:state')).toMatchObject({ state: 'broken', reasonCode: code });
    expect(worker.last('zap:state')?.reason).not.toContain('browser');
    expect(browsersOf(home.profile(session))).toEqual([]);
  },
  120_000,
);

it('says in one line that no browser was found', async () => {
  const session = home.addSession('loja-2', { engine: 'wppconnect' });
  const worker = home.start(session, { env: { BROWSER_PATH: '/nowhere/chrome' } });
  expect(await worker.exited(20_000)).toMatchObject({ code: 13 });
  expect(worker.last('zap:state')).toMatchObject({ state: 'broken', reasonCode: 'browser-missing' });
  expect(worker.last('zap:state')?.reason).toContain('BROWSER_PATH');
});
