import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { processesOf } from '../support/leftovers.ts';
import { readQrFromScreen } from '../support/qr-reader.ts';
import type { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { placeBrowser } from '../whatsapp-web/test-browser.ts';
import { startWhatsAppWeb } from '../whatsapp-web/whatsapp-web.ts';

/**
 * The whole of it, as a person has it: the built program in a real terminal, real PM2, the unmodified wppconnect in a real Chromium, the
 * QR read from the screen, and a phone on the other side. Steps build on each other, in order.
 */

const name = 'padaria-joao';
const phone = '5511987654321';
const ana = '5521912345678';
const bia = '5531988887777';

let web: Awaited<ReturnType<typeof startWhatsAppWeb>>;
let fleet: BuiltFleet;
let terminal: Terminal;

const sentTexts = async (): Promise<string[]> =>
  (await web.sent({ phone })).filter((one) => one.outcome === 'delivered').map((one) => one.text);
const state = async (): Promise<string> => (await fleet.row(name)).state;
const becomes = (wanted: string, within = 60_000) => fleet.becomes(name, wanted, within);
const readQr = () =>
  until(() => readQrFromScreen(terminal, { columns: 120, rows: 40 }), {
    within: 20_000,
    every: 200,
    what: 'a QR that a reader takes from the screen',
  });

beforeAll(async () => {
  web = await startWhatsAppWeb({ syncMs: 200, qr: { firstMs: 60_000, nextMs: 20_000, count: 5 } });
  fleet = builtFleet({ BROWSER_ARGS: JSON.stringify(web.browserArgs) });
  // A short quiet time, so that the test does not wait 15 s for every answer: the setting itself is what it tests elsewhere.
  mkdirSync(join(fleet.home, 'data'), { recursive: true, mode: 0o700 });
  await placeBrowser(fleet.paths);
  writeFileSync(join(fleet.home, 'data', '.env'), 'LOG_LEVEL=debug\n', { mode: 0o600 });
}, 120_000);
afterAll(async () => {
  await fleet.end();
  await web.close();
}, 60_000);

describe('from an empty fleet to an answered message', () => {
  test('the dashboard opens on an empty fleet and says what to press', async () => {
    terminal = fleet.open({ columns: 120, rows: 40 });
    await terminal.see('Four steps', 30_000);
    expect(terminal.alternate()).toBe(true);
    terminal.type('\u001b');
    await terminal.see('c makes one');
  });

  test('c makes a session, and its QR appears on the screen', async () => {
    terminal.type('c');
    await terminal.see('New bot');
    terminal.type(name);
    await terminal.see(new RegExp(`name +${name}`));
    terminal.type('\r');
    await terminal.see(`zap━fleet › ${name}`);
    await terminal.see('Waiting for a scan', 60_000);
    expect((await fleet.run('config', name, 'set', 'timing_config.quietMs', '300')).code).toBe(0);
    expect((await fleet.run('config', name, 'set', 'timing_config.readingDelayMs', '0')).code).toBe(0);
  });

  test('the QR read from the screen links the phone, and the screen shows it connected', async () => {
    const code = await readQr();
    expect(code.length).toBeGreaterThan(200);
    await web.scan({ code, phone, name: 'Padaria' });
    await terminal.see(/connected/, 30_000);
    await becomes('connected');
    expect((await fleet.row(name)).phone).toBe(phone);
  });

  test('a message in is answered, once', async () => {
    await web.deliver({ phone, from: ana, text: 'primeira', name: 'Ana \u001b[31m\u001b]52;c;ZXZpbA==\u0007\nlinha' });
    await until(async () => (await sentTexts()).includes('primeira'), { within: 30_000, what: 'the answer' });
    const why = await fleet.run('why', name);
    expect(why.stdout).toContain('Answered.');
    expect(why.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('its processes are seen as one tree: CPU and memory of worker and browser', async () => {
    await fleet.sees(
      ({ sessions }) => sessions.some((one) => one.name === name && (one.resources?.memoryBytes ?? 0) > 50_000_000),
      { within: 20_000, what: 'memory of the tree' },
    );
    const row = await fleet.row(name);
    expect(row.memoryBytes).toBeGreaterThan(50_000_000);
    expect(row.verdict).toBe('connected');
  });

  test('the worker killed with SIGKILL comes back without a QR, and no message is lost or doubled', async () => {
    const { pid, restarts } = await fleet.row(name);
    if (pid === null) throw new Error('no pid');
    await web.deliver({ phone, from: ana, text: 'segunda' });
    process.kill(pid, 'SIGKILL');
    await web.deliver({ phone, from: bia, text: 'enquanto fora', name: 'Bia' });
    await fleet.sees(({ sessions }) => sessions.some((one) => one.name === name && one.restarts > restarts), {
      what: 'a restart',
    });
    await becomes('connected');
    await until(async () => (await sentTexts()).length >= 3, { within: 30_000, what: 'both answers' });
    expect((await sentTexts()).sort()).toEqual(['enquanto fora', 'primeira', 'segunda']);
  });

  test('PM2’s daemon killed with SIGKILL likewise', async () => {
    const daemon = await until(() => processesOf(fleet.home).find((line) => line.includes('God Daemon')), {
      what: "PM2's daemon",
    });
    const before = (await fleet.row(name)).pid;
    await web.deliver({ phone, from: bia, text: 'quarta' });
    process.kill(Number(daemon.split(' ')[0]), 'SIGKILL');
    await fleet.sees(
      ({ sessions }) => sessions.some((one) => one.name === name && one.pid !== before && one.state === 'connected'),
      { within: 60_000, what: 'a new worker, connected' },
    );
    await until(async () => (await sentTexts()).length >= 4, { within: 30_000, what: 'the answer' });
    expect((await sentTexts()).sort()).toEqual(['enquanto fora', 'primeira', 'quarta', 'segunda']);
    expect(processesOf(fleet.home).filter((line) => line.includes('God Daemon'))).toHaveLength(1);
    expect(processesOf(fleet.home).filter((line) => line.includes('zap-fleet master'))).toHaveLength(1);
  });

  test('the dashboard was open all the while, and shows it connected again', async () => {
    await terminal.see(/connected|answers|quiet/, 20_000);
    terminal.type('q');
    expect(await terminal.exited).toBe(0);
    expect(terminal.alternate()).toBe(false);
    expect(await state()).toBe('connected');
  });

  test('opening it again shows the bots at once', async () => {
    terminal = fleet.open({ columns: 120, rows: 40 });
    await terminal.see(name, 10_000);
    await terminal.see(/connected|answers|quiet/);
  });

  test('send: one message by hand', async () => {
    expect((await fleet.run('send', name, bia, 'pedido saiu')).code).toBe(0);
    await until(async () => (await sentTexts()).filter((text) => text === 'pedido saiu').length === 1, {
      within: 20_000,
      what: 'the message',
    });
  });

  test('logged out on the phone: said so, and one key brings a new QR that links again', async () => {
    await web.logOutFromPhone({ phone });
    await terminal.see('LOGGED OUT', 30_000);
    terminal.type('\r');
    await terminal.see('Waiting for a scan', 60_000);
    const code = await readQr();
    await web.scan({ code, phone, name: 'Padaria' });
    await becomes('connected');
    await web.deliver({ phone, from: ana, text: 'de volta' });
    await until(async () => (await sentTexts()).filter((text) => text === 'de volta').length === 1, {
      within: 30_000,
      what: 'the answer after linking again',
    });
  });

  test('D deletes it after its name is typed; the phone is unlinked and the login archived', async () => {
    terminal.type('D');
    await terminal.see(`Delete ${name}`);
    terminal.type(name);
    await terminal.see(`${name}_`);
    terminal.type('\r');
    await until(async () => (await fleet.json<unknown[]>('ls')).length === 0, {
      within: 40_000,
      every: 300,
      what: 'the session to be gone',
    });
    expect((await web.state()).phones.find((one) => one.number === phone)?.devices ?? 0).toBe(0);
    terminal.type('q');
    expect(await terminal.exited).toBe(0);
  });
});
