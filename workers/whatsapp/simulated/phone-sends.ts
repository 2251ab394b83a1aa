import { fileLine } from '../../../src/session/send-file.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { isOver, overReason, type SendRight } from '../send-right.ts';
import type { LookupResult, OutgoingMessage, SendResult, WhatsAppEvent } from '../whatsapp-client.ts';
import type { NewSent, PhoneRecord, SentMessage } from './phone-record.ts';
import type { Script } from './scenario.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Timers } from './timers.ts';

/**
 * What can be wrong with one send. `refuse`, `restrict-new`, `restrict`: it certainly does not go out. `hold`: it is never acked, and goes
 * out when it is released. `lose`: it goes out, but its result never comes. `fail`: it is accepted, reaches nobody, and fails later.
 */
export const sendFaults = ['refuse', 'restrict-new', 'restrict', 'hold', 'lose', 'fail'] as const;
export type SendFault = (typeof sendFaults)[number];

const refusals: Partial<Record<SendFault, SendResult & { readonly kind: 'refused' }>> = {
  refuse: { kind: 'refused', code: 'error', reason: 'WhatsApp refused the message' },
  'restrict-new': {
    kind: 'refused',
    code: 'restricted-new',
    reason: 'WhatsApp lets this number write to no new people now (463)',
  },
  restrict: { kind: 'refused', code: 'restricted', reason: 'WhatsApp lets this number write to nobody now' },
};

/** Sends of a simulated phone, with all that can become of them. */
export interface PhoneSends {
  send(message: OutgoingMessage): Promise<SendResult>;
  lookUp(message: { chatId: string; messageId: string }): LookupResult;
  /** The next sends go wrong, in this order. */
  addFaults(faults: readonly SendFault[]): void;
  /** What was held goes out. */
  release(): number;
  /** Pending ones go out, and acks that were on their way when the worker died arrive. */
  connected(): void;
  /** Whoever still waits is told that nobody knows. */
  close(): void;
}

/** Acks that a phone which was away still delivers. */
const lateAcks = 500;

interface PhoneSendsOptions {
  readonly record: PhoneRecord;
  readonly script: Script;
  readonly random: SeededRandom;
  readonly timers: Timers;
  readonly emit: (event: WhatsAppEvent) => void;
  readonly now: () => EpochMs;
  readonly right: SendRight;
  readonly isLinked: () => boolean;
  readonly isConnected: () => boolean;
  /** It is on its way to the other side. */
  readonly onOut?: (message: { readonly chatId: string; readonly messageId: string; readonly text: string }) => void;
}

const serialised = (message: { chatId: string; messageId: string }): string =>
  `true_${message.chatId}_${message.messageId}`;

/** One step of sent, delivered, read after the other; only while connected, the rest after the next connect. */
const createAckProgress = (options: PhoneSendsOptions) => {
  const { record, script, random, timers, emit } = options;
  const underWay = new Set<number>();

  const progress = (message: SentMessage, ack: number): void => {
    if (ack >= 3 || underWay.has(message.seq)) return;
    underWay.add(message.seq);
    timers.after(random.between(script.ackMs), () => {
      underWay.delete(message.seq);
      if (!options.isConnected()) return;
      record.setAck(message.seq, ack + 1);
      emit({ type: 'ack', id: serialised(message), ack: ack + 1 });
      progress(message, ack + 1);
    });
  };
  return progress;
};

/** What goes wrong with the next send: what was asked for, else what the script's chances give. */
const createSendFaults = ({ script, random }: PhoneSendsOptions) => {
  const given: SendFault[] = [];

  return {
    add: (more: readonly SendFault[]): void => void given.push(...more),
    next: (): SendFault | null => {
      const asked = given.shift();
      if (asked !== undefined) return asked;
      if (script.refuseShare > 0 && random.next() < script.refuseShare) return 'refuse';
      return script.loseResultShare > 0 && random.next() < script.loseResultShare ? 'lose' : null;
    },
  };
};

