import type { Logger } from '../../../src/log/logger.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { anyTime, type SendRight } from '../send-right.ts';
import type { WhatsAppEvent } from '../whatsapp-client.ts';
import { createPhoneChanges, type PhoneChanges } from './phone-changes.ts';
import { createPhoneLink, type PhoneLink } from './phone-link.ts';
import { createPhonePost } from './phone-post.ts';
import { inboundMessage, type NewInbound, openPhoneRecord, type PhoneRecord } from './phone-record.ts';
import { createPhoneSends, type PhoneSends } from './phone-sends.ts';
import { createPhoneTraffic } from './phone-traffic.ts';
import type { Script } from './scenario.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { createTimers, type Timers } from './timers.ts';

export interface SimulatedOptions {
  /** Holds the phone's record and its control socket. */
  readonly profileDir: string;
  readonly script: Script;
  readonly seed: number;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  /** Whether this process may speak for the number; default: at any time. */
  readonly right?: SendRight;
  readonly now?: () => EpochMs;
}

export interface PhoneFaults {
  /** Messages reach the phone, but its session hears of none. */
  readonly deaf: boolean;
  /** The page does not answer. */
  readonly hung: boolean;
}

/** The phone behind a simulated session: what it knows, what it does by itself, and what is wrong with it. */
export interface SimulatedPhone {
  readonly record: PhoneRecord;
  readonly link: PhoneLink;
  readonly sends: PhoneSends;
  readonly changes: PhoneChanges;
  readonly random: SeededRandom;
  readonly timers: Timers;
  /** A message reaches the phone; returns its id. */
  deliver(given: NewInbound): string;
  isConnected(): boolean;
  faults(): PhoneFaults;
  setFaults(changed: Partial<PhoneFaults>): void;
}

export const createSimulatedPhone = (
  options: SimulatedOptions,
  emit: (event: WhatsAppEvent) => void,
): SimulatedPhone => {
  const { script, log } = options;
  const now = options.now ?? Date.now;
  const record = openPhoneRecord(options.profileDir);
  const opening = record.countOpening();
  const random = createSeededRandom(options.seed + opening * 7919);
  const timers = createTimers((error) => log.error('the simulated phone failed', { error }));
  let faults: PhoneFaults = { deaf: false, hung: false };
  /** Messages that reach the phone while its session has no connection: they come with the next one. */
  let behind: string[] = [];
  let inbound = 0;

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
  const deliverBehind = (): void => {
    const late = behind;
    behind = [];
    for (const id of late) {
      const message = record.received(id);
      if (message !== null) emit({ type: 'message', message });
    }
  };

  const isLinked = (): boolean => record.account() !== null;
  const right = options.right ?? anyTime;
  const post = createPhonePost(options.profileDir, log);
  const sends = createPhoneSends({
    record,
    script,
    random,
    timers,
    emit,
    now,
    right,
    isLinked,
    isConnected,
    onOut: (message) => {
      const from = record.account()?.phone;
      if (from !== undefined) post.carry(from, message);
    },
  });
  const changes = createPhoneChanges({
    record,
    now,
    tell: (change) => {
      if (!faults.deaf && isConnected()) emit({ type: 'change', change });
    },
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
      const phone = record.account()?.phone;
      if (phone !== undefined) post.announce(phone);
      sends.connected();
      traffic.start();
      deliverBehind();
    },
  });

  return {
    record,
    link,
    sends,
    changes,
    random,
    timers,
    deliver,
    isConnected,
    faults: () => faults,
    setFaults: (changed) => {
      faults = { ...faults, ...changed };
    },
  };
};
