import { z } from 'zod';
import { number, onPhone } from './control-schemas.ts';
import type { Network } from './network.ts';
import { chatOf, type Phone, type WireContact, type WireMessage } from './phone.ts';

/** A message's `<ID>`. */
const messageId = z.string().regex(/^[A-Za-z0-9]+$/);
/** WhatsApp's own names of a message's fields, as its page has them: `{lat, lng, loc}`, `{pollName, pollOptions}`, … */
const fields = z.record(z.string(), z.unknown());

const delivery = onPhone
  .extend({
    /** The sender: a phone number, or a LID, or both when the LID resolves to that number. */
    from: number.optional(),
    lid: number.optional(),
    /** Which of the two it is told under; by default the LID. `again`: and after `afterMs` under the other one, with the same id. */
    under: z.enum(['number', 'lid']).optional(),
    again: z.object({ afterMs: z.number().min(0).default(0) }).optional(),
    /** `@hosted` and `@hosted.lid` instead of `@c.us` and `@lid`. */
    hosted: z.boolean().default(false),
    /** From WhatsApp itself, `0@c.us`. */
    notice: z.boolean().default(false),
    text: z.string().default(''),
    /** Name that the sender gave itself; `savedAs`: its name in the owner's address book. */
    name: z.string().optional(),
    savedAs: z.string().optional(),
    /** Epoch ms; now by default. */
    at: z.number().optional(),
    /** WhatsApp's message id; made up by default. */
    id: messageId.optional(),
    type: z.string().default('chat'),
    fields: fields.optional(),
    group: z.string().endsWith('@g.us').optional(),
    /** Comes as ciphertext: for a moment, or (`held`) until `clear`. */
    ciphertext: z.union([z.boolean(), z.literal('held')]).default(false),
    /** The `<ID>` quoted; `quote`: with what travels along. `of`: `me`, or a number or LID with its server. */
    quoted: z.string().optional(),
    quote: z
      .object({ id: messageId, of: z.string(), status: z.boolean().default(false), message: fields.optional() })
      .optional(),
    /** The ad that the sender came from. */
    ad: z.object({ title: z.string().optional(), text: z.string().optional(), url: z.string().optional() }).optional(),
    media: z
      .object({
        mimeType: z.string(),
        base64: z.base64(),
        caption: z.string().optional(),
        filename: z.string().optional(),
      })
      .optional(),
  })
  .refine((given) => given.notice || given.from || given.lid, 'deliver: `from` or `lid` is needed');
type Delivery = z.output<typeof delivery>;

const owner = onPhone.extend({
  chatId: z.string().regex(/@(c\.us|lid|hosted|hosted\.lid|g\.us)$/),
  text: z.string(),
  id: messageId.optional(),
  type: z.string().default('chat'),
  fields: fields.optional(),
});
const ofMessage = onPhone.extend({ id: z.string() });
const edit = ofMessage.extend({ text: z.string() });
const removal = ofMessage.extend({ by: z.enum(['author', 'admin']).default('author') });
const reaction = ofMessage.extend({ from: z.string(), emoji: z.string() });
const vote = ofMessage.extend({ from: z.string(), options: z.array(z.string()) });
const resolution = onPhone.extend({ lid: number, number });
const replay = onPhone.extend({
  from: number,
  lid: number,
  /** Does the page know whose LID it is? */
  resolves: z.boolean().default(true),
  /** As messages that come in now, not as history. */
  announced: z.boolean().default(false),
  /** Our own messages of that chat too. */
  withOurs: z.boolean().default(false),
  unread: z.number().int().min(0).default(0),
});

const addressesOf = (
  given: Pick<Delivery, 'from' | 'lid' | 'hosted'>,
): { number: string | null; lid: string | null } => ({
  number: given.from ? `${given.from}@${given.hosted ? 'hosted' : 'c.us'}` : null,
  lid: given.lid ? `${given.lid}@${given.hosted ? 'hosted.lid' : 'lid'}` : null,
});

