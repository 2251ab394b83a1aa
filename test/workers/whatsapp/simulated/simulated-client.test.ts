import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controlPhone, type PhoneControl } from '../../../../workers/whatsapp/simulated/control.ts';
import { demoFleet } from '../../../../workers/whatsapp/simulated/demo-fleet.ts';
import { openPhoneRecord } from '../../../../workers/whatsapp/simulated/phone-record.ts';
import { type SimulatedConfig, scenarioNames } from '../../../../workers/whatsapp/simulated/scenario.ts';
import { createSimulatedClient } from '../../../../workers/whatsapp/simulated/simulated-client.ts';
import { readSimulatedConfig, writeSimulatedConfig } from '../../../../workers/whatsapp/simulated/simulated-config.ts';
import type { WhatsAppClient, WhatsAppEvent } from '../../../../workers/whatsapp/whatsapp-client.ts';
import { until } from '../../../support/until.ts';

let root: string;
const open: { client: WhatsAppClient; control: PhoneControl | null }[] = [];
const problems: string[] = [];
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (text: string) => void problems.push(text),
  error: (text: string) => void problems.push(text),
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'zfs-'));
});
afterEach(async () => {
  for (const { client, control } of open.splice(0)) {
    control?.close();
    await client.close(1000);
  }
  rmSync(root, { recursive: true, force: true });
  expect(problems.splice(0)).toEqual([]);
});

const start = async (config: SimulatedConfig, name = 'loja') => {
  const profileDir = join(root, name);
  writeSimulatedConfig(profileDir, config);
  const client = createSimulatedClient({ profileDir, ...readSimulatedConfig(profileDir, name), log });
  const events: WhatsAppEvent[] = [];
  client.on((event) => void events.push(event));
  await client.open();
  const control = await controlPhone(profileDir);
  open.push({ client, control });
  const linkStates = (): string[] => events.flatMap((event) => (event.type === 'link' ? [event.status.state] : []));
  const qrs = (): string[] => events.flatMap((event) => (event.type === 'qr' ? [event.payload] : []));
  return { client, control, events, linkStates, qrs, profileDir };
};
const stop = async (client: WhatsAppClient): Promise<void> => {
  await client.close(1000);
};
const chatId = '5511912345678@c.us';

