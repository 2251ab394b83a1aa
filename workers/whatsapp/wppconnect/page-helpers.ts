import type { SendRefusal } from '../whatsapp-client.ts';
import type { PageHelpers, PageMessage, PageWid, Wapi, Wpp } from './page-types.ts';

declare const WPP: Wpp;
declare const WAPI: Wapi;
declare const window: { zapFleet?: PageHelpers };

/**
 * Runs at the start of every document of the page, before any script of its own, and leaves what the functions that we evaluate there
 * share. It travels as its source text: it may use nothing from outside itself but the page's own `WPP` and `WAPI`, once they are there.
 */
export const installPageHelpers = (): void => {
  const plainFields = [
    ...['id', 'type', 'subtype', 'body', 'caption', 't', 'author', 'ack', 'notifyName', 'quotedMsgId'],
    ...['mimetype', 'filename', 'size', 'pageCount', 'duration', 'isViewOnce', 'isGif'],
    ...['lat', 'lng', 'loc', 'isLive', 'comment', 'vcardFormattedName', 'vcardList', 'pollName', 'pollOptions'],
    ...['orderTitle', 'orderId', 'itemCount', 'message', 'totalAmount1000', 'totalCurrencyCode'],
    ...['title', 'description', 'priceAmount1000', 'salePriceAmount1000', 'currencyCode', 'footer'],
    ...['paymentAmount1000', 'paymentCurrency', 'paymentNoteMsg', 'inviteGrpName'],
    ...['eventName', 'eventDescription', 'eventStartTime', 'eventLocation'],
    ...['list', 'listResponse', 'hydratedButtons', 'dynamicReplyButtons', 'interactivePayload', 'interactiveHeader'],
    ...['nativeFlowName', 'interactiveResponse', 'expectedImageCount', 'expectedVideoCount'],
    ...['quotedStanzaID', 'quotedParticipant', 'quotedRemoteJid', 'ctwaContext', 'externalAdReply'],
    ...['latestEditMsgKey', 'latestEditSenderTimestampMs'],
  ];

  /** Each field by itself: one that cannot be told (a model that leads back to itself) must not cost the message. */
  const copyFields = (from: Record<string, unknown>): Record<string, unknown> => {
    const copied: Record<string, unknown> = {};
    for (const name of plainFields) {
      try {
        if (from[name] !== undefined) copied[name] = JSON.parse(JSON.stringify(from[name]));
      } catch (error) {
        copied[name] = null;
        console.debug(`zap-fleet: ${name} of a message cannot be told`, error);
      }
    }
    // The body of a medium is its thumbnail.
    if (copied['mimetype']) delete copied['body'];
    return copied;
  };

  const fieldsOf = (message: PageMessage): Record<string, unknown> | null => {
    const raw = WAPI.processMessageObj(message, true, false);
    if (!raw) return null;

    const sender = raw['sender'] as Record<string, unknown> | null;
    const quoted = raw['quotedMsg'] as Record<string, unknown> | null | undefined;
    return {
      ...copyFields(raw),
      quotedMsg: quoted ? copyFields(quoted) : undefined,
      sender: sender && {
        pushname: sender['pushname'],
        isMyContact: sender['isMyContact'],
        phoneNumber: sender['phoneNumber'] === undefined ? undefined : String(sender['phoneNumber']),
      },
    };
  };

  const addressesOf = (address: string): string[] => {
    const { WidFactory, lidPnCache, ContactStore } = WPP.whatsapp;
    const wid = WidFactory.createWid(address);
    if (!wid || wid.isGroup()) return [address];
    const other: PageWid | undefined = wid.isLid()
      ? (lidPnCache?.getPhoneNumber(wid) ?? ContactStore.get(address)?.phoneNumber)
      : lidPnCache?.getCurrentLid(wid);
    return other ? [...new Set([address, String(other)])] : [address];
  };

  const find = async (serialised: string): Promise<PageMessage | null> => {
    const [mine = '', chat = '', id = '', ...author] = serialised.split('_');
    const { MsgStore } = WPP.whatsapp;
    const isIt = ({ id: key }: PageMessage): boolean => key.id === id && String(key.fromMe) === mine;
    const filed = MsgStore.get(serialised) ?? MsgStore.getModelsArray().find(isIt);
    if (filed) return filed;

    for (const address of addressesOf(chat)) {
      try {
        return await WPP.chat.getMessageById([mine, address, id, ...author].join('_'));
      } catch (error) {
        const code = (error as { code?: string } | null)?.code ?? '';
        if (code !== 'msg_not_found' && code !== 'chat_not_found') throw error;
      }
    }
    return null;
  };

  const wordsOf = (error: unknown): string =>
    String((error as { message?: string } | null)?.message ?? error).slice(0, 200);

  /** Only what is said of a failure: the words of the message itself must not be taken for WhatsApp's. */
  const failureWords = (said: unknown): string => {
    if (typeof said !== 'object' || said === null) return String(said ?? '');
    if (said instanceof Error) return `${said.message} ${(said as { code?: unknown }).code ?? ''}`;
    const told = Object.entries(said).filter(([name]) => /result|error|fail|nack|restrict|reason|^code$/i.test(name));
    return told.map(([, value]) => failureWords(value)).join(' ');
  };

  /** Code 463 and words of a limit on writing to new people, however this version of the page spells them. */
  const refusalOf = (...said: unknown[]): SendRefusal => {
    const words = said.map(failureWords).join(' ');
    if (/restrict_all|account.?restrict|all.?chats/i.test(words)) return 'restricted';
    if (/file_too_large|unsupported_(?:file|media)|media.?type.?not.?(?:allowed|supported)/i.test(words)) return 'file';
    return /\b463\b|reach.?out|time.?lock|capp(ed|ing)|new.?chat/i.test(words) ? 'restricted-new' : 'error';
  };

  window.zapFleet = { fieldsOf, find, addressesOf, wordsOf, refusalOf, sending: new Map() };
};