const senderOf = (given: Delivery): string => {
  if (given.notice) return '0@c.us';
  const { number: byNumber, lid } = addressesOf(given);
  const wanted = given.under === 'number' ? byNumber : (lid ?? byNumber);
  if (wanted === null) throw new Error(`deliver: there is no ${given.under} to deliver under`);
  return wanted;
};

const quoteOf = (phone: Phone, quote: NonNullable<Delivery['quote']>): Record<string, unknown> => ({
  quotedStanzaID: quote.id,
  quotedParticipant: quote.of === 'me' ? `${phone.number}@c.us` : quote.of,
  ...(quote.status ? { quotedRemoteJid: 'status@broadcast' } : {}),
  ...(quote.message === undefined ? {} : { quotedMsg: quote.message }),
});

const fieldsOf = (phone: Phone, given: Delivery): Record<string, unknown> => ({
  ...(given.quoted === undefined ? {} : { quotedStanzaID: given.quoted }),
  ...(given.quote === undefined ? {} : quoteOf(phone, given.quote)),
  ...(given.ad === undefined
    ? {}
    : { ctwaContext: { title: given.ad.title, description: given.ad.text, sourceUrl: given.ad.url } }),
  ...given.fields,
});

const mediaOf = ({ base64, ...media }: NonNullable<Delivery['media']>): NonNullable<WireMessage['media']> => ({
  mimeType: media.mimeType,
  size: Buffer.from(base64, 'base64').length,
  ...(media.caption === undefined ? {} : { caption: media.caption }),
  ...(media.filename === undefined ? {} : { filename: media.filename }),
});

const wireOf = (network: Network, phone: Phone, given: Delivery): WireMessage => {
  const sender = senderOf(given);
  const chat = given.group ?? sender;
  const id = ['false', chat, given.id ?? network.newId(), ...(given.group ? [sender] : [])].join('_');
  return {
    id,
    fromMe: false,
    type: given.media && given.type === 'chat' ? (given.media.mimeType.split('/')[0] ?? 'document') : given.type,
    body: given.text,
    t: Math.floor((given.at ?? Date.now()) / 1000),
    from: chat,
    to: sender.endsWith('lid') ? `${phone.lid}@lid` : `${phone.number}@c.us`,
    ack: 1,
    fields: fieldsOf(phone, given),
    ...(given.group ? { author: sender } : {}),
    ...(given.name === undefined ? {} : { notifyName: given.name }),
    ...(given.media ? { media: mediaOf(given.media) } : {}),
  };
};

/** What the page knows of the sender: under each of its addresses, and which of them belong together. */
const contactsOf = (given: Delivery): WireContact[] => {
  const { number: byNumber, lid } = addressesOf(given);
  const known = {
    saved: given.savedAs !== undefined,
    ...(given.name === undefined ? {} : { pushname: given.name }),
    ...(given.savedAs === undefined ? {} : { name: given.savedAs }),
  };
  return [
    ...(lid === null ? [] : [{ ...known, id: lid, ...(given.from ? { phoneNumber: given.from } : {}) }]),
    ...(byNumber === null ? [] : [{ ...known, id: byNumber, ...(given.lid ? { lid: given.lid } : {}) }]),
    ...(given.notice ? [{ ...known, id: '0@c.us' }] : []),
  ];
};

