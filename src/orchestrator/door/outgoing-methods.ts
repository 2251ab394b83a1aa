import { setTimeout as delay } from 'node:timers/promises';
import { FleetError } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { type FleetParts, wake } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { sessionIdOf } from './session-id-of.ts';

/** The methods of the door through which a person lets something go out: drafts of watch mode, and messages of their own. */

/** A message that goes out at once is told as sent; one that waits for its pause is not waited for. */
const sendSeen: Milliseconds = 8000;
const sendLookEvery: Milliseconds = 100;
/** So long a draft counts as edited after a screen said so; a screen says it every half minute, and one that died does not. */
const editTime: Milliseconds = 120_000;

export const createOutgoingMethods = (parts: FleetParts): MethodsOf<'drafts' | 'draft' | 'send'> => {
  const { book, store, now } = parts;

  return {
    drafts: ({ name }) => ({ drafts: store.chats.drafts(name === undefined ? undefined : sessionIdOf(parts, name)) }),

    draft: async ({ outboxId, action, text, actor }) => {
      const by = actor ?? 'you';
      if (action === 'approve') store.outbox.approveDraft(outboxId, by, now());
      else if (action === 'drop') store.outbox.dropDraft(outboxId, by, now());
      else if (action === 'hold') store.outbox.holdDraft(outboxId, now() + editTime, now());
      else if (action === 'release') store.outbox.holdDraft(outboxId, now(), now());
      else if (text === undefined) throw new FleetError('usage', 'an edited draft needs its text.');
      else store.outbox.editDraft(outboxId, text, by, now());

      const part = store.outbox.get(outboxId);
      const session = part === null ? null : book.byId(part.sessionId);
      if (session !== null) await wake(parts, session);

      return { draft: action === 'drop' ? null : store.chats.draft(outboxId) };
    },

    send: async ({ name, chat, text, actor }) => {
      const session = book.get(name);
      const sender = { source: 'send', actor: actor ?? 'you' } as const;
      const outboxId = store.outbox.enqueueSend(session.stored, chat, text, sender, now());
      await wake(parts, session);

      const deadline = performance.now() + (session.state === 'connected' ? sendSeen : 0);
      let part = store.outbox.get(outboxId);
      while (part !== null && (part.status === 'queued' || part.status === 'sending') && performance.now() < deadline) {
        await delay(sendLookEvery);
        part = store.outbox.get(outboxId);
      }

      return { outboxId, status: part?.status ?? 'dropped', ack: part?.ack ?? null };
    },
  };
};
