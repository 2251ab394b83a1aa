/**
 * Functions that run inside the page. Each travels as its source text, so it may use nothing from outside itself but the
 * page's own `WPP` and `WAPI`.
 */
import type { LookupResult, SendResult } from '../whatsapp-client.ts';
import type { PageSnapshot, PairingNews } from './link-state.ts';

interface PageWid {
  readonly server: string;
  isGroup(): boolean;
  isLid(): boolean;
  toString(): string;
}
interface PageMessage {
  readonly ack: number;
  set(field: 'ack', value: number): void;
}
interface PageChat {
  readonly id: PageWid;
  readonly unreadCount?: number;
  readonly t?: number;
}
interface PageContact {
  readonly isMyContact?: boolean;
}
interface PnLidEntry {
  readonly lid?: { readonly id: string };
  readonly phoneNumber?: { readonly id: string };
  readonly contact?: { readonly name?: string };
}

/** The part of wa-js that is used here. */
interface Wpp {
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
    getMessages(id: string, options: { count: number }): Promise<unknown[]>;
    sendTextMessage(
      to: string,
      text: string,
      options: object,
    ): Promise<{ id: string; ack: number; sendMsgResult: { messageSendResult?: string } | null }>;
  };
  readonly contact: { getPnLidEntry(id: string): Promise<PnLidEntry> };
  readonly whatsapp: {
    readonly Socket: { readonly state?: string };
    readonly Stream: { readonly mode?: string };
    readonly Conn: { readonly pushname?: string };
    readonly UserPrefs: { getMaybeMePnUser(): PageWid | undefined; getMaybeMeLidUser(): PageWid | undefined };
    readonly MsgKey: new (parts: object) => { toString(): string };
    readonly MsgStore: { get(id: string): PageMessage | undefined };
    readonly ChatStore: { getModelsArray(): PageChat[] };
    readonly ContactStore: { get(id: string): PageContact | undefined };
  };
  on(event: string, listener: (value: unknown) => void): void;
}
declare const WPP: Wpp;
declare const WAPI: { processMessageObj(message: unknown, mine: boolean, notifications: boolean): unknown };
declare const navigator: { readonly onLine: boolean };
declare const window: Record<string, unknown>;
declare const document: { querySelector(selector: string): { getAttribute(name: string): string | null } | null };

export const lookAtPage = (): PageSnapshot => {
  const nothing = {
    hooked: false,
    registered: false,
    socket: '',
    stream: '',
    phone: null,
    lid: null,
    pushName: null,
    pairing: null,
    qr: null,
  };
  const online = navigator.onLine;
  if (typeof WPP === 'undefined' || typeof WAPI === 'undefined' || !WPP.isReady)
    return { ready: false, online, ...nothing };
  const exposed = (name: string): boolean => Boolean((window[name] as { exposed?: boolean } | undefined)?.exposed);
  const user = (wid: PageWid | undefined): string | null => (wid ? (String(wid).split(/[:@]/)[0] ?? null) : null);
  const { Socket, Stream, Conn, UserPrefs } = WPP.whatsapp;
  const registered = Boolean(WPP.conn.isRegistered());
  return {
    ready: true,
    online,
    hooked: ['onAnyMessage', 'onAck', 'onStateChange'].every(exposed),
    registered,
    socket: Socket?.state ?? '',
    stream: Stream?.mode ?? '',
    phone: registered ? user(UserPrefs.getMaybeMePnUser()) : null,
    lid: registered ? user(UserPrefs.getMaybeMeLidUser?.()) : null,
    pushName: registered ? (Conn?.pushname ?? null) : null,
    pairing: (window.zapFleetPairing as PairingNews | undefined) ?? null,
    qr: registered ? null : (document.querySelector('[data-ref]')?.getAttribute('data-ref') ?? null),
  };
};

/**
 * Sends one text under a chosen id. The page gives up waiting after `waitMs` (the message may still go out). A rejection counts
 * as refused only when the page has filed no message under that id.
 */
export const sendInPage = async (given: {
  chatId: string;
  messageId: string;
  text: string;
  waitMs: number;
}): Promise<SendResult> => {
  const word = (error: unknown): string =>
    String((error as { message?: string } | null)?.message ?? error).slice(0, 200);
  let key: string;
  try {
    // The chat that WhatsApp finds may be filed under another address (a LID), and the id must name that one.
    const chat = await WPP.chat.find(given.chatId);
    const { UserPrefs, MsgKey } = WPP.whatsapp;
    const byLid = chat.id.isGroup() || chat.id.isLid();
    const me = (byLid ? UserPrefs.getMaybeMeLidUser() : undefined) ?? UserPrefs.getMaybeMePnUser();
    const participant = chat.id.isGroup() ? me : undefined;
    key = String(new MsgKey({ from: me, to: chat.id, id: given.messageId, participant, selfDir: 'out' }));
    const filed = WPP.whatsapp.MsgStore.get(key);
    if (filed && filed.ack !== -1) return { kind: 'unknown', reason: 'a message with this id exists already' };
    // Refused before, and kept by the page as failed: it goes out as what it is, pending.
    filed?.set('ack', 0);
  } catch (error) {
    return { kind: 'refused', code: 'not-a-chat', reason: `chat not found: ${word(error)}` };
  }
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), given.waitMs));
  try {
    const options = {
      messageId: key,
      linkPreview: false,
      markIsRead: false,
      detectMentioned: false,
      waitForAck: true,
      createChat: true,
    };
    const done = await Promise.race([WPP.chat.sendTextMessage(String(given.chatId), given.text, options), late]);
    if (done === 'late') return { kind: 'unknown', reason: 'WhatsApp did not confirm the message in time' };
    const result = done.sendMsgResult?.messageSendResult;
    const ack = WPP.whatsapp.MsgStore.get(key)?.ack ?? done.ack;
    if (ack === -1)
      return {
        kind: 'refused',
        code: 'error',
        reason: `WhatsApp refused the message (${result ?? 'no reason given'})`,
      };
    if (result !== undefined && result !== 'OK') return { kind: 'unknown', reason: `WhatsApp answered ${result}` };
    return { kind: 'accepted', id: done.id, ack };
  } catch (error) {
    const filed = WPP.whatsapp.MsgStore.get(key);
    if (!filed || filed.ack === -1) return { kind: 'refused', code: 'error', reason: word(error) };
    return { kind: 'unknown', reason: word(error) };
  }
};

