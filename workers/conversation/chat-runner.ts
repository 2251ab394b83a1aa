import { messageOf } from '../../src/session/fleet-error.ts';
import type { EngineCore } from './core/engine-core.ts';
import { createRest, type Rest } from './core/rest.ts';
import { handlePart, type SenderState } from './outbox/sender.ts';
import { runTurn } from './turn/turn.ts';
import { decideTurn } from './turn/turn-rules.ts';

/**
 * One chat at work: first what is to be sent, then what is to be answered, one thing at a time. It holds nothing that the store does not
 * hold, so it can be dropped at any line; it ends when the chat has nothing to do.
 */
export interface ChatRunners {
  kick(conversationId: number): void;
  kickAll(): void;
  /** Ends every wait; running steps end at their next line. */
  stop(): void;
  /** Resolves when no runner is left. */
  idle(): Promise<void>;
  size(): number;
}

const lidChat = /@lid$/;
const firstFaultPauseMs = 1000;
const longestFaultPauseMs = 60_000;
/** The master wakes every worker when replies may go on; this is for a wake that got lost. */
const stoppedPauseMs = 30_000;

export const createChatRunners = (core: EngineCore): ChatRunners => {
  const running = new Map<number, { rest: Rest; done: Promise<void> }>();
  const extras = new Set<Promise<void>>();
  /** LIDs already asked for on this connection. */
  const asked = new Map<number, number>();

  const after = (work: Promise<void>): void => {
    const tracked = work
      .catch((error: unknown) => core.log.warn('background work of a chat failed', { error: messageOf(error) }))
      .finally(() => extras.delete(tracked));
    extras.add(tracked);
  };

  /** Asks the phone once a connection who stands behind a LID, so that lists and screens know the number. */
  const identify = async (conversationId: number): Promise<void> => {
    const conversation = core.store.conversations.get(conversationId);
    if (conversation === null || conversation.phone !== null || !lidChat.test(conversation.chatId)) return;
    if (asked.get(conversationId) === core.link.connectedAt) return;
    asked.set(conversationId, core.link.connectedAt);
    try {
      const known = await core.client.identify(conversation.chatId);
      core.store.conversations.ensure(
        core.session,
        {
          chatId: conversation.chatId,
          chatKind: conversation.chatKind,
          phone: known.phone,
          lid: known.lid,
          name: null,
          isSaved: known.isSavedContact || conversation.isSaved,
        },
        core.clock.now(),
      );
    } catch (error) {
      core.log.debug('who is behind this LID is not known', { error: messageOf(error) });
    }
  };

  /** True while there is something to do. */
  const step = async (conversationId: number, rest: Rest, sender: SenderState): Promise<boolean> => {
    const part = core.store.outbox.next(core.session.id, conversationId);
    // The disk is nearly full: what room there is belongs to the inbox. A part on its way is still looked up.
    if (part?.status !== 'sending' && core.store.meta.repliesStoppedAt() !== null) {
      await rest.soft(stoppedPauseMs);
      return true;
    }
    if (part !== null) {
      await handlePart(core, part, sender, rest);
      return true;
    }
    if (core.link.isReady) await identify(conversationId);
    if (core.link.isStopping) return false;
    const decision = decideTurn(core, conversationId, asked.get(conversationId) === core.link.connectedAt);
    if (decision.kind === 'nothing') return core.store.outbox.next(core.session.id, conversationId) !== null;
    if (decision.kind === 'wait') {
      await rest.soft(decision.until === null ? null : decision.until - core.clock.now());
      return true;
    }
    await runTurn(core, { conversationId, messages: decision.messages, because: decision.because }, rest, after);
    return true;
  };

  /** A fault inside a step must not leave a turn open that nobody works on. */
  const closeTurns = (conversationId: number): void => {
    for (const turn of core.store.turns.open(core.session.id)) {
      if (turn.conversationId !== conversationId || turn.outcome !== 'running') continue;
      core.store.turns.update(turn.id, { outcome: 'interrupted', finishedAt: core.clock.now() }, core.clock.now());
    }
  };

  const run = async (conversationId: number, rest: Rest): Promise<void> => {
    const sender: SenderState = { typedFor: null, pauseUntil: 0 };
    let faults = 0;
    while (!core.link.isStopping) {
      try {
        if (!(await step(conversationId, rest, sender))) return;
        faults = 0;
      } catch (error) {
        faults += 1;
        core.log.error('a chat could not be worked on; tried again', {
          conversation: conversationId,
          error: messageOf(error),
          faults,
        });
        try {
          closeTurns(conversationId);
        } catch (second) {
          core.log.error('the store does not take a turn’s end', { error: messageOf(second) });
        }
        await rest.hard(Math.min(longestFaultPauseMs, firstFaultPauseMs * 2 ** (faults - 1)));
      }
    }
  };

  const runners: ChatRunners = {
    kick: (conversationId) => {
      if (core.link.isStopping) return;
      const known = running.get(conversationId);
      if (known !== undefined) {
        known.rest.kick();
        return;
      }
      const rest = createRest(core.clock);
      const entry = { rest, done: Promise.resolve() };
      running.set(conversationId, entry);
      entry.done = run(conversationId, rest).finally(() => running.delete(conversationId));
    },
    kickAll: () => {
      for (const id of core.store.outbox.chatsWithOpen(core.session.id)) runners.kick(id);
      for (const id of core.store.messages.chatsWithPending(core.session.id)) runners.kick(id);
    },
    stop: () => {
      for (const { rest } of running.values()) rest.stop();
    },
    idle: async () => {
      while (running.size + extras.size > 0)
        await Promise.all([...[...running.values()].map((entry) => entry.done), ...extras]);
    },
    size: () => running.size,
  };
  return runners;
};