export const createPhoneSends = (options: PhoneSendsOptions): PhoneSends => {
  const { record, script, random, timers, emit, now } = options;
  const progress = createAckProgress(options);
  const faults = createSendFaults(options);
  /** Sends whose caller waits for them to go out, by their number on the phone. */
  const waiting = new Map<number, (result: SendResult) => void>();

  const goOut = (message: SentMessage): void => {
    record.goOut(message.seq, now());
    options.onOut?.(message);
    const waiter = waiting.get(message.seq);
    waiting.delete(message.seq);
    if (waiter === undefined) emit({ type: 'ack', id: serialised(message), ack: 1 });
    else waiter({ kind: 'accepted', id: serialised(message), ack: 1 });
    progress(message, 1);
  };
  const acceptAndFail = (message: Omit<NewSent, 'status' | 'ack'>): SendResult => {
    const seq = record.addSent({ ...message, status: 'failed', ack: 1 });
    timers.after(random.between(script.ackMs), () => {
      record.setAck(seq, -1);
      emit({ type: 'ack', id: serialised(message), ack: -1 });
    });
    return { kind: 'accepted', id: serialised(message), ack: 1 };
  };
  const untilOut = (seq: number, reason: string): Promise<SendResult> =>
    new Promise((resolve) => {
      const cancel = timers.after(script.sendDeadlineMs, () => {
        waiting.delete(seq);
        resolve({ kind: 'unknown', reason });
      });
      waiting.set(seq, (result) => {
        cancel();
        resolve(result);
      });
    });

  return {
    send: async ({ chatId, messageId, text: words, file }) => {
      // What a person would see of it: a file by its name.
      const text = file === undefined ? words : fileLine(file.fileName, words);
      if (!options.isLinked()) return { kind: 'refused', code: 'error', reason: 'no phone is linked' };
      if (text === '') return { kind: 'refused', code: 'empty', reason: 'an empty text is not sent' };
      const wrong = faults.next();
      const took = random.between(script.sendMs);
      if (took > 0 && !(await timers.sleep(took))) return { kind: 'unknown', reason: 'the phone was closed meanwhile' };
      if (isOver(options.right)) return { kind: 'refused', code: 'over', reason: overReason };
      const refusal = wrong === null ? undefined : refusals[wrong];
      if (refusal !== undefined) return refusal;
      const message = { chatId, messageId, text, at: now() };
      if (wrong === 'hold')
        return untilOut(record.addSent({ ...message, status: 'held', ack: 0 }), 'WhatsApp did not confirm it in time');
      if (!options.isConnected())
        return untilOut(record.addSent({ ...message, status: 'pending', ack: 0 }), 'the connection was lost meanwhile');
      if (wrong === 'fail') return acceptAndFail(message);
      const sent: SentMessage = { ...message, status: 'out', ack: 1, seq: 0 };
      const seq = record.addSent(sent);
      options.onOut?.(sent);
      progress({ ...sent, seq }, 1);
      if (wrong === 'lose') return untilOut(seq, 'the page did not say what became of it');
      return { kind: 'accepted', id: serialised(message), ack: 1 };
    },
    lookUp: ({ messageId }) => {
      const found = record.find(messageId);
      return found === null ? { kind: 'absent' } : { kind: 'found', ack: found.ack };
    },
    addFaults: faults.add,
    release: () => {
      const held = record.held();
      for (const message of held) goOut(message);
      return held.length;
    },
    connected: () => {
      if (isOver(options.right)) return;
      for (const message of record.unsettled(lateAcks).reverse()) {
        if (message.status === 'pending') goOut(message);
        else progress(message, message.ack);
      }
    },
    close: () => {
      for (const waiter of waiting.values()) waiter({ kind: 'unknown', reason: 'the phone was closed meanwhile' });
      waiting.clear();
    },
  };
};
