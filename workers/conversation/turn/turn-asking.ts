import { type Backoff, backoffDelay } from '../../../src/pace/backoff.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { AiResult, AiUsage, PassingFault } from '../../ai/ai-provider.ts';
import { bookUsage } from '../core/book-usage.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { ageFrom } from '../core/holds.ts';
import type { Rest } from '../core/rest.ts';
import { isAhead } from '../core/set-back.ts';
import { isWithdrawn, noteResult, sessionOf } from './turn-canary.ts';
import { turnRequest } from './turn-request.ts';
import { holdOf } from './turn-rules.ts';
import { endTurn, newerMessages, seqsOf, stepAt, stillPending, type Turn } from './turn-state.ts';

/** Asking the AI service, with patience for faults that pass. */

const retryPace: Backoff = { firstMs: 2000, maxMs: 120_000, jitter: 0.5 };
/** A service that told this chat to wait for long is asked again at most so long after it answered another one. */
const afterOthersMs: Milliseconds = 60_000;

const askOnce = (core: EngineCore, turn: Turn, short: boolean): Promise<AiResult> => {
  const session = sessionOf(core, turn);
  const provider = core.ai.provider(session);
  const request = turnRequest(core, turn, short);
  return core.ai.ask(request.timeoutMs, (signal) => provider.answer(request, signal));
};

/** One try that failed, and how long the next one has to wait. */
interface Wait {
  readonly fault: PassingFault;
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** The session's configuration when it was asked: with another one it is asked at once. */
  readonly revision: number;
  /** How long after an answer to somebody else it is asked again; spread, so that not all chats ask at once. */
  readonly afterOthersMs: Milliseconds;
}

/** When to ask again, as things stand. */
const dueAt = (core: EngineCore, wait: Wait): EpochMs => {
  if (core.current().revision !== wait.revision) return core.clock.now();
  const answeredAt = core.ai.lastAnswerAt();
  if (answeredAt === null || answeredAt < wait.since) return wait.until;
  return Math.min(wait.until, wait.since + wait.afterOthersMs);
};

/** The turn is over because of something else than the service: ends it and says true. */
const endWhileWaiting = (core: EngineCore, turn: Turn, fault: PassingFault): boolean => {
  const conversation = core.store.conversations.get(turn.conversation.id);
  const isWanted =
    core.link.isReady && stillPending(core, turn) && conversation !== null && holdOf(core, conversation) === null;
  const newer = newerMessages(core, turn);
  const why = { code: 'passing-fault', text: fault.reason };

  if (!isWanted || newer.length > 0 || isWithdrawn(core, turn)) {
    const step = newer.length > 0 ? stepAt(core, 'superseded', { messages: newer.length }) : null;
    core.store.database.transaction(() => {
      core.store.messages.leaveTurn(seqsOf(turn.messages), turn.id, core.clock.now());
      endTurn(core, turn, 'superseded', step, why);
    });
    return true;
  }

  const { maxAgeMs } = core.current().config.timing;
  if (!turn.messages.some((message) => ageFrom(message) < core.clock.now() - maxAgeMs)) return false;
  endTurn(core, turn, 'interrupted', null, why);
  return true;
};

/** Waits until the service may be asked again; false when the turn is over. */
const waitToAsk = async (core: EngineCore, turn: Turn, rest: Rest, wait: Wait): Promise<boolean> => {
  while (!core.link.isStopping) {
    const now = core.clock.now();
    const leftMs = dueAt(core, wait) - now;
    // Of a clock that was set back meanwhile nobody waits until it comes again.
    if (leftMs <= 0 || isAhead(wait.since, now)) return true;

    await rest.soft(leftMs);
    if (core.link.isStopping) return false;
    core.forget();
    if (endWhileWaiting(core, turn, wait.fault)) return false;
  }
  return false;
};

/** What a try cost that brought nothing: a first call that was answered with thinking, before the second one failed. */
const bookFailedTry = (core: EngineCore, turn: Turn, usage: AiUsage | undefined): void => {
  if (usage !== undefined)
    core.store.database.transaction(() =>
      bookUsage(core, turn.conversation.id, turn.model, usage, sessionOf(core, turn)),
    );
};

/** Asks until the service says something final; null when the turn is over because of something else. */
export const askPatiently = async (
  core: EngineCore,
  turn: Turn,
  rest: Rest,
): Promise<{ result: AiResult; attempts: number } | null> => {
  let isShort = false;
  let faults = 0;

  for (let attempts = 1; ; attempts += 1) {
    const since = core.clock.now();
    const { revision } = core.current();
    const result = await askOnce(core, turn, isShort);
    if (core.link.isStopping) return result.kind === 'passing' ? null : { result, attempts };
    noteResult(core, turn, result);

    // Only this chat's request is refused: too long, or something in it. Once more with less of it.
    if (result.kind === 'refused' && result.scope === 'request' && !isShort) {
      isShort = true;
      bookFailedTry(core, turn, result.usage);
      const step = stepAt(core, 'asked-shorter', {
        reason: plainText(result.reason),
        ...((turn.knowledge?.passages.length ?? 0) > 0 ? { material: true } : {}),
      });
      core.store.turns.addSteps(turn.id, [step], core.clock.now());
      continue;
    }
    if (result.kind !== 'passing') return { result, attempts };
    bookFailedTry(core, turn, result.usage);

    const delay = Math.max(Math.round(result.retryAfterMs ?? 0), backoffDelay(faults, retryPace, core.random));
    faults += 1;
    core.log.warn('the AI service did not answer; tried again', { reason: result.reason, attempt: attempts, delay });
    core.store.turns.addSteps(
      turn.id,
      [stepAt(core, 'retry', { reason: plainText(result.reason), afterMs: delay })],
      core.clock.now(),
    );
    const wait: Wait = {
      fault: result,
      since,
      until: core.clock.now() + delay,
      revision,
      afterOthersMs: Math.round(afterOthersMs * (0.5 + core.random() / 2)),
    };
    if (!(await waitToAsk(core, turn, rest, wait))) return null;
  }
};
