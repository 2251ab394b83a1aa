import { z } from 'zod';

/**
 * What wppconnect calls a message, as far as it is used (names and forms as wa-js 4.6.0 has them in its models and send functions).
 * Whatever has another form than expected counts as missing: no message may get lost over a side matter.
 */

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

const wid = z.union([z.string(), z.looseObject({ _serialized: z.string() }).transform((value) => value._serialized)]);
const words = optional(z.string());
const flag = optional(z.boolean());
/** WhatsApp gives some numbers as digits in a text. */
const figure = optional(
  z.union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .transform(Number),
  ]),
);
/** The members that have the form; others are left out, and no more than `most` are read. */
const listOf = <T extends z.ZodType>(schema: T, most: number) =>
  optional(
    z.array(z.unknown()).transform((all) =>
      all.slice(0, most).flatMap((each) => {
        const read = schema.safeParse(each);
        return read.success ? [read.data] : [];
      }),
    ),
  );

/** So many cards, options or buttons are read of one message. */
const mostMembers = 100;

const ofMedia = { mimetype: words, filename: words, size: figure, pageCount: figure, duration: figure };
const ofLocation = { lat: figure, lng: figure, loc: words, isLive: flag, comment: words };

const ofCards = {
  vcardFormattedName: words,
  vcardList: listOf(z.looseObject({ displayName: words, vcard: words }), mostMembers),
};

const ofTrade = {
  orderTitle: words,
  orderId: words,
  itemCount: figure,
  message: words,
  totalAmount1000: figure,
  totalCurrencyCode: words,
  title: words,
  description: words,
  priceAmount1000: figure,
  salePriceAmount1000: figure,
  currencyCode: words,
  paymentAmount1000: figure,
  paymentCurrency: words,
  paymentNoteMsg: optional(z.looseObject({ body: words })),
};

const ofGatherings = {
  pollName: words,
  pollOptions: listOf(z.looseObject({ name: z.string() }), mostMembers),
  eventName: words,
  eventDescription: words,
  eventStartTime: figure,
  eventLocation: optional(z.looseObject({ name: words, address: words })),
  inviteGrpName: words,
  expectedImageCount: figure,
  expectedVideoCount: figure,
};

const labelled = optional(z.looseObject({ displayText: words }));

const ofButtons = {
  footer: words,
  list: optional(
    z.looseObject({
      title: words,
      description: words,
      buttonText: words,
      sections: listOf(z.looseObject({ rows: listOf(z.looseObject({ title: words }), mostMembers) }), mostMembers),
    }),
  ),
  listResponse: optional(z.looseObject({ title: words })),
  hydratedButtons: listOf(
    z.looseObject({ quickReplyButton: labelled, urlButton: labelled, callButton: labelled }),
    mostMembers,
  ),
  dynamicReplyButtons: listOf(z.looseObject({ buttonText: labelled }), mostMembers),
  interactiveHeader: optional(z.looseObject({ title: words })),
  interactivePayload: optional(
    z.looseObject({ buttons: listOf(z.looseObject({ name: words, buttonParamsJson: words }), mostMembers) }),
  ),
};

/** What says of a message what it is; also of one that is quoted. */
const content = {
  type: z.string(),
  subtype: words,
  body: words,
  caption: words,
  isViewOnce: flag,
  ...ofMedia,
  ...ofLocation,
  ...ofCards,
  ...ofTrade,
  ...ofGatherings,
  ...ofButtons,
};

const rawContent = z.looseObject(content);
export type RawContent = z.output<typeof rawContent>;

const ad = optional(z.looseObject({ title: words, description: words, body: words, sourceUrl: words }));

export const rawMessage = z.looseObject({
  ...content,
  id: z.string().regex(/^(true|false)_[^_]+_[^_]+(_.+)?$/),
  t: figure,
  author: optional(wid),
  ack: figure,
  notifyName: words,
  sender: optional(z.looseObject({ pushname: words, isMyContact: flag, phoneNumber: optional(wid) })),
  quotedMsgId: optional(wid),
  quotedStanzaID: words,
  quotedParticipant: optional(wid),
  quotedRemoteJid: optional(wid),
  quotedMsg: optional(rawContent.extend({ type: z.string().catch('chat') })),
  ctwaContext: ad,
  externalAdReply: ad,
  latestEditMsgKey: z.unknown().optional(),
});
export type RawMessage = z.output<typeof rawMessage>;
