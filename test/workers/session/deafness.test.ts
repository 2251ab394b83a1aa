import { describe, expect, it } from 'vitest';
import { createDeafWatch, strayAge } from '../../../workers/session/deaf-watch.ts';
import { createLinkProbe } from '../../../workers/session/link-probe.ts';
import type { WhatsAppClient, WhatsAppMessage } from '../../../workers/whatsapp/whatsapp-client.ts';

const message = (id: string, timestamp: number, fromMe = false): WhatsAppMessage => ({
  id,
  chatId: '5511912345678@c.us',
  chatKind: 'person',
  fromMe,
  author: null,
  phone: '5511912345678',
  kind: 'text',
  text: id,
  mimeType: null,
  pushName: null,
  isSavedContact: false,
  timestamp,
  quotedId: null,
  addresses: [],
  facts: null,
  quoted: null,
  ad: null,
  edited: false,
  ack: 0,
});
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  level: () => 'info' as const,
  addSecret: () => undefined,
  close: () => undefined,
};

describe('deaf watch', () => {
  it('takes for a stray only what came after the connect, is old enough, and was never told', () => {
    const watch = createDeafWatch();
    const now = 1_000_000;
    expect(watch.strays([message('before-any-connect', now - strayAge - 1)], now)).toEqual([]);
    watch.connected(now - 100_000);
    watch.saw('told');
    const missed = [
      message('told', now - 60_000),
      message('old', now - 200_000),
      message('young', now - 1000),
      message('mine', now - 60_000, true),
      message('stray', now - 60_000),
    ];
    expect(watch.strays(missed, now).map(({ id }) => id)).toEqual(['stray']);
    // It was fetched: it is known now.
    expect(watch.strays(missed, now)).toEqual([]);
  });
});

describe('link probe', () => {
  const build = (phone: Partial<WhatsAppClient>) => {
    let now = 1_000_000;
    const fetched: string[] = [];
    const broken: string[] = [];
    const probe = createLinkProbe({
      log: silent,
      pace: undefined,
      now: () => now,
      phone: () => phone as WhatsAppClient,
      isDue: () => true,
      isVerified: () => true,
      onMessage: ({ id }) => void fetched.push(id),
      onAlive: () => undefined,
      onDeaf: () => undefined,
      onBroken: (exit) => void broken.push(exit),
      inTurn: (task) => task(),
    });
    return { probe, fetched, broken, pass: (ms: number) => (now += ms) };
  };
  const alive = { registered: true, socket: 'CONNECTED', stream: 'MAIN', latencyMs: 1 };

  it('says deaf, fetches what did not come, asks for a new worker after the third time, and hears again', async () => {
    let missed: WhatsAppMessage[] = [];
    const { probe, fetched, broken, pass } = build({ probe: async () => alive, missedMessages: async () => missed });
    probe.connected();
    for (const round of [1, 2, 3]) {
      pass(10_000);
      missed = [...missed, message(`stray-${round}`, 1_000_000 + (round - 1) * 110_000 + 10_000)];
      pass(100_000);
      expect((await probe.run(true)).join()).toContain('1 messages did not come by themselves');
      expect(probe.deaf()).toBe(true);
    }
    expect(fetched).toContain('stray-3');
    expect(broken).toEqual(['deaf']);
    await probe.run(true);
    expect(probe.deaf()).toBe(false);
  });

  it('gives a page that does not answer a second chance', async () => {
    const hung = build({ probe: () => Promise.reject(new Error('no answer')) });
    await hung.probe.run(false);
    expect(hung.broken).toEqual([]);
    await hung.probe.run(false);
    expect(hung.broken).toEqual(['broken']);
  });
});
