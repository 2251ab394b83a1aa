import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { leaveInSilence } from '../core/silence.ts';
import { commandIn, ensureConversation, insertMessage, learnAddress } from './arriving-message.ts';
import { firstEndingOf, ignored } from './first-ending.ts';
import { runOwnerCommand } from './owner-actions.ts';

/** Too old to be obeyed as a command: it was meant for another time. */
const staleCodes: readonly string[] = ['before-first-link', 'too-old', 'restored'];

/** Stores what somebody else wrote to us; returns the chat that has something to do now. Inside the inbox's transaction. */
export const takeCustomerMessage = (core: EngineCore, message: WhatsAppMessage): number | null => {
  const known = core.store.messages.byId(core.session.id, message.id);
  if (known !== null) {
    learnAddress(core, known, message);
    return null;
  }

  const conversation = ensureConversation(core, message);
  const ending = firstEndingOf(core, message, conversation);
  const command = commandIn(core, message);

  if (command !== null && !staleCodes.includes(ending.code ?? '')) {
    insertMessage(core, message, conversation, {
      ending: ignored('command', `command ${command.name} of an admin`),
    });
    runOwnerCommand(core, command, conversation);
    return conversation.id;
  }

  insertMessage(core, message, conversation, { ending });
  if (ending.outcome === 'unanswered' || ending.outcome === 'unknown' || ending.outcome === 'ignored')
    leaveInSilence(core, conversation.id, [{ at: message.timestamp }], {
      code: ending.code ?? 'unanswered',
      reason: ending.reason ?? '',
    });
  return ending.outcome === 'pending' ? conversation.id : null;
};
