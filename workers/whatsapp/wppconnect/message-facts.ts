import type { MessageFacts, MessageKind } from '../whatsapp-client.ts';
import { readContactCard } from './contact-card.ts';
import { isHiddenViewOnce } from './message-kind.ts';
import type { RawContent } from './raw-message.ts';

type Facts = { -readonly [Name in keyof MessageFacts]: MessageFacts[Name] | null };

/** No single text of a fact is longer. */
const mostLetters = 4_096;

const price = (amount1000: number | null | undefined, currency: string | null | undefined): string | null =>
  typeof amount1000 === 'number' ? `${currency ?? ''} ${(amount1000 / 1000).toFixed(2)}`.trim() : null;

const mediaFacts = (raw: RawContent): Facts => ({
  fileName: raw.filename ?? null,
  fileBytes: raw.size ?? null,
  pages: raw.pageCount ?? null,
  seconds: raw.duration ?? null,
  viewOnce: raw.isViewOnce || null,
  voiceNote: raw.type === 'ptt' || null,
});

/** WhatsApp gives name and address of a place as the lines of one text. */
const locationFacts = (raw: RawContent): Facts => {
  const [place = '', ...address] = (raw.loc ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return {
    latitude: raw.lat ?? null,
    longitude: raw.lng ?? null,
    live: raw.isLive || raw.type === 'live_location' || null,
    place,
    address: address.join(', '),
  };
};

const contactFacts = (raw: RawContent): Facts => {
  const cards =
    raw.type === 'multi_vcard'
      ? (raw.vcardList ?? []).map((card) => readContactCard(card.vcard ?? '', card.displayName ?? null))
      : [readContactCard(raw.body ?? '', raw.vcardFormattedName ?? null)];
  return { contacts: cards.filter((card) => card.name !== '' || card.phones.length > 0) };
};

const displayTextOf = (buttonParamsJson: string | null | undefined): string | null => {
  try {
    const given: unknown = JSON.parse(buttonParamsJson ?? '');
    const text = (given as { display_text?: unknown } | null)?.display_text;
    return typeof text === 'string' ? text : null;
  } catch {
    // Not in a form that we know: the button counts by its name.
    return null;
  }
};

const buttonsFacts = (raw: RawContent): Facts => {
  const options = [
    ...(raw.list?.sections ?? []).flatMap((section) => section.rows ?? []).map((row) => row.title),
    ...(raw.hydratedButtons ?? []).map(
      (button) => (button.quickReplyButton ?? button.urlButton ?? button.callButton)?.displayText,
    ),
    ...(raw.dynamicReplyButtons ?? []).map((button) => button.buttonText?.displayText),
    ...(raw.interactivePayload?.buttons ?? []).map((button) => displayTextOf(button.buttonParamsJson) ?? button.name),
  ];
  return {
    title: raw.list?.title ?? raw.interactiveHeader?.title ?? raw.title ?? null,
    description: raw.footer ?? null,
    options: options.filter((option): option is string => typeof option === 'string' && option !== ''),
  };
};

const readers: Partial<Record<MessageKind, (raw: RawContent) => Facts>> = {
  image: mediaFacts,
  audio: mediaFacts,
  video: mediaFacts,
  document: mediaFacts,
  sticker: mediaFacts,
  location: locationFacts,
  contact: contactFacts,
  buttons: buttonsFacts,
  poll: (raw) => ({ question: raw.pollName ?? null, options: (raw.pollOptions ?? []).map((option) => option.name) }),
  order: (raw) => ({
    title: raw.orderTitle ?? null,
    orderId: raw.orderId ?? null,
    items: raw.itemCount ?? null,
    price: price(raw.totalAmount1000, raw.totalCurrencyCode),
  }),
  product: (raw) => ({
    title: raw.title ?? null,
    description: raw.description ?? null,
    price: price(raw.salePriceAmount1000 || raw.priceAmount1000, raw.currencyCode),
  }),
  payment: (raw) => ({ price: price(raw.paymentAmount1000, raw.paymentCurrency) }),
  event: (raw) => ({
    title: raw.eventName ?? null,
    description: raw.eventDescription?.trim() ?? null,
    startsAt: raw.eventStartTime ? raw.eventStartTime * 1000 : null,
    place: raw.eventLocation?.name ?? null,
    address: raw.eventLocation?.address ?? null,
  }),
  invite: (raw) => ({ groupName: raw.inviteGrpName ?? null }),
  album: (raw) => ({ pictures: raw.expectedImageCount ?? null, videos: raw.expectedVideoCount ?? null }),
  other: (raw) => ({ type: isHiddenViewOnce(raw) ? 'view_once' : raw.type, viewOnce: isHiddenViewOnce(raw) || null }),
};

const isTold = (value: unknown): boolean =>
  value !== null && value !== '' && !Number.isNaN(value) && !(Array.isArray(value) && value.length === 0);

const cut = (value: unknown): unknown => (typeof value === 'string' ? value.slice(0, mostLetters) : value);

/** What a message says besides its text; null when that is nothing. */
export const factsOf = (kind: MessageKind, raw: RawContent): MessageFacts | null => {
  const told = Object.entries(readers[kind]?.(raw) ?? {}).filter(([, value]) => isTold(value));
  return told.length === 0 ? null : Object.fromEntries(told.map(([name, value]) => [name, cut(value)]));
};
