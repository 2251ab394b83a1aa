/** Sends and look-ups inside the page; as in page-reads.ts, nothing from outside but what the page has. */
import type { LookupResult, OutgoingFile } from '../whatsapp-client.ts';
import type { PageChat, PageHelpers, PageMessage, Wpp } from './page-types.ts';
import type { SendTrace } from './send-result.ts';

declare const WPP: Wpp;
declare const zapFleet: PageHelpers;
declare const document: { createElement(name: 'input'): HTMLInputElement & { type: string } };

/** A file as it is sent; its bytes are in the page's field. */
export interface PageFile {
  readonly fileName: string;
  readonly mimeType: string;
  readonly as: OutgoingFile['as'];
  /** One that is not there has none in the browser, which would send that. */
  readonly bytes: number;
}

/**
 * Sends one text, or the file that lies in `field` with the text under it, under a chosen id, and says what the page knows of it then. The
 * page gives up waiting after `waitMs` (the message may still go out): `awaitSendInPage` waits on.
 */
export const sendInPage = async (
  given: {
    chatId: string;
    messageId: string;
    text: string;
    waitMs: number;
    /** On the page's own clocks (Date.now, performance.now); null: at any time. */
    until: { wall: number; page: number } | null;
    /** The one that is asked (`PageSnapshot`): another one, loaded meanwhile, sends nothing. */
    document: number;
    /** Null: a text. */
    file: PageFile | null;
  },
  field?: HTMLInputElement,
): Promise<SendTrace> => {
  let key: string;
  let failed: PageMessage | null;
  let chat: PageChat;
  try {
    // The chat that WhatsApp finds may be filed under another address (a LID), and the id must name that one.
    chat = await WPP.chat.find(given.chatId);
    const { UserPrefs, MsgKey } = WPP.whatsapp;
    const byLid = chat.id.isGroup() || chat.id.isLid();
    const me = (byLid ? UserPrefs.getMaybeMeLidUser() : undefined) ?? UserPrefs.getMaybeMePnUser();
    const participant = chat.id.isGroup() ? me : undefined;
    key = String(new MsgKey({ from: me, to: chat.id, id: given.messageId, participant, selfDir: 'out' }));
    // Also where it was sent to another address of the same chat.
    failed = await zapFleet.find(key);
    if (failed && failed.ack !== -1) return { at: 'known' };
  } catch (error) {
    return { at: 'chat', error: zapFleet.wordsOf(error) };
  }

  const filed = () => WPP.whatsapp.MsgStore.get(key);
  // Worker, browser or the whole machine may have been stopped since it was asked.
  const { until, file } = given;
  if (until !== null && (Date.now() >= until.wall || performance.now() >= until.page)) return { at: 'over' };
  if (performance.timeOrigin !== given.document)
    return { at: 'error', error: 'the page was loaded again meanwhile', ack: -1, refusal: 'error' };
  const picked = (field as { files?: readonly File[] } | undefined)?.files?.[0];
  if (file !== null && picked?.size !== file.bytes)
    return { at: 'error', error: 'the file is not there, or not whole', ack: -1, refusal: 'error' };
  // Refused before, and kept by the page as failed: it goes out as what it is, pending. Not earlier: one that stays is not found as sent.
  if (failed && file === null) failed.set('ack', 0);
  // wa-js waits for a file's message to be filed anew.
  if (failed && file !== null) {
    chat.msgs.remove(failed);
    WPP.whatsapp.MsgStore.remove(failed);
  }

  const options = {
    messageId: key,
    linkPreview: false,
    markIsRead: false,
    detectMentioned: false,
    waitForAck: true,
    createChat: true,
  };
  const start = () => {
    if (file === null || !picked) return WPP.chat.sendTextMessage(String(given.chatId), given.text, options);
    const { fileName, mimeType, as } = file;
    const isVoice = as === 'voice';
    // The same bytes under the name that customers see: nothing is copied.
    return WPP.chat.sendFileMessage(String(given.chatId), new File([picked], fileName, { type: mimeType }), {
      ...options,
      type: isVoice ? 'audio' : as,
      ...(as === 'audio' || isVoice ? { isPtt: isVoice, waveform: isVoice } : {}),
      ...(given.text === '' ? {} : { caption: given.text }),
    });
  };
  const run = async (): Promise<SendTrace> => {
    try {
      const done = await start();
      const result = done.sendMsgResult?.messageSendResult ?? null;
      const ack = filed()?.ack ?? done.ack;
      const refusal = zapFleet.refusalOf(done.sendMsgResult, filed()?.toJSON());
      // Left on the clock with an error it is as failed as one that says so, and a look-up must find it like that.
      if (result !== null && result !== 'OK' && result !== 'ERROR_NETWORK' && ack === 0) filed()?.set('ack', -1);
      return { at: 'end', id: done.id, result, ack, refusal };
    } catch (error) {
      const refusal = zapFleet.refusalOf(error, filed()?.toJSON());
      return { at: 'error', error: zapFleet.wordsOf(error), ack: filed()?.ack ?? null, refusal };
    }
  };

  const ending = run();
  zapFleet.sending.set(given.messageId, ending);
  void ending.finally(() => zapFleet.sending.delete(given.messageId));
  const late = new Promise<SendTrace>((resolve) => setTimeout(() => resolve({ at: 'late' }), given.waitMs));
  return Promise.race([ending, late]);
};

/** Waits on for a send that was late; late again where the page knows nothing of it. */
export const awaitSendInPage = (given: { messageId: string; waitMs: number }): Promise<SendTrace> => {
  const late = new Promise<SendTrace>((resolve) => setTimeout(() => resolve({ at: 'late' }), given.waitMs));
  return Promise.race([zapFleet.sending.get(given.messageId) ?? late, late]);
};

/** A field that takes a file from this machine's disk; in no document, so that nobody sees it. */
export const fileFieldInPage = (): HTMLInputElement => {
  const field = document.createElement('input');
  field.type = 'file';
  return field;
};

/** The page's monotonic clock, ms since it was loaded. */
export const pageClock = (): number => performance.now();

/** `document`: the one that does not know it (`PageSnapshot`). */
type PageLookup = Exclude<LookupResult, { kind: 'absent' }> | { readonly kind: 'absent'; readonly document: number };

/** Looks for a message of ours under every address of the chat: it may have gone to another one than the chat has now. */
export const lookUpInPage = async (given: { chatId: string; messageId: string }): Promise<PageLookup> => {
  if (typeof WPP === 'undefined' || !WPP.isReady || !WPP.conn.isRegistered()) {
    return { kind: 'cannot-tell', reason: 'the page is not linked now' };
  }
  if (WPP.whatsapp.Stream.mode !== 'MAIN')
    return { kind: 'cannot-tell', reason: 'the message store is not loaded yet' };
  try {
    const chat = await WPP.chat.find(given.chatId);
    const { UserPrefs } = WPP.whatsapp;
    const mine = [UserPrefs.getMaybeMePnUser(), UserPrefs.getMaybeMeLidUser()].filter(Boolean);
    const authors = chat.id.isGroup() ? mine.map((me) => `_${me}`) : [''];
    const chats = new Set([String(chat.id), given.chatId]);

    for (const address of chats) {
      for (const author of authors) {
        const found = await zapFleet.find(`true_${address}_${given.messageId}${author}`);
        if (found) return { kind: 'found', ack: found.ack };
      }
    }
    return { kind: 'absent', document: performance.timeOrigin };
  } catch (error) {
    return { kind: 'cannot-tell', reason: zapFleet.wordsOf(error) };
  }
};
