import type { MessageKind } from '../whatsapp-client.ts';
import type { RawContent } from './raw-message.ts';

/** WhatsApp shows a document without a caption by its name. */
const captionOf = (raw: RawContent): string => {
  const caption = raw.caption ?? '';
  return raw.type === 'document' && caption === raw.filename ? '' : caption;
};

/** The words that a person wrote: a text, or what goes with something else. A body that is no text (a thumbnail, a card) is none. */
export const textOf = (kind: MessageKind, raw: RawContent): string => {
  switch (kind) {
    case 'text':
      return raw.body || (raw.listResponse?.title ?? '') || (raw.caption ?? '');
    case 'buttons':
      return raw.body || (raw.list?.description ?? '').trim() || (raw.caption ?? '');
    case 'order':
      return raw.message ?? '';
    case 'payment':
      return raw.paymentNoteMsg?.body ?? '';
    case 'location':
    case 'invite':
      return raw.comment || (raw.caption ?? '');
    default:
      return captionOf(raw);
  }
};
