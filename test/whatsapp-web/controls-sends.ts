import { z } from 'zod';
import { count, onPhone } from './control-schemas.ts';
import type { Network } from './network.ts';

const some = onPhone.extend({ count });
/** How the page shows it: `failed` (ack -1), or `clock` (an error, and the message stays pending). */
const how = z.enum(['failed', 'clock']).default('failed');
const refusal = some.extend({ how, code: z.number().int().optional(), reason: z.string().optional() });
const restriction = onPhone.extend({ scope: z.enum(['new', 'all', 'none']), how });
const failure = some.extend({ afterMs: z.number().min(0).default(300) });
const ackOf = onPhone.extend({ id: z.string(), ack: z.number().int().min(-1).max(4) });

/** What becomes of what pages send. */
export const sendControls = (network: Network) => ({
  /** The next `count` sends end with an error (0: no more). */
  async refuseSends(input: z.input<typeof refusal>) {
    const given = refusal.parse(input);
    const phone = network.phone(given.phone);
    phone.refuseNext = given.count;
    phone.refusal = {
      how: given.how,
      ...(given.code === undefined ? {} : { code: given.code }),
      ...(given.reason === undefined ? {} : { reason: given.reason }),
    };
  },
  /**
   * WhatsApp lets the account write to no new chats, to nobody, or (`none`) to everybody again: code 463. A chat is new until something
   * of ours was delivered in it, under whatever address of the person.
   */
  async restrict(input: z.input<typeof restriction>) {
    const given = restriction.parse(input);
    network.phone(given.phone).restriction = given.scope === 'none' ? null : { scope: given.scope, how: given.how };
  },
  /** The next `count` sends are accepted, reach nobody, and fail `afterMs` later (ack -1). */
  async failSends(input: z.input<typeof failure>) {
    const given = failure.parse(input);
    const phone = network.phone(given.phone);
    phone.failNext = given.count;
    phone.failAfterMs = given.afterMs;
  },
  /** The next `count` sends are neither confirmed nor delivered until `releaseSends`. */
  async holdSends(input: z.input<typeof some>) {
    const given = some.parse(input);
    network.phone(given.phone).holdNext = given.count;
  },
  /** The next `count` files of any phone are not taken up, because of what they are. */
  async refuseMedia(input: { count: number }) {
    network.uploads.refuseNext = z.strictObject({ count }).parse(input).count;
  },
  /** The next `count` files of any phone are taken up no further than their first bytes, until `releaseMedia`. */
  async holdMedia(input: { count?: number } = {}) {
    network.uploads.holdNext = z.strictObject({ count }).parse(input).count;
  },
  async releaseMedia(_input: Record<string, never> = {}) {
    return { released: network.uploads.release() };
  },
  /** Every file that was ever on its way up, in order, with what has come of it. */
  async uploads(_input: Record<string, never> = {}) {
    return network.uploads.all.map((each) => ({ ...each }));
  },
  /** The next `count` sends get lost on their way: the page has them pending, and sends them again with its next socket. */
  async loseSends(input: z.input<typeof some>) {
    const given = some.parse(input);
    network.phone(given.phone).loseNext = given.count;
  },
  async releaseSends(input: { phone: string }) {
    return { released: network.release(network.phone(onPhone.parse(input).phone)) };
  },
  /** Delivery progress of a message that was sent: 2 delivered, 3 read, -1 failed. `id` serialised. */
  async ack(input: z.input<typeof ackOf>) {
    const given = ackOf.parse(input);
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
});
