import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Alerts, openAlerts } from '../../src/alerts/open-alerts.ts';
import type { Light } from '../../src/protocol/fleet.ts';
import { parseSettings, type Secrets } from '../../src/settings/settings.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeFleet, type FakeFleet, fakeRow, qrPayload, scanRow } from '../http/fake-fleet.ts';
import { openNewStore } from '../support/empty-database.ts';
import { readQr } from '../support/jsqr.ts';
import { until } from '../support/until.ts';
import { startReceiver } from './receiver.ts';

let directory: string;
let store: Store;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let alerts: Alerts | null = null;
let fleet: FakeFleet;
let light: Light = { status: 'off', reason: null };
let later = 0;
const logged: string[] = [];
const token = '123456:AAtokenOfTheBot';

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'zfa-'));
  store = openNewStore(join(directory, 'fleet.db'));
  receiver = await startReceiver();
  fleet = createFakeFleet(fakeRow('loja-1'));
  later = 0;
  logged.length = 0;
});
afterEach(async () => {
  await alerts?.close();
  alerts = null;
  await receiver.close();
  store.close();
  rmSync(directory, { recursive: true, force: true });
  expect(logged.join('\n')).not.toContain(token);
});

const open = (settings: Record<string, string>, secrets: Secrets = {}): Alerts => {
  alerts = openAlerts({
    fleet,
    store,
    settings: parseSettings(settings),
    secrets,
    language: 'en',
    setLight: (next) => {
      light = next;
    },
    now: () => Date.now() + later,
    log: (_level, text, fields) => logged.push(`${text} ${JSON.stringify(fields ?? {})}`),
  });
  return alerts;
};
const breakSession = (): void => {
  fleet.set(fakeRow('loja-1', { state: 'failed', verdict: 'gave_up' }));
};
const bodies = (): Record<string, unknown>[] =>
  receiver.received.map(({ body }) => JSON.parse(Buffer.from(body, 'latin1').toString()) as Record<string, unknown>);

test('a webhook gets a problem and its recovery, each signed', async () => {
  open({ FLEET_NODE: 'vps-sp1', ALERT_WEBHOOK_URL: `${receiver.url}/hook` }, { ALERT_WEBHOOK_SECRET: 'hush' });
  breakSession();
  await until(() => Object.keys(JSON.parse(store.meta.get('alert_state') ?? '{"open":{}}').open).length === 1);
  later = 60_000;
  await until(() => receiver.received.length === 1);
  fleet.set(fakeRow('loja-1'));
  await until(() => receiver.received.length === 2);
  expect(bodies()).toMatchObject([
    { kind: 'problem', session: 'loja-1', key: 'session:id-loja-1', host: 'vps-sp1' },
    { kind: 'recovery', session: 'loja-1', key: 'session:id-loja-1', host: 'vps-sp1' },
  ]);
  for (const { body, headers } of receiver.received) {
    const signed = `${headers['x-zap-timestamp']}.${Buffer.from(body, 'latin1').toString()}`;
    expect(headers['x-zap-signature']).toBe(`sha256=${createHmac('sha256', 'hush').update(signed).digest('hex')}`);
  }
  expect(light.status).toBe('ok');
});

test('an alert outlives a lost network and the end of the master, and is told once', async () => {
  receiver.answer(() => ({ status: 503 }));
  const first = open({ ALERT_SLACK_URL: `${receiver.url}/slack` });
  breakSession();
  await until(() => (store.meta.get('alert_state') ?? '').includes('loja-1'));
  later = 60_000;
  await until(() => light.status === 'bad');
  expect(light.reason).toContain('slack: refused with HTTP 503');
  await first.close();
  // The next master, with the network back.
  receiver.answer(() => ({ status: 200 }));
  receiver.received.length = 0;
  open({ ALERT_SLACK_URL: `${receiver.url}/slack` });
  later = 600_000;
  await until(() => receiver.received.length === 1);
  expect(bodies()[0]?.['text']).toContain('PROBLEM: loja-1 gave up');
  await until(() => light.status === 'ok');
  // The receiver has it before the answer is back and noted.
  await until(() => store.alerts.waiting('slack', 10).length === 0);
  expect(receiver.received).toHaveLength(1);
});

test('many at once go as one message; names cannot ping a channel', async () => {
  open({ ALERT_SLACK_URL: `${receiver.url}/slack`, ALERT_DISCORD_URL: `${receiver.url}/discord` });
  fleet.update({
    sessions: Array.from({ length: 30 }, (_, n) => fakeRow(`loja-${n + 1}`, { state: 'failed', verdict: 'gave_up' })),
  });
  await until(() => (store.meta.get('alert_state') ?? '').includes('loja-30'));
  later = 60_000;
  await until(() => receiver.received.length === 2);
  for (const body of bodies()) expect(String(body['text'] ?? body['content'])).toContain('30 alerts together');
  expect(bodies().find((body) => body['content'] !== undefined)?.['allowed_mentions']).toEqual({ parse: [] });
});

test('no channel gets more than its share: the rest waits and goes as one', async () => {
  open({ ALERT_WEBHOOK_URL: `${receiver.url}/hook` });
  for (let n = 0; n < 14; n += 1) {
    store.alerts.add({
      channel: 'webhook',
      kind: 'problem',
      at: Date.now(),
      body: JSON.stringify({ kind: 'problem', key: `k${n}`, title: `t${n}`, sessionName: null, at: 1, lastedMs: null }),
    });
    await until(() => store.alerts.waiting('webhook', 99).length === 0 || n >= 10, { within: 5000 });
  }
  expect(receiver.received.length).toBeLessThanOrEqual(10);
  expect(store.alerts.waiting('webhook', 99).length).toBeGreaterThan(0);
  later = 11 * 60_000;
  await until(() => store.alerts.waiting('webhook', 99).length === 0);
  expect(receiver.received.length).toBeLessThanOrEqual(12);
}, 60_000);

