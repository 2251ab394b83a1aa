import { messageOf } from '../../../src/session/fleet-error.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { isLid } from './addresses.ts';
import type { EngineCore } from './engine-core.ts';
import { followMerge } from './merged-chats.ts';

/** Asks the phone once a connection who stands behind a LID, so that lists and screens know the number. */
export interface LidLookup {
  /** Asks when this chat is one, its number is not known, and it was not asked for yet. */
  identifyChat(conversationId: number): Promise<void>;
  wasAsked(conversationId: number): boolean;
}

/** What WhatsApp told of who is behind a LID: it may be somebody whose number has a chat already. */
const learnIdentity = (
  core: EngineCore,
  conversationId: number,
  lid: string,
  known: Awaited<ReturnType<EngineCore['client']['identify']>>,
): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    const gone: number[] = [];
    const one = core.store.conversations.learn(
      conversationId,
      { addresses: [lid, ...known.addresses], phone: known.phone, lid: known.lid ?? lid },
      now,
      (id) => gone.push(id),
    );
    if (one === null) return;

    if (known.isSavedContact && !one.isSaved)
      core.store.conversations.ensure(core.session, { ...one, name: null, isSaved: true }, now);
    followMerge(core, gone, one.id);
  });

export const createLidLookup = (core: EngineCore): LidLookup => {
  /** On which connection a chat was asked for. */
  const askedOn = new Map<number, EpochMs>();
  const wasAsked = (conversationId: number): boolean => askedOn.get(conversationId) === core.link.connectedAt;

  return {
    wasAsked,
    identifyChat: async (conversationId) => {
      const conversation = core.store.conversations.get(conversationId);
      if (conversation === null || conversation.phone !== null || conversation.chatKind !== 'person') return;
      const lid = [conversation.replyTo, conversation.chatId].find(isLid);
      if (lid === undefined || wasAsked(conversationId)) return;
      askedOn.set(conversationId, core.link.connectedAt);

      try {
        learnIdentity(core, conversationId, lid, await core.client.identify(lid));
      } catch (error) {
        core.log.debug('who is behind this LID is not known', { error: messageOf(error) });
      }
    },
  };
};
