import { type Backoff, backoffDelay } from '../../../src/pace/backoff.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { AiResult } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { ageFrom } from '../core/holds.ts';
import type { Rest } from '../core/rest.ts';
import { aiContext } from './ai-context.ts';
import { withTimes } from './history-times.ts';
import { fillInstructions } from './instructions.ts';
import { holdOf } from './turn-rules.ts';
import { endTurn, newerMessages, seqsOf, stepAt, stillPending, type Turn } from './turn-state.ts';

/** Asking the AI service, with patience for faults that pass. */

const retryPace: Backoff = { firstMs: 2000, maxMs: 120_000, jitter: 0.5 };

const askOnce = (core: EngineCore, turn: Turn): Promise<AiResult> => {
  const now = core.clock.now();
  const turnAt = turn.messages[0]?.at ?? now;
  const session = core.current();
  const { ai, timing } = session.config;
  const stored =
    session.instructionsVersion === null
      ? null
      : core.store.sessions.instructions(session.id, session.instructionsVersion);
  const filled = fillInstructions(stored?.text ?? '', {
    now,
    hours: timing,
    language: core.settings.language,
    customerName: turn.conversation.name,
    sessionLabel: session.label === '' ? session.name : session.label,
  });
  const provider = core.ai.provider(session);
  return core.ai.ask(ai.timeoutMs, (signal) =>
    provider.answer(
      {
        instructions: filled.text,
        context: aiContext(timing, now),
        summary: turn.recalled.summary,
        history: withTimes(turn.recalled.kept, { timeZone: timing.timeZone, turnAt, now }),
        text: turn.text,
        model: turn.model,
        temperature: ai.temperature,
        maxTokens: ai.maxTokens,
        timeoutMs: ai.timeoutMs,
      },
      signal,
    ),
  );
};

/** Asks until the service says something final; null when the turn is over because of something else. */
export const askPatiently = async (
  core: EngineCore,
  turn: Turn,
  rest: Rest,
): Promise<{ result: AiResult; attempts: number } | null> => {
  for (let attempt = 1; ; attempt += 1) {
    const result = await askOnce(core, turn);
    if (core.link.isStopping) return result.kind === 'passing' ? null : { result, attempts: attempt };
    core.ai.note(core.current(), result);
    if (result.kind !== 'passing') return { result, attempts: attempt };
    const delay = Math.max(Math.round(result.retryAfterMs ?? 0), backoffDelay(attempt - 1, retryPace, core.random));
    core.log.warn('the AI service did not answer; tried again', { reason: result.reason, attempt, delay });
    core.store.turns.addSteps(
      turn.id,
      [stepAt(core, 'retry', { reason: plainText(result.reason), afterMs: delay })],
      core.clock.now(),
    );
    const until = core.clock.now() + delay;
    while (core.clock.now() < until && !core.link.isStopping) {
      await rest.soft(until - core.clock.now());
      if (core.link.isStopping) return null;
      core.forget();
      const conversation = core.store.conversations.get(turn.conversation.id);
      const isWanted =
        core.link.isReady && stillPending(core, turn) && conversation !== null && holdOf(core, conversation) === null;
      const newer = newerMessages(core, turn);
      if (!isWanted || newer.length > 0) {
        core.store.database.transaction(() => {
          core.store.messages.setTurn(seqsOf(turn.messages), null, core.clock.now());
          endTurn(
            core,
            turn,
            'superseded',
            newer.length > 0 ? stepAt(core, 'superseded', { messages: newer.length }) : null,
            {
              code: 'passing-fault',
              text: result.reason,
            },
          );
        });
        return null;
      }
      const { maxAgeMs } = core.current().config.timing;
      if (turn.messages.some((message) => ageFrom(message) < core.clock.now() - maxAgeMs)) {
        endTurn(core, turn, 'interrupted', null, { code: 'passing-fault', text: result.reason });
        return null;
      }
    }
    if (core.link.isStopping) return null;
  }
};
