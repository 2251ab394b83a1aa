import type { AiLight } from '../../src/protocol/fleet.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { type ChatRunners, createChatRunners } from './chat-runner.ts';
import { type AiGate, createAiGate, type LightCause } from './core/ai-gate.ts';
import { createSessionReader, type EngineCore, eventWriter, newLinkView } from './core/engine-core.ts';
import type { ConversationEngine, EngineOptions } from './core/engine-types.ts';
import { releaseHeld } from './core/holds.ts';
import { createInbox } from './inbox/inbox.ts';
import { finishWhenSent, takeAck } from './outbox/sender.ts';

/** How often the engine looks at the store by itself: what a lost `wake` would have told it, and pauses and hours that end. */
const pollMs = 5000;
/** Reading the missed messages is tried this often at once, then once a minute. */
const catchUpTries = 3;
const catchUpAgainMs = 60_000;
const catchUpPauseMs = 2000;
/** Younger messages are looked for than those that can still be answered, so that too old ones are at least seen as unanswered. */
const lookBackMs = 86_400_000;

/** What an earlier life left open: turns whose answer was never stored are taken up again, parts are found by their state. */
const recover = (core: EngineCore): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    for (const turn of core.store.turns.open(core.session.id)) {
      if (turn.outcome === 'running') {
        core.store.turns.addSteps(turn.id, [{ at: now, step: 'interrupted', values: {} }], now);
        core.store.turns.update(turn.id, { outcome: 'interrupted', finishedAt: now }, now);
      } else finishWhenSent(core, turn.id);
    }
  });

/** The conversations of one session; see `ConversationEngine`. Reads the store at once; throws when the session is not in it. */
export const createConversationEngine = (options: EngineOptions): ConversationEngine => {
  const { clock, log, store } = options;
  const link = newLinkView();
  let runners: ChatRunners | null = null;
  let isClosed = false;
  let connection = 0;
  let isCaughtUp = false;
  let catchUpAgainAt = 0;
  const cancels = new Set<() => void>();

  let refusedBefore = false;
  const tell = (light: AiLight, cause: LightCause): void => {
    options.report({ ai: light });
    // Budgets have an event of their own, and a fault that passes is no news.
    if (cause === 'refused')
      core.event('error', 'ai-refused', `the AI service refuses: ${light.reason ?? 'no reason given'}`, {
        reasonCode: light.code,
        reason: light.reason,
      });
    if (cause === 'answers' && refusedBefore) core.event('info', 'ai-ok', 'the AI service answers again');
    refusedBefore = cause === 'refused' || (refusedBefore && cause !== 'answers');
  };
  const ai: AiGate = createAiGate(options, tell);
  const core: EngineCore = {
    ...options,
    ...createSessionReader(options),
    link,
    ai,
    kick: (id) => runners?.kick(id),
    kickAll: () => runners?.kickAll(),
    summarizing: new Set(),
    told: new Set(),
    event: eventWriter(options),
  };
  const theInbox = createInbox(core);
  const theRunners = createChatRunners(core);
  runners = theRunners;

  /** Runs `work` later; an error of the store is logged and the next poll tries again. */
  const later = (ms: number, work: () => void): void => {
    if (isClosed) return;
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel);
      try {
        work();
      } catch (error) {
        log.error('the pipeline could not look at the store; tried again', { error: messageOf(error) });
      }
    });
    cancels.add(cancel);
  };

  const look = (): void => {
    if (link.isStopping) return;
    core.forget();
    ai.setChosen(core.current().config.ai.provider !== 'none');
    for (const id of releaseHeld(core)) theRunners.kick(id);
    theRunners.kickAll();
  };

  const poll = (): void => {
    later(pollMs, () => {
      if (link.isStopping) return;
      poll();
      look();
      if (link.isReady && !isCaughtUp && clock.now() >= catchUpAgainAt) void catchUp(connection, 1);
    });
  };

  /** Everything that arrived while nobody listened goes into the inbox before the first answer. */
  const catchUp = async (mine: number, tries: number): Promise<void> => {
    const isCurrent = (): boolean => mine === connection && !link.isStopping;
    // Not again while this one runs.
    catchUpAgainAt = Number.POSITIVE_INFINITY;
    for (let attempt = 1; attempt <= tries && isCurrent(); attempt += 1) {
      try {
        core.forget();
        const session = core.current();
        const since = Math.max(
          session.firstLinkedAt ?? clock.now(),
          clock.now() - session.config.timing.maxAgeMs - lookBackMs,
        );
        const missed = await options.client.missedMessages(since);
        if (!isCurrent()) return;
        for (const message of missed) theInbox.push(message);
        theInbox.flush();
        isCaughtUp = true;
        if (missed.length > 0) log.info('caught up with what arrived while away', { messages: missed.length });
        break;
      } catch (error) {
        log.warn('missed messages could not be read', { error: messageOf(error), attempt });
        if (attempt < tries) await new Promise<void>((resolve) => later(catchUpPauseMs * attempt, resolve));
      }
    }
    if (!isCurrent()) return;
    catchUpAgainAt = clock.now() + catchUpAgainMs;
    link.isReady = true;
    try {
      look();
    } catch (error) {
      log.error('the pipeline could not look at the store; tried again', { error: messageOf(error) });
    }
  };

  recover(core);
  ai.setChosen(core.current().config.ai.provider !== 'none');
  poll();

  return {
    onMessage: (message) => {
      if (!isClosed) theInbox.push(message);
    },
    onAck: (id, ack) => {
      if (isClosed) return;
      try {
        takeAck(core, id, ack);
      } catch (error) {
        // The next lookup or ack tells the same.
        log.error('an ack could not be stored', { error: messageOf(error) });
      }
    },
    onConnected: (connectedAt) => {
      if (link.isStopping) return;
      connection += 1;
      link.connectedAt = connectedAt;
      link.isReady = false;
      isCaughtUp = false;
      void catchUp(connection, catchUpTries);
    },
    onDisconnected: () => {
      connection += 1;
      link.isReady = false;
    },
    setHeld: (reason) => {
      if (link.heldReason === reason) return;
      link.heldReason = reason;
      later(0, look);
    },
    wake: () => {
      core.forget();
      ai.forget();
      later(0, look);
    },
    drain: async (deadlineMs) => {
      link.isStopping = true;
      link.isReady = false;
      ai.stop();
      theRunners.stop();
      const deadline = new Promise<void>((resolve) => {
        const cancel = clock.after(deadlineMs, resolve);
        cancels.add(cancel);
      });
      await Promise.race([theRunners.idle(), deadline]);
      try {
        theInbox.flush();
      } catch (error) {
        log.error('the last messages could not be stored; WhatsApp keeps them unread', { error: messageOf(error) });
      }
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      link.isStopping = true;
      link.isReady = false;
      ai.stop();
      theRunners.stop();
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
    status: () => ({
      connected: link.isReady,
      draining: link.isStopping,
      ai: ai.light(),
      activeChats: theRunners.size(),
      pendingChats: store.messages.chatsWithPending(options.session.id).length,
      openOutboxChats: store.outbox.chatsWithOpen(options.session.id).length,
      held: link.heldReason,
    }),
  };
};
