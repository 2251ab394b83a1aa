import { randomBytes } from 'node:crypto';
import { messageOf } from '../../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../../src/session/units.ts';
import { isOver, overReason, type SendRight } from '../send-right.ts';
import type { LookupResult, OutgoingFile, OutgoingMessage, SendRefusal, SendResult } from '../whatsapp-client.ts';
import type { PageAccess } from './client-core.ts';
import type { LibraryClient, LibraryPage } from './library.ts';
import { withPageDeadline } from './page-deadline.ts';
import { awaitSendInPage, fileFieldInPage, lookUpInPage, type PageFile, pageClock, sendInPage } from './page-sends.ts';
import { type SendTrace, sendResultOf } from './send-result.ts';

/** What goes out: texts and files under our own ids, and the marks that a person would leave (typing, read). */

/** What WhatsApp Web's own ids look like: a mark of the web client and nine random bytes. */
export const newMessageId = (): string => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;

const refused = (code: SendRefusal, reason: string): SendResult => ({ kind: 'refused', code, reason });

/** The library takes garbage without a word: refused here. */
const refusalOf = (message: OutgoingMessage): SendResult | null => {
  if (!/^\S+@(c\.us|lid|hosted|hosted\.lid|g\.us)$/.test(message.chatId))
    return refused('not-a-chat', `${message.chatId} is not a chat`);
  if (!/^[0-9A-Z]{16,32}$/.test(message.messageId)) return refused('error', 'the message id has a wrong form');
  return message.file === undefined && message.text.trim() === '' ? refused('empty', 'the text is empty') : null;
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

/** Bytes of a file that go up in a second at least: a slower line is given up on, and its message looked up. */
const slowestUpload = 64 * 1024;
/** No call into the page is longer: Puppeteer gives up on those of two minutes. */
const longestCall: Milliseconds = 60_000;

/** The browser reads the file from the disk by itself: nothing of it goes through this process. */
const fieldWith = async (page: LibraryPage, { path }: OutgoingFile, pageMs: number) => {
  const field = await withPageDeadline(page.evaluateHandle(fileFieldInPage), pageMs, 'the page');
  await withPageDeadline(field.uploadFile(path), pageMs, 'the file');
  return field;
};

const pageFileOf = ({ path: _, ...shown }: OutgoingFile): PageFile => shown;

/** Waits until the page says how a send ended, in calls that are short enough, `leftMs` at most. */
const traceOf = async (
  page: LibraryPage,
  messageId: string,
  first: Promise<SendTrace>,
  leftMs: number,
  pageMs: number,
) => {
  const end = performance.now() + leftMs;
  let trace = await withPageDeadline(first, longestCall + pageMs, 'the send');
  while (trace.at === 'late' && performance.now() < end) {
    const waitMs = Math.min(longestCall, Math.max(1, end - performance.now()));
    trace = await withPageDeadline(page.evaluate(awaitSendInPage, { messageId, waitMs }), waitMs + pageMs, 'the send');
  }
  return trace;
};

export const sendMessage = async (
  { attached, askedIn, deadlines, right, shownDocument }: PageAccess,
  message: OutgoingMessage,
): Promise<SendResult> => {
  const refusal = refusalOf(message);
  if (refusal !== null) return refusal;

  const { chatId, messageId, text, file } = message;
  const { pageMs, sendMs } = deadlines;
  const wholeMs = sendMs + Math.ceil(((file?.bytes ?? 0) / slowestUpload) * 1000);
  const waitMs = Math.min(wholeMs, longestCall);
  let isAsked = false;
  let field: Awaited<ReturnType<typeof fieldWith>> | undefined;
  try {
    const { page } = attached();
    const document = shownDocument();
    if (file !== undefined) field = await fieldWith(page, file, pageMs);
    const until = await untilOnPage(page, right, pageMs);
    if (isOver(right)) return refused('over', overReason);
    isAsked = true;
    askedIn.set(messageId, document);
    const shown = file === undefined ? null : pageFileOf(file);
    const given = { chatId, messageId, text, waitMs, until, document, file: shown };
    const first = field === undefined ? page.evaluate(sendInPage, given) : page.evaluate(sendInPage, given, field);
    const result = sendResultOf(await traceOf(page, messageId, first, wholeMs - waitMs, pageMs));
    if (result.kind !== 'unknown') askedIn.delete(messageId);
    return result;
  } catch (error) {
    // From the moment the page was asked nobody can say that it did not send.
    const reason = messageOf(error);
    return isAsked ? { kind: 'unknown', reason } : refused('error', reason);
  } finally {
    // The page may be gone with it.
    field?.dispose().catch(() => undefined);
  }
};

export const lookUpText = async (
  { attached, askedIn, deadlines }: PageAccess,
  message: Pick<OutgoingMessage, 'chatId' | 'messageId'>,
): Promise<LookupResult> => {
  try {
    const found = await withPageDeadline(
      attached().page.evaluate(lookUpInPage, message),
      deadlines.pageMs,
      'the message store',
    );
    if (found.kind !== 'absent') return found;
    const asked = askedIn.get(message.messageId);
    return asked === undefined || asked === found.document ? { kind: 'absent' } : { kind: 'absent', isPageGone: true };
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
