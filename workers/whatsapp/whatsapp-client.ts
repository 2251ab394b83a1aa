import type { Engine } from '../../src/session/engine.ts';

/**
 * One linked phone, whatever drives it. Two engines stand behind this interface: `wppconnect` (the real library in a real
 * Chromium) and `simulated` (a scriptable phone for `--demo` and load tests). Nothing else in zap-fleet knows either of them.
 *
 * Times are epoch milliseconds, durations milliseconds. Every method keeps its own deadline and rejects with a `FleetError`
 * that has a cause; none of them hangs.
 */

/** What the engine knows of the link to WhatsApp, taken from wa-js itself (is it registered, the socket's state, the stream's mode), not from wppconnect's statusFind. */
export type LinkState =
  | 'starting' // browser and page are coming up
  | 'qr' // waits for a scan
  | 'code' // waits for a pairing code to be typed on the phone
  | 'syncing' // linked, history is coming in; not answering yet
  | 'connected' // isRegistered and socket CONNECTED and stream MAIN
  | 'offline' // linked, but no connection; the engine retries by itself
  | 'logged_out' // the phone unlinked us; a QR follows only after `newCodes`
  | 'banned' // TOS_BLOCK or SMB_TOS_BLOCK: never retried
  | 'broken'; // page or browser is gone or hung: only close() helps, the worker must be rebuilt

export interface LinkStatus {
  readonly state: LinkState;
  /** Machine-readable cause, kebab-case: `page-crashed`, `browser-exited`, `page-hung`, `socket-timeout`, `no-network`, `conflict`,
   * `unlinked`, `tos-block`, `version-refused`, `qr-idle`, … `null` when the state explains itself. */
  readonly reasonCode: string | null;
  /** The cause in plain English words, one line, no stack trace; `null` with a null code. */
  readonly reason: string | null;
  readonly since: number;
}

/** The account that is linked now. */
export interface LinkedAccount {
  /** Digits only with country code, e.g. `5511987654321`. */
  readonly phone: string;
  readonly lid: string | null;
  readonly pushName: string | null;
}

/**
 * `audio` is a file or a voice note; `buttons`: buttons, lists and interactive messages that somebody sent; `album` announces how many
 * pictures and videos follow; `ciphertext` cannot be read (yet).
 */
export const messageKinds = [
  'text',
  'image',
  'audio',
  'video',
  'document',
  'sticker',
  'location',
  'contact',
  'poll',
  'order',
  'product',
  'payment',
  'event',
  'invite',
  'buttons',
  'album',
  'ciphertext',
  'other',
] as const;
export type MessageKind = (typeof messageKinds)[number];

export type ChatKind = 'person' | 'group' | 'status' | 'broadcast' | 'newsletter' | 'call' | 'other';

/**
 * What a message carries besides its text, as it came: not yet made plain. Every field is optional; those that a kind has are told in
 * words to the AI. Sizes in bytes, times in epoch ms.
 */
export interface MessageFacts {
  readonly fileName?: string;
  readonly fileBytes?: number;
  readonly pages?: number;
  readonly seconds?: number;
  readonly viewOnce?: boolean;
  readonly voiceNote?: boolean;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly live?: boolean;
  readonly place?: string;
  readonly address?: string;
  readonly contacts?: readonly { readonly name: string; readonly phones: readonly string[] }[];
  readonly question?: string;
  readonly options?: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly price?: string;
  readonly items?: number;
  readonly orderId?: string;
  readonly startsAt?: number;
  readonly groupName?: string;
  readonly pictures?: number;
  readonly videos?: number;
  /** WhatsApp's own name of a type that we do not know. */
  readonly type?: string;
}

/** What a message quotes; `fromMe`: of ours. The quoted one may be long gone, or a status. */
export interface QuotedMessage {
  readonly id: string | null;
  readonly fromMe: boolean;
  readonly isStatus: boolean;
  readonly kind: MessageKind;
  readonly text: string;
}

/** The ad through which a customer came. */
export interface AdContext {
  readonly title: string;
  readonly text: string;
  readonly url: string | null;
}

/** Addresses of a chat as far as its own id and a known number tell: the chat's own first. */
export const addressesOf = (chatId: string, chatKind: ChatKind, phone: string | null): readonly string[] =>
  chatKind === 'person' && phone !== null ? [...new Set([chatId, `${phone}@c.us`])] : [chatId];

