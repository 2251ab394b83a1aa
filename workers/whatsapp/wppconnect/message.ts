import { z } from 'zod';
import { addressesOf, type MessageKind, type WhatsAppMessage } from '../whatsapp-client.ts';
import { chatKindOf, phoneOf } from './addresses.ts';

const wid = z.union([z.string(), z.looseObject({ _serialized: z.string() }).transform((value) => value._serialized)]);

/** An optional field that has another form than expected counts as missing: no message may get lost over a side matter. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

/** The fields used of what wppconnect calls a message; all else is ignored. */
export const rawMessage = z.looseObject({
  id: z.string().regex(/^(true|false)_[^_]+_[^_]+(_.+)?$/),
  type: z.string(),
  body: z.unknown().optional(),
  caption: z.unknown().optional(),
  t: optional(z.number()),
  author: optional(wid),
  ack: optional(z.number()),
  mimetype: optional(z.string()),
  notifyName: optional(z.string()),
  quotedMsgId: optional(z.string()),
  latestEditMsgKey: z.unknown().optional(),
  sender: optional(
    z.looseObject({ pushname: optional(z.string()), isMyContact: optional(z.boolean()), phoneNumber: optional(wid) }),
  ),
});
export type RawMessage = z.output<typeof rawMessage>;

/** `ciphertext` comes again in clear; the others are events, not messages of a person. */
const ignored = new Set([
  'ciphertext',
  'e2e_notification',
  'notification',
  'notification_template',
  'gp2',
  'protocol',
  'revoked',
  'reaction',
  'broadcast_notification',
  'newsletter_notification',
  'pin_message',
  'keep_in_chat',
  'debug',
  'call_log',
]);

const kinds: Readonly<Record<string, MessageKind>> = {
  chat: 'text',
  buttons_response: 'text',
  list_response: 'text',
  template_button_reply: 'text',
  image: 'image',
  audio: 'audio',
  ptt: 'audio',
  video: 'video',
  gif: 'video',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  live_location: 'location',
  vcard: 'contact',
  multi_vcard: 'contact',
};

const textOf = (kind: MessageKind, raw: RawMessage): string => {
  const text = kind === 'text' ? raw.body : raw.caption;
  return typeof text === 'string' ? text : '';
};

/** Our message from wppconnect's; null for those that are nobody's words. `lidPhone`: the number a LID stands for, if known. */
export const messageFrom = (raw: RawMessage, lidPhone: string | null): WhatsAppMessage | null => {
  if (ignored.has(raw.type)) return null;
  const [mine, chatId = ''] = raw.id.split('_');
  const fromMe = mine === 'true';
  const kind = kinds[raw.type] ?? 'other';
  const chatKind = chatKindOf(chatId);
  const other = chatKind === 'group' ? (raw.author ?? null) : chatId;
  const phone = phoneOf(other) ?? (fromMe ? null : phoneOf(raw.sender?.phoneNumber)) ?? lidPhone;
  return {
    id: raw.id,
    chatId,
    chatKind,
    fromMe,
    author: chatKind === 'group' ? (raw.author ?? null) : null,
    addresses: addressesOf(chatId, chatKind, phone),
    phone,
    kind,
    text: textOf(kind, raw),
    mimeType: raw.mimetype ?? null,
    pushName: fromMe ? null : (raw.notifyName ?? raw.sender?.pushname ?? null),
    isSavedContact: !fromMe && Boolean(raw.sender?.isMyContact),
    timestamp: (raw.t ?? 0) * 1000,
    quotedId: raw.quotedMsgId ?? null,
    facts: null,
    quoted: null,
    ad: null,
    edited: Boolean(raw.latestEditMsgKey),
    ack: raw.ack ?? 0,
  };
};
