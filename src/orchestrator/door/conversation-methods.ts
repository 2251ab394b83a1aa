import { setTimeout as delay } from 'node:timers/promises';
import { sessionLog } from '../../home/home-paths.ts';
import { readLog } from '../../log/log-reader.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { isSessionName } from '../../session/session-name.ts';
import { microPerUsd } from '../../store/usage-store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { FleetHandlers, FleetParts } from './fleet-parts.ts';
import { wake } from './fleet-parts.ts';

/** The methods of the door that are about what was said, and what is written down. */

/** A message that goes out at once is told as sent; one that waits for its pause is not waited for. */
const sendSeen = 8000;
const pausedForGood = Number.MAX_SAFE_INTEGER;
const defaultLimit = 100;
const usageDays = 30;
const dayMs = 86_400_000;

export const createConversationMethods = (parts: FleetParts, masterLog: string): FleetHandlers => {
  const { book, store, state, now } = parts;

  /** Also a session that is gone: its conversations may have been kept. */
  const sessionIdOf = (name: string): string => {
    const session = book.byName(name);
    if (session !== null) return session.stored.id;
    const kept = store.conversations.sessionIdsOfName(name).at(-1);
    return kept ?? book.get(name).stored.id;
  };
  const chatOf = (session: ManagedSession, chat: string) => {
    const { id } = session.stored;
    const found = store.conversations.find(id, chat) ?? store.conversations.byPhone(id, chat)[0];
    if (found === undefined) {
      throw new FleetError('usage', `${session.stored.name} has no chat with ${JSON.stringify(chat.slice(0, 60))}.`);
    }
    return found;
  };
  const setReplies = async (session: ManagedSession, replies: 'on' | 'paused' | 'draft', actor: string | undefined) => {
    store.sessions.change(session.stored.id, { replies }, now());
    book.reload(session);
    const text = { on: 'replies are on', paused: 'replies are paused', draft: 'watch mode: answers become drafts' }[
      replies
    ];
    book.record(session, { level: 'info', kind: `replies-${replies}`, text, actor: actor ?? 'you' });
    await wake(parts, session);
    return { row: state.row(session) };
  };

  return {
    pause: async ({ name, chat, minutes, actor }) => {
      const session = book.get(name);
      if (chat === undefined) return setReplies(session, 'paused', actor);
      const conversation = chatOf(session, chat);
      const until = minutes === undefined ? pausedForGood : now() + minutes * 60_000;
      store.conversations.pause(conversation.id, { until, by: actor ?? 'you', reason: 'paused by a person' }, now());
      book.record(session, { level: 'info', kind: 'chat-paused', text: 'one chat is paused', actor: actor ?? 'you' });
      await wake(parts, session);
      return { row: state.row(session) };
    },
    resume: async ({ name, chat, actor }) => {
      const session = book.get(name);
      if (chat === undefined) return setReplies(session, 'on', actor);
      store.conversations.resume(chatOf(session, chat).id, now());
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

    drafts: ({ name }) => ({ drafts: store.chats.drafts(name === undefined ? undefined : sessionIdOf(name)) }),
    draft: async ({ outboxId, action, text, actor }) => {
      const by = actor ?? 'you';
      if (action === 'approve') store.outbox.approveDraft(outboxId, by, now());
      else if (action === 'drop') store.outbox.dropDraft(outboxId, by, now());
      else if (text === undefined) throw new FleetError('usage', 'an edited draft needs its text.');
      else store.outbox.editDraft(outboxId, text, by, now());
      const part = store.outbox.get(outboxId);
      const session = part === null ? null : book.byId(part.sessionId);
      if (session !== null) await wake(parts, session);
      return { draft: action === 'drop' ? null : store.chats.draft(outboxId) };
    },

    send: async ({ name, chat, text, actor }) => {
      const session = book.get(name);
      const outboxId = store.outbox.enqueueSend(
        session.stored,
        chat,
        text,
        { source: 'send', actor: actor ?? 'you' },
        now(),
      );
      await wake(parts, session);
      const deadline = performance.now() + (session.state === 'connected' ? sendSeen : 0);
      let part = store.outbox.get(outboxId);
      while (part !== null && (part.status === 'queued' || part.status === 'sending') && performance.now() < deadline) {
        await delay(100);
        part = store.outbox.get(outboxId);
      }
      return { outboxId, status: part?.status ?? 'dropped', ack: part?.ack ?? null };
    },

    totals: ({ name }) => store.chats.totals(sessionIdOf(name)),
    usage: ({ name, days }) => ({
      days: store.usage
        .days({
          fromDay: new Date(now() - (days ?? usageDays) * dayMs).toISOString().slice(0, 10),
          ...(name === undefined ? {} : { sessionId: sessionIdOf(name) }),
        })
        .map(({ costMicroUsd, ...day }) => ({ ...day, costUsd: costMicroUsd / microPerUsd })),
    }),
    chats: ({ name, limit, search }) => ({
      chats: store.chats.chats({
        limit: limit ?? defaultLimit,
        now: now(),
        ...(name === undefined ? {} : { sessionId: sessionIdOf(name) }),
        ...(search === undefined ? {} : { search }),
      }),
    }),
    messages: ({ name, chat, limit, before }) => {
      store.activity.lookedAt(sessionIdOf(name), now());
      return {
        messages: store.chats.messages({
          sessionId: sessionIdOf(name),
          chatId: chat,
          limit: limit ?? defaultLimit,
          ...(before === undefined ? {} : { before }),
        }),
      };
    },
    why: ({ name, chat, limit }) => ({
      turns: store.why.turns({
        sessionId: sessionIdOf(name),
        limit: limit ?? 1,
        ...(chat === undefined ? {} : { chatId: chat }),
      }),
    }),

    events: ({ name, limit, before }) => ({
      events: store.events.list({
        limit: limit ?? defaultLimit,
        ...(name === undefined ? {} : { sessionName: name }),
        ...(before === undefined ? {} : { before }),
      }),
    }),
    logs: async ({ name, lines, cursor }) => {
      if (name !== null && !isSessionName(name)) book.get(name);
      const file = name === null || !isSessionName(name) ? masterLog : sessionLog(parts.paths, name);
      const page = await readLog({ file, lines, cursor });
      return { lines: page.lines, cursor: page.cursor };
    },
  };
};