/** A message as seen on WhatsApp, by anyone, in any chat. Text is as it came: not yet made plain. */
export interface WhatsAppMessage {
  /** WhatsApp's own id, serialised: `false_<chat>_<ID>[_<author>]`. The key of the inbox. */
  readonly id: string;
  /** The chat's id as WhatsApp gives it now: `…@c.us`, `…@lid`, `…@hosted`, `…@hosted.lid`, `…@g.us`: one address of a person, or a group. */
  readonly chatId: string;
  readonly chatKind: ChatKind;
  /** Every address known to be this person's, this chat's first; only the chat's own for a group. */
  readonly addresses: readonly string[];
  /** Sent from our account: by us, by the owner on the phone, or by another linked device. */
  readonly fromMe: boolean;
  /** Author inside a group, otherwise null. */
  readonly author: string | null;
  /** Digits of the other side's phone number where it is known (a LID may not resolve). */
  readonly phone: string | null;
  readonly kind: MessageKind;
  /** Text of a text message, caption of a medium, else empty. */
  readonly text: string;
  readonly mimeType: string | null;
  /** Name the other side gave itself. */
  readonly pushName: string | null;
  /** The other side is in the phone's address book. */
  readonly isSavedContact: boolean;
  /** WhatsApp's own time of the message, epoch ms (second precision). */
  readonly timestamp: number;
  readonly quotedId: string | null;
  readonly facts: MessageFacts | null;
  readonly quoted: QuotedMessage | null;
  readonly ad: AdContext | null;
  /** WhatsApp says that the text was changed after it was sent. */
  readonly edited: boolean;
  /** -1 failed, 0 pending, 1 sent, 2 delivered, 3 read. */
  readonly ack: number;
}

export type WhatsAppEvent =
  | { readonly type: 'link'; readonly status: LinkStatus; readonly account: LinkedAccount | null }
  /** A new QR. `payload` is what the code says (a secret: it links a phone). `attempt` counts from 1 since the last `open`/`newCodes`. */
  | { readonly type: 'qr'; readonly payload: string; readonly attempt: number; readonly expiresAt: number }
  | { readonly type: 'code'; readonly code: string; readonly attempt: number; readonly expiresAt: number }
  | { readonly type: 'message'; readonly message: WhatsAppMessage }
  /** What was said before is told anew, in the order in which WhatsApp tells it. */
  | { readonly type: 'change'; readonly change: MessageChange }
  /** Delivery of a message of ours; `id` is the serialised id. */
  | { readonly type: 'ack'; readonly id: string; readonly ack: number }
  /** Pid of the browser's root process; null once it is gone. */
  | { readonly type: 'browser'; readonly pid: number | null }
  /** Something worth an entry in the log, that changes no state: `page-reloaded`, `conflict-taken-over`, … One line, no secrets. */
  | { readonly type: 'note'; readonly level: 'info' | 'warn' | 'error'; readonly code: string; readonly text: string };

/**
 * Something about a message that was told before. `cleared`: a ciphertext became readable, or a text that came empty has its words.
 * `edited`: its words changed. `deleted`: for everybody, by its author or an admin. `reaction` (empty: taken back) and `vote` change
 * nothing about it. `messageId` serialised. A listener may be told of one that it was never told before: then it is news.
 */
export type MessageChange =
  | { readonly kind: 'cleared' | 'edited'; readonly message: WhatsAppMessage; readonly at: number }
  | {
      readonly kind: 'deleted';
      readonly messageId: string;
      readonly chatId: string;
      readonly fromMe: boolean;
      readonly at: number;
    }
  | {
      readonly kind: 'reaction' | 'vote';
      readonly messageId: string;
      readonly chatId: string;
      readonly author: string;
      readonly fromMe: boolean;
      readonly value: string;
      readonly at: number;
    };

/**
 * Why a message did not go out: `file` (this very file is not taken, whenever it is tried), `over` (this server's right to speak for the number has passed: nothing was asked), `restricted-new` (this number may not write to new people now, code 463 or a reach-out limit),
 * `restricted` (WhatsApp says that it may write to nobody), `not-a-chat`, `empty`, or `error` (anything else; tried again). Code 463 does
 * not say whom it is about: `restricted-new` in a chat that took our messages before is a sign that it is about all.
 */
export type SendRefusal = 'over' | 'file' | 'restricted-new' | 'restricted' | 'not-a-chat' | 'empty' | 'error';

/** A file on this machine that is sent; the browser reads it from there. */
export interface OutgoingFile {
  readonly path: string;
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** `voice`: played as a voice note. */
  readonly as: 'image' | 'video' | 'audio' | 'document' | 'voice';
}

export interface OutgoingMessage {
  readonly chatId: string;
  readonly messageId: string;
  /** Of a file what is written under it; may be empty then. */
  readonly text: string;
  readonly file?: OutgoingFile;
}