describe('the link of a simulated phone', () => {
  it('rotates QR codes of the real form and size, and links by a scan', async () => {
    const { client, control, linkStates, qrs, events } = await start({ scenario: 'manual', script: { qrMs: 20 } });
    await until(() => qrs().length >= 3, { what: 'three codes' });
    expect(new Set(qrs()).size).toBe(qrs().length);
    for (const payload of qrs()) {
      expect(payload).toMatch(/^2@[\w+/=]+,[\w+/=]{44},[\w+/=]{44},[\w+/=]{44}$/);
      expect(payload.length).toBeGreaterThanOrEqual(225);
      expect(payload.length).toBeLessThanOrEqual(245);
    }
    expect(events.flatMap((event) => (event.type === 'qr' ? [event.attempt] : []))).toEqual(qrs().map((_, i) => i + 1));
    await control.ask({ do: 'scan', phone: '5511987654321' });
    await until(() => client.status().state === 'connected', { what: 'the connection' });
    expect(linkStates()).toEqual(['qr', 'syncing', 'connected']);
    const shown = qrs().length;
    await control.ask({ do: 'state' });
    expect(qrs().length).toBe(shown);
    expect(await client.probe()).toMatchObject({ registered: true, socket: 'CONNECTED', stream: 'MAIN' });
  });

  it('is logged in again after a restart, and after a logout it is not', async () => {
    const first = await start({ scenario: 'manual' });
    await first.control.ask({ do: 'scan', phone: '5511987654321' });
    await until(() => first.client.status().state === 'connected', { what: 'the connection' });
    await stop(first.client);
    const second = await start({ scenario: 'manual' });
    expect(second.linkStates()).toEqual(['connected']);
    expect(second.client.account()?.phone).toBe('5511987654321');
    await second.client.logout();
    const third = await start({ scenario: 'manual' });
    expect(third.linkStates()).toEqual(['qr']);
    await expect(third.client.logout()).rejects.toThrow(/could not be unlinked/);
    expect(existsSync(join(third.profileDir, 'simulated.sock'))).toBe(false);
  });

  it('pairs by code, drops, reconnects, is unlinked, and breaks', async () => {
    const { client, control, linkStates, events } = await start({ scenario: 'manual' });
    await client.pairByCode('5511987654321');
    expect(events.find((event) => event.type === 'code')).toMatchObject({
      code: expect.stringMatching(/^[1-9A-Z]{8}$/),
    });
    await control.ask({ do: 'enter-code' });
    await until(() => client.status().state === 'connected', { what: 'the connection' });
    await expect(client.pairByCode('5511987654321')).rejects.toThrow(/linked already/);
    await control.ask({ do: 'drop', reason: 'socket-timeout', lastMs: 5 });
    await until(() => linkStates().at(-1) === 'connected' && linkStates().includes('offline'), { what: 'a reconnect' });
    await control.ask({ do: 'unlink' });
    expect(client.status()).toMatchObject({ state: 'logged_out', reasonCode: 'unlinked' });
    expect(client.account()).toBeNull();
    await client.newCodes();
    expect(client.status().state).toBe('qr');
    await control.ask({ do: 'break', reason: 'browser-exited' });
    await expect(client.probe()).rejects.toThrow(/does not answer/);
    expect(linkStates()).toEqual([
      'qr',
      'code',
      'syncing',
      'connected',
      'offline',
      'connected',
      'logged_out',
      'qr',
      'broken',
    ]);
  });

  it('does the same for the same seed, and something else for another', async () => {
    const run = async (name: string, seed: number) => {
      const config: SimulatedConfig = { scenario: 'manual', seed, script: { linked: true, messageEveryMs: [0, 3] } };
      const { client, events } = await start(config, name);
      const said = (): string[] =>
        events.flatMap((event) => (event.type === 'message' ? [`${event.message.chatId} ${event.message.text}`] : []));
      // Bursts of two customers may overlap, so one message each is compared.
      await until(() => said().length >= 3, { what: 'customers' });
      const phone = client.account()?.phone;
      await stop(client);
      return [phone, said()[0]];
    };
    const first = await run('a', 7);
    expect(await run('b', 7)).toEqual(first);
    expect(await run('c', 8)).not.toEqual(first);
  });
});

