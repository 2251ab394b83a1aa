import { changesTheCall, isInForce, withCanary } from '../../../src/session/canary.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { StoredCanary } from '../../../src/store/canary-store.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import { isProbeChat } from '../../../src/store/conversations/probe-chats.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { AiResult } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { endTurn, seqsOf, stepAt, type Turn, type TurnCanary } from './turn-state.ts';

/** A turn in a canary: on which side it is, the session as it meets it, and what happens when the change does not work. */

/** Read as each turn begins: nothing of it is kept between two. A mystery customer meets the session as it is published. */
export const canaryOf = (core: EngineCore, conversation: StoredConversation): TurnCanary | null => {
  const canary = core.store.canaries.running(core.session.id);
  if (canary === null || isProbeChat(conversation)) return null;
  if (!isInForce(core.current(), canary, core.clock.now())) return null;
  if (core.store.canaries.hasLeft(canary.id, conversation.id)) return null;
  return { canary, arm: core.store.canaries.armOf(canary, conversation.id) };
};

type InCanary = Pick<Turn, 'canary'>;

/** What this turn's customer meets besides; null: the session as it is. */
const triedOn = ({ canary }: InCanary): StoredCanary | null => (canary?.arm === 'canary' ? canary.canary : null);

/** The session as this turn's customer meets it. */
export const sessionOf = (core: EngineCore, turn: InCanary): StoredSession => {
  const session = core.current();
  const canary = triedOn(turn);
  return canary === null ? session : withCanary(session, canary);
};

/** The instructions of a turn, before anything is filled in. */
export const templateOf = (core: EngineCore, turn: InCanary): string => {
  const tried = triedOn(turn)?.instructions ?? null;
  if (tried !== null) return tried;
  const { id, instructionsVersion } = sessionOf(core, turn);
  return instructionsVersion === null ? '' : (core.store.sessions.instructions(id, instructionsVersion)?.text ?? '');
};

/** What the service says to a call that only this canary makes says nothing of the session's own. */
const ownCallOf = (turn: InCanary): StoredCanary | null => {
  const canary = triedOn(turn);
  return canary !== null && changesTheCall(canary.settings) ? canary : null;
};

/** Takes a result into the light of the session's AI, unless only the canary would have got it. */
export const noteResult = (core: EngineCore, turn: InCanary, result: AiResult): void => {
  if (ownCallOf(turn) === null) core.ai.note(core.current(), result);
};

/** It was rolled back while its turn was under way: nobody gets its answer any more. */
export const isWithdrawn = (core: EngineCore, turn: InCanary): boolean => {
  const canary = triedOn(turn);
  return canary !== null && core.store.canaries.get(canary.id)?.state === 'rolled-back';
};

/** The customer is asked about anew, with the session as it is published. */
export const endWithdrawn = (core: EngineCore, turn: Turn): boolean => {
  if (!isWithdrawn(core, turn)) return false;
  core.store.messages.leaveTurn(seqsOf(turn.messages), turn.id, core.clock.now());
  endTurn(core, turn, 'superseded', stepAt(core, 'canary-ended'), null);
  return true;
};

/** What a service says goes into the log and to a person. */
const longestReason = 300;

/**
 * The service refuses what only the canary asks: it is rolled back here and now, and this customer, and all others of it, are answered as
 * published. The master writes it down and tells of it. Where this chat's request alone is refused (too long for another model, something
 * in it), the chat alone leaves the canary, and counts as a failure: one customer ends no trial. False: the refusal is not the canary's.
 */
export const endRefusedInCanary = (
  core: EngineCore,
  turn: Turn,
  { code, reason, scope }: AiResult & { kind: 'refused' },
): boolean => {
  const canary = ownCallOf(turn);
  if (canary === null) return false;
  const now = core.clock.now();
  const plain = plainText(reason).slice(0, longestReason);
  if (scope === 'account')
    core.store.canaries.finish(
      canary.id,
      { state: 'rolled-back', end: 'refused', evidence: { reason: plain }, decidedBy: null },
      now,
    );
  core.store.messages.leaveTurn(seqsOf(turn.messages), turn.id, now);
  endTurn(core, turn, 'interrupted', stepAt(core, 'refused', { reason: plain }), { code, text: reason });
  return true;
};
