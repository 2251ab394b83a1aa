import { plainText } from '../../src/session/plain-text.ts';
import type { StoredConversation } from '../../src/store/conversation-store.ts';
import type { StoredMessage } from '../../src/store/message-store.ts';
import type { TurnOutcome, TurnStep } from '../../src/store/turn-store.ts';
import type { AiResult } from '../ai/ai-provider.ts';
import { type BotLoopState, noBotLoop, stepBotLoop } from './bot-loop.ts';
import type { EngineCore } from './engine-core.ts';
import { filterAnswer } from './filter-answer.ts';
import { budgetNow, holdMessages } from './holds.ts';
import { fillInstructions } from './instructions.ts';
import { readMedia } from './media.ts';
import { bookUsage, type Recalled, recall, summarizeFallen, textOf } from './memory.ts';
import { readingDelay } from './pacing.ts';
import type { Rest } from './rest.ts';
import { splitAnswer } from './split-answer.ts';
import { holdOf } from './turn-rules.ts';

/** One turn: joined messages to the AI, its answer into the outbox. Between its transactions the process may die at any line. */

type Because = 'quiet' | 'max-wait' | 'max-messages';

const becauseWords: Readonly<Record<Because, string>> = {
  quiet: 'the chat was quiet',
  'max-wait': 'the longest wait was reached',
  'max-messages': 'as many messages as are joined at most',
};

/** A week: longer than any pair of bots goes on, and shown with who paused it. */
const botLoopPauseMs = 7 * 86_400_000;
const firstRetryMs = 2000;
const longestRetryMs = 120_000;

const parseLoop = (json: string | null): BotLoopState =>
  json === null ? noBotLoop : (JSON.parse(json) as BotLoopState);

interface Turn {
  readonly id: number;
  readonly conversation: StoredConversation;
  readonly messages: readonly StoredMessage[];
  readonly recalled: Recalled;
  readonly model: string;
  readonly text: string;
  readonly loop: BotLoopState;
  readonly startedAt: number;
  readonly steps: TurnStep[];
}

const seqsOf = (messages: readonly StoredMessage[]): number[] => messages.map((message) => message.seq);

/** Whether the turn's messages still wait for exactly this turn. */
const stillPending = (core: EngineCore, turn: Turn): boolean =>
  turn.messages.every((message) => core.store.messages.get(message.seq)?.outcome === 'pending');

const newerMessages = (core: EngineCore, turn: Turn): readonly StoredMessage[] => {
  const known = new Set(seqsOf(turn.messages));
  return core.store.messages
    .pending(core.session.id, turn.conversation.id)
    .filter((message) => !known.has(message.seq));
};

const stepAt = (core: EngineCore, step: string, values: TurnStep['values'] = {}): TurnStep => ({
  at: core.clock.now(),
  step,
  values,
});

/** The turn ends without an answer of its own; its messages wait on (`superseded`, `interrupted`) or are held. */
const endTurn = (
  core: EngineCore,
  turn: Turn,
  outcome: Exclude<TurnOutcome, 'running' | 'sending' | 'answered' | 'drafted'>,
  step: TurnStep | null,
  reason: { readonly code: string; readonly text: string } | null,
): void => {
  const now = core.clock.now();
  if (step !== null) core.store.turns.addSteps(turn.id, [step], now);
  core.store.turns.update(
    turn.id,
    {
      outcome,
      finishedAt: now,
      reasonCode: reason?.code ?? null,
      reason: reason === null ? null : plainText(reason.text),
    },
    now,
  );
};

/** Two bots talking to each other: true when the chat was stopped because of it. */
const stoppedAsLoop = (
  core: EngineCore,
  conversation: StoredConversation,
  messages: readonly StoredMessage[],
  text: string,
): BotLoopState | null => {
  const lastOurs = conversation.lastOutboundAt;
  const first = messages[0];
  const { state, loop } = stepBotLoop(
    parseLoop(conversation.botLoop),
    { text, sinceOursMs: lastOurs === null || first === undefined ? null : first.storedAt - lastOurs },
    core.current().config.filters.botLoopTurns,
  );
  if (!loop) return state;
  const now = core.clock.now();
  core.store.database.transaction(() => {
    core.store.conversations.pause(
      conversation.id,
      {
        until: now + botLoopPauseMs,
        by: 'bot-loop',
        reason: `${state.fastTurns} fast turns in a row: probably another bot`,
      },
      now,
    );
    core.event(
      'warn',
      'bot-loop',
      `${conversation.name ?? conversation.chatId} answers like a bot: the chat is paused. Resume it if it is a person.`,
    );
  });
  return null;
};

