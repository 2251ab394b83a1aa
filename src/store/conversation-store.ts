import { createConversationIdentity } from './conversations/conversation-identity.ts';
import { createConversationMemory } from './conversations/conversation-memory.ts';
import { createConversationPauses } from './conversations/conversation-pauses.ts';
import type { Database } from './database.ts';

export type { ChatIdentity, StoredConversation } from './conversations/conversation-rows.ts';

/** A pause that ends only when a person resumes the chat. */
export const pausedForGood = Number.MAX_SAFE_INTEGER;

/** Chats, one row each: who it is, what keeps the bot out of it, what is remembered of it. */
export const createConversationStore = (database: Database) => ({
  ...createConversationIdentity(database),
  ...createConversationPauses(database),
  ...createConversationMemory(database),
});
export type ConversationStore = ReturnType<typeof createConversationStore>;
