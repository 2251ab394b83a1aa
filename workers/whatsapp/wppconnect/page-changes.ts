import type { PageHelpers, PageMessage, PageMsgKey, PageWid, Wpp } from './page-types.ts';

declare const WPP: Wpp;
declare const window: { zapFleet: PageHelpers; zapFleetHook?: () => boolean; zapFleetTell?: (news: unknown) => void };

interface Revocation {
  readonly id: PageMsgKey;
  readonly refId?: PageMsgKey;
}
interface Reaction {
  readonly msgId: PageMsgKey;
  readonly sender: PageWid;
  readonly reactionText?: string;
  readonly timestamp?: number;
}
interface Vote {
  readonly msgId: PageMsgKey;
  readonly sender: PageWid;
  readonly selectedOptions: readonly ({ readonly name?: string } | null | undefined)[];
  readonly timestamp?: number;
}

/**
 * Runs at the start of every document, as page-helpers.ts does, and leaves `zapFleetHook`, which a look into the page calls: it listens
 * once, as soon as wa-js runs, to what is told of messages that were told before, and hands it to `zapFleetTell`.
 *
 * Edits, clear texts and deletions are taken from the models themselves: what wa-js tells of a revocation it tells before the page has
 * checked who asks for it.
 */
export const installChangeHooks = (): void => {
  let isHooked = false;
  const tell = (news: object): void => window.zapFleetTell?.(JSON.parse(JSON.stringify(news)));
  const millis = (time: number | undefined): number => {
    if (!time) return Date.now();
    return time < 1e12 ? time * 1000 : time;
  };

  const tellDeleted = (key: PageMsgKey): void => tell({ kind: 'deleted', messageId: String(key), at: Date.now() });
  /** A moment later: by then all that changed with it has changed. */
  const tellMessage = (kind: 'cleared' | 'edited', message: PageMessage): void => {
    setTimeout(() => {
      const at = kind === 'edited' ? millis(message.latestEditSenderTimestampMs) : Date.now();
      tell({ kind, message: window.zapFleet.fieldsOf(message), at });
    });
  };

  /** What cannot be read: a ciphertext, or a text whose words have not come. */
  const isUnreadable = ({ type, body }: PageMessage): boolean => type === 'ciphertext' || (type === 'chat' && !body);
  const followReadability = (): void => {
    const { MsgStore } = WPP.whatsapp;
    const unreadable = new Set<string>();
    const note = (message: PageMessage): void => {
      if (isUnreadable(message)) unreadable.add(String(message.id));
    };
    for (const message of MsgStore.getModelsArray()) note(message);
    MsgStore.on('add', note);
    MsgStore.on('change:type change:body', (message) => {
      if (message.type === 'revoked' || isUnreadable(message)) return;
      if (unreadable.delete(String(message.id))) tellMessage('cleared', message);
    });
  };
  const followDeletions = (): void =>
    WPP.whatsapp.MsgStore.on('change:type', (message) => {
      if (message.type === 'revoked') tellDeleted(message.id);
    });
  const followEdits = (): void =>
    WPP.whatsapp.MsgStore.on('change:latestEditMsgKey', (message) => tellMessage('edited', message));

  /** Of a message that the page has not loaded only wa-js tells; believed in a chat of two, where each side deletes its own. */
  const followRevocations = (): void =>
    WPP.on('chat.msg_revoke', (given) => {
      const { id, refId } = given as Revocation;
      if (refId && !refId.remote.isGroup() && refId.fromMe === id.fromMe) tellDeleted(refId);
    });

  const authorOf = (sender: PageWid): { author: string; fromMe: boolean } => {
    const userOf = (wid: PageWid | undefined): string | undefined => wid && String(wid).split(/[@:]/)[0];
    const { UserPrefs } = WPP.whatsapp;
    const mine = [UserPrefs.getMaybeMePnUser(), UserPrefs.getMaybeMeLidUser()].map(userOf);
    return { author: String(sender), fromMe: mine.includes(userOf(sender)) };
  };
  const followReactions = (): void =>
    WPP.on('chat.new_reaction', (given) => {
      const { msgId, sender, reactionText, timestamp } = given as Reaction;
      const value = reactionText ?? '';
      tell({ kind: 'reaction', messageId: String(msgId), ...authorOf(sender), value, at: millis(timestamp) });
    });
  const followVotes = (): void =>
    WPP.on('chat.poll_response', (given) => {
      const { msgId, sender, selectedOptions, timestamp } = given as Vote;
      const chosen = selectedOptions.flatMap((option) => option?.name ?? []);
      const value = chosen.join(', ');
      tell({ kind: 'vote', messageId: String(msgId), ...authorOf(sender), value, at: millis(timestamp) });
    });

  window.zapFleetHook = (): boolean => {
    if (isHooked) return true;
    if (typeof WPP === 'undefined' || !WPP.isReady || !window.zapFleetTell) return false;

    isHooked = true;
    // Each by itself: one that a new version of the page does not offer must not cost the others.
    for (const follow of [
      followReadability,
      followDeletions,
      followEdits,
      followRevocations,
      followReactions,
      followVotes,
    ]) {
      try {
        follow();
      } catch (error) {
        tell({ kind: 'failed', what: window.zapFleet.wordsOf(error) });
      }
    }
    return true;
  };
};
