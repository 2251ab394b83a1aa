import { defaultModels } from '../../../src/session/default-models.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import { microPerUsd } from '../../../src/store/usage-store.ts';
import { type BudgetDecision, type BudgetWarning, budgetDay, decideBudget } from '../limits/budget.ts';
import { isOpen } from '../limits/opening-hours.ts';
import type { EngineCore } from './engine-core.ts';
import { capHold, warmUpHold } from './send-limits.ts';

/**
 * Why a message is held. All but the last four are released by the pipeline itself once the reason is gone; `draft` by a person;
 * `owner-answered` and `wrong-phone` are final: a person has answered, or another phone's customer wrote. `handed-over` waits for the
 * person who was asked for: a chat that is resumed without his answer leaves its customer in silence.
 */
export type HoldCode =
  | 'closed'
  | 'session-paused'
  | 'chat-paused'
  | 'no-ai'
  | 'budget'
  | 'cap'
  | 'warm-up'
  | 'draft'
  | 'owner-answered'
  | 'handed-over'
  | 'wrong-phone';

/** Kept with a message that waited for opening: a weekend does not make it too old. */
const wasClosed = 'was-closed';

/** From when a message counts its age (`maxAgeMs`): its own time, or the opening that it was held for. */
export const ageFrom = (message: StoredMessage): EpochMs =>
  message.outcomeCode === wasClosed ? Math.max(message.at, message.pendingSince ?? 0) : message.at;

export interface Hold {
  readonly code: HoldCode;
  readonly reason: string;
  readonly until: EpochMs | null;
}

export const holdMessages = (core: EngineCore, messages: readonly Pick<StoredMessage, 'seq'>[], hold: Hold): void => {
  core.store.messages.end(
    messages.map((message) => message.seq),
    { outcome: 'held', code: hold.code, reason: hold.reason, heldUntil: hold.until },
    core.clock.now(),
  );
};

export const budgetWords = ({ whose, level, spentUsd, budgetUsd }: BudgetWarning): string =>
  `today's AI budget of the ${whose} is ${level === 'spent' ? 'spent' : 'nearly spent'}: $${spentUsd.toFixed(2)} of $${budgetUsd.toFixed(2)}`;

/** What the money guard says before one more call; a warning is told once a day, a spent budget that holds turns the light. */
export const budgetNow = (core: EngineCore, session: StoredSession = core.current()): BudgetDecision => {
  const { ai, timing } = session.config;
  const day = budgetDay(timing.timeZone, core.clock.now());
  const decision = decideBudget({
    session: {
      spentUsd: core.store.usage.spent(session.id, day) / microPerUsd,
      budgetUsd: ai.dailyBudgetUsd,
    },
    fleet: { spentUsd: core.store.usage.fleetSpent(day) / microPerUsd, budgetUsd: core.settings.fleetBudgetUsd },
    ai,
    model: ai.model ?? (core.settings.defaultModels ?? defaultModels)[ai.provider],
  });
  core.ai.setOverBudget(decision.kind === 'hold' ? budgetWords(decision.warning) : null);
  if (decision.warning !== null) {
    const key = `${day} ${decision.warning.whose} ${decision.warning.level}`;
    if (!core.told.has(key)) {
      core.told.clear();
      core.told.add(key);
      core.event(
        'warn',
        decision.warning.level === 'spent' ? 'budget-spent' : 'budget-near',
        budgetWords(decision.warning),
        { ...decision.warning },
      );
    }
  }
  return decision;
};

/** Its answer is there and waits itself, part by part (outbox/sender.ts): it is not to be answered again. */
const isBeingSent = (core: EngineCore, { turnId }: StoredMessage): boolean =>
  turnId !== null && core.store.turns.get(turnId)?.outcome === 'sending';

const isOver = (core: EngineCore, message: StoredMessage): boolean => {
  const now = core.clock.now();
  const session = core.current();
  switch (message.outcomeCode as HoldCode | null) {
    case 'closed':
      return isOpen(session.config.timing, now);
    case 'session-paused':
      return session.replies !== 'paused';
    case 'no-ai':
      return session.config.ai.provider !== 'none';
    case 'budget':
      return budgetNow(core).kind === 'go';
    case 'cap':
      // A person may have raised the cap meanwhile.
      return !isBeingSent(core, message) && capHold(core, message.conversationId) === null;
    case 'wrong-phone':
      // Only what came in over this very link: another phone's customers are not ours to answer.
      return core.link.heldReason === null && core.link.connectedAt > 0 && message.storedAt >= core.link.connectedAt;
    default:
      return false;
  }
};

const checked: readonly HoldCode[] = ['closed', 'session-paused', 'no-ai', 'budget', 'cap', 'wrong-phone'];

/** Chats whose pause is over: what the owner answered meanwhile stays held for good, what he did not answer waits again. */
const endPauses = (core: EngineCore, kicked: Set<number>): void => {
  const now = core.clock.now();
  const byChat = Map.groupBy(
    core.store.messages.held(core.session.id, 'chat-paused'),
    (message) => message.conversationId,
  );
  for (const [id, held] of byChat) {
    const conversation = core.store.conversations.get(id);
    if (conversation?.pausedUntil !== null && (conversation?.pausedUntil ?? 0) > now) continue;
    const lastOwner = conversation?.lastOwnerAt ?? 0;
    const lastOwnerSeq = core.store.messages.lastOwnerSeq(id);
    const isAnswered = ({ at, seq }: StoredMessage): boolean =>
      at < lastOwner || (at === lastOwner && seq < lastOwnerSeq);
    const answered = held.filter(isAnswered);
    const open = held.filter((message) => !isAnswered(message));
    holdMessages(core, answered, { code: 'owner-answered', reason: 'a person answered on the phone', until: null });
    if (
      core.store.messages.release(
        open.map((message) => message.seq),
        now,
      ) > 0
    )
      kicked.add(id);
  }
  for (const conversation of core.store.conversations.paused(core.session.id)) {
    if ((conversation.pausedUntil ?? 0) <= now) {
      core.store.conversations.resume(conversation.id, now);
      kicked.add(conversation.id);
    }
  }
};

/** New people who may be answered today, in the order in which they wrote: each one released leaves less room for the next. */
const releaseWarmedUp = (core: EngineCore, kicked: Set<number>): void => {
  const byChat = Map.groupBy(
    core.store.messages.held(core.session.id, 'warm-up').filter((message) => !isBeingSent(core, message)),
    (message) => message.conversationId,
  );
  for (const [id, held] of byChat) {
    if (warmUpHold(core, id, held[0]?.seq ?? 0) !== null) return;
    core.store.messages.release(
      held.map((message) => message.seq),
      core.clock.now(),
    );
    kicked.add(id);
  }
};

/** Releases every held message whose reason is gone; returns the chats that have something to do now. */
export const releaseHeld = (core: EngineCore): ReadonlySet<number> => {
  const kicked = new Set<number>();
  core.store.database.transaction(() => {
    endPauses(core, kicked);
    for (const code of checked) {
      const held = core.store.messages.held(core.session.id, code);
      const first = held[0];
      // All of a code but caps and links share one reason: the first decides.
      const open =
        code === 'cap' || code === 'wrong-phone'
          ? held.filter((message) => isOver(core, message))
          : first !== undefined && isOver(core, first)
            ? held
            : [];
      core.store.messages.release(
        open.map((message) => message.seq),
        core.clock.now(),
        code === 'closed' ? wasClosed : null,
      );
      for (const message of open) kicked.add(message.conversationId);
    }
    releaseWarmedUp(core, kicked);
  });
  return kicked;
};
