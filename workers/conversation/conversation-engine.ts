import { messageOf } from '../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import { type ChatRunners, createChatRunners } from './chat-runner.ts';
import { createAiGate } from './core/ai-gate.ts';
import { createAiNews } from './core/ai-news.ts';
import { endHandOvers } from './core/end-hand-overs.ts';
import { createSessionReader, type EngineCore, eventWriter, newLinkView } from './core/engine-core.ts';
import { createEngineTimers } from './core/engine-timers.ts';
import type { ConversationEngine, EngineOptions, EngineStatus } from './core/engine-types.ts';
import { releaseHeld } from './core/holds.ts';
import { createCatchUp } from './inbox/catch-up.ts';
import { createInbox, type Inbox } from './inbox/inbox.ts';
import { takeAck } from './outbox/part-fate.ts';
import { recoverTurns } from './recover-turns.ts';

/** How often the engine looks at the store by itself: what a lost `wake` would have told it, and pauses and hours that end. */
const pollMs = 5000;

/** `runners` is asked for only once something is kicked. */
const createEngineCore = (options: EngineOptions, runners: () => ChatRunners): EngineCore => {
  const recordEvent = eventWriter(options);

  return {
    ...options,
    ...createSessionReader(options),
    link: newLinkView(),
    ai: createAiGate(options, createAiNews(options, recordEvent)),
    kick: (id) => runners().kick(id),
    kickAll: () => runners().kickAll(),
    leave: (id) => runners().leave(id),
    summarizing: new Set(),
    told: new Set(),
    event: recordEvent,
  };
};

/** Nothing new is begun from here on, and every wait ends. */
const beginStop = (core: EngineCore, runners: ChatRunners): void => {
  core.link.isStopping = true;
  core.link.isReady = false;
  core.ai.stop();
  runners.stop();
};

const drainEngine = async (
  core: EngineCore,
  parts: { readonly inbox: Inbox; readonly runners: ChatRunners },
  deadlineMs: Milliseconds,
): Promise<void> => {
  const { inbox, runners } = parts;
  beginStop(core, runners);

  const late = Promise.withResolvers<void>();
  const cancel = core.clock.after(deadlineMs, late.resolve);
  await Promise.race([runners.idle(), late.promise]);
  cancel();

  try {
    inbox.flush();
  } catch (error) {
    core.log.error('the last messages could not be stored; WhatsApp keeps them unread', { error: messageOf(error) });
  }
};

const statusOf = ({ link, ai, store, session }: EngineCore, activeChats: number): EngineStatus => ({
  connected: link.isReady,
  draining: link.isStopping,
  ai: ai.light(),
  activeChats,
  pendingChats: store.messages.chatsWithPending(session.id).length,
  openOutboxChats: store.outbox.chatsWithOpen(session.id).length,
  held: link.heldReason,
});

/** The conversations of one session; see `ConversationEngine`. Reads the store at once; throws when the session is not in it. */
export const createConversationEngine = (options: EngineOptions): ConversationEngine => {
  let isClosed = false;
  const timers = createEngineTimers(options);
  const core: EngineCore = createEngineCore(options, () => runners);
  const runners: ChatRunners = createChatRunners(core);
  const inbox = createInbox(core);
  const { link, ai } = core;

  const checkStore = (): void => {
    if (link.isStopping) return;
    core.forget();
    ai.setChosen(core.current().config.ai.provider !== 'none');
    endHandOvers(core);
    for (const id of releaseHeld(core)) runners.kick(id);
    runners.kickAll();
  };
  const catchUp = createCatchUp(core, inbox, timers, checkStore);

  const poll = (): void => {
    timers.later(pollMs, () => {
      if (link.isStopping) return;
      poll();
      checkStore();
      catchUp.retryWhenDue();
    });
  };

  recoverTurns(core);
  ai.setChosen(core.current().config.ai.provider !== 'none');
  poll();

  return {
    onMessage: (message) => {
      if (!isClosed) inbox.push({ kind: 'message', message });
    },
    onChange: (change) => {
      if (!isClosed) inbox.push({ kind: 'change', change });
    },
    onAck: (id, ack) => {
      if (isClosed) return;
      try {
        takeAck(core, id, ack);
      } catch (error) {
        // The next lookup or ack tells the same.
        core.log.error('an ack could not be stored', { error: messageOf(error) });
      }
    },
    onConnected: (connectedAt) => {
      if (!link.isStopping) catchUp.connect(connectedAt);
    },
    onDisconnected: catchUp.disconnect,
    setHeld: (reason) => {
      if (link.heldReason === reason) return;
      link.heldReason = reason;
      timers.later(0, checkStore);
    },
    wake: () => {
      core.forget();
      ai.forget();
      timers.later(0, checkStore);
    },
    drain: (deadlineMs) => drainEngine(core, { inbox, runners }, deadlineMs),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      beginStop(core, runners);
      timers.close();
    },
    status: () => statusOf(core, runners.size()),
    ai: ai.light,
  };
};
