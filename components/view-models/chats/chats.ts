import { formatPhone } from '../../../src/session/phone.ts';
import { plainLines, plainText } from '../../../src/session/plain-text.ts';
import type { ChatRow } from '../../../src/session/records.ts';
import { chatLastAt, chatWaitsSince, longestWaiterFirst } from '../../../src/session/waiting.ts';
import { age, recentAge } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import type { Tone } from '../../paint/tone.ts';
import { reasonText, withReason } from '../told.ts';
import type { View } from '../view.ts';

/** Conversations as lines. Names and bodies come from strangers: everything passes `plainText`. */

type Person = Pick<ChatRow, 'name' | 'phone' | 'chatId'>;

export const chatName = (chat: Person): string => {
  const name = plainText(chat.name ?? '').trim();
  if (name !== '') return name;
  return chat.phone === null ? plainText(chat.chatId) : formatPhone(chat.phone);
};

/** His name and his number, so that he is found on the phone. */
export const whoOf = (chat: Person): string => {
  const name = chatName(chat);
  const phone = chat.phone === null ? '' : formatPhone(chat.phone);
  return phone === '' || name === phone ? name : `${name} ${phone}`;
};

export const isPaused = (chat: ChatRow, now: number): boolean => chat.pausedUntil !== null && chat.pausedUntil > now;

/** When something was said last. */
export const lastAt = chatLastAt;

const needsSomebody = (chat: ChatRow): boolean => chatWaitsSince(chat) !== null;

export interface ChatLook {
  readonly glyph: string;
  readonly tone: Tone;
  /** How it stands, in a word or two; empty where everything is answered. */
  readonly word: string;
  /** Somebody should do something. */
  readonly isTrouble: boolean;
}

/** Its bot's AI refuses: what came is collected for nobody, long before it is overdue. */
const isRefused = ({ sessionName }: ChatRow, { snapshot }: View): boolean =>
  snapshot.sessions.find(({ name }) => name === sessionName)?.ai.status === 'bad';

/** How a conversation stands: its sign, its colour and a word. */
export const chatLook = (chat: ChatRow, view: View): ChatLook => {
  const { chats, overview } = view.t;
  const since = (from: number): string => recentAge(view.now - from);
  if (chat.silentSince !== null)
    return { glyph: glyph.needsYou, tone: 'bad', word: chats.silent(since(chat.silentSince)), isTrouble: true };
  if (chat.asksForPersonSince !== null)
    return { glyph: glyph.wantsYou, tone: 'warn', word: chats.asksForPerson, isTrouble: true };
  const waitingSince = chat.waitingSince ?? chat.lastInboundAt;
  if (chat.waiting > 0 && needsSomebody(chat) && !isPaused(chat, view.now))
    return {
      glyph: glyph.needsYou,
      tone: 'bad',
      word: waitingSince === null ? chats.waiting(chat.waiting) : overview.waits(since(waitingSince)),
      isTrouble: true,
    };
  if (chat.drafts > 0) return { glyph: glyph.wantsYou, tone: 'warn', word: overview.draft, isTrouble: true };
  if (isPaused(chat, view.now))
    return { glyph: glyph.watches, tone: 'warn', word: overview.ownerHasIt, isTrouble: false };
  if (chat.waiting > 0 && isRefused(chat, view))
    return { glyph: glyph.needsYou, tone: 'warn', word: overview.aiRefuses, isTrouble: false };
  if (chat.waiting > 0) return { glyph: glyph.answers, tone: 'in', word: overview.collects, isTrouble: false };
  return { glyph: glyph.done, tone: 'ok', word: '', isTrouble: false };
};

/** Who needs somebody comes first: the same order as in the shell and the API. */
export const sortChats = longestWaiterFirst;

/** Why a chat stands as it does: who was left and why, who wants a person and what for, who keeps the bot out. */
export const chatWhy = (chat: ChatRow, view: View): readonly string[] => {
  const { why } = view.t;
  const { calendar, now } = view;
  const asks = chat.asksForPersonSince;
  const left = chat.silentSince;
  return [
    ...(asks === null
      ? []
      : [
          why.asksSince(calendar.when(asks, now), age(now - asks)),
          ...plainLines(chat.handoverSummary ?? '').flatMap((text) => (text === '' ? [] : [`   ${text}`])),
          why.asksHelp,
        ]),
    ...(left === null
      ? []
      : [
          withReason(
            why.leftSince(calendar.when(left, now), age(now - left)),
            reasonText(view.t, 'outcomeReason', chat.silentCode, chat.silentReason),
          ),
          why.leftHelp,
        ]),
    ...(isPaused(chat, now)
      ? [
          withReason(
            view.t.chats.paused(plainText(chat.pausedBy ?? '')),
            reasonText(view.t, 'pauseReason', chat.pausedReason, chat.pausedReason),
          ),
          why.pausedHelp,
        ]
      : []),
  ];
};

/** What was said last; what went out has an arrow before it, so that nobody takes the bot's words for the customer's. */
export const lastWords = (chat: ChatRow): string => {
  const text = plainText(chat.lastText);
  const isOurs = (chat.lastOutboundAt ?? 0) > (chat.lastInboundAt ?? 0);
  return isOurs && text !== '' ? `${glyph.arrow} ${text}` : text;
};

export const chatKey = (chat: ChatRow): string => `${chat.sessionName} ${chat.chatId}`;