/** A fixed answer to a medium, when nothing else was said. */
const fixedAnswer = (core: EngineCore, messages: readonly StoredMessage[]): string | null => {
  const { ai } = core.current().config;
  const isFixed = (message: StoredMessage): boolean =>
    message.text.trim() === '' &&
    message.mediaText === null &&
    (message.kind === 'audio' ? ai.audio : ai.image) === 'reply';
  return messages.every(isFixed) ? ai.mediaReply : null;
};

const begin = (
  core: EngineCore,
  conversation: StoredConversation,
  messages: readonly StoredMessage[],
  because: Because,
  extra: readonly TurnStep[],
): Turn | null => {
  const now = core.clock.now();
  const session = core.current();
  const text = messages
    .map(textOf)
    .filter((one) => one.trim() !== '')
    .join('\n');
  const loop = stoppedAsLoop(core, conversation, messages, text);
  if (loop === null) return null;
  const budget = budgetNow(core);
  if (budget.kind === 'hold') return null;
  const recalled = recall(core, conversation, messages);
  const { ai } = session.config;
  const steps: TurnStep[] = [
    {
      at: now,
      step: 'joined',
      values: {
        messages: messages.length,
        waitedMs: now - (messages[0]?.storedAt ?? now),
        because: becauseWords[because],
      },
    },
    ...extra,
    { at: now, step: 'history', values: { messages: recalled.kept.length, summary: recalled.summary !== null } },
    ...(budget.cheaper ? [{ at: now, step: 'cheaper-model', values: { model: budget.model } }] : []),
    {
      at: now,
      step: 'asked',
      values: { provider: ai.provider, model: budget.model, instructions: session.instructionsVersion },
    },
  ];
  const id = core.store.database.transaction(() => {
    const turnId = core.store.turns.begin(
      {
        sessionId: session.id,
        conversationId: conversation.id,
        messageIds: messages.map((message) => message.waId),
        joinedText: text,
        instructionsVersion: session.instructionsVersion,
        provider: ai.provider,
        model: budget.model,
        parameters: {
          temperature: ai.temperature,
          maxTokens: ai.maxTokens,
          historyTokens: ai.historyTokens,
          replies: session.replies,
        },
        history: { from: recalled.from, to: recalled.to, count: recalled.kept.length, hash: recalled.hash },
        steps,
      },
      now,
    );
    core.store.messages.setTurn(seqsOf(messages), turnId, now);
    return turnId;
  });
  return { id, conversation, messages, recalled, model: budget.model, text, loop, startedAt: now, steps };
};