/** How a send ended. `refused`: it certainly did not go out. `unknown`: it may have, it may still: look it up by id, never send it again blindly. */
export type SendResult =
  | { readonly kind: 'accepted'; readonly id: string; readonly ack: number }
  | { readonly kind: 'refused'; readonly code: SendRefusal; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * What WhatsApp's own store says of a message id. `isPageGone`: the page that was asked to send it is gone, and this one was loaded after it.
 * `cannot-tell`: the page does not answer, or its store is not loaded yet.
 */
export type LookupResult =
  | { readonly kind: 'found'; readonly ack: number }
  | { readonly kind: 'absent'; readonly isPageGone?: boolean }
  | { readonly kind: 'cannot-tell'; readonly reason: string };

export interface ProbeResult {
  readonly registered: boolean;
  /** WhatsApp's socket state, e.g. `CONNECTED`, `OPENING`, `TIMEOUT`. */
  readonly socket: string;
  /** WhatsApp's stream mode, e.g. `MAIN`, `QR`, `SYNCING`, `OFFLINE`. */
  readonly stream: string;
  /** Round trip into the page, ms. */
  readonly latencyMs: number;
}

/** Who is behind a chat, as far as WhatsApp knows it now. */
export interface Identity {
  /** Digits with country code. */
  readonly phone: string | null;
  /** The whole address, `…@lid`. */
  readonly lid: string | null;
  /** Every address known to be this person's, the one asked for first. */
  readonly addresses: readonly string[];
  readonly isSavedContact: boolean;
}

export interface Media {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

export interface WhatsAppClient {
  readonly engine: Engine;
  /** Subscribes; returns the unsubscribe. Events are delivered in order; a listener that throws is logged by the engine, not swallowed. */
  on(listener: (event: WhatsAppEvent) => void): () => void;
  /** Starts browser and page. Resolves when the page runs (in whatever link state); rejects `browser-missing`, `browser-died`, `start-timeout`. */
  open(): Promise<void>;
  status(): LinkStatus;
  account(): LinkedAccount | null;
  /** Asks for fresh codes after `logged_out` or a QR that went idle. */
  newCodes(): Promise<void>;
  /** Asks for pairing by code instead of QR. `phone`: digits with country code. Rejects when already linked. */
  pairByCode(phone: string): Promise<void>;
  /** Messages not read yet, or younger than `since` and not fromMe-answered, oldest first: what arrived while we were away. Text and media metadata. */
  missedMessages(since: number): Promise<readonly WhatsAppMessage[]>;
  /** A fresh WhatsApp message id (the `<ID>` part) for `send`. Pure; to be stored before the send. */
  newMessageId(): string;
  /** Sends one text, or one file with a text under it, under the id that the caller chose and stored. Never retries by itself. */
  send(message: OutgoingMessage): Promise<SendResult>;
  /** Looks a message of ours up by the `<ID>` chosen for it, whatever address of the chat it was filed under. */
  lookUp(message: { readonly chatId: string; readonly messageId: string }): Promise<LookupResult>;
  /** Shows or hides "typing…". Cosmetic: failures resolve. */
  setTyping(chatId: string, typing: boolean): Promise<void>;
  /** Marks a chat as read. Cosmetic: failures resolve. */
  markRead(chatId: string): Promise<void>;
  /** Phone number, LID and addresses of a chat as far as WhatsApp knows them. */
  identify(chatId: string): Promise<Identity>;
  /**
   * What became of messages that were told before (serialised ids), in the order given, while nobody listened: `deleted` for those that
   * were; `cleared` for every one that can be read now, also those that always could (the caller knows which of them it has as
   * ciphertext); then `edited` for those whose words were changed. Nothing for those that the page has no more.
   */
  changesOf(messageIds: readonly string[]): Promise<readonly MessageChange[]>;
  /** Fetches a medium. Rejects `too-large` when WhatsApp says that it has more than `maxBytes`, before anything is fetched. */
  downloadMedia(messageId: string, maxBytes?: number): Promise<Media>;
  /** Asks the page and the socket whether they live. Rejects with `page-hung` after its deadline. */
  probe(): Promise<ProbeResult>;
  /** Unlinks the device on WhatsApp's side, then closes. Rejects when the phone could not be unlinked (it is closed all the same). */
  logout(): Promise<void>;
  /** Closes keeping the login. Resolves when no process of the browser is left (kills its group after `deadlineMs`). Idempotent. */
  close(deadlineMs: number): Promise<void>;
}
