import { messageOf } from '../../../src/session/fleet-error.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { EngineCore } from './engine-core.ts';

/** Asks the phone once a connection who stands behind a LID, so that lists and screens know the number. */
export interface LidLookup {
  /** Asks when this chat is one, its number is not known, and it was not asked for yet. */
  identifyChat(conversationId: number): Promise<void>;
  wasAsked(conversationId: number): boolean;
}

export const createLidLookup = (core: EngineCore): LidLookup => {
  /** On which connection a chat was asked for. */
  const askedOn = new Map<number, EpochMs>();
  const wasAsked = (conversationId: number): boolean => askedOn.get(conversationId) === core.link.connectedAt;

  return {
    wasAsked,
    identifyChat: async (conversationId) => {
      const conversation = core.store.conversations.get(conversationId);
      if (conversation === null || conversation.phone !== null || !conversation.chatId.endsWith('@lid')) return;
      if (wasAsked(conversationId)) return;
      askedOn.set(conversationId, core.link.connectedAt);

      try {
        const known = await core.client.identify(conversation.chatId);
        core.store.conversations.ensure(
          core.session,
          {
            chatId: conversation.chatId,
            chatKind: conversation.chatKind,
            phone: known.phone,
            lid: known.lid,
            name: null,
            isSaved: known.isSavedContact || conversation.isSaved,
          },
          core.clock.now(),
        );
      } catch (error) {
        core.log.debug('who is behind this LID is not known', { error: messageOf(error) });
      }
    },
  };
};