const askOnce = (core: EngineCore, turn: Turn): Promise<AiResult> => {
  const session = core.current();
  const { ai, timing } = session.config;
  const stored =
    session.instructionsVersion === null
      ? null
      : core.store.sessions.instructions(session.id, session.instructionsVersion);
  const filled = fillInstructions(stored?.text ?? '', {
    now: core.clock.now(),
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
        summary: turn.recalled.summary,
        history: turn.recalled.kept.map(({ role, text }) => ({ role, text })),
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
const askPatiently = async (
  core: EngineCore,
  turn: Turn,
  rest: Rest,
): Promise<{ result: AiResult; attempts: number } | null> => {
  for (let attempt = 1; ; attempt += 1) {
    const result = await askOnce(core, turn);
    if (core.link.isStopping) return result.kind === 'passing' ? null : { result, attempts: attempt };
    core.ai.note(core.current(), result);
    if (result.kind !== 'passing') return { result, attempts: attempt };
    const backoff = Math.min(longestRetryMs, firstRetryMs * 2 ** (attempt - 1)) * (0.5 + core.random());
    const delay = Math.round(Math.max(result.retryAfterMs ?? 0, backoff));
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
      if (turn.messages.some((message) => message.at < core.clock.now() - maxAgeMs)) {
        endTurn(core, turn, 'interrupted', null, { code: 'passing-fault', text: result.reason });
        return null;
      }
    }
    if (core.link.isStopping) return null;
  }
};

/** Everything that an answer changes, in one transaction: from here on it is sent, whatever happens to the process. */
const accept = (
  core: EngineCore,
  turn: Turn,
  result: AiResult & { kind: 'answer' },
  attempts: number,
  fixed: boolean,
): void => {
  const now = core.clock.now();
  const { store } = core;
  const session = core.current();
  const { timing } = session.config;
  const costMicroUsd = fixed ? 0 : bookUsage(core, result.model, result.usage);
  const filtered = filterAnswer(result.text);
  const changes = [...result.notes, ...filtered.changes];
  const parts = timing.split ? splitAnswer(filtered.text, timing) : filtered.text === '' ? [] : [filtered.text];
  const tookMs = now - turn.startedAt;
  const common = {
    model: result.model,
    rawAnswer: result.text,
    filtered: changes.length === 0 ? null : changes.join(', '),
    attempts,
    inputTokens: result.usage.inputTokens,
    outputTokens: result.usage.outputTokens,
    costMicroUsd,
    timing: { waitedMs: turn.startedAt - (turn.messages[0]?.storedAt ?? turn.startedAt), aiMs: tookMs },
  };
  const said = stepAt(core, 'answered', {
    tookMs,
    inputTokens: result.usage.inputTokens,
    outputTokens: result.usage.outputTokens,
  });
  store.turns.update(turn.id, common, now);
  store.turns.addSteps(
    turn.id,
    [said, ...(changes.length === 0 ? [] : [stepAt(core, 'filtered', { what: changes.join(', ') })])],
    now,
  );

  const conversation = store.conversations.get(turn.conversation.id);
  const newer = newerMessages(core, turn);
  const oldest = Math.min(...turn.messages.map((message) => message.pendingSince ?? message.storedAt));
  if (conversation === null || !stillPending(core, turn)) {
    endTurn(core, turn, 'interrupted', null, { code: 'gone', text: 'the messages were taken away meanwhile' });
    return;
  }
  // Nothing was sent yet: newer messages are answered together with these, but the longest wait is kept.
  if (newer.length > 0 && now - oldest < timing.maxWaitMs) {
    store.messages.setTurn(seqsOf(turn.messages), null, now);
    endTurn(core, turn, 'superseded', stepAt(core, 'superseded', { messages: newer.length }), null);
    return;
  }
  const hold = holdOf(core, conversation);
  // Hours, caps and budget are asked before a turn, not after: an answer that is there goes out.
  if (hold !== null && (hold.code === 'wrong-phone' || hold.code === 'session-paused' || hold.code === 'chat-paused')) {
    holdMessages(core, turn.messages, hold);
    endTurn(core, turn, 'held', null, { code: hold.code, text: hold.reason });
    return;
  }
  if (parts.length === 0) {
    endUnanswered(core, turn, 'empty', 'nothing to send was left of the answer');
    return;
  }
  store.conversations.setBotLoop(conversation.id, JSON.stringify(turn.loop), now);
  const origin = {
    sessionId: session.id,
    conversationId: conversation.id,
    turnId: turn.id,
    source: 'reply',
    actor: 'bot',
  } as const;
  if (session.replies === 'draft') {
    store.outbox.addDraft(origin, filtered.text, now);
    holdMessages(core, turn.messages, { code: 'draft', reason: 'a draft waits for a person', until: null });
    store.turns.addSteps(turn.id, [stepAt(core, 'draft')], now);
    store.turns.update(turn.id, { outcome: 'drafted', finishedAt: now, parts }, now);
    return;
  }
  const notBefore = now + readingDelay(timing, core.random);
  store.outbox.enqueue(
    origin,
    parts.map((text) => ({ text, notBefore })),
    now,
  );
  store.turns.addSteps(turn.id, [stepAt(core, 'split', { parts: parts.length })], now);
  store.turns.update(turn.id, { outcome: 'sending', parts }, now);
};

const endUnanswered = (core: EngineCore, turn: Turn, code: string, reason: string): void => {
  core.store.messages.end(
    seqsOf(turn.messages),
    { outcome: 'unanswered', code, reason: plainText(reason) },
    core.clock.now(),
  );
  endTurn(core, turn, 'unanswered', stepAt(core, 'no-answer', { reason: plainText(reason) }), { code, text: reason });
  core.event(
    'warn',
    'unanswered',
    `${turn.conversation.name ?? turn.conversation.chatId} got no answer: ${plainText(reason)}`,
  );
};

/** Drafts that nobody approved are replaced: their messages join the new turn. True when there were any. */
const replaceDrafts = (core: EngineCore, conversationId: number): boolean =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    const drafts = core.store.outbox.draftsOfChat(core.session.id, conversationId);
    for (const draft of drafts) {
      core.store.outbox.end(draft.id, 'dropped', 'newer messages came: a new draft takes its place', now);
      if (draft.turnId === null) continue;
      core.store.messages.release(seqsOf(core.store.messages.ofTurn(draft.turnId)), now);
      core.store.turns.update(draft.turnId, { outcome: 'superseded', finishedAt: now }, now);
    }
    return drafts.length > 0;
  });

