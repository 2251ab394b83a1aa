import { messageOf } from '../../../src/session/fleet-error.ts';
import { isErased } from '../../../src/store/guards.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { takeCustomerMessage } from './customer-message.ts';
import { takeOwnerMessage } from './owner-message.ts';

/** Stored before anything else: every message of the phone goes through here once, together with the others of its tick. */
export interface Inbox {
  push(message: WhatsAppMessage): void;
  /** Stores what has come in; returns when it is on disk. Throws when the store does. */
  flush(): void;
}

const retryMs = 2000;
/** Ten minutes of trying: a full disk or a locked store is seen long before. */
const refusalsTaken = 300;

/** Stores these messages in one transaction; returns the chats that have something to do now. */
const storeMessages = (core: EngineCore, messages: readonly WhatsAppMessage[]): ReadonlySet<number> =>
  core.store.database.transaction(() => {
    const chats = new Set<number>();
    for (const message of messages) {
      // The phone still has what was erased here on a customer's wish.
      if (isErased(core.store.database, core.session.id, message)) continue;

      const chat = message.fromMe ? takeOwnerMessage(core, message) : takeCustomerMessage(core, message);
      if (chat !== null) chats.add(chat);
    }
    return chats;
  });

export const createInbox = (core: EngineCore): Inbox => {
  let waiting: WhatsAppMessage[] = [];
  let isScheduled = false;
  /** How often the store refused a message. */
  const refused = new WeakMap<WhatsAppMessage, number>();

  const drop = (one: WhatsAppMessage): void => {
    waiting = waiting.filter((other) => other !== one);
  };

  /** One message that the store refuses must not keep the others out for ever. */
  const storeOneByOne = (messages: readonly WhatsAppMessage[]): void => {
    for (const one of messages) {
      try {
        const chats = storeMessages(core, [one]);
        drop(one);
        for (const chat of chats) core.kick(chat);
      } catch (error) {
        const refusals = (refused.get(one) ?? 0) + 1;
        refused.set(one, refusals);
        if (refusals < refusalsTaken) continue;

        drop(one);
        core.log.error('a message cannot be stored and is left unread at WhatsApp', {
          message: one.id,
          error: messageOf(error),
        });
      }
    }
  };

  const flush = (): void => {
    if (waiting.length === 0) return;
    const taken = waiting;
    try {
      const chats = storeMessages(core, taken);
      // Only now: what could not be stored stays here, and at WhatsApp unread.
      waiting = waiting.slice(taken.length);
      for (const chat of chats) core.kick(chat);
    } catch (error) {
      storeOneByOne(taken);
      if (waiting.length > 0) throw error;
    }
  };

  const flushScheduled = (): void => {
    isScheduled = false;
    if (core.link.isStopping && waiting.length === 0) return;
    try {
      flush();
    } catch (error) {
      core.log.error('messages could not be stored; tried again', { error: messageOf(error), waiting: waiting.length });
      if (isScheduled) return;
      isScheduled = true;
      core.clock.after(retryMs, flushScheduled);
    }
  };

  return {
    push: (message) => {
      waiting.push(message);
      if (isScheduled) return;
      isScheduled = true;
      core.clock.soon(flushScheduled);
    },
    flush,
  };
};
