import { randomBytes } from 'node:crypto';
import type { Logger } from '../../../src/log/logger.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { WhatsAppClient, WhatsAppEvent } from '../whatsapp-client.ts';
import { type ControlServer, openControlServer } from './control-server.ts';
import { createPhoneLink } from './phone-link.ts';
import { inboundMessage, type NewInbound, openPhoneRecord } from './phone-record.ts';
import { createPhoneSends } from './phone-sends.ts';
import { createPhoneTraffic } from './phone-traffic.ts';
import type { Script } from './scenario.ts';
import { createSeededRandom } from './seeded-random.ts';
import { createTimers } from './timers.ts';

export interface SimulatedOptions {
  /** Holds the phone's record and its control socket. */
  readonly profileDir: string;
  readonly script: Script;
  readonly seed: number;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly now?: () => EpochMs;
}

/** One second of a voice message would be larger; what it holds is nobody's business here. */
const fakeMedia = Uint8Array.from({ length: 64 }, (_, index) => index);

/**
 * A phone that does what its script says and what a test asks for over `simulated.sock` (control.ts), behind the same interface as the
 * real one. The same seed does the same in every run.
 */
export const createSimulatedClient = (options: SimulatedOptions): WhatsAppClient => {
  const { script, log } = options;
  const now = options.now ?? Date.now;
  const record = openPhoneRecord(options.profileDir);
  const opening = record.countOpening();
  const random = createSeededRandom(options.seed + opening * 7919);
  const timers = createTimers((error) => log.error('the simulated phone failed', { error }));
  const listeners = new Set<(event: WhatsAppEvent) => void>();
  let control: ControlServer | null = null;
  let closed: Promise<void> | null = null;
  let faults = { deaf: false, hung: false };
  /** Messages that reach the phone while its session has no connection: they come with the next one. */
  let behind: string[] = [];
  let inbound = 0;

  const emit = (event: WhatsAppEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.error('a listener of the simulated phone failed', { error, event: event.type });
      }
    }
  };
  const isConnected = (): boolean => link.status().state === 'connected';
  const deliver = (given: NewInbound): string => {
    inbound += 1;
    const freshId = `3A${opening.toString(16).padStart(4, '0')}${inbound.toString(16).padStart(12, '0')}`.toUpperCase();
    const message = inboundMessage(given, freshId, now());
    // The same id again is what WhatsApp does too: it is told again, and the inbox must know it.
    record.addReceived(message);
    if (faults.deaf || record.account() === null) return message.id;
    if (isConnected()) emit({ type: 'message', message });
    else behind.push(message.id);
    return message.id;
  };
  const sends = createPhoneSends({
    record,
    script,
    random,
    timers,
    emit,
    now,
    isLinked: () => record.account() !== null,
    isConnected,
  });
  const traffic = createPhoneTraffic({
    script,
    customers: createSeededRandom(options.seed),
    random,
    timers,
    deliver: (message) => void deliver(message),
  });
  const link = createPhoneLink({
    record,
    script,
    random,
    timers,
    emit,
    now,
    onConnected: () => {
      sends.connected();
      traffic.start();
      const late = behind;
      behind = [];
      for (const id of late) {
        const message = record.received(id);
        if (message !== null) emit({ type: 'message', message });
      }
    },
  });
  const alive = (): void => {
    if (closed !== null) throw new FleetError('browser-died', 'the simulated phone is closed');
    if (faults.hung || link.status().state === 'broken')
      throw new FleetError('page-hung', 'the page of the simulated phone does not answer');
  };
  const close = async (): Promise<void> => {
    timers.clear();
    sends.close();
    await control?.close();
    record.close();
    listeners.clear();
  };

  return {
    engine: 'simulated',
    on: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    open: async () => {
      control = await openControlServer(options.profileDir, {
        phone: { link, sends, record, deliver },
        setFaults: (changed) => {
          faults = { ...faults, ...changed };
        },
        log,
      });
      if (!(await timers.sleep(random.between(script.startMs))))
        throw new FleetError('browser-died', 'the simulated phone was closed while it started');
      link.start();
      if (script.breakAfterMs !== null) timers.after(script.breakAfterMs, () => link.breakPage('page-crashed'));
    },
    status: () => link.status(),
    account: () => (closed === null ? link.account() : null),
    newCodes: async () => {
      alive();
      link.newCodes();
    },
    pairByCode: async (phone) => {
      alive();
      if (link.account() !== null)
        throw new FleetError('refused-by-state', 'a phone is linked already. Log it out first.');
      link.pairByCode(phone);
    },
    missedMessages: async (since) => {
      alive();
      return record.missed(since);
    },
    // As wa-js makes them. Not from the seed: an id must not come twice, whatever is run again.
    newMessageId: () => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`,
    send: async (message) => {
      if (closed !== null) return { kind: 'refused', code: 'error', reason: 'the phone is closed' };
      if (faults.hung) {
        await timers.sleep(script.sendDeadlineMs);
        return { kind: 'unknown', reason: 'the page does not answer' };
      }
      return sends.send(message);
    },
    lookUp: async (message) => {
      if (closed !== null || faults.hung) return { kind: 'cannot-tell', reason: 'the page does not answer' };
      return sends.lookUp(message);
    },
    setTyping: async () => undefined,
    markRead: async (chatId) => {
      if (closed === null) record.markRead(chatId);
    },
    identify: async (chatId) => ({
      phone: /^(\d+)@c\.us$/.exec(chatId)?.[1] ?? null,
      lid: chatId.endsWith('@lid') ? chatId : null,
      isSavedContact: false,
    }),
    downloadMedia: async (messageId) => {
      alive();
      const message = record.received(messageId);
      if (message === null) throw new FleetError('failed', 'this message is not on the simulated phone');
      return { mimeType: message.mimeType ?? 'application/octet-stream', bytes: fakeMedia };
    },
    probe: async () => {
      alive();
      const connected = isConnected();
      return {
        registered: record.account() !== null,
        socket: connected ? 'CONNECTED' : link.status().state === 'offline' ? 'TIMEOUT' : 'UNPAIRED',
        stream: connected ? 'MAIN' : 'QR',
        latencyMs: 1,
      };
    },
    logout: async () => {
      if (closed !== null) return closed;
      const unlinked = isConnected();
      if (unlinked) link.forget();
      closed = close();
      await closed;
      if (!unlinked)
        throw new FleetError('unavailable', 'the phone could not be unlinked: there is no connection to WhatsApp');
      return undefined;
    },
    close: async () => {
      closed ??= close();
      await closed;
    },
  };
};
