/** Sends and look-ups inside the page; as in page-reads.ts, nothing from outside but what the page has. */
import type { LookupResult } from '../whatsapp-client.ts';
import type { PageHelpers, PageMessage, Wpp } from './page-types.ts';
import type { SendTrace } from './send-result.ts';

declare const WPP: Wpp;
declare const zapFleet: PageHelpers;

/**
 * Sends one text under a chosen id, and says what the page knows of it then. The page gives up waiting after `waitMs` (the message may
 * still go out).
 */
export const sendInPage = async (given: {
  chatId: string;
  messageId: string;
  text: string;
  waitMs: number;
  /** On the page's own clocks (Date.now, performance.now); null: at any time. */
  until: { wall: number; page: number } | null;
}): Promise<SendTrace> => {
  let key: string;
  let failed: PageMessage | null;
  try {
    // The chat that WhatsApp finds may be filed under another address (a LID), and the id must name that one.
    const chat = await WPP.chat.find(given.chatId);
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
  const { until } = given;
  if (until !== null && (Date.now() >= until.wall || performance.now() >= until.page)) return { at: 'over' };
  // Refused before, and kept by the page as failed: it goes out as what it is, pending. Not earlier: one that stays is not found as sent.
  failed?.set('ack', 0);

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
    if (done === 'late') return { at: 'late' };

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

/** The page's monotonic clock, ms since it was loaded. */
export const pageClock = (): number => performance.now();

/** Looks for a message of ours under every address of the chat: it may have gone to another one than the chat has now. */
export const lookUpInPage = async (given: { chatId: string; messageId: string }): Promise<LookupResult> => {
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
    return { kind: 'absent' };
  } catch (error) {
    return { kind: 'cannot-tell', reason: zapFleet.wordsOf(error) };
  }
};