describe('sends of a simulated phone', () => {
  const linked = () => start({ scenario: 'manual', script: { linked: true, sendDeadlineMs: 60 } });
  const acks = (events: readonly WhatsAppEvent[]): number[] =>
    events.flatMap((event) => (event.type === 'ack' ? [event.ack] : []));

  it('accepts, acks step by step, and finds by id; a second send of the same id is a second message', async () => {
    const { client, events, profileDir } = await linked();
    const messageId = client.newMessageId();
    expect(messageId).toMatch(/^3EB0[0-9A-F]{18}$/);
    const message = { chatId, messageId, text: 'olá' };
    expect(await client.lookUp(message)).toEqual({ kind: 'absent' });
    expect(await client.send(message)).toEqual({ kind: 'accepted', id: `true_${chatId}_${messageId}`, ack: 1 });
    await until(() => acks(events).includes(3), { what: 'read' });
    expect(acks(events)).toEqual([2, 3]);
    expect(await client.lookUp(message)).toEqual({ kind: 'found', ack: 3 });
    await client.send(message);
    const record = openPhoneRecord(profileDir);
    expect(record.sent().map(({ messageId: id }) => id)).toEqual([messageId, messageId]);
    record.close();
  });

  it('refuses, holds, loses a result, and sends what was pending after a reconnect', async () => {
    const { client, control, events } = await linked();
    const send = (text: string) => client.send({ chatId, messageId: client.newMessageId(), text });
    await control.ask({ do: 'send-faults', faults: ['refuse', 'hold', 'lose'] });
    expect(await send('um')).toMatchObject({ kind: 'refused' });
    expect(await send('dois')).toMatchObject({ kind: 'unknown' });
    expect(await send('três')).toMatchObject({ kind: 'unknown' });
    expect(await control.ask({ do: 'release' })).toEqual({ released: 1 });
    expect(acks(events)).toContain(1);
    await control.ask({ do: 'drop' });
    const messageId = client.newMessageId();
    const waiting = client.send({ chatId, messageId, text: 'quatro' });
    await control.ask({ do: 'reconnect' });
    expect(await waiting).toMatchObject({ kind: 'accepted' });
    expect(await client.send({ chatId, messageId: 'x', text: '' })).toMatchObject({ kind: 'refused' });
    const { client: unlinked } = await start({ scenario: 'manual' }, 'outra');
    expect(await unlinked.send({ chatId, messageId: 'x', text: 'a' })).toMatchObject({ kind: 'refused' });
  });

  it('ends every waiting send when it is closed', async () => {
    const { client, control } = await start({ scenario: 'manual', script: { linked: true, sendDeadlineMs: 60_000 } });
    await control.ask({ do: 'send-faults', faults: ['hold'] });
    const waiting = client.send({ chatId, messageId: client.newMessageId(), text: 'a' });
    await until(async () => (await control.ask({ do: 'state' })).state === 'connected', { what: 'the phone' });
    await stop(client);
    expect(await waiting).toMatchObject({ kind: 'unknown' });
    expect(await client.send({ chatId, messageId: 'x', text: 'a' })).toMatchObject({ kind: 'refused' });
  });
});

