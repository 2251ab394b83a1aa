import type { EngineCore } from './core/engine-core.ts';
import type { LidLookup } from './core/lid-lookup.ts';
import type { Rest } from './core/rest.ts';
import { handlePart, type SenderState } from './outbox/sender.ts';
import { runTurn } from './turn/turn.ts';
import { decideTurn } from './turn/turn-rules.ts';

/** The master wakes every worker when replies may go on; this is for a wake that got lost. */
const stoppedPauseMs = 30_000;

/** What one chat is worked on with. */
export interface ChatAtWork {
  readonly conversationId: number;
  readonly rest: Rest;
  readonly sender: SenderState;
  readonly lids: LidLookup;
  /** Work that may end after the turn. */
  readonly runBeside: (work: Promise<void>) => void;
}

/** Does the next thing in a chat: first what is to be sent, then what is to be answered. True while there is something to do. */
export const runChatStep = async (core: EngineCore, chat: ChatAtWork): Promise<boolean> => {
  const { conversationId, rest, sender, lids } = chat;
  // Erased, or one now with another chat of the same person, which has a runner of its own.
  if (core.store.conversations.get(conversationId) === null) return false;

  // A call of a tool that another life left on its way comes before everything that may depend on it.
  if (core.store.toolCalls.open(core.session.id, conversationId).length > 0) {
    const { settleCalls } = await import('./turn/tool-call.ts');
    await settleCalls(core, conversationId);
    return !core.link.isStopping;
  }

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

  if (core.link.isReady) await lids.identifyChat(conversationId);
  if (core.link.isStopping) return false;

  const decision = decideTurn(core, conversationId, lids.wasAsked(conversationId));
  switch (decision.kind) {
    case 'nothing':
      return core.store.outbox.next(core.session.id, conversationId) !== null;
    case 'wait':
      await rest.soft(decision.until === null ? null : decision.until - core.clock.now());
      return true;
    case 'answer': {
      const { messages, because } = decision;
      await runTurn(core, { conversationId, messages, because }, rest, chat.runBeside);
      return true;
    }
  }
};
