import { isEditId } from '../../../src/session/message-key.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { AdContext, MessageFacts, QuotedMessage } from '../../whatsapp/whatsapp-client.ts';
import { momentWords } from '../limits/moment-words.ts';
import { insideNote, linesInNote, ownWords, quotedInNote } from './outside-text.ts';

/**
 * Every kind of message as words for the AI: the customer's own text as it is, everything else as a note of the program in square
 * brackets, in English whatever language the session speaks. Pure; bounded in length.
 */

/** What is known of a medium that was not read, by why. */
export type UnreadCause = 'gone' | 'too-large' | 'unreadable' | 'unsupported';

export interface WordsOptions {
  /** For the times of events. */
  readonly timeZone?: string;
  /** Characters of the customer's own text, at most. */
  readonly textLength?: number;
  /** Characters of what was read in a medium, at most. */
  readonly mediaLength?: number;
  /** Why this message's medium was not read, when that was tried. */
  readonly unread?: UnreadCause | null;
}

/** Of the customer's own text: a long letter; WhatsApp takes 65,536 characters. */
const longestText = 16_000;
/** What was read in a medium: some pages of a document. */
const longestMedia = 12_000;
const longestName = 120;
const longestLine = 300;
const longestQuote = 400;
const optionsTold = 12;
const contactsTold = 5;
const phonesTold = 3;

export const unreadableWords = '[a message that could not be read: the customer can be asked to send it again]';
export const unknownKindWords = '[a message of a kind this bot cannot read]';

const parsed = <T>(json: string | null): T | null => (json === null ? null : (JSON.parse(json) as T));

const some = (values: readonly (string | undefined)[], between = ', '): string =>
  values.filter((value) => value !== undefined && value !== '').join(between);

const name = (text: string | undefined): string => quotedInNote(text ?? '', longestName);
const line = (text: string | undefined): string => quotedInNote(text ?? '', longestLine);
const plain = (text: string | undefined): string => insideNote(text ?? '', longestName);

const count = (n: number | undefined, one: string, many: string): string =>
  n === undefined || n <= 0 ? '' : `${n} ${n === 1 ? one : many}`;

const listed = (before: string, values: readonly string[] | undefined): string => {
  if (values === undefined || values.length === 0) return '';
  const told = values.slice(0, optionsTold).map((value) => name(value));
  const left = values.length - told.length;
  return `${before}${some(told)}${left > 0 ? ` and ${left} more` : ''}`;
};

/** `[what: details]`, or `[what]` when there are none. */
const note = (what: string, details = ''): string => (details === '' ? `[${what}]` : `[${what}: ${details}]`);

const duration = (seconds: number | undefined): string => count(seconds, 'second', 'seconds');

const unreadWords: Readonly<Record<UnreadCause, string>> = {
  gone: 'its file is no longer there, so it was not read; it can be sent again',
  'too-large': 'too large to be read here',
  unreadable: 'it could not be read',
  unsupported: 'this bot cannot read such a file',
};

/** A medium: what was read in it, or why nothing was. */
const medium = (
  what: string,
  about: readonly string[],
  read: { readonly content: string | null; readonly cause: UnreadCause | null; readonly otherwise: string },
  mediaLength: number,
): string => {
  const title = some([what, ...about]);
  if (read.content !== null && read.content.trim() !== '') return note(title, linesInNote(read.content, mediaLength));
  return note(title, read.cause === null ? read.otherwise : unreadWords[read.cause]);
};

const coordinate = (value: number): string => String(Math.round(value * 1e6) / 1e6);

const locationWords = (facts: MessageFacts): string => {
  const { latitude, longitude } = facts;
  const where =
    latitude === undefined || longitude === undefined
      ? ''
      : `coordinates ${coordinate(latitude)}, ${coordinate(longitude)}`;
  return note(
    facts.live === true ? 'live location' : 'location',
    some([name(facts.place), line(facts.address), where]),
  );
};

const contactWords = ({ contacts = [] }: MessageFacts): string => {
  const told = contacts.slice(0, contactsTold).map((contact) => {
    const phones = contact.phones.slice(0, phonesTold).map((phone) => insideNote(phone, 30));
    return some([name(contact.name), some(phones)], ' ');
  });
  const left = contacts.length - told.length;
  return note(
    contacts.length > 1 ? `${contacts.length} contact cards` : 'contact card',
    some([some(told, '; '), left > 0 ? `${left} more` : ''], '; '),
  );
};

