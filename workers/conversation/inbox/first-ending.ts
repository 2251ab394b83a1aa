import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import { mayBeAnsweredElsewhere } from '../../../src/store/guards.ts';
import type { Ending } from '../../../src/store/message-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import { isLid } from '../core/addresses.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { isAhead } from '../core/set-back.ts';
import { shouldAnswer } from '../limits/contact-match.ts';

const pending: Ending = { outcome: 'pending', code: null, reason: null };
export const ignored = (code: string, reason: string): Ending => ({ outcome: 'ignored', code, reason });

const ignoreWords: Readonly<Record<string, string>> = {
  group: 'groups are not answered',
  status: 'status updates are not answered',
  broadcast: 'broadcasts are not answered',
  newsletter: 'newsletters are not answered',
  call: 'calls are not answered',
  'other-kind': 'this kind of chat is not answered',
  denied: 'on the deny list',
  'not-allowed': 'not on the allow list',
  'saved-contact': 'saved contacts are not answered',
};
export const ignoredBy = (reason: string): Ending => ignored(reason, ignoreWords[reason] ?? reason);

/** Written by nobody whom the lists let through; null: may be answered. */
const ignoredForContact = (
  core: EngineCore,
  message: WhatsAppMessage,
  conversation: StoredConversation,
): Ending | null => {
  const { filters } = core.current().config;
  const contact = {
    chatKind: message.chatKind,
    chatId: message.chatId,
    phone: message.phone ?? conversation.phone,
    lid: conversation.lid,
    author: message.author,
    isSavedContact: message.isSavedContact,
  };
  // The lists may name the number behind a LID: decided before the answer, once the phone has been asked (lid-lookup.ts).
  const isUnresolved = isLid(message.chatId) && contact.phone === null && message.chatKind === 'person';
  const decision = shouldAnswer(contact, isUnresolved ? { ...filters, allow: [] } : filters);
  return decision.answer ? null : ignoredBy(decision.reason);
};

/** What came with the history of a phone is older than this when it comes. */
const freshMs = 10 * 60_000;

/** Linked under a clock that was set back since: what is written now is newer than the link, whatever that clock said. */
const linkedAt = (firstLinkedAt: EpochMs, now: EpochMs): EpochMs =>
  isAhead(firstLinkedAt, now) ? now - freshMs : firstLinkedAt;

/** How a customer's message begins its life. Reads configuration, clock and store; writes nothing. */
export const firstEndingOf = (core: EngineCore, message: WhatsAppMessage, conversation: StoredConversation): Ending => {
  // The phone may have linked within the second for which the session is remembered.
  if (core.current().firstLinkedAt === null) core.forget();
  const { firstLinkedAt, config } = core.current();

  // WhatsApp's times have second precision: a message of the link's own second is new.
  if (firstLinkedAt === null || message.timestamp < Math.floor(linkedAt(firstLinkedAt, core.clock.now()) / 1000) * 1000)
    return ignored('before-first-link', 'older than the first link of this phone');

  const left = ignoredForContact(core, message, conversation);
  if (left !== null) return left;

  if (mayBeAnsweredElsewhere(core.store.database, core.session.id, message.timestamp, core.link.connectedAt))
    return {
      outcome: 'unknown',
      code: 'restored',
      reason: 'came before the restore: the old server may have answered',
    };

  if (message.timestamp < core.clock.now() - config.timing.maxAgeMs)
    return { outcome: 'unanswered', code: 'too-old', reason: 'arrived while away, older than timing_config.maxAgeMs' };

  if (core.link.heldReason !== null) return { outcome: 'held', code: 'wrong-phone', reason: core.link.heldReason };
  return pending;
};
