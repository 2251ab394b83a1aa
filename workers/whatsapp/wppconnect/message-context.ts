import type { AdContext, QuotedMessage } from '../whatsapp-client.ts';
import { factsOf } from './message-facts.ts';
import { kindOf } from './message-kind.ts';
import { textOf } from './message-text.ts';
import type { RawContent, RawMessage } from './raw-message.ts';

/** The user of an address, without server and device. */
const userOf = (address: string): string => address.split(/[@:]/)[0] ?? address;

const quotedId = (raw: RawMessage, fromMe: boolean, chatId: string): string | null => {
  if (raw.quotedMsgId) return raw.quotedMsgId;
  if (!raw.quotedStanzaID) return null;
  const isShared = /@(g\.us|broadcast)$/.test(chatId) && raw.quotedParticipant;
  return [fromMe, chatId, raw.quotedStanzaID, ...(isShared ? [raw.quotedParticipant] : [])].join('_');
};

/** What can be said of a quoted message in one text: its words, or else what it is called. */
const quotedText = (quoted: RawContent): string => {
  const kind = kindOf(quoted) ?? 'other';
  const facts = factsOf(kind, quoted);
  return textOf(kind, quoted) || (facts?.title ?? facts?.question ?? facts?.place ?? facts?.fileName ?? '');
};

/** What a message quotes; it travels with the message, also when it is long gone itself. `own`: our addresses. */
export const quotedOf = (raw: RawMessage, chatId: string, own: readonly string[]): QuotedMessage | null => {
  if (!raw.quotedStanzaID && !raw.quotedMsgId && !raw.quotedMsg) return null;

  const author = raw.quotedParticipant;
  const fromMe = author
    ? own.some((each) => userOf(each) === userOf(author))
    : Boolean(raw.quotedMsgId?.startsWith('true_'));
  const remote = raw.quotedRemoteJid ?? raw.quotedMsgId?.split('_')[1] ?? chatId;
  return {
    id: quotedId(raw, fromMe, remote),
    fromMe,
    isStatus: remote === 'status@broadcast',
    kind: raw.quotedMsg ? (kindOf(raw.quotedMsg) ?? 'other') : 'other',
    text: raw.quotedMsg ? quotedText(raw.quotedMsg) : '',
  };
};

/** The ad or shared link card that a message came with. */
export const adOf = (raw: RawMessage): AdContext | null => {
  const ad = raw.ctwaContext ?? raw.externalAdReply;
  const title = ad?.title ?? '';
  const text = ad?.description ?? ad?.body ?? '';
  const url = ad?.sourceUrl ?? null;
  return title === '' && text === '' && !url ? null : { title, text, url };
};