/** Kinds that are facts and no file. Undefined: not one of them. */
const factsWords = (kind: string, facts: MessageFacts, timeZone: string): string | undefined => {
  switch (kind) {
    case 'location':
      return locationWords(facts);
    case 'contact':
      return contactWords(facts);
    case 'poll':
      return note('poll', some([name(facts.question ?? facts.title), listed('options ', facts.options)], '; '));
    case 'order':
      return note(
        'order',
        some([
          plain(facts.orderId),
          name(facts.title),
          count(facts.items, 'item', 'items'),
          facts.price === undefined ? '' : `total ${plain(facts.price)}`,
          line(facts.description),
        ]),
      );
    case 'product':
      return note('product', some([name(facts.title), plain(facts.price), line(facts.description)]));
    case 'payment':
      return note('payment', some([plain(facts.price), name(facts.title), line(facts.description)]));
    case 'event':
      return note(
        'event',
        some([
          name(facts.title),
          facts.startsAt === undefined ? '' : momentWords(timeZone, facts.startsAt),
          name(facts.place),
          line(facts.description),
        ]),
      );
    case 'invite':
      return note('invitation to a group', name(facts.groupName ?? facts.title));
    case 'buttons':
      return note(
        'message with buttons',
        some([name(facts.title), line(facts.description), listed('choices ', facts.options)], '; '),
      );
    case 'album':
      return note(
        'album',
        some([count(facts.pictures, 'picture', 'pictures'), count(facts.videos, 'video', 'videos')], ' and '),
      );
    default:
      return undefined;
  }
};

/** Kinds with a file. Undefined: not one of them. */
const mediumWords = (message: StoredMessage, facts: MessageFacts, options: WordsOptions): string | undefined => {
  const once = facts.viewOnce === true ? 'can be seen once and only on a phone' : '';
  const length = options.mediaLength ?? longestMedia;
  const read = (otherwise: string) => ({
    content: message.mediaText,
    cause: options.unread ?? null,
    otherwise: once === '' ? otherwise : '',
  });

  switch (message.kind) {
    case 'audio':
      return medium('audio', [duration(facts.seconds), once], read('not listened to'), length);
    case 'image':
      return medium('image', [once], read('not looked at'), length);
    case 'video':
      return medium('video', [duration(facts.seconds), once], read('not watched'), length);
    case 'sticker':
      return note('sticker', line(facts.title ?? facts.description));
    case 'document':
      return medium(
        'document',
        [name(facts.fileName ?? facts.title), count(facts.pages, 'page', 'pages')],
        read('not read'),
        length,
      );
    default:
      return undefined;
  }
};

const quotedKinds: Readonly<Record<string, string>> = {
  image: 'picture',
  audio: 'voice message',
  other: 'message',
  text: 'message',
  ciphertext: 'message',
  contact: 'contact card',
};

/** What the customer answers to: his own words of before, ours, a status or a product of ours. */
const quoteWords = (quoted: QuotedMessage): string => {
  const what = quoted.isStatus ? 'status' : (quotedKinds[quoted.kind] ?? quoted.kind);
  return note(`answers to ${quoted.fromMe ? 'our' : 'an earlier'} ${what}`, quotedInNote(quoted.text, longestQuote));
};

/** A change of words that came after the answer: a message of its own that quotes what it changes. */
const editWords = (quoted: QuotedMessage): string =>
  note('changes an earlier message, which said', quotedInNote(quoted.text, longestQuote));

const adWords = (ad: AdContext): string =>
  note('came through an ad', some([name(ad.title), line(ad.text)], ', ') || plain(ad.url ?? undefined));

/** The message itself, without what it quotes and where it came from. */
const bodyOf = (message: StoredMessage, options: WordsOptions): string => {
  const text = ownWords(message.text, options.textLength ?? longestText);
  if (message.kind === 'ciphertext') return unreadableWords;
  if (message.kind === 'text') return text.trim() === '' ? unreadableWords : text;

  const facts = parsed<MessageFacts>(message.facts) ?? {};
  const marker =
    mediumWords(message, facts, options) ??
    factsWords(message.kind, facts, options.timeZone ?? 'UTC') ??
    unknownKindWords;
  return text.trim() === '' ? marker : `${marker} ${text}`;
};

/**
 * What the AI reads for a message. Empty only for what was deleted for everybody: that is in no memory. Messages of our own side are
 * their text.
 */
export const wordsOf = (message: StoredMessage, options: WordsOptions = {}): string => {
  if (message.deletedAt !== null) return '';
  if (message.sender !== 'customer') return message.text;

  const quoted = parsed<QuotedMessage>(message.quoted);
  const ad = parsed<AdContext>(message.ad);
  return some(
    [
      ad === null ? '' : adWords(ad),
      quoted === null ? '' : isEditId(message.waId) ? editWords(quoted) : quoteWords(quoted),
      bodyOf(message, options),
    ],
    ' ',
  );
};
