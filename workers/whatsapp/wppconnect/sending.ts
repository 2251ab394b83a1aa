import { randomBytes } from 'node:crypto';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { isOver, overReason, type SendRight } from '../send-right.ts';
import type { LookupResult, SendRefusal, SendResult } from '../whatsapp-client.ts';
import type { PageAccess } from './client-core.ts';
import type { LibraryClient, LibraryPage } from './library.ts';
import { withPageDeadline } from './page-deadline.ts';
import { lookUpInPage, pageClock, sendInPage } from './page-sends.ts';
import { sendResultOf } from './send-result.ts';

/** What goes out: texts under our own ids, and the marks that a person would leave (typing, read). */

/** What WhatsApp Web's own ids look like: a mark of the web client and nine random bytes. */
export const newMessageId = (): string => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;

interface OwnText {
  readonly chatId: string;
  readonly messageId: string;
  readonly text: string;
}

const refused = (code: SendRefusal, reason: string): SendResult => ({ kind: 'refused', code, reason });

/** The library takes garbage without a word: refused here. */
const refusalOf = (message: OwnText): SendResult | null => {
  if (!/^\S+@(c\.us|lid|hosted|hosted\.lid|g\.us)$/.test(message.chatId))
    return refused('not-a-chat', `${message.chatId} is not a chat`);
  if (!/^[0-9A-Z]{16,32}$/.test(message.messageId)) return refused('error', 'the message id has a wrong form');
  return message.text.trim() === '' ? refused('empty', 'the text is empty') : null;
};

/**
 * The end of our right on the page's clocks. What is left is counted from after the page told its time, so an answer that came late makes
 * it end early.
 */
const untilOnPage = async (page: LibraryPage, right: SendRight, pageMs: number) => {
  if (right.left() === null) return null;
  const at = await withPageDeadline(page.evaluate(pageClock), pageMs, 'the page');
  const left = right.left();
  return left === null ? null : { wall: Date.now() + left, page: at + left };
};

export const sendText = async ({ attached, deadlines, right }: PageAccess, message: OwnText): Promise<SendResult> => {
  const refusal = refusalOf(message);
  if (refusal !== null) return refusal;

  let isAsked = false;
  try {
    const { page } = attached();
    const until = await untilOnPage(page, right, deadlines.pageMs);
    if (isOver(right)) return refused('over', overReason);
    isAsked = true;
    const waitMs = deadlines.sendMs;
    const sending = page.evaluate(sendInPage, { ...message, waitMs, until });
    return sendResultOf(await withPageDeadline(sending, waitMs + deadlines.pageMs, 'the send'));
  } catch (error) {
    // From the moment the page was asked nobody can say that it did not send.
    const reason = messageOf(error);
    return isAsked ? { kind: 'unknown', reason } : refused('error', reason);
  }
};

export const lookUpText = async (
  { attached, deadlines }: PageAccess,
  message: Pick<OwnText, 'chatId' | 'messageId'>,
): Promise<LookupResult> => {
  try {
    return await withPageDeadline(
      attached().page.evaluate(lookUpInPage, message),
      deadlines.pageMs,
      'the message store',
    );
  } catch (error) {
    return { kind: 'cannot-tell', reason: messageOf(error) };
  }
};

const leaveMark = async (
  { attached, deadlines, log }: PageAccess,
  what: string,
  call: (client: LibraryClient) => Promise<unknown>,
): Promise<void> => {
  try {
    await withPageDeadline(call(attached().client), deadlines.pageMs, what);
  } catch (error) {
    // Rejects for chats that the page has not loaded; nobody waits for it.
    log.debug(`${what} failed: ${messageOf(error)}`);
  }
};

export const showTyping = (access: PageAccess, chatId: string, typing: boolean): Promise<void> =>
  leaveMark(access, 'typing', (client) => (typing ? client.startTyping(chatId) : client.stopTyping(chatId)));

export const markChatRead = (access: PageAccess, chatId: string): Promise<void> =>
  leaveMark(access, 'marking as read', (client) => client.sendSeen(chatId));
