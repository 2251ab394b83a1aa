import type { StoredPart } from '../../../src/store/outbox/outbox-rows.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { holdMessages } from '../core/holds.ts';
import { limitHold, type ReachedLimit } from '../core/send-limits.ts';
import { addStep } from './part-ending.ts';

/** Limits on how much goes out, asked before each part: an answer that has begun waits for its rest, and is never half lost. */

/** What keeps this part back now; null: nothing. What a person sends or approved is his decision, and alerts are no answers. */
export const limitOf = (core: EngineCore, part: StoredPart): ReachedLimit | null => {
  if ((part.source !== 'reply' && part.source !== 'away') || part.actor !== 'bot') return null;
  const oldest = part.turnId === null ? undefined : core.store.messages.ofTurn(part.turnId)[0]?.seq;
  return limitHold(core, part.conversationId, oldest ?? 0);
};

/** The part stays queued; an away message, which nobody needs later, does not. Its messages are shown as held until the limit ends, and so is what was written since. */
export const holdForLimit = (core: EngineCore, part: StoredPart, limit: ReachedLimit): void =>
  core.store.database.transaction(() => {
    const { messages, turns, outbox } = core.store;
    if (part.source === 'away') {
      outbox.end(part.id, 'dropped', limit.reason, core.clock.now());
      return;
    }

    holdMessages(core, messages.pending(core.session.id, part.conversationId), limit);
    if (part.turnId === null || turns.get(part.turnId)?.reasonCode === limit.code) return;

    const now = core.clock.now();
    addStep(core, part, 'part-waits', { code: limit.code, reason: limit.reason, waitMs: limit.until - now });
    turns.update(part.turnId, { reasonCode: limit.code, reason: limit.reason }, now);
  });