/** Runs one turn to its answer in the outbox, or to its end without one. The summary of what fell out follows by itself (`after`). */
export const runTurn = async (
  core: EngineCore,
  due: { readonly conversationId: number; readonly messages: readonly StoredMessage[]; readonly because: Because },
  rest: Rest,
  after: (work: Promise<void>) => void,
): Promise<void> => {
  if (replaceDrafts(core, due.conversationId)) return;
  const mediaSteps = await readMedia(core, due.messages);
  if (core.link.isStopping) return;
  const conversation = core.store.conversations.get(due.conversationId);
  const messages = due.messages
    .map((message) => core.store.messages.get(message.seq))
    .filter((message) => message?.outcome === 'pending') as StoredMessage[];
  if (conversation === null || messages.length !== due.messages.length) return;
  const turn = begin(core, conversation, messages, due.because, mediaSteps);
  if (turn === null) return;

  const fixed = fixedAnswer(core, messages);
  const asked =
    fixed !== null
      ? {
          result: {
            kind: 'answer',
            text: fixed,
            usage: { inputTokens: 0, outputTokens: 0 },
            model: turn.model,
            notes: [],
          } as AiResult,
          attempts: 0,
        }
      : turn.text.trim() === ''
        ? {
            result: {
              kind: 'no-answer',
              code: 'media',
              reason: 'the medium could not be read and nothing was written',
              usage: null,
            } as AiResult,
            attempts: 0,
          }
        : await askPatiently(core, turn, rest);
  if (asked === null) return;
  const { result, attempts } = asked;
  core.forget();
  switch (result.kind) {
    case 'answer':
      core.store.database.transaction(() => accept(core, turn, result, attempts, fixed !== null));
      if (turn.recalled.fallen.length > 0) after(summarizeFallen(core, conversation, turn.recalled, turn.model));
      return;
    case 'no-answer':
      core.store.database.transaction(() => {
        const costMicroUsd = result.usage === null ? 0 : bookUsage(core, turn.model, result.usage);
        core.store.turns.update(
          turn.id,
          {
            attempts,
            costMicroUsd,
            inputTokens: result.usage?.inputTokens ?? 0,
            outputTokens: result.usage?.outputTokens ?? 0,
          },
          core.clock.now(),
        );
        endUnanswered(core, turn, result.code, result.reason);
      });
      return;
    case 'refused':
      core.store.database.transaction(() => {
        core.store.messages.setTurn(seqsOf(turn.messages), null, core.clock.now());
        endTurn(core, turn, 'interrupted', stepAt(core, 'refused', { reason: plainText(result.reason) }), {
          code: result.code,
          text: result.reason,
        });
      });
      return;
    case 'passing':
      return;
  }
};