export const lookUpInPage = async (given: { chatId: string; messageId: string }): Promise<LookupResult> => {
  if (typeof WPP === 'undefined' || !WPP.isReady || !WPP.conn.isRegistered()) {
    return { kind: 'cannot-tell', reason: 'the page is not linked now' };
  }
  if (WPP.whatsapp.Stream.mode !== 'MAIN')
    return { kind: 'cannot-tell', reason: 'the message store is not loaded yet' };
  try {
    const chat = await WPP.chat.find(given.chatId);
    const { UserPrefs, MsgKey } = WPP.whatsapp;
    const mine = [UserPrefs.getMaybeMePnUser(), UserPrefs.getMaybeMeLidUser()].filter(Boolean);
    const keys = mine.map((me) =>
      String(
        new MsgKey({
          from: me,
          to: chat.id,
          id: given.messageId,
          participant: chat.id.isGroup() ? me : undefined,
          selfDir: 'out',
        }),
      ),
    );
    for (const key of new Set(keys)) {
      try {
        return { kind: 'found', ack: (await WPP.chat.getMessageById(key)).ack };
      } catch (error) {
        if ((error as { code?: string }).code !== 'msg_not_found') throw error;
      }
    }
    return { kind: 'absent' };
  } catch (error) {
    return {
      kind: 'cannot-tell',
      reason: String((error as { message?: string } | null)?.message ?? error).slice(0, 200),
    };
  }
};

/** Chats with something unread or young, most recent first. */
export const listChatsInPage = (since: number): { id: string; unread: number }[] =>
  WPP.whatsapp.ChatStore.getModelsArray()
    .filter((chat) => ['c.us', 'lid', 'g.us'].includes(chat.id.server))
    .filter((chat) => (chat.unreadCount ?? 0) > 0 || (chat.t ?? 0) * 1000 >= since)
    .sort((a, b) => (b.t ?? 0) - (a.t ?? 0))
    .map((chat) => ({ id: String(chat.id), unread: chat.unreadCount ?? 0 }));

/** The last messages of some chats, cut down to the fields that are used; a chat that cannot be read says why. */
export const readChatsInPage = async (
  given: { id: string; count: number }[],
): Promise<{ id: string; messages: unknown[]; failed: string | null }[]> => {
  const fields = ['id', 'type', 'body', 'caption', 't', 'author', 'ack', 'mimetype', 'notifyName', 'quotedMsgId'];
  const slim = (raw: Record<string, unknown>): unknown => {
    const sender = raw.sender as Record<string, unknown> | null;
    const kept: Record<string, unknown> = Object.fromEntries(fields.map((name) => [name, raw[name]]));
    // The body of a medium is its thumbnail.
    if (raw.mimetype) kept.body = undefined;
    kept.sender = sender && {
      pushname: sender.pushname,
      isMyContact: sender.isMyContact,
      phoneNumber: sender.phoneNumber,
    };
    return JSON.parse(JSON.stringify(kept));
  };
  const answers = [];
  for (const { id, count } of given) {
    try {
      const messages = await WPP.chat.getMessages(id, { count });
      const raw = messages.map((message) => WAPI.processMessageObj(message, true, false)).filter(Boolean);
      answers.push({ id, messages: raw.map((each) => slim(each as Record<string, unknown>)), failed: null });
    } catch (error) {
      answers.push({
        id,
        messages: [],
        failed: String((error as { message?: string } | null)?.message ?? error).slice(0, 200),
      });
    }
  }
  return answers;
};

export const identifyInPage = async (
  chatId: string,
): Promise<{ phone: string | null; lid: string | null; isSavedContact: boolean }> => {
  const entry = await WPP.contact.getPnLidEntry(chatId).catch(() => ({}) as PnLidEntry);
  const contact = WPP.whatsapp.ContactStore.get(chatId);
  return {
    phone: entry.phoneNumber?.id ?? null,
    lid: entry.lid?.id ?? null,
    isSavedContact: Boolean(contact?.isMyContact),
  };
};

/** Starts pairing by code. Its news are left on the page for the next look: a binding may get lost when the page reloads. */
export const pairInPage = async (phone: string): Promise<void> => {
  const leaveNews = (kind: string, value: string): void => {
    const before = window.zapFleetPairing as { count: number } | undefined;
    window.zapFleetPairing = { count: (before?.count ?? 0) + 1, kind, value };
  };
  if (window.zapFleetPairing === undefined) {
    WPP.on('conn.link_code_change', (code) => leaveNews('code', String(code)));
    WPP.on('conn.link_code_expired', () => leaveNews('expired', ''));
    WPP.on('conn.link_code_error', (error) => leaveNews('error', String((error as Error).message).slice(0, 200)));
  }
  await WPP.conn.startLinkDeviceCodeForPhoneNumber(phone);
};

export const refreshCodesInPage = async (): Promise<void> => {
  WPP.conn.cancelLinkDeviceCode();
  await WPP.conn.refreshQR();
};

export const logOutInPage = async (): Promise<void> => {
  await WPP.conn.logout();
};
