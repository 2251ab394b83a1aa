import { plainText } from '../../../src/session/plain-text.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { handOverAfterSilence } from './ask-for-person.ts';
import type { EngineCore } from './engine-core.ts';

/** A customer whom nobody answered stands on the screen until somebody does, or says that nobody has to. */

/** Nobody is silent here: the operator, the owner or the customer himself decided that there is no answer. */
const decided: ReadonlySet<string> = new Set([
  'group',
  'status',
  'broadcast',
  'newsletter',
  'call',
  'other-kind',
  'denied',
  'not-allowed',
  'saved-contact',
  'before-first-link',
  'restored',
  'command',
  'deleted',
  'erased',
  'draft-dropped',
  'owner-answered',
]);

/** WhatsApp, the clock or the owner was in the way, not the bot's answers: a person in each of these chats would not help. */
const notTried: ReadonlySet<string> = new Set([
  'too-old',
  'in-doubt',
  'restricted',
  'restricted-new',
  'send-refused',
  'send-unknown',
  'send-failed',
]);

export const isSilence = (code: string | null): boolean => code !== null && !decided.has(code);

/**
 * These messages of a customer ended without an answer: he counts as left in silence since the first of them. Only for a person's chat,
 * and not for what was decided on purpose (`isSilence`) or what the owner answered by hand since. Inside the caller's transaction.
 */
export const leaveInSilence = (
  core: EngineCore,
  conversationId: number,
  /** Without `seq`: it was stored a moment ago. */
  messages: readonly { readonly at: EpochMs; readonly seq?: number }[],
  why: { readonly code: string; readonly reason: string },
): void => {
  const conversation = core.store.conversations.get(conversationId);
  if (conversation?.chatKind !== 'person' || !isSilence(why.code)) return;

  // In doubt it is the text itself of which nobody knows whether the owner typed it.
  const answeredAt = why.code === 'in-doubt' ? 0 : (conversation.lastOwnerAt ?? 0);
  // Who took his words back, also while they were being answered, waits for nothing.
  const open = messages.filter(
    ({ at, seq }) => at >= answeredAt && (seq === undefined || core.store.messages.get(seq)?.deletedAt === null),
  );
  if (open.length === 0) return;

  const reason = plainText(why.reason);
  const since = Math.min(...open.map((message) => message.at));
  const now = core.clock.now();
  const isTry = !notTried.has(why.code);
  const { begun, tries } = core.store.silences.leave(
    { sessionId: core.session.id, conversationId, since, code: why.code, reason, isTry },
    now,
  );

  if (begun) {
    const chat = conversation.name ?? conversation.phone ?? conversation.chatId;
    core.event('warn', 'left-in-silence', `${chat} is left in silence: ${reason}`, {
      chat,
      reasonCode: why.code,
      reason,
    });
  }
  if (isTry) handOverAfterSilence(core, conversationId, tries);
};
