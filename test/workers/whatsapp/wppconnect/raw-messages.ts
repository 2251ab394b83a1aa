import type { WhatsAppMessage } from '../../../../workers/whatsapp/whatsapp-client.ts';
import { messageFrom } from '../../../../workers/whatsapp/wppconnect/message.ts';
import { rawMessage } from '../../../../workers/whatsapp/wppconnect/raw-message.ts';

/** A text as wppconnect gives it. */
export const rawText = {
  id: 'false_5521912345678@c.us_3A01',
  type: 'chat',
  body: 'oi',
  t: 1_790_000_000,
  notifyName: 'Bia',
  ack: 1,
};

export const own = ['5511987654321@c.us', '912345678911@lid'];

/** What is made of that text with these fields instead. */
export const readRaw = (given: object, addresses: readonly string[] = []): WhatsAppMessage | null =>
  messageFrom(rawMessage.parse({ ...rawText, ...given }), { addresses, own });
