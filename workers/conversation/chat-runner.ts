import { plainBackoff } from '../../src/pace/backoff.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { type ChatAtWork, runChatStep } from './chat-step.ts';
import type { EngineCore } from './core/engine-core.ts';
import { createLidLookup } from './core/lid-lookup.ts';
import { createRest, type Rest } from './core/rest.ts';

/**
 * One chat at work: first what is to be sent, then what is to be answered, one thing at a time. It holds nothing that the store does not
 * hold, so it can be dropped at any line; it ends when the chat has nothing to do.
 */
export interface ChatRunners {
  kick(conversationId: number): void;
  kickAll(): void;
  /** Ends the waits of a chat that is gone from the store, so that its runner sees it; starts none. */
  leave(conversationId: number): void;
  /** Ends every wait; running steps end at their next line. */
  stop(): void;
  /** Resolves when no runner is left. */
  idle(): Promise<void>;
  size(): number;
}

const faultPace = { firstMs: 1000, maxMs: 60_000 };

/** A fault inside a step must not leave a turn open that nobody works on. */
const interruptTurns = (core: EngineCore, conversationId: number): void => {
  for (const turn of core.store.turns.open(core.session.id)) {
    if (turn.conversationId !== conversationId || turn.outcome !== 'running') continue;
    core.store.toolCalls.drop(turn.id, core.clock.now());
    core.store.turns.update(turn.id, { outcome: 'interrupted', finishedAt: core.clock.now() }, core.clock.now());
  }
};

/** Works until the chat has nothing to do or the engine stops; a fault is tried again after a pause that grows. */
const runChat = async (core: EngineCore, chat: ChatAtWork): Promise<void> => {
  let faults = 0;
  while (!core.link.isStopping) {
    try {
      if (!(await runChatStep(core, chat))) return;
      faults = 0;
    } catch (error) {
      faults += 1;
      core.log.error('a chat could not be worked on; tried again', {
        conversation: chat.conversationId,
        error: messageOf(error),
        faults,
      });

      try {
        interruptTurns(core, chat.conversationId);
      } catch (second) {
        core.log.error('the store does not take a turn’s end', { error: messageOf(second) });
      }
      await chat.rest.hard(plainBackoff(faults - 1, faultPace));
    }
  }
};

export const createChatRunners = (core: EngineCore): ChatRunners => {
  const running = new Map<number, { rest: Rest; done: Promise<void> }>();
  const beside = new Set<Promise<void>>();
  const lids = createLidLookup(core);

  const runBeside = (work: Promise<void>): void => {
    const tracked = work
      .catch((error: unknown) => core.log.warn('background work of a chat failed', { error: messageOf(error) }))
      .finally(() => beside.delete(tracked));
    beside.add(tracked);
  };

  const startChat = (conversationId: number): void => {
    const rest = createRest(core.clock);
    const chat: ChatAtWork = {
      conversationId,
      rest,
      sender: { typedFor: null, pause: { since: 0, ms: 0 } },
      lids,
      runBeside,
    };
    const entry = { rest, done: Promise.resolve() };
    running.set(conversationId, entry);
    entry.done = runChat(core, chat).finally(() => running.delete(conversationId));
  };

  const kick = (conversationId: number): void => {
    if (core.link.isStopping) return;
    const known = running.get(conversationId);
    if (known === undefined) startChat(conversationId);
    else known.rest.kick();
  };

  return {
    kick,
    kickAll: () => {
      for (const id of core.store.outbox.chatsWithOpen(core.session.id)) kick(id);
      for (const id of core.store.messages.chatsWithPending(core.session.id)) kick(id);
      for (const id of core.store.toolCalls.chatsWithOpen(core.session.id)) kick(id);
    },
    leave: (conversationId) => running.get(conversationId)?.rest.kick(),
    stop: () => {
      for (const { rest } of running.values()) rest.stop();
    },
    idle: async () => {
      while (running.size + beside.size > 0)
        await Promise.all([...[...running.values()].map((entry) => entry.done), ...beside]);
    },
    size: () => running.size,
  };
};
