import { existsSync } from 'node:fs';
import { sessionLog } from '../../home/home-paths.ts';
import { readLog } from '../../log/log-reader.ts';
import { isSessionName } from '../../session/session-name.ts';
import type { Milliseconds } from '../../session/units.ts';
import { longestWaiterFirst } from '../../session/waiting.ts';
import { microPerUsd } from '../../store/usage-store.ts';
import { chatOf } from './chat-of.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';
import { refuseUnknown, sessionIdOf } from './session-id-of.ts';

/** The methods of the door that read what is written down: chats, messages, turns, events, costs and logs. */

const defaultLimit = 100;
const usageDays = 30;
const day: Milliseconds = 86_400_000;

export const createRecordMethods = (
  parts: Pick<FleetParts, 'paths' | 'store' | 'book' | 'now'>,
  masterLog: string,
): MethodsOf<'totals' | 'usage' | 'chats' | 'messages' | 'why' | 'events' | 'logs'> => {
  const { book, store, now } = parts;
  const idOf = (name: string): string => sessionIdOf(parts, name);

  return {
    totals: ({ name }) => store.retention.totalsOf(idOf(name)),

    usage: ({ name, days }) => ({
      days: store.usage
        .days({
          fromDay: new Date(now() - (days ?? usageDays) * day).toISOString().slice(0, 10),
          ...(name === undefined ? {} : { sessionId: idOf(name) }),
        })
        .map(({ costMicroUsd, ...rest }) => ({ ...rest, costUsd: costMicroUsd / microPerUsd })),
    }),

    // The same order for the screen, the shell and the API; whoever waits is among them, also when as many wrote since.
    chats: ({ name, limit = defaultLimit, search }) => ({
      chats: longestWaiterFirst(
        store.chats.chats({
          limit,
          now: now(),
          ...(name === undefined ? {} : { sessionId: idOf(name) }),
          ...(search === undefined ? {} : { search }),
        }),
      ).slice(0, limit),
    }),

    messages: ({ name, chat, limit, before }) => {
      store.activity.lookedAt(idOf(name), now());

      return {
        messages: store.chats.messages({
          sessionId: idOf(name),
          chatId: chat,
          limit: limit ?? defaultLimit,
          ...(before === undefined ? {} : { before }),
        }),
      };
    },

    why: ({ name, chat, limit }) => {
      const id = idOf(name);

      return {
        turns: store.why.turns({
          sessionId: id,
          limit: limit ?? 1,
          ...(chat === undefined ? {} : { chatId: chatOf(parts, { id, name }, chat).chatId }),
        }),
      };
    },

    events: ({ name, limit, before }) => {
      if (name !== undefined) refuseUnknown(parts, name);

      return {
        events: store.events.list({
          limit: limit ?? defaultLimit,
          ...(name === undefined ? {} : { sessionName: name }),
          ...(before === undefined ? {} : { before }),
        }),
      };
    },

    logs: async ({ name, lines, cursor }) => {
      if (name !== null && !isSessionName(name)) book.get(name);
      const file = name === null || !isSessionName(name) ? masterLog : sessionLog(parts.paths, name);
      // Whoever follows was let in before.
      if (name !== null && cursor === undefined && !existsSync(file)) refuseUnknown(parts, name);
      const page = await readLog({ file, lines, cursor });

      return { lines: page.lines, cursor: page.cursor };
    },
  };
};
