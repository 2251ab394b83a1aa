/** Sends and look-ups inside the page; as in page-reads.ts, nothing from outside but what the page has. */
import type { LookupResult, SendResult } from '../whatsapp-client.ts';
import type { PageHelpers, Wpp } from './page-types.ts';

declare const WPP: Wpp;
declare const zapFleet: PageHelpers;

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
  let key: string;
  try {
    // The chat that WhatsApp finds may be filed under another address (a LID), and the id must name that one.
    const chat = await WPP.chat.find(given.chatId);
    const { UserPrefs, MsgKey } = WPP.whatsapp;
    const byLid = chat.id.isGroup() || chat.id.isLid();
    const me = (byLid ? UserPrefs.getMaybeMeLidUser() : undefined) ?? UserPrefs.getMaybeMePnUser();
    const participant = chat.id.isGroup() ? me : undefined;
    key = String(new MsgKey({ from: me, to: chat.id, id: given.messageId, participant, selfDir: 'out' }));
    // Also where it was sent to another address of the same chat.
    const filed = await zapFleet.find(key);
    if (filed && filed.ack !== -1) return { kind: 'unknown', reason: 'a message with this id exists already' };
    // Refused before, and kept by the page as failed: it goes out as what it is, pending.
    filed?.set('ack', 0);
  } catch (error) {
    return { kind: 'refused', code: 'not-a-chat', reason: `chat not found: ${zapFleet.wordsOf(error)}` };
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
    if (!filed || filed.ack === -1) return { kind: 'refused', code: 'error', reason: zapFleet.wordsOf(error) };
    return { kind: 'unknown', reason: zapFleet.wordsOf(error) };
  }
};

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
