import { randomBytes } from 'node:crypto';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { Media, ProbeResult, WhatsAppClient, WhatsAppEvent } from '../whatsapp-client.ts';
import { type ControlServer, openControlServer } from './control-server.ts';
import { createSimulatedPhone, type SimulatedOptions, type SimulatedPhone } from './simulated-phone.ts';

/** One second of a voice message would be larger; what it holds is nobody's business here. */
const fakeMedia = Uint8Array.from({ length: 64 }, (_, index) => index);

const createListeners = (log: SimulatedOptions['log']) => {
  const listeners = new Set<(event: WhatsAppEvent) => void>();

  return {
    emit: (event: WhatsAppEvent): void => {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log.error('a listener of the simulated phone failed', { error, event: event.type });
        }
      }
    },
    on: (listener: (event: WhatsAppEvent) => void): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    clear: () => listeners.clear(),
  };
};

const probePhone = ({ record, link, isConnected }: SimulatedPhone): ProbeResult => {
  const connected = isConnected();
  return {
    registered: record.account() !== null,
    socket: connected ? 'CONNECTED' : link.status().state === 'offline' ? 'TIMEOUT' : 'UNPAIRED',
    stream: connected ? 'MAIN' : 'QR',
    latencyMs: 1,
  };
};

const mediaOf = ({ record }: SimulatedPhone, messageId: string): Media => {
  const message = record.received(messageId);
  if (message === null) throw new FleetError('failed', 'this message is not on the simulated phone');
  return { mimeType: message.mimeType ?? 'application/octet-stream', bytes: fakeMedia };
};

/** Resolves when the phone has started as its script says. */
const startPhone = async ({ link, random, timers }: SimulatedPhone, script: SimulatedOptions['script']) => {
  if (!(await timers.sleep(random.between(script.startMs))))
    throw new FleetError('browser-died', 'the simulated phone was closed while it started');
  link.start();
  if (script.breakAfterMs !== null) timers.after(script.breakAfterMs, () => link.breakPage('page-crashed'));
};

/**
 * A phone that does what its script says and what a test asks for over `simulated.sock` (control.ts), behind the same interface as the
 * real one. The same seed does the same in every run.
 */
export const createSimulatedClient = (options: SimulatedOptions): WhatsAppClient => {
  const { script, log } = options;
  const listeners = createListeners(log);
  const phone = createSimulatedPhone(options, listeners.emit);
  const { record, link, sends, timers } = phone;
  let control: ControlServer | null = null;
  let closed: Promise<void> | null = null;

  const requireAlive = (): void => {
    if (closed !== null) throw new FleetError('browser-died', 'the simulated phone is closed');
    if (phone.faults().hung || link.status().state === 'broken')
      throw new FleetError('page-hung', 'the page of the simulated phone does not answer');
  };
  const closePhone = async (): Promise<void> => {
    timers.clear();
    sends.close();
    await control?.close();
    record.close();
    listeners.clear();
  };

  return {
    engine: 'simulated',
    on: listeners.on,
    open: async () => {
      control = await openControlServer(options.profileDir, { phone, setFaults: phone.setFaults, log });
      await startPhone(phone, script);
    },
    status: () => link.status(),
    account: () => (closed === null ? link.account() : null),
    newCodes: async () => {
      requireAlive();
      link.newCodes();
    },
    pairByCode: async (number) => {
      requireAlive();
      if (link.account() !== null)
        throw new FleetError('refused-by-state', 'a phone is linked already. Log it out first.');
      link.pairByCode(number);
    },
    missedMessages: async (since) => {
      requireAlive();
      return record.missed(since);
    },
    // As wa-js makes them. Not from the seed: an id must not come twice, whatever is run again.
    newMessageId: () => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`,
    send: async (message) => {
      if (closed !== null) return { kind: 'refused', code: 'error', reason: 'the phone is closed' };
      if (phone.faults().hung) {
        await timers.sleep(script.sendDeadlineMs);
        return { kind: 'unknown', reason: 'the page does not answer' };
      }
      return sends.send(message);
    },
    lookUp: async (message) => {
      if (closed !== null || phone.faults().hung) return { kind: 'cannot-tell', reason: 'the page does not answer' };
      return sends.lookUp(message);
    },
    setTyping: async () => undefined,
    markRead: async (chatId) => {
      if (closed === null) record.markRead(chatId);
    },
    identify: async (chatId) => ({
      phone: /^(\d+)@c\.us$/.exec(chatId)?.[1] ?? null,
      lid: chatId.endsWith('@lid') ? chatId : null,
      addresses: [chatId],
      isSavedContact: false,
    }),
    changesOf: async (messageIds) => {
      requireAlive();
      return phone.changes.changesOf(messageIds);
    },
    downloadMedia: async (messageId, maxBytes) => {
      requireAlive();
      const media = mediaOf(phone, messageId);
      if (maxBytes !== undefined && media.bytes.length > maxBytes)
        throw new FleetError('too-large', `the medium has more than ${maxBytes} bytes`);
      return media;
    },
    probe: async () => {
      requireAlive();
      return probePhone(phone);
    },
    logout: async () => {
      if (closed !== null) return closed;
      const isUnlinked = phone.isConnected();
      if (isUnlinked) link.forget();
      closed = closePhone();
      await closed;
      if (!isUnlinked)
        throw new FleetError('unavailable', 'the phone could not be unlinked: there is no connection to WhatsApp');
      return undefined;
    },
    close: async () => {
      closed ??= closePhone();
      await closed;
    },
  };
};
