import type { ChatKind } from '../whatsapp-client.ts';

/** WhatsApp's own notices come from this address: nobody reads what is answered there. */
const noticesOfWhatsApp = '0@c.us';

const serverKinds: Readonly<Record<string, ChatKind>> = {
  'c.us': 'person',
  lid: 'person',
  // A business whose phone is kept by another service.
  hosted: 'person',
  'hosted.lid': 'person',
  's.whatsapp.net': 'person',
  'g.us': 'group',
  broadcast: 'broadcast',
  newsletter: 'newsletter',
  call: 'call',
};

export const chatKindOf = (chatId: string): ChatKind => {
  if (chatId === 'status@broadcast') return 'status';
  if (chatId === noticesOfWhatsApp) return 'other';
  return serverKinds[chatId.split('@')[1] ?? ''] ?? 'other';
};

/** An address that hides the number behind it. */
export const isLid = (address: string): boolean => /@(?:hosted\.)?lid$/.test(address);

/** Digits of an address by phone number, null for a LID or a group. */
export const phoneOf = (address: string | null | undefined): string | null =>
  /^(\d{5,})(?::\d+)?@(?:c\.us|s\.whatsapp\.net|hosted)$/.exec(address ?? '')?.[1] ?? null;