test('alert test says of each channel what it made of the message', async () => {
  receiver.answer(({ path }) => ({ status: path === '/slack' ? 404 : 200 }));
  const result = await open({
    ALERT_WEBHOOK_URL: `${receiver.url}/hook`,
    ALERT_SLACK_URL: `${receiver.url}/slack`,
    ALERT_WHATSAPP_SESSION: 'loja-9',
    ALERT_WHATSAPP_TO: '5511912345678',
  }).test();
  expect(result.channels).toEqual([
    { channel: 'webhook', ok: true, reason: null },
    { channel: 'slack', ok: false, reason: 'refused with HTTP 404' },
    { channel: 'whatsapp', ok: false, reason: 'there is no session loja-9 (ALERT_WHATSAPP_SESSION)' },
  ]);
});

test('WhatsApp goes through a connected session by the door', async () => {
  fleet.on('send', () => ({ outboxId: 1, status: 'sent', ack: 1 }));
  const result = await open({ ALERT_WHATSAPP_SESSION: 'loja-1', ALERT_WHATSAPP_TO: '11 91234-5678' }).test();
  expect(result.channels).toEqual([{ channel: 'whatsapp', ok: true, reason: null }]);
  expect(fleet.calls.find(({ method }) => method === 'send')?.params).toMatchObject({
    name: 'loja-1',
    chat: '5511912345678@c.us',
  });
});

test('without a channel the light is off and alert test says what to set; half of one is said, too', async () => {
  await expect(open({}).test()).rejects.toThrow('no alert channel is set up');
  expect(light.status).toBe('off');
  await alerts?.close();
  open({ ALERT_TELEGRAM_CHAT: '42' });
  expect(light.reason).toContain('ALERT_TELEGRAM_TOKEN');
});

test('Telegram: the configured chat is obeyed, everybody else is not', async () => {
  const say = (id: number, chat: number, text: string) => ({
    update_id: id,
    message: { date: Math.floor(Date.now() / 1000), text, chat: { id: chat } },
  });
  let updates: object[] = [
    say(1, 666, 'restart loja-1'),
    say(2, 42, '/status@zap_bot'),
    say(3, 42, 'restart loja-1'),
    say(4, 42, 'qr loja-2'),
    say(5, 42, 'restart nobody'),
    { ...say(6, 42, 'restart loja-1'), message: { date: 1000, text: 'restart loja-1', chat: { id: 42 } } },
  ];
  const hanging = Promise.withResolvers<void>();
  receiver.answer(({ path, body }) => {
    if (!path.endsWith('/getUpdates')) return { status: 200, body: { ok: true, result: {} } };
    const { offset } = JSON.parse(body) as { offset: number };
    updates = updates.filter((update) => (update as { update_id: number }).update_id >= offset);
    return {
      status: 200,
      body: { ok: true, result: updates },
      ...(updates.length === 0 ? { wait: hanging.promise } : {}),
    };
  });
  fleet.update({ sessions: [fakeRow('loja-1'), scanRow('loja-2')] });
  fleet.on('restart', () => ({ row: fakeRow('loja-1') }));
  fleet.on('code', () => ({ qr: { payload: qrPayload }, pairing: null, row: scanRow('loja-2') }));
  open({ ALERT_TELEGRAM_CHAT: '42', ALERT_TELEGRAM_BASE_URL: receiver.url }, { ALERT_TELEGRAM_TOKEN: token });
  await until(() => store.meta.get('telegram_offset') === '7');
  expect(fleet.calls.filter(({ method }) => method === 'restart')).toEqual([
    { method: 'restart', params: { name: 'loja-1', wait: false, actor: 'telegram' } },
  ]);
  const said = receiver.received
    .filter(({ path }) => path.endsWith('/sendMessage'))
    .map(({ body }) => JSON.parse(body));
  expect(said.map(({ chat_id: chat }) => chat)).toEqual(['42', '42', '42']);
  expect(said[0].text).toContain('1 of 2 sessions answer');
  expect(said[1].text).toBe('loja-1 restarts.');
  expect(said[2].text).toContain('There is no session nobody');
  // The picture is a QR that a phone reads.
  const photo = receiver.received.find(({ path }) => path.endsWith('/sendPhoto'));
  const bytes = Buffer.from(photo?.body ?? '', 'latin1');
  const from = bytes.indexOf(Buffer.from('89504e470d0a1a0a', 'hex'));
  const { PNG } = await import('pngjs');
  const end = bytes.indexOf('IEND') + 8;
  const png = PNG.sync.read(bytes.subarray(from, end));
  expect(readQr(new Uint8ClampedArray(png.data), png.width, png.height)?.data).toBe(qrPayload);
  hanging.resolve();
});

test('a Telegram that is away is a light, never a token in a log', async () => {
  await receiver.close();
  open({ ALERT_TELEGRAM_CHAT: '42', ALERT_TELEGRAM_BASE_URL: receiver.url }, { ALERT_TELEGRAM_TOKEN: token });
  await until(() => light.reason?.includes('telegram: not reachable'));
  expect(light.reason).not.toContain(token);
  await expect(alerts?.test()).resolves.toMatchObject({ channels: [{ channel: 'telegram', ok: false }] });
});
