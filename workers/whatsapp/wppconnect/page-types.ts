/** The part of the page that is used: wa-js (`WPP`), the library's own `WAPI`, and our helpers (page-helpers.ts). Types only. */

import type { SendRefusal } from '../whatsapp-client.ts';
import type { SendTrace } from './send-result.ts';

export interface PageWid {
  readonly server: string;
  isGroup(): boolean;
  isLid(): boolean;
  toString(): string;
}

export interface PageMsgKey {
  readonly id: string;
  readonly fromMe: boolean;
  readonly remote: PageWid;
  readonly participant?: PageWid;
  toString(): string;
}

export interface PageMessage {
  readonly id: PageMsgKey;
  readonly type: string;
  readonly body?: string | undefined;
  readonly ack: number;
  readonly size?: number;
  readonly latestEditMsgKey?: unknown;
  readonly latestEditSenderTimestampMs?: number;
  set(field: 'ack', value: number): void;
  toJSON(): object;
}

export interface PageChat {
  readonly id: PageWid;
  readonly msgs: { remove(message: PageMessage): void };
  readonly unreadCount?: number;
  readonly t?: number;
}

interface PageContact {
  readonly isMyContact?: boolean;
  readonly phoneNumber?: PageWid;
}

interface PnLidEntry {
  readonly lid?: { readonly _serialized: string };
  readonly phoneNumber?: { readonly id: string };
}

/** How WhatsApp's page ends a send; what else it says of a refusal is told only in fields that change from version to version. */
interface SendOutcome {
  readonly messageSendResult?: string;
}

interface SentToPage {
  readonly id: string;
  readonly ack: number;
  readonly sendMsgResult: SendOutcome | null;
}

interface MessageStore {
  remove(message: PageMessage): void;
  get(id: string): PageMessage | undefined;
  getModelsArray(): PageMessage[];
  on(event: string, listener: (message: PageMessage) => void): void;
}

/** The part of wa-js that is used here. */
export interface Wpp {
  readonly isReady?: boolean;
  readonly conn: {
    isRegistered(): boolean;
    logout(): Promise<boolean>;
    refreshQR(): Promise<unknown>;
    cancelLinkDeviceCode(): void;
    startLinkDeviceCodeForPhoneNumber(phone: string): Promise<string>;
  };
  readonly chat: {
    find(id: string): Promise<PageChat>;
    get(id: string): PageChat | undefined;
    getMessageById(id: string): Promise<PageMessage>;
    getMessages(id: string, options: { count: number }): Promise<PageMessage[]>;
    sendTextMessage(to: string, text: string, options: object): Promise<SentToPage>;
    sendFileMessage(to: string, file: File, options: object): Promise<SentToPage>;
  };
  readonly contact: { getPnLidEntry(id: string): Promise<PnLidEntry> };
  readonly whatsapp: {
    readonly Socket: { readonly state?: string };
    readonly Stream: { readonly mode?: string };
    readonly Conn: { readonly pushname?: string };
    readonly UserPrefs: { getMaybeMePnUser(): PageWid | undefined; getMaybeMeLidUser(): PageWid | undefined };
    readonly MsgKey: new (parts: object) => { toString(): string };
    readonly MsgStore: MessageStore;
    readonly ChatStore: { getModelsArray(): PageChat[] };
    readonly ContactStore: { get(id: string): PageContact | undefined };
    readonly WidFactory: { createWid(address: string): PageWid | undefined };
    readonly lidPnCache?: {
      getPhoneNumber(lid: PageWid): PageWid | undefined;
      getCurrentLid(phone: PageWid): PageWid | undefined;
    };
  };
  on(event: string, listener: (value: unknown) => void): void;
}

export interface Wapi {
  processMessageObj(message: unknown, mine: boolean, notifications: boolean): Record<string, unknown> | undefined;
}

/** What page-helpers.ts leaves on the page. */
export interface PageHelpers {
  /** A message cut down to the fields that are used; null for what is no message. */
  fieldsOf(message: PageMessage): Record<string, unknown> | null;
  /** The message of a serialised id, also when it is filed under another address of the same chat; null: the page does not have it. */
  find(serialised: string): Promise<PageMessage | null>;
  /** Every address known to be of the same person, the given one first. */
  addressesOf(address: string): string[];
  /** What went wrong, in at most 200 characters. */
  wordsOf(error: unknown): string;
  /** Why WhatsApp took no message, from all that it says of it: a send's outcome, the failed message, an error. */
  refusalOf(...said: unknown[]): SendRefusal;
  /** How sends end that the page has not given up, by the id chosen for them. */
  readonly sending: Map<string, Promise<SendTrace>>;
}
