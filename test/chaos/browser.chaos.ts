import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserPids, browserRoots } from '../support/leftovers.ts';
import { until } from '../support/until.ts';
import { testBrowser } from '../whatsapp-web/test-browser.ts';
import { startWhatsAppWeb, type WhatsAppWeb } from '../whatsapp-web/whatsapp-web.ts';
import { type ChaosFleet, createChaosFleet } from './chaos-fleet.ts';
import { type Healed, printTable } from './faults.ts';

/** Faults of a real Chromium with the unmodified library, under a real fleet. */
const name = 'padaria';
const phone = '5511987654321';
let web: WhatsAppWeb;
let fleet: ChaosFleet;
let asked = 0;
const healed: Healed[] = [];

const row = () => fleet.fleet.getSnapshot().sessions.find((each) => each.name === name);
const profilePids = (): number[] => browserPids(fleet.profile(name));
const say = async (): Promise<string> => {
  asked += 1;
  const text = `pergunta ${asked}`;
  await web.deliver({ phone, from: `55219${String(70_000_000 + asked)}`, text, name: 'Ana' });
  return text;
};
const answersTo = async (text: string): Promise<number> =>
  (await web.sent({ phone })).filter((sent) => sent.text === text && sent.outcome === 'delivered').length;

const heals = async (what: string, within: number, breakIt: () => void): Promise<void> => {
  const before = row()?.pid;
  const began = performance.now();
  breakIt();
  const text = await say();
  await until(() => row()?.pid !== before, { within, what: `${what} to be noticed` });
  const detectedMs = performance.now() - began;
  await until(() => row()?.state === 'connected' && row()?.pid !== null, { within, what: 'a connected session' });
  await until(async () => (await answersTo(text)) > 0, { within, what: 'the answer' });
  healed.push({ name: what, detectedMs, healedMs: performance.now() - began, within });
  await fleet.heal(20_000);
  expect(await answersTo(text)).toBe(1);
  expect(browserRoots(fleet.profile(name))).toHaveLength(1);
};
const signal = (pids: readonly number[], which: NodeJS.Signals): void => {
  for (const pid of pids) process.kill(pid, which);
};

beforeAll(async () => {
  web = await startWhatsAppWeb({ syncMs: 100, qr: { firstMs: 60_000, nextMs: 20_000, count: 5 } });
  const browser = testBrowser(web);
  await browser.prepare();
  fleet = await createChaosFleet({
    sessions: 0,
    settings: { BROWSER_PATH: browser.path, BROWSER_ARGS: JSON.stringify(web.browserArgs) },
  });
  const door = fleet.fleet;
  await door.request('create', { name, engine: 'wppconnect', ai: 'echo' });
  for (const [key, value] of Object.entries({ quietMs: 200, readingDelayMs: 0, typing: false, jitter: 0 }))
    await door.request('setConfig', { name, key: `timing_config.${key}`, value });
  await door.request('start', { name });
  const { qr } = await door.request('code', { name, within: 60_000 });
  if (qr === null) throw new Error('no QR');
  await web.scan({ code: qr.payload, phone, name: 'Padaria' });
  await until(() => row()?.state === 'connected', { within: 60_000, what: 'the link' });
});
afterAll(async () => {
  process.stdout.write(`\n${printTable(healed)}\n`);
  expect(await fleet.end()).toEqual([]);
  await web.close();
});

test('Chromium SIGKILL', () => heals('Chromium SIGKILL', 60_000, () => signal(profilePids().slice(0, 1), 'SIGKILL')));
test('worker SIGKILL', () => heals('worker with Chromium SIGKILL', 60_000, () => signal([row()?.pid ?? 0], 'SIGKILL')));
test('worker SIGSTOP', () => heals('worker with Chromium SIGSTOP', 90_000, () => signal([row()?.pid ?? 0], 'SIGSTOP')));
test('Chromium SIGSTOP', () => heals('Chromium SIGSTOP', 200_000, () => signal(profilePids(), 'SIGSTOP')));
test("PM2's daemon SIGKILL", () =>
  heals("PM2's daemon SIGKILL, with Chromium", 90_000, () => signal([fleet.daemonPid()], 'SIGKILL')));
