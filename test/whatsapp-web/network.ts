import { randomBytes } from 'node:crypto';
import type { DeviceLink } from './device-link.ts';
import { type LinkedDevice, Phone, type SentMessage, type WireContact, type WireMessage } from './phone.ts';

export interface NetworkOptions {
  /** How long the first and the further QR codes live, ms, and how many there are before the page goes idle. */
  readonly qr: { readonly firstMs: number; readonly nextMs: number; readonly count: number };
  /** How long a page syncs after linking, ms. */
  readonly syncMs: number;
}

const accepted = (): unknown => ({ result: 'OK', t: Math.floor(Date.now() / 1000) });

/** WhatsApp's servers, in small: the phones, and the pages connected now. */
export class Network {
  readonly phones = new Map<string, Phone>();
  readonly links = new Set<DeviceLink>();
  options: NetworkOptions;
  #sequence = 0;

  constructor(options: NetworkOptions) {
    this.options = options;
  }

  phone(number: string): Phone {
    const found = this.phones.get(number);
    if (!found) throw new Error(`no phone ${number}: scan a code with it first`);
    return found;
  }

  phoneOrNew(number: string, name = 'Owner'): Phone {
    if (!/^\d{8,15}$/.test(number)) throw new Error(`a phone number is 8 to 15 digits, not ${number}`);
    const found = this.phones.get(number) ?? new Phone(number, name);
    this.phones.set(number, found);
    return found;
  }

  linksOf(phone: Phone): DeviceLink[] {
    return [...this.links].filter((link) => link.phone === phone);
  }

  /** A phone that scanned, or typed the pairing code of, this page. */
  pair(link: DeviceLink, number: string, name: string): void {
    const phone = this.phoneOrNew(number, name);
    phone.name = name;
    link.adopt(phone, phone.link());
  }

  findDevice(token: string): { phone: Phone; device: LinkedDevice } | null {
    for (const phone of this.phones.values()) {
      const device = phone.devices.get(token);
      if (device) return { phone, device };
    }
    return null;
  }

  /** Files a message on the phone and gives it to every page that is ready. */
  post(phone: Phone, message: WireMessage, contact?: WireContact): void {
    if (contact) phone.contacts.set(contact.id, contact);
    phone.file(message);
    for (const link of this.linksOf(phone)) link.push(message);
  }

  /** A send arrived. Answers through `answer`, or not at all while it is held. */
  acceptSend(link: DeviceLink, message: WireMessage, again: boolean, answer: (value: unknown) => void): void {
    const phone = link.phone;
    if (!phone) throw new Error('a page without a phone sent a message');
    // A page that asks again on a new socket retries; WhatsApp's servers know that it is the same one.
    const known = again ? phone.sent.find((sent) => sent.id === message.id && sent.outcome !== 'refused') : undefined;
    if (known) {
      const held = phone.held.find(({ sent }) => sent === known);
      if (held) held.answer = answer;
      else answer(accepted());
      return;
    }
    const sent = this.#record(phone, message);
    if (sent.outcome === 'held') phone.held.push({ sent, message, answer });
    else if (sent.outcome === 'refused') answer({ result: 'ERROR_UNKNOWN' });
    else {
      this.#deliver(phone, message, link);
      answer(accepted());
    }
  }

  #record(phone: Phone, message: WireMessage): SentMessage {
    const sent: SentMessage = {
      seq: ++this.#sequence,
      phone: phone.number,
      id: message.id,
      messageId: message.id.split('_')[2] ?? '',
      chatId: message.to,
      text: message.body,
      at: Date.now(),
      outcome: 'delivered',
    };
    if (phone.refuseNext > 0) {
      phone.refuseNext -= 1;
      sent.outcome = 'refused';
    } else if (phone.holdNext > 0) {
      phone.holdNext -= 1;
      sent.outcome = 'held';
    }
    phone.sent.push(sent);
    return sent;
  }

  release(phone: Phone): number {
    const held = phone.held.splice(0);
    for (const { sent, message, answer } of held) {
      sent.outcome = 'delivered';
      this.#deliver(phone, message, null);
      answer(accepted());
    }
    return held.length;
  }

  #deliver(phone: Phone, message: WireMessage, from: DeviceLink | null): void {
    phone.file({ ...message, ack: 1 });
    for (const link of this.linksOf(phone)) {
      if (link === from) link.device?.given.add(message.id);
      else link.push({ ...message, ack: 1 });
    }
  }

  ack(phone: Phone, id: string, ack: number): void {
    const message = phone.messages.get(id);
    if (!message) throw new Error(`phone ${phone.number} sent no message ${id}`);
    message.ack = ack;
    for (const link of this.linksOf(phone)) link.say({ say: 'ack', id, ack });
  }

  markRead(phone: Phone, chat: string): void {
    phone.unread.set(chat, 0);
    phone.read.push(chat);
    for (const link of this.linksOf(phone)) link.say({ say: 'unread', chat, unread: 0 });
  }

  unlink(phone: Phone, token: string | null): void {
    for (const link of this.linksOf(phone)) {
      if (token !== null && link.device?.token !== token) continue;
      link.say({ say: 'loggedOut' });
      link.forget();
    }
    if (token === null) phone.devices.clear();
    else phone.devices.delete(token);
  }

  newId(): string {
    return `3A${randomBytes(8).toString('hex').toUpperCase()}`;
  }
}
