import { randomBytes } from 'node:crypto';

/** A message as the phone keeps it and as it travels to the page. Times in seconds, like WhatsApp's own. */
export interface WireMessage {
  readonly id: string;
  readonly fromMe: boolean;
  readonly type: string;
  readonly body: string;
  readonly t: number;
  readonly from: string;
  readonly to: string;
  readonly author?: string;
  readonly notifyName?: string;
  readonly media?: {
    readonly mimeType: string;
    readonly caption?: string;
    readonly filename?: string;
    readonly size: number;
    /** Of what was taken up. */
    readonly sha256?: string;
  };
  /** Further fields by WhatsApp's own names. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Its words were changed: serialised id of the edit, epoch ms. */
  readonly edit?: { readonly key: string; readonly at: number };
  ack: number;
}

export interface WireContact {
  readonly id: string;
  readonly pushname?: string;
  /** Name in the owner's address book. */
  readonly name?: string;
  readonly saved: boolean;
  readonly phoneNumber?: string;
  readonly lid?: string;
}

/** One arrival of a send at WhatsApp's servers. The same id twice is two of these: that is how a test sees a doubled message. */
export interface SentMessage {
  readonly seq: number;
  readonly phone: string;
  /** Serialised id, `true_<chat>_<ID>`. */
  readonly id: string;
  /** The `<ID>` part, as the sender chose it. */
  readonly messageId: string;
  readonly chatId: string;
  /** Of a file what is written under it. */
  readonly text: string;
  /** Of a file; `ptt`: a voice note. */
  readonly media?: NonNullable<WireMessage['media']> & { readonly type: string };
  readonly at: number;
  /** Address of the machine whose page sent it. */
  readonly from: string;
  outcome: 'delivered' | 'refused' | 'held' | 'failed';
}

/** Why a send is refused, and how its page shows it: as failed, or as an error with the message left on the clock. */
export interface Refusal {
  readonly how: 'failed' | 'clock';
  readonly code?: number;
  readonly reason?: string;
}

/** A linked browser: what it has been given, whether the socket is there now. */
export interface LinkedDevice {
  readonly token: string;
  readonly given: Set<string>;
}

/** The truth of one account: what its phone and WhatsApp's servers know, whatever browsers do. */
export class Phone {
  readonly number: string;
  readonly lid: string;
  name: string;
  readonly contacts = new Map<string, WireContact>();
  readonly messages = new Map<string, WireMessage>();
  readonly media = new Map<string, Uint8Array>();
  readonly unread = new Map<string, number>();
  readonly devices = new Map<string, LinkedDevice>();
  readonly sent: SentMessage[] = [];
  /** Sockets of its pages that ended, in order, by the address that they came from. */
  readonly ended: { readonly at: number; readonly from: string }[] = [];
  readonly read: string[] = [];
  readonly presence: { chatId: string; state: string; at: number }[] = [];
  /** Messages that went in as ciphertext first, for a moment. */
  readonly cipher = new Set<string>();
  /** Messages that cannot be read until `clear`. */
  readonly locked = new Set<string>();
  reachable = true;
  blocked = false;
  refuseNext = 0;
  refusal: Refusal = { how: 'failed' };
  restriction: { readonly scope: 'new' | 'all'; readonly how: 'failed' | 'clock' } | null = null;
  failNext = 0;
  failAfterMs = 0;
  holdNext = 0;
  loseNext = 0;
  lost = 0;
  readonly held: { sent: SentMessage; message: WireMessage; answer: (value: unknown) => void }[] = [];

  constructor(number: string, name: string) {
    this.number = number;
    this.name = name;
    // A LID is not the phone number; any stable other number will do.
    this.lid = `9${number.slice(-11).split('').reverse().join('')}`;
  }

  link(): LinkedDevice {
    const device = { token: randomBytes(16).toString('hex'), given: new Set(this.messages.keys()) };
    this.devices.set(device.token, device);
    return device;
  }

  file(message: WireMessage): void {
    this.messages.set(message.id, message);
    const chat = chatOf(message);
    this.unread.set(chat, message.fromMe ? 0 : (this.unread.get(chat) ?? 0) + 1);
  }

  /** What a page is told on connecting: everything that this device has already been given, and what it sent itself. */
  snapshotFor(device: LinkedDevice): unknown {
    const known = [...this.messages.values()].filter((message) => message.fromMe || device.given.has(message.id));
    const unread: Record<string, number> = {};
    for (const message of known) {
      const chat = chatOf(message);
      const pending = [...this.messages.values()].filter(
        (each) => chatOf(each) === chat && !device.given.has(each.id) && !each.fromMe,
      );
      unread[chat] = Math.max(0, (this.unread.get(chat) ?? 0) - pending.length);
    }
    return {
      name: this.name,
      contacts: [...this.contacts.values()],
      messages: known.sort((a, b) => a.t - b.t).map((message) => this.asPagesSee(message)),
      unread,
    };
  }

  /** A message that cannot be read shows nothing of itself. */
  asPagesSee(message: WireMessage): WireMessage {
    if (!this.locked.has(message.id)) return message;
    const { media: _media, fields: _fields, ...rest } = message;
    return { ...rest, type: 'ciphertext', body: '' };
  }

  /** What is known of whoever is behind an address: under that address, and under the other one. */
  contactsBehind(address: string): WireContact[] {
    return [address, ...this.otherAddresses(address)].flatMap((each) => this.contacts.get(each) ?? []);
  }

  otherAddresses(address: string): string[] {
    const { phoneNumber, lid } = this.contacts.get(address) ?? {};
    return [...(phoneNumber ? [`${phoneNumber}@c.us`] : []), ...(lid ? [`${lid}@lid`] : [])];
  }

  /** Nothing of ours was ever delivered there, under whatever address of the person. */
  isNewChat(chatId: string): boolean {
    const addresses = [chatId, ...this.otherAddresses(chatId)];
    return !this.sent.some((sent) => sent.outcome === 'delivered' && addresses.includes(sent.chatId));
  }

  pendingFor(device: LinkedDevice): WireMessage[] {
    return [...this.messages.values()].filter((message) => !device.given.has(message.id)).sort((a, b) => a.t - b.t);
  }
}

export const chatOf = (message: WireMessage): string =>
  message.fromMe ? message.to : (message.id.split('_')[1] ?? message.from);
