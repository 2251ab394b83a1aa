import { z } from 'zod';
import type { DeviceLink } from './device-link.ts';
import type { Network } from './network.ts';
import type { Phone, WireContact, WireMessage } from './phone.ts';
import { killRendererOf } from './renderer.ts';

const number = z.string().regex(/^\d{8,15}$/);
const onPhone = z.object({ phone: number });
const count = z.number().int().min(0).default(1);
const qr = z.object({
  firstMs: z.number().positive(),
  nextMs: z.number().positive(),
  count: z.number().int().positive(),
});

const delivery = onPhone.extend({
  /** The sender: a phone number, or a LID, or both when the LID resolves to that number. */
  from: number.optional(),
  lid: number.optional(),
  text: z.string().default(''),
  /** Name that the sender gave itself; `savedAs`: its name in the owner's address book. */
  name: z.string().optional(),
  savedAs: z.string().optional(),
  /** Epoch ms; now by default. */
  at: z.number().optional(),
  /** WhatsApp's message id; made up by default. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9]+$/)
    .optional(),
  type: z.string().default('chat'),
  group: z.string().endsWith('@g.us').optional(),
  ciphertext: z.boolean().default(false),
  quoted: z.string().optional(),
  media: z
    .object({
      mimeType: z.string(),
      base64: z.base64(),
      caption: z.string().optional(),
      filename: z.string().optional(),
    })
    .optional(),
});

const owner = onPhone.extend({
  chatId: z.string().regex(/@(c\.us|lid|g\.us)$/),
  text: z.string(),
  id: z
    .string()
    .regex(/^[A-Za-z0-9]+$/)
    .optional(),
});

const wireOf = (network: Network, phone: Phone, given: z.output<typeof delivery>): WireMessage => {
  const sender = given.lid ? `${given.lid}@lid` : `${given.from}@c.us`;
  if (!given.lid && !given.from) throw new Error('deliver: `from` or `lid` is needed');
  const chat = given.group ?? sender;
  const id = ['false', chat, given.id ?? network.newId(), ...(given.group ? [sender] : [])].join('_');
  return {
    id,
    fromMe: false,
    type: given.media && given.type === 'chat' ? (given.media.mimeType.split('/')[0] ?? 'document') : given.type,
    body: given.text,
    t: Math.floor((given.at ?? Date.now()) / 1000),
    from: chat,
    to: given.lid ? `${phone.lid}@lid` : `${phone.number}@c.us`,
    ack: 1,
    ...(given.group ? { author: sender } : {}),
    ...(given.name === undefined ? {} : { notifyName: given.name }),
    ...(given.quoted === undefined ? {} : { quotedStanzaId: given.quoted }),
    ...(given.media ? { media: mediaOf(given.media) } : {}),
  };
};

const mediaOf = ({
  base64,
  ...media
}: NonNullable<z.output<typeof delivery>['media']>): NonNullable<WireMessage['media']> => ({
  mimeType: media.mimeType,
  size: Buffer.from(base64, 'base64').length,
  ...(media.caption === undefined ? {} : { caption: media.caption }),
  ...(media.filename === undefined ? {} : { filename: media.filename }),
});

const contactOf = (given: z.output<typeof delivery>): WireContact => ({
  id: given.lid ? `${given.lid}@lid` : `${given.from}@c.us`,
  saved: given.savedAs !== undefined,
  ...(given.name === undefined ? {} : { pushname: given.name }),
  ...(given.savedAs === undefined ? {} : { name: given.savedAs }),
  ...(given.lid && given.from ? { phoneNumber: given.from } : {}),
});

/**
 * Everything a test can do to phones and pages. Every control takes one JSON object and gives JSON, so the same table serves
 * in-process calls and the HTTP port.
 */
export const makeControls = (network: Network) => {
  const pages = (phone: string): DeviceLink[] => {
    const links = network.linksOf(network.phone(phone));
    if (links.length === 0) throw new Error(`no page of phone ${phone} is connected`);
    return links;
  };
  return {
    /** The owner scans the QR that says `code`. Rejects when no page shows it (any more). */
    async scan(input: { code: string; phone: string; name?: string }) {
      const { code, phone, name } = z
        .object({ code: z.string(), phone: number, name: z.string().default('Owner') })
        .parse(input);
      const link = [...network.links].find((each) => each.code === code);
      if (!link) throw new Error('no page shows this QR: it is out of date or was misread');
      network.pair(link, phone, name);
    },
    /** The owner types a pairing code on the phone. */
    async enterPairingCode(input: { code: string; phone: string; name?: string }) {
      const { code, phone, name } = z
        .object({ code: z.string(), phone: number, name: z.string().default('Owner') })
        .parse(input);
      const wanted = code.replace('-', '');
      const link = [...network.links].find(
        (each) => each.pairingCode?.code === wanted && each.pairingCode.phone === phone,
      );
      if (!link) throw new Error('wrong pairing code for this phone');
      network.pair(link, phone, name);
    },
    /** Somebody writes to the phone. Waits on the phone while no page is connected. */
    async deliver(input: z.input<typeof delivery>) {
      const given = delivery.parse(input);
      const phone = network.phone(given.phone);
      const message = wireOf(network, phone, given);
      if (given.media) phone.media.set(message.id, Buffer.from(given.media.base64, 'base64'));
      if (given.ciphertext) phone.cipher.add(message.id);
      network.post(phone, message, contactOf(given));
      return { id: message.id, chatId: message.from };
    },
    /** The owner writes on the phone itself. */
    async typeOnPhone(input: z.input<typeof owner>) {
      const given = owner.parse(input);
      const phone = network.phone(given.phone);
      const message: WireMessage = {
        id: `true_${given.chatId}_${given.id ?? network.newId()}`,
        fromMe: true,
        type: 'chat',
        body: given.text,
        t: Math.floor(Date.now() / 1000),
        from: `${phone.number}@c.us`,
        to: given.chatId,
        ack: 1,
      };
      network.post(phone, message);
      return { id: message.id };
    },
    /** The next `count` sends end with an error (0: no more). */
    async refuseSends(input: { phone: string; count?: number }) {
      const given = onPhone.extend({ count }).parse(input);
      network.phone(given.phone).refuseNext = given.count;
    },
    /** The next `count` sends are neither confirmed nor delivered until `releaseSends`. */
    async holdSends(input: { phone: string; count?: number }) {
      const given = onPhone.extend({ count }).parse(input);
      network.phone(given.phone).holdNext = given.count;
    },
    async releaseSends(input: { phone: string }) {
      return { released: network.release(network.phone(onPhone.parse(input).phone)) };
    },
    /** Cuts the socket and lets no page of this phone in until `comeBack`. */
    async drop(input: { phone: string }) {
      const phone = network.phone(onPhone.parse(input).phone);
      phone.reachable = false;
      for (const link of network.linksOf(phone)) link.drop();
    },
    async comeBack(input: { phone: string }) {
      network.phone(onPhone.parse(input).phone).reachable = true;
    },
    /** Another page took over: the one connected now is told so, and gets nothing until it takes over itself. */
    async conflict(input: { phone: string }) {
      for (const link of pages(onPhone.parse(input).phone)) link.conflict();
    },
    /** The owner removes the linked devices on the phone. */
    async logOutFromPhone(input: { phone: string }) {
      network.unlink(network.phone(onPhone.parse(input).phone), null);
    },
    /** WhatsApp blocks the number (TOS_BLOCK), until `unban`. */
    async ban(input: { phone: string }) {
      const phone = network.phone(onPhone.parse(input).phone);
      phone.blocked = true;
      for (const link of network.linksOf(phone)) link.say({ say: 'blocked' });
    },
    async unban(input: { phone: string }) {
      network.phone(onPhone.parse(input).phone).blocked = false;
    },
    /** Kills the renderer of the page (Linux): the browser lives, the page is an error page. */
    async crashPage(input: { phone: string }) {
      for (const link of pages(onPhone.parse(input).phone)) await killRendererOf(link.tcp.remotePort ?? 0);
    },
    /** The page computes for `ms` and answers nothing. */
    async hangPage(input: { phone: string; ms?: number }) {
      const given = onPhone.extend({ ms: z.number().default(3_600_000) }).parse(input);
      for (const link of pages(given.phone)) link.say({ say: 'hang', ms: given.ms });
    },
    /** The library's listeners vanish from the page: connected but deaf. */
    async deafenPage(input: { phone: string }) {
      for (const link of pages(onPhone.parse(input).phone)) link.say({ say: 'deafen' });
    },
    /** The page keeps that many megabytes more. */
    async allocate(input: { phone: string; megabytes: number }) {
      const given = onPhone.extend({ megabytes: z.number().int().positive() }).parse(input);
      for (const link of pages(given.phone)) link.say({ say: 'allocate', megabytes: given.megabytes });
    },
    /** Delivery progress of a message that was sent: 2 delivered, 3 read. `id` serialised. */
    async ack(input: { phone: string; id: string; ack: number }) {
      const given = onPhone.extend({ id: z.string(), ack: z.number().int().min(-1).max(4) }).parse(input);
      network.ack(network.phone(given.phone), given.id, given.ack);
    },
    /** Every arrival of a send, in order; of one phone or of all. */
    async sent(input: { phone?: string } = {}) {
      const phones = input.phone ? [network.phone(input.phone)] : [...network.phones.values()];
      return phones
        .flatMap((phone) => phone.sent)
        .sort((a, b) => a.seq - b.seq)
        .map((each) => ({ ...each }));
    },
    /** Chats that were marked as read, and presence ("typing…") that was shown, in order. */
    async seen(input: { phone: string }) {
      const phone = network.phone(onPhone.parse(input).phone);
      return { read: [...phone.read], presence: phone.presence.map((each) => ({ ...each })) };
    },
    /** Codes that pages show now, and phones with the number of their linked and connected pages. */
    async state(_input: Record<string, never> = {}) {
      return {
        codes: [...network.links].flatMap((link) => (link.code === null ? [] : [link.code])),
        pairingCodes: [...network.links].flatMap((link) => (link.pairingCode === null ? [] : [link.pairingCode])),
        phones: [...network.phones.values()].map((phone) => ({
          number: phone.number,
          lid: phone.lid,
          name: phone.name,
          devices: phone.devices.size,
          connected: network.linksOf(phone).length,
        })),
      };
    },
    /** Changes the speed of the QR rotation and of the sync. */
    async configure(input: { qr?: z.input<typeof qr>; syncMs?: number }) {
      const given = z.object({ qr: qr.optional(), syncMs: z.number().min(0).optional() }).parse(input);
      network.options = { qr: given.qr ?? network.options.qr, syncMs: given.syncMs ?? network.options.syncMs };
    },
  };
};

export type WhatsAppWebControls = ReturnType<typeof makeControls>;
