import { editId } from '../../../src/session/message-key.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { learnAddress } from './arriving-message.ts';
import { takeCustomerMessage } from './customer-message.ts';
import { takeOwnerMessage } from './owner-message.ts';
import { progressOf, withdrawTurn } from './withdraw-turn.ts';

/** The words that the customer's message has now as far as we know, and since when. */
const latestWords = (
  message: StoredMessage,
  edits: readonly StoredMessage[],
): { readonly text: string; readonly at: EpochMs } => {
  const last = edits.at(-1);
  return last === undefined ? { text: message.text, at: message.editedAt ?? message.at } : last;
};

/** Too late to answer the new words instead of the old ones: a message of its own that says what changed. */
const tellEdit = (
  core: EngineCore,
  stored: StoredMessage,
  edit: { readonly message: WhatsAppMessage; readonly at: EpochMs; readonly nth: number; readonly before: string },
): number | null =>
  takeCustomerMessage(core, {
    ...edit.message,
    id: editId(edit.message.id, edit.nth),
    kind: 'text',
    mimeType: null,
    timestamp: edit.at,
    quotedId: stored.waId,
    facts: null,
    quoted: {
      id: stored.waId,
      fromMe: false,
      isStatus: false,
      kind: stored.kind as WhatsAppMessage['kind'],
      text: edit.before,
    },
    ad: null,
  });

/** New words of a message. Returns the chat that has something to do now. Inside the inbox's transaction. */
export const takeEdit = (core: EngineCore, message: WhatsAppMessage, at: EpochMs): number | null => {
  const { messages } = core.store;
  const known = messages.byId(core.session.id, message.id);
  if (known === null) return message.fromMe ? takeOwnerMessage(core, message) : takeCustomerMessage(core, message);
  if (known.deletedAt !== null) return null;

  const now = core.clock.now();
  if (known.sender !== 'customer') {
    if (known.text !== message.text) messages.edit(known, { text: message.text, at: Math.min(at, now) }, now);
    return null;
  }

  learnAddress(core, known, message);
  const stored = messages.get(known.seq) ?? known;
  const edits = messages.editsOf(core.session.id, message.id);
  const latest = latestWords(stored, edits);
  // The same is told again after every reconnect, and an older state may come after a newer one.
  if (message.text === latest.text || at < latest.at) return null;

  // An edit of an edit that still waits takes its place.
  const last = edits.at(-1) ?? stored;
  switch (progressOf(core, last)) {
    case 'open':
      withdrawTurn(core, last);
      messages.edit(last, { text: message.text, at: Math.min(at, now) }, now);
      return last.conversationId;
    case 'settled':
      messages.edit(last, { text: message.text, at: Math.min(at, now) }, now);
      return null;
    case 'answered':
      return tellEdit(core, stored, { message, at: Math.min(at, now), nth: edits.length + 1, before: latest.text });
  }
};
