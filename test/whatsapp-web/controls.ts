import { z } from 'zod';
import { number, onPhone } from './control-schemas.ts';
import { messageControls } from './controls-messages.ts';
import { sendControls } from './controls-sends.ts';
import type { DeviceLink } from './device-link.ts';
import type { Network } from './network.ts';
import { killRendererOf } from './renderer.ts';

const qr = z.object({
  firstMs: z.number().positive(),
  nextMs: z.number().positive(),
  count: z.number().int().positive(),
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
    ...messageControls(network),
    ...sendControls(network),
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
      for (const { tcp } of pages(onPhone.parse(input).phone))
        await killRendererOf({ port: tcp.remotePort ?? 0, farPort: tcp.localPort ?? 0 });
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
    /** Chats that were marked as read, and presence ("typing…") that was shown, in order. */
    async seen(input: { phone: string }) {
      const phone = network.phone(onPhone.parse(input).phone);
      return { read: [...phone.read], presence: phone.presence.map((each) => ({ ...each })) };
    },
    /** Every end of a socket of this phone's pages, in order: from then on that page was given nothing. */
    async ended(input: { phone: string }) {
      return network.phone(onPhone.parse(input).phone).ended.map((each) => ({ ...each }));
    },
    /** Codes that pages show now, sockets opened until now, and phones with the number of their linked and connected pages. */
    async state(_input: Record<string, never> = {}) {
      return {
        dials: network.dials,
        codes: [...network.links].flatMap((link) => (link.code === null ? [] : [link.code])),
        pairingCodes: [...network.links].flatMap((link) => (link.pairingCode === null ? [] : [link.pairingCode])),
        phones: [...network.phones.values()].map((phone) => ({
          number: phone.number,
          lid: phone.lid,
          name: phone.name,
          devices: phone.devices.size,
          connected: network.linksOf(phone).length,
          /** Of these, who is given what comes: not told that another page took over. */
          listening: network.linksOf(phone).filter((link) => !link.paused).length,
          lost: phone.lost,
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