describe('messages to a simulated phone', () => {
  it('keeps what came while there was no connection, and tells it with the next one', async () => {
    const { client, control, events } = await start({ scenario: 'manual', script: { linked: true } });
    const texts = (): string[] => events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));
    await control.ask({ do: 'drop' });
    await control.ask({ do: 'deliver', messages: [{ chatId, text: 'um' }] });
    expect(texts()).toEqual([]);
    await control.ask({ do: 'reconnect' });
    expect(texts()).toEqual(['um']);
    await control.ask({ do: 'faults', deaf: true });
    await control.ask({ do: 'deliver', messages: [{ chatId, text: 'dois' }] });
    expect(texts()).toEqual(['um']);
    expect((await client.missedMessages(0)).map(({ text }) => text)).toEqual(['um', 'dois']);
    await client.markRead(chatId);
    await client.send({ chatId, messageId: client.newMessageId(), text: 'resposta' });
    expect(await client.missedMessages(Date.now() - 60_000)).toEqual([]);
  });

  it('tells what becomes of messages, at once or when it is asked later', async () => {
    const { client, control, events } = await start({ scenario: 'manual', script: { linked: true } });
    const told = () => events.flatMap((event) => (event.type === 'change' ? [event.change] : []));
    const { ids } = await control.ask({
      do: 'deliver',
      messages: [
        { chatId, text: 'dois bolos' },
        { chatId, text: 'apague' },
        { chatId, text: '', kind: 'ciphertext' },
      ],
    });
    const [edited = '', removed = '', hidden = ''] = ids;
    expect(await client.changesOf([hidden])).toEqual([]);

    await control.ask({ do: 'edit', id: edited, text: 'três bolos' });
    expect(told()).toMatchObject([{ kind: 'edited', message: { id: edited, text: 'três bolos', edited: true } }]);
    await control.ask({ do: 'react', id: edited, author: chatId, value: '❤️' });
    expect(told().at(-1)).toMatchObject({ kind: 'reaction', messageId: edited, chatId, author: chatId, value: '❤️' });

    await control.ask({ do: 'drop' });
    await control.ask({ do: 'remove', id: removed });
    await control.ask({ do: 'clear', id: hidden, text: 'em claro' });
    expect(told()).toHaveLength(2);
    await control.ask({ do: 'reconnect' });
    expect(await client.changesOf([edited, removed, hidden])).toMatchObject([
      { kind: 'cleared', message: { text: 'três bolos' } },
      { kind: 'edited', message: { text: 'três bolos' } },
      { kind: 'deleted', messageId: removed, chatId },
      { kind: 'cleared', message: { kind: 'text', text: 'em claro' } },
    ]);
    await expect(control.ask({ do: 'edit', id: removed, text: 'x' })).rejects.toThrow('no message');
  });

  it('says why it sends to nobody, and that what was accepted failed', async () => {
    const { client, control, events } = await start({ scenario: 'manual', script: { linked: true } });
    const send = async () => {
      const messageId = client.newMessageId();
      return { messageId, result: await client.send({ chatId, messageId, text: 'oi' }) };
    };
    await control.ask({ do: 'send-faults', faults: ['restrict-new', 'restrict', 'fail'] });
    expect((await send()).result).toMatchObject({ kind: 'refused', code: 'restricted-new' });
    expect((await send()).result).toMatchObject({ kind: 'refused', code: 'restricted' });
    const { messageId, result } = await send();
    expect(result).toMatchObject({ kind: 'accepted' });
    await until(() => events.some((event) => event.type === 'ack' && event.ack === -1), { what: 'the failure' });
    expect(await client.lookUp({ chatId: '777@lid', messageId })).toEqual({ kind: 'found', ack: -1 });
    expect((await send()).result).toMatchObject({ kind: 'accepted' });
  });

  it('refuses a medium that is too large', async () => {
    const { client, control } = await start({ scenario: 'manual', script: { linked: true } });
    const { ids } = await control.ask({ do: 'deliver', messages: [{ chatId, text: '', kind: 'audio' }] });
    await expect(client.downloadMedia(ids[0] ?? '', 63)).rejects.toMatchObject({ code: 'too-large' });
    expect((await client.downloadMedia(ids[0] ?? '', 64)).bytes).toHaveLength(64);
  });

  it('hangs on request, and every call keeps its deadline', async () => {
    const { client, control } = await start({ scenario: 'manual', script: { linked: true, sendDeadlineMs: 20 } });
    await control.ask({ do: 'faults', hung: true });
    await expect(client.probe()).rejects.toMatchObject({ code: 'page-hung' });
    expect(await client.send({ chatId, messageId: 'x', text: 'a' })).toMatchObject({ kind: 'unknown' });
    expect(await client.lookUp({ chatId, messageId: 'x' })).toMatchObject({ kind: 'cannot-tell' });
  });

  it('is reached also where the path is too long for a socket', async () => {
    const { client, control } = await start({ scenario: 'manual' }, `${'n'.repeat(60)}/${'m'.repeat(60)}`);
    expect(await control.ask({ do: 'state' })).toMatchObject({ state: 'qr' });
    expect(client.status().state).toBe('qr');
  });
});

describe('scenarios', () => {
  it('are all complete, and the demo has six sessions in different ones', () => {
    for (const scenario of scenarioNames) {
      writeSimulatedConfig(join(root, scenario), { scenario });
      expect(readSimulatedConfig(join(root, scenario), scenario).script.customers).toBeGreaterThan(0);
    }
    expect(new Set(demoFleet.map(({ scenario }) => scenario)).size).toBe(6);
  });

  it('say what is wrong in a file, and take single fields from it', () => {
    const profileDir = join(root, 'x');
    expect(readSimulatedConfig(profileDir, 'x').script.scanAfterMs).not.toBeNull();
    writeSimulatedConfig(profileDir, { scenario: 'busy', script: { customers: 2 } });
    expect(readSimulatedConfig(profileDir, 'x').script).toMatchObject({ customers: 2, linked: true });
    writeSimulatedConfig(profileDir, { scenario: 'busy', script: { costumers: 2 } } as SimulatedConfig);
    expect(() => readSimulatedConfig(profileDir, 'x')).toThrow(/costumers/);
  });
});
