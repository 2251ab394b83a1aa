import type { EngineCore } from './engine-core.ts';

/**
 * Two chats turned out to be one person's. Once that is on disk whoever works on the chat that is gone ends, without a send, and the one
 * that is left looks at what it has now. After a roll-back both only look again.
 */
export const followMerge = (core: EngineCore, gone: readonly number[], keptId: number): void => {
  if (gone.length === 0) return;

  core.clock.soon(() => {
    for (const id of gone) core.leave(id);
    core.kick(keptId);
  });
};