/** What people write to the phone, what the owner writes on it, and what becomes of it later. */
export const messageControls = (network: Network) => {
  const deliverOnce = (phone: Phone, given: Delivery): WireMessage => {
    const message = wireOf(network, phone, given);
    if (given.media) phone.media.set(message.id, Buffer.from(given.media.base64, 'base64'));
    if (given.ciphertext === 'held') phone.locked.add(message.id);
    else if (given.ciphertext) phone.cipher.add(message.id);
    network.post(phone, message, contactsOf(given));
    return message;
  };

  return {
    /** Somebody writes to the phone. Waits on the phone while no page is connected. */
    async deliver(input: z.input<typeof delivery>) {
      const given = delivery.parse(input);
      const phone = network.phone(given.phone);
      const message = deliverOnce(phone, given);
      if (given.again) {
        const [, , id = ''] = message.id.split('_');
        const under = given.under === 'number' ? 'lid' : 'number';
        const deliverAgain = (): void => void deliverOnce(phone, { ...given, id, under });
        if (given.again.afterMs === 0) deliverAgain();
        else network.later(given.again.afterMs, deliverAgain);
      }
      return { id: message.id, chatId: message.from };
    },
    /** The owner writes on the phone itself. */
    async typeOnPhone(input: z.input<typeof owner>) {
      const given = owner.parse(input);
      const phone = network.phone(given.phone);
      const message: WireMessage = {
        id: `true_${given.chatId}_${given.id ?? network.newId()}`,
        fromMe: true,
        type: given.type,
        body: given.text,
        t: Math.floor(Date.now() / 1000),
        from: `${phone.number}@c.us`,
        to: given.chatId,
        ack: 1,
        ...(given.fields === undefined ? {} : { fields: given.fields }),
      };
      network.post(phone, message);
      return { id: message.id };
    },
    /** Its author changes the words of a message (serialised id), whether a page is connected or not. */
    async edit(input: z.input<typeof edit>) {
      const given = edit.parse(input);
      network.edit(network.phone(given.phone), given.id, given.text);
    },
    /** A message is deleted for everybody, by its author or by an admin of the group. */
    async remove(input: z.input<typeof removal>) {
      const given = removal.parse(input);
      network.remove(network.phone(given.phone), given.id, given.by);
    },
    /** A ciphertext that was held can be read now. */
    async clear(input: z.input<typeof ofMessage>) {
      const given = ofMessage.parse(input);
      network.clear(network.phone(given.phone), given.id);
    },
    /** The words of a text that came empty come after it; no edit. */
    async fill(input: z.input<typeof edit>) {
      const given = edit.parse(input);
      network.fill(network.phone(given.phone), given.id, given.text);
    },
    /** Somebody (`from`: an address, or `me`) reacts to a message; an empty `emoji` takes it back. Heard by pages connected now. */
    async react(input: z.input<typeof reaction>) {
      const { phone, id, from, emoji } = reaction.parse(input);
      network.react(network.phone(phone), { id, from, emoji });
    },
    /** Somebody votes in a poll, by the options' names. Heard by pages connected now. */
    async vote(input: z.input<typeof vote>) {
      const { phone, id, from, options } = vote.parse(input);
      network.vote(network.phone(phone), { id, from, options });
    },
    /** The page learns whose LID it is, without a message. */
    async resolveLid(input: z.input<typeof resolution>) {
      const given = resolution.parse(input);
      network.introduce(network.phone(given.phone), contactsOf(delivery.parse({ ...given, from: given.number })));
    },
    /** WhatsApp tells the messages of a chat again, under the person's LID, with the same ids. */
    async replayUnderLid(input: z.input<typeof replay>) {
      const given = replay.parse(input);
      const phone = network.phone(given.phone);
      const known = delivery.parse({
        phone: given.phone,
        lid: given.lid,
        ...(given.resolves ? { from: given.from } : {}),
      });
      const old = [...phone.messages.values()].filter(
        (message) => chatOf(message) === `${given.from}@c.us` && (given.withOurs || !message.fromMe),
      );
      network.introduce(phone, contactsOf(known));
      return { replayed: network.replay(phone, old, `${given.lid}@lid`, given) };
    },
    /** A medium is gone: it cannot be fetched any more. */
    async loseMedia(input: z.input<typeof ofMessage>) {
      const given = ofMessage.parse(input);
      network.phone(given.phone).media.delete(given.id);
    },
  };
};
