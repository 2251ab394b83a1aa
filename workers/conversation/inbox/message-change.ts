import type { MessageChange } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { takeCleared } from './cleared-message.ts';
import { takeDeletion } from './deleted-message.ts';
import { takeEdit } from './edited-message.ts';

/** Kept with the message that it is about; it wakes nobody. */
const keepReaction = (core: EngineCore, change: MessageChange & { kind: 'reaction' | 'vote' }): void => {
  const { store, session } = core;
  if (store.messages.byId(session.id, change.messageId) === null) return;
  store.reactions.set(session.id, change.messageId, {
    author: change.author,
    kind: change.kind,
    value: change.value,
    at: change.at,
  });
};

/** Takes what became of a message that was told before; returns the chat that has something to do. Inside the inbox's transaction. */
export const takeChange = (core: EngineCore, change: MessageChange): number | null => {
  switch (change.kind) {
    case 'edited':
      return takeEdit(core, change.message, change.at);
    case 'cleared':
      return takeCleared(core, change.message);
    case 'deleted':
      return takeDeletion(core, change.messageId, change.at);
    case 'reaction':
    case 'vote':
      keepReaction(core, change);
      return null;
  }
};
