import type { Milliseconds } from '../../session/units.ts';
import type { RepliesMode } from '../../session/verdict.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { chatOf } from './chat-of.ts';
import { type FleetParts, wake } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';

/** The methods of the door that say whether customers are answered: paused sessions and chats, and watch mode. */

const pausedForGood = Number.MAX_SAFE_INTEGER;
const minute: Milliseconds = 60_000;

export const repliesWords: Readonly<Record<RepliesMode, string>> = {
  on: 'replies are on',
  paused: 'replies are paused',
  draft: 'watch mode: answers become drafts',
};

export const createReplyMethods = (parts: FleetParts): MethodsOf<'pause' | 'resume' | 'watch'> => {
  const { book, store, state, now } = parts;

  const setReplies = async (session: ManagedSession, replies: RepliesMode, actor: string | undefined) => {
    store.sessions.change(session.stored.id, { replies }, now());
    book.reload(session);
    book.record(session, {
      level: 'info',
      kind: `replies-${replies}`,
      text: repliesWords[replies],
      actor: actor ?? 'you',
    });
    await wake(parts, session);

    return { row: state.row(session) };
  };

  return {
    pause: async ({ name, chat, minutes, actor }) => {
      const session = book.get(name);
      if (chat === undefined) return setReplies(session, 'paused', actor);

      const conversation = chatOf(parts, session.stored, chat);
      const until = minutes === undefined ? pausedForGood : now() + minutes * minute;
      store.conversations.pause(conversation.id, { until, by: actor ?? 'you', reason: 'paused by a person' }, now());
      book.record(session, { level: 'info', kind: 'chat-paused', text: 'one chat is paused', actor: actor ?? 'you' });
      await wake(parts, session);

      return { row: state.row(session) };
    },

    resume: async ({ name, chat, actor }) => {
      const session = book.get(name);
      if (chat === undefined) return setReplies(session, 'on', actor);

      store.conversations.resume(chatOf(parts, session.stored, chat).id, now());
      state.readActivity();
      book.record(session, {
        level: 'info',
        kind: 'chat-resumed',
        text: 'one chat is answered again',
        actor: actor ?? 'you',
      });
      await wake(parts, session);

      return { row: state.row(session) };
    },

    watch: ({ name, on, actor }) => setReplies(book.get(name), on ? 'draft' : 'on', actor),
  };
};
