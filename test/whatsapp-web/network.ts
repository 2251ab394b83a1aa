import { randomBytes } from 'node:crypto';
import type { DeviceLink } from './device-link.ts';
import {
  type LinkedDevice,
  Phone,
  type Refusal,
  type SentMessage,
  type WireContact,
  type WireMessage,
} from './phone.ts';
import { Uploads } from './uploads.ts';

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
  readonly uploads = new Uploads();
  /** Sockets that pages opened since the beginning. */
  dials = 0;
  options: NetworkOptions;
  #sequence = 0;
  readonly #timers = new Set<NodeJS.Timeout>();

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
  post(phone: Phone, message: WireMessage, contacts: readonly WireContact[] = []): void {
    for (const contact of contacts) phone.contacts.set(contact.id, contact);
    phone.file(message);
    for (const link of this.linksOf(phone)) link.push(message);
  }

  /** What is known of people, without a message of theirs. */
  introduce(phone: Phone, contacts: readonly WireContact[]): void {
    for (const contact of contacts) phone.contacts.set(contact.id, contact);
    for (const link of this.linksOf(phone)) link.say({ say: 'contacts', contacts });
  }

  #change(phone: Phone, id: string, changed: (message: WireMessage) => WireMessage, news: object): void {
    const message = phone.messages.get(id);
    if (!message) throw new Error(`phone ${phone.number} has no message ${id}`);
    phone.messages.set(id, changed(message));
    for (const link of this.linksOf(phone)) link.tell(id, { ...news, message: phone.asPagesSee(changed(message)) });
  }

  edit(phone: Phone, id: string, text: string): void {
    const [mine, chat] = id.split('_');
    const edit = { key: [mine, chat, this.newId()].join('_'), at: Date.now() };
    const withText = (message: WireMessage): WireMessage =>
      message.media === undefined
        ? { ...message, body: text, edit }
        : { ...message, media: { ...message.media, caption: text }, edit };
    this.#change(phone, id, withText, { say: 'edited' });
  }

  remove(phone: Phone, id: string, by: 'author' | 'admin'): void {
    const emptied = ({ media: _media, fields: _fields, ...message }: WireMessage): WireMessage => ({
      ...message,
      type: 'revoked',
      body: '',
    });
    phone.media.delete(id);
    this.#change(phone, id, emptied, { say: 'removed', subtype: by === 'admin' ? 'admin_revoke' : 'sender_revoke' });
  }

  clear(phone: Phone, id: string): void {
    if (!phone.locked.delete(id)) throw new Error(`message ${id} is not held as ciphertext`);
    this.#change(phone, id, (message) => message, { say: 'cleared' });
  }

  fill(phone: Phone, id: string, text: string): void {
    this.#change(phone, id, (message) => ({ ...message, body: text }), { say: 'cleared' });
  }

  #author(phone: Phone, from: string): string {
    return from === 'me' ? `${phone.number}@c.us` : from;
  }

  react(phone: Phone, { id, from, emoji }: { id: string; from: string; emoji: string }): void {
    const author = this.#author(phone, from);
    const key = [from === 'me', id.split('_')[1], this.newId()].join('_');
    const reaction = { key, parent: id, text: emoji, author, t: Date.now() };
    for (const link of this.linksOf(phone)) link.tell(id, { say: 'reaction', reaction });
  }

  vote(phone: Phone, { id, from, options }: { id: string; from: string; options: readonly string[] }): void {
    const news = { say: 'vote', parent: id, author: this.#author(phone, from), options, at: Date.now() };
    for (const link of this.linksOf(phone)) link.tell(id, news);
  }

  /** Tells messages again under another address of their chat, with their own ids. Returns how many. */
  replay(
    phone: Phone,
    messages: readonly WireMessage[],
    chat: string,
    { announced, unread }: { readonly announced: boolean; readonly unread: number },
  ): number {
    for (const message of messages) {
      const [mine, , id] = message.id.split('_');
      const there = message.fromMe ? { to: chat } : { from: chat };
      const again: WireMessage = { ...message, ...there, id: [mine, chat, id].join('_') };
      phone.file(again);
      for (const link of this.linksOf(phone)) link.push(again, announced);
      if (!announced) for (const device of phone.devices.values()) device.given.add(again.id);
    }
    phone.unread.set(chat, unread);
    for (const link of this.linksOf(phone)) link.say({ say: 'unread', chat, unread });
    return messages.length;
  }

  /** Does something later, unless the network was closed by then. */
  later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const link of this.links) link.close();
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
    if (phone.loseNext > 0) {
      phone.loseNext -= 1;
      phone.lost += 1;
      return;
    }
    const refusal = this.#refusalFor(phone, message.to);
    const sent = this.#record(phone, message, refusal, link.tcp.remoteAddress ?? '');
    if (sent.outcome === 'held') phone.held.push({ sent, message, answer });
    else if (sent.outcome === 'refused') answer({ result: 'ERROR_UNKNOWN', ...refusal });
    else if (sent.outcome === 'failed') this.#failLater(phone, message, answer);
    else {
      this.#deliver(phone, message, link);
      answer(accepted());
    }
  }

  #refusalFor(phone: Phone, chatId: string): Refusal | null {
    if (phone.refuseNext > 0) {
      phone.refuseNext -= 1;
      return phone.refusal;
    }
    if (phone.restriction === null) return null;
    const { scope, how } = phone.restriction;
    if (scope === 'all') return { how, code: 463, reason: 'RESTRICT_ALL_COMPANIONS' };
    return phone.isNewChat(chatId) ? { how, code: 463, reason: 'NackCallerReachoutTimelocked' } : null;
  }

  #outcomeFor(phone: Phone, refusal: Refusal | null): SentMessage['outcome'] {
    if (refusal !== null) return 'refused';
    if (phone.holdNext > 0) {
      phone.holdNext -= 1;
      return 'held';
    }
    if (phone.failNext === 0) return 'delivered';
    phone.failNext -= 1;
    return 'failed';
  }

  #record(phone: Phone, message: WireMessage, refusal: Refusal | null, from: string): SentMessage {
    const sent: SentMessage = {
      seq: ++this.#sequence,
      phone: phone.number,
      id: message.id,
      messageId: message.id.split('_')[2] ?? '',
      chatId: message.to,
      text: message.media === undefined ? message.body : (message.media.caption ?? ''),
      ...(message.media === undefined ? {} : { media: { ...message.media, type: message.type } }),
      at: Date.now(),
      from,
      outcome: this.#outcomeFor(phone, refusal),
    };
    phone.sent.push(sent);
    return sent;
  }

  /** WhatsApp's servers take it, and say a while later that it came to nobody. */
  #failLater(phone: Phone, message: WireMessage, answer: (value: unknown) => void): void {
    phone.file({ ...message, ack: 1 });
    answer(accepted());
    this.later(phone.failAfterMs, () => this.ack(phone, message.id, -1));
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
