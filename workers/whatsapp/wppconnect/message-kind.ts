import type { MessageKind } from '../whatsapp-client.ts';
import type { RawContent } from './raw-message.ts';

/** Events, not messages of a person. */
const ignored = new Set([
  'e2e_notification',
  'notification',
  'notification_template',
  'group_notification',
  'gp2',
  'protocol',
  'revoked',
  'reaction',
  'reaction_enc',
  'poll_update',
  'event_response',
  'broadcast_notification',
  'newsletter_notification',
  'pin_message',
  'pinned_message',
  'keep_in_chat',
  'debug',
  'call_log',
]);

const kinds: Readonly<Record<string, MessageKind>> = {
  chat: 'text',
  buttons_response: 'text',
  list_response: 'text',
  template_button_reply: 'text',
  interactive_response: 'text',
  automated_greeting_message: 'text',
  image: 'image',
  audio: 'audio',
  ptt: 'audio',
  video: 'video',
  gif: 'video',
  ptv: 'video',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  live_location: 'location',
  vcard: 'contact',
  multi_vcard: 'contact',
  poll_creation: 'poll',
  order: 'order',
  product: 'product',
  payment: 'payment',
  event_creation: 'event',
  groups_v4_invite: 'invite',
  buttons: 'buttons',
  list: 'buttons',
  interactive: 'buttons',
  native_flow: 'buttons',
  hsm: 'buttons',
  album: 'album',
  ciphertext: 'ciphertext',
};

/** A linked device is not given what may be seen once: it stays a ciphertext for ever, and says so. */
export const isHiddenViewOnce = (raw: RawContent): boolean =>
  raw.type === 'ciphertext' && (raw.subtype ?? '').startsWith('view_once');

const hasButtons = (raw: RawContent): boolean =>
  Boolean(raw.hydratedButtons?.length) || Boolean(raw.dynamicReplyButtons?.length);

/** Our kind of WhatsApp's type; null for what is nobody's words. */
export const kindOf = (raw: RawContent): MessageKind | null => {
  if (ignored.has(raw.type)) return null;
  if (isHiddenViewOnce(raw)) return 'other';
  if (raw.type === 'chat' && hasButtons(raw)) return 'buttons';
  return Object.hasOwn(kinds, raw.type) ? (kinds[raw.type] ?? 'other') : 'other';
};
