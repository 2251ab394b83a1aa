import { messageOf } from '../../../src/session/fleet-error.ts';
import { isErased } from '../../../src/store/guards.ts';
import type { MessageChange, WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import { handOverByWords } from '../core/ask-for-person.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { isUnreadable } from '../core/unreadable.ts';
import { takeCustomerMessage } from './customer-message.ts';
import { takeChange } from './message-change.ts';
import { takeOwnerMessage } from './owner-message.ts';
import { takeProbe } from './probe-message.ts';

/** What the phone tells: a message, or what became of one. */
export type Arrival =
  | { readonly kind: 'message'; readonly message: WhatsAppMessage }
  | { readonly kind: 'change'; readonly change: MessageChange };

/** Stored before anything else: everything that the phone tells goes through here once and in its order, together with its tick. */
export interface Inbox {
  push(arrival: Arrival): void;
  /** Stores what has come in; returns when it is on disk. Throws when the store does. */
  flush(): void;
}

const retryMs = 2000;
/** Ten minutes of trying: a full disk or a locked store is seen long before. */
const refusalsTaken = 300;

/** A message that is known, told again with words that it had not: nobody told us of the change. */
const newsOf = (core: EngineCore, message: WhatsAppMessage): MessageChange | null => {
  const known = core.store.messages.byId(core.session.id, message.id);
  if (known === null) return null;

  const at = core.clock.now();
  if (isUnreadable(known) && !isUnreadable(message)) return { kind: 'cleared', message, at };
  return message.edited && known.text !== message.text ? { kind: 'edited', message, at } : null;
};

const takeMessage = (core: EngineCore, message: WhatsAppMessage): number | null => {
  const news = newsOf(core, message);
  if (news !== null) return takeChange(core, news);
  const probe = takeProbe(core, message);
  if (probe !== null) return probe.chat;
  return message.fromMe ? takeOwnerMessage(core, message) : takeCustomerMessage(core, message);
};

/** The message that it is about, where it carries one. */
const messageOfArrival = (arrival: Arrival): WhatsAppMessage | null => {
  if (arrival.kind === 'message') return arrival.message;
  return 'message' in arrival.change ? arrival.change.message : null;
};

const idOf = (arrival: Arrival): string => {
  if (arrival.kind === 'message') return arrival.message.id;
  return 'message' in arrival.change ? arrival.change.message.id : arrival.change.messageId;
};

/** Stores these in one transaction; returns the chats that have something to do now. */
const storeArrivals = (core: EngineCore, arrivals: readonly Arrival[]): ReadonlySet<number> =>
  core.store.database.transaction(() => {
    const chats = new Set<number>();
    for (const arrival of arrivals) {
      // The phone still has what was erased here on a customer's wish.
      const message = messageOfArrival(arrival);
      if (message !== null && isErased(core.store.database, core.session.id, message)) continue;

      const chat = arrival.kind === 'message' ? takeMessage(core, arrival.message) : takeChange(core, arrival.change);
      if (chat !== null) chats.add(chat);
    }
    for (const chat of chats) handOverByWords(core, chat);
    return chats;
  });

export const createInbox = (core: EngineCore): Inbox => {
  let waiting: Arrival[] = [];
  let isScheduled = false;
  /** How often the store refused a message. */
  const refused = new WeakMap<Arrival, number>();

  const drop = (one: Arrival): void => {
    waiting = waiting.filter((other) => other !== one);
  };

  /** One message that the store refuses must not keep the others out for ever. */
  const storeOneByOne = (arrivals: readonly Arrival[]): void => {
    for (const one of arrivals) {
      try {
        const chats = storeArrivals(core, [one]);
        drop(one);
        for (const chat of chats) core.kick(chat);
      } catch (error) {
        const refusals = (refused.get(one) ?? 0) + 1;
        refused.set(one, refusals);
        if (refusals < refusalsTaken) continue;

        drop(one);
        core.log.error('a message cannot be stored and is left unread at WhatsApp', {
          message: idOf(one),
          error: messageOf(error),
        });
      }
    }
  };

  const flush = (): void => {
    if (waiting.length === 0) return;
    const taken = waiting;
    try {
      const chats = storeArrivals(core, taken);
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
    push: (arrival) => {
      waiting.push(arrival);
      if (isScheduled) return;
      isScheduled = true;
      core.clock.soon(flushScheduled);
    },
    flush,
  };
};
