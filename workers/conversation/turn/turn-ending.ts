import { plainText } from '../../../src/session/plain-text.ts';
import { isProbeChat } from '../../../src/store/conversations/probe-chats.ts';
import { type AiResult, type AiUsage, callsOf } from '../../ai/ai-provider.ts';
import { summaryOfLast } from '../core/ask-for-person.ts';
import { bookUsage } from '../core/book-usage.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { handOver, handoverText } from '../core/hand-over.ts';
import { holdMessages } from '../core/holds.ts';
import { withFilesAround } from '../core/promised-files.ts';
import { leaveInSilence } from '../core/silence.ts';
import { ignored } from '../inbox/first-ending.ts';
import { readingDelay } from '../limits/pacing.ts';
import { boundedAnswer } from './bounded-answer.ts';
import { filterAnswer } from './filter-answer.ts';
import { maySpeak } from './may-speak.ts';
import { personAsked } from './person-tool.ts';
import { endRefusedInCanary, endWithdrawn, sessionOf } from './turn-canary.ts';
import { holdOf } from './turn-rules.ts';
import { changedMessages, endTurn, newerMessages, seqsOf, stepAt, stillPending, type Turn } from './turn-state.ts';

/** How a turn ends with an answer or without one. Called inside one transaction. */

/** An answer as it is to be sent. */
interface ReadyAnswer {
  readonly text: string;
  readonly parts: readonly string[];
  readonly isCut: boolean;
  /** What was taken out, in words. */
  readonly changes: readonly string[];
}

const readyAnswer = (core: EngineCore, turn: Turn, result: AiResult & { kind: 'answer' }): ReadyAnswer => {
  const { text, changes } = filterAnswer(result.text);
  const { parts, isCut } = boundedAnswer(text, sessionOf(core, turn).config.timing);
  return { text: isCut ? parts.join('\n\n') : text, parts, isCut, changes };
};

/** Somebody should know that his instructions let the AI write without end. */
const tellCut = (core: EngineCore, turn: Turn, result: AiResult & { kind: 'answer' }, answer: ReadyAnswer): void => {
  const characters = result.text.length;
  const parts = answer.parts.length;
  const chat = turn.conversation.name ?? turn.conversation.chatId;
  core.store.turns.addSteps(turn.id, [stepAt(core, 'cut', { parts, characters })], core.clock.now());
  core.event(
    'warn',
    'answer-cut',
    `the answer to ${chat} had ${characters} characters: only its first ${parts} parts are sent (timing_config.maxParts)`,
    { chat, chatId: turn.conversation.chatId, parts, characters },
  );
};

/** What was asked, answered, paid and changed, kept with the turn whatever becomes of the answer. */
const recordAnswer = (
  core: EngineCore,
  turn: Turn,
  result: AiResult & { kind: 'answer' | 'tool' },
  changes: readonly string[],
  calls: { readonly attempts: number; readonly costMicroUsd: number },
): void => {
  const now = core.clock.now();
  const { inputTokens, outputTokens } = result.usage;
  const { course } = turn;
  const tookMs = now - turn.startedAt;
  const what = changes.join(', ');

  core.store.turns.update(
    turn.id,
    {
      model: result.model,
      rawAnswer: result.text ?? '',
      filtered: changes.length === 0 ? null : what,
      attempts: course.attempts + calls.attempts,
      costMicroUsd: course.costMicroUsd + calls.costMicroUsd,
      inputTokens: course.inputTokens + inputTokens,
      outputTokens: course.outputTokens + outputTokens,
      timing: { waitedMs: turn.startedAt - (turn.messages[0]?.storedAt ?? turn.startedAt), aiMs: tookMs },
    },
    now,
  );

  const answered = stepAt(core, 'answered', { tookMs, inputTokens, outputTokens });
  core.store.turns.addSteps(
    turn.id,
    [
      ...result.notes.map((note) => stepAt(core, 'noted', { what: note })),
      answered,
      ...(changes.length === 0 ? [] : [stepAt(core, 'filtered', { what })]),
    ],
    now,
  );
};

/** True when what the turn is about is not there any more; it ended then. */
const endGone = (core: EngineCore, turn: Turn): boolean => {
  const conversation = core.store.conversations.get(turn.conversation.id);
  if (conversation !== null && stillPending(core, turn)) return false;
  endTurn(core, turn, 'superseded', null, { code: 'gone', text: 'the messages were taken away meanwhile' });
  return true;
};

/** Nothing was sent yet: newer messages are answered together with these, but the longest wait is kept; changed words are always asked about anew. */
const endSuperseded = (core: EngineCore, turn: Turn): boolean => {
  const now = core.clock.now();
  const newer = newerMessages(core, turn);
  const oldest = Math.min(...turn.messages.map((message) => message.pendingSince ?? message.storedAt));
  const isChanged = changedMessages(core, turn).length > 0;
  const { maxWaitMs } = core.current().config.timing;
  if (!isChanged && (newer.length === 0 || now - oldest >= maxWaitMs)) return false;

  core.store.messages.leaveTurn(seqsOf(turn.messages), turn.id, now);
  endTurn(core, turn, 'superseded', stepAt(core, 'superseded', { messages: newer.length }), null);
  return true;
};

export const endOvertaken = (core: EngineCore, turn: Turn): boolean =>
  endGone(core, turn) || endWithdrawn(core, turn) || endSuperseded(core, turn);

/** Hours, caps and budget are asked before a turn, not after: an answer that is there goes out. */
export const endOnHold = (core: EngineCore, turn: Turn): boolean => {
  const conversation = core.store.conversations.get(turn.conversation.id);
  const hold = conversation === null ? null : holdOf(core, conversation);
  if (hold === null || !['wrong-phone', 'session-paused', 'chat-paused'].includes(hold.code)) return false;

  holdMessages(core, turn.messages, hold);
  endTurn(core, turn, 'held', null, { code: hold.code, text: hold.reason });
  return true;
};

/** Into the outbox, or as a draft that waits for a person. */
const enqueueAnswer = (core: EngineCore, turn: Turn, { text, parts }: ReadyAnswer): void => {
  const { store } = core;
  const now = core.clock.now();
  const session = core.current();
  const { files } = turn.course;
  const isSpoken = maySpeak(core, turn, text);
  const origin = {
    sessionId: session.id,
    conversationId: turn.conversation.id,
    turnId: turn.id,
    source: 'reply',
    actor: 'bot',
  } as const;

  if (session.replies === 'draft') {
    // Nobody has to approve what a mystery customer is answered: it is let be.
    if (isProbeChat(turn.conversation)) {
      store.messages.end(seqsOf(turn.messages), ignored('probe-watching', 'the session is in watch mode'), now);
      store.turns.update(turn.id, { outcome: 'held', finishedAt: now, parts }, now);
      return;
    }
    store.outbox.addDraft(origin, text, now, { withFiles: files, isSpoken });
    holdMessages(core, turn.messages, { code: 'draft', reason: 'a draft waits for a person', until: null });
    store.turns.addSteps(turn.id, [stepAt(core, 'draft')], now);
    store.turns.update(turn.id, { outcome: 'drafted', finishedAt: now, parts }, now);
    return;
  }

  const notBefore = now + readingDelay(session.config.timing, core.random);
  const all = withFilesAround(isSpoken ? [{ text, isSpoken }] : parts.map((part) => ({ text: part })), files);
  store.outbox.enqueue(
    origin,
    all.map((part) => ({ ...part, notBefore })),
    now,
  );
  store.turns.addSteps(turn.id, [stepAt(core, 'split', { parts: all.length })], now);
  store.turns.update(turn.id, { outcome: 'sending', parts }, now);
};

/** Everything that an answer changes, in one transaction: from here on it is sent, whatever happens to the process. */
export const acceptAnswer = (
  core: EngineCore,
  turn: Turn,
  result: AiResult & { kind: 'answer' },
  attempts: number,
  fixed: boolean,
): void => {
  const costMicroUsd = fixed
    ? 0
    : bookUsage(core, turn.conversation.id, result.model, result.usage, sessionOf(core, turn));
  const answer = readyAnswer(core, turn, result);
  recordAnswer(core, turn, result, answer.changes, { attempts, costMicroUsd });
  if (endOvertaken(core, turn) || endOnHold(core, turn)) return;

  if (answer.parts.length === 0 && turn.course.files.length === 0) {
    endUnanswered(core, turn, 'empty', 'nothing to send was left of the answer');
    return;
  }
  if (answer.isCut) tellCut(core, turn, result, answer);
  core.store.conversations.setBotLoop(turn.conversation.id, JSON.stringify(turn.loop), core.clock.now());
  enqueueAnswer(core, turn, answer);
};

/** The answer says again that something was done: it is not sent, and a person is asked for. */
export const endClaimed = (
  core: EngineCore,
  turn: Turn,
  result: AiResult & { kind: 'answer' },
  attempts: number,
  claim: string,
): void => {
  const costMicroUsd = bookUsage(core, turn.conversation.id, result.model, result.usage, sessionOf(core, turn));
  recordAnswer(core, turn, result, result.notes, { attempts, costMicroUsd });
  if (endOvertaken(core, turn) || endOnHold(core, turn)) return;

  const reason = `the answer said "${claim}", and nothing was done`;
  handOver(core, turn.conversation, {
    reason,
    summary: summaryOfLast(turn.messages),
    by: 'claim',
    messages: turn.messages,
  });
  endTurn(core, turn, 'held', stepAt(core, 'claimed-again', { what: claim }), {
    code: 'handed-over',
    text: `a person was asked for: ${reason}`,
  });
};

/** Whether a person is asked for, alone or beside other calls: then nothing else is done. */
export const callsPerson = (result: AiResult & { kind: 'tool' }): boolean =>
  callsOf(result).some((call) => personAsked(call) !== null);

/** The model called a tool: a person is asked for. What it wrote besides is kept with the turn; the customer gets the session's sentence. */
export const acceptTool = (
  core: EngineCore,
  turn: Turn,
  result: AiResult & { kind: 'tool' },
  attempts: number,
): void => {
  const costMicroUsd = bookUsage(core, turn.conversation.id, result.model, result.usage, sessionOf(core, turn));
  recordAnswer(core, turn, result, result.notes, { attempts, costMicroUsd });
  if (endGone(core, turn) || endWithdrawn(core, turn)) return;

  const asked =
    callsOf(result)
      .map(personAsked)
      .find((each) => each !== null) ?? null;
  if (asked === null) {
    endUnanswered(core, turn, 'malformed', `the model called ${result.name}, which was not offered to it`);
    return;
  }
  if (endOnHold(core, turn)) return;

  // A customer would be told so; nobody is called for a mystery customer.
  if (isProbeChat(turn.conversation)) {
    const text = handoverText(core);
    turn.course.files = [];
    enqueueAnswer(core, turn, { text, parts: [text], isCut: false, changes: [] });
    return;
  }

  const reason = plainText(asked.reason);
  const messages = [...turn.messages, ...newerMessages(core, turn)];
  handOver(core, turn.conversation, { ...asked, by: 'ai', messages });
  endTurn(core, turn, 'held', stepAt(core, 'asks-for-person', { reason: reason.slice(0, 200) }), {
    code: 'handed-over',
    text: `a person was asked for: ${reason}`,
  });
};

/** The customer gets no answer to these messages, and stands on the screen as left in silence until somebody answers. */
export const endUnanswered = (core: EngineCore, turn: Turn, code: string, reason: string): void => {
  const chat = turn.conversation.name ?? turn.conversation.chatId;
  const plain = plainText(reason);
  core.store.messages.end(seqsOf(turn.messages), { outcome: 'unanswered', code, reason: plain }, core.clock.now());
  endTurn(core, turn, 'unanswered', stepAt(core, 'no-answer', { reason: plain }), { code, text: reason });
  // The mystery customer tells of it itself (src/master/probe-room.ts).
  if (!isProbeChat(turn.conversation))
    core.event('warn', 'unanswered', `${chat} got no answer: ${plain}`, { chat, reasonCode: code, reason: plain });
  leaveInSilence(core, turn.conversation.id, turn.messages, { code, reason: plain });
};

/** What a call took that brought nothing to send, kept with the turn and counted with its later ones. */
export const bookTry = (core: EngineCore, turn: Turn, attempts: number, usage: AiUsage | null): void => {
  const costMicroUsd =
    usage === null ? 0 : bookUsage(core, turn.conversation.id, turn.model, usage, sessionOf(core, turn));
  const { inputTokens, outputTokens } = usage ?? { inputTokens: 0, outputTokens: 0 };
  const { course } = turn;
  course.attempts += attempts;
  course.costMicroUsd += costMicroUsd;
  course.inputTokens += inputTokens;
  course.outputTokens += outputTokens;
  core.store.turns.update(
    turn.id,
    {
      attempts: course.attempts,
      costMicroUsd: course.costMicroUsd,
      inputTokens: course.inputTokens,
      outputTokens: course.outputTokens,
    },
    core.clock.now(),
  );
};

/** The service answered with nothing to send; newer messages give it another chance. */
export const endWithoutAnswer = (core: EngineCore, turn: Turn, code: string, reason: string): void => {
  if (endOvertaken(core, turn) || endOnHold(core, turn)) return;
  endUnanswered(core, turn, code, reason);
};

type Refusal = AiResult & { kind: 'refused' };

/** Nobody of this session is answered until a person acts: the messages wait on. */
export const endRefused = (core: EngineCore, turn: Turn, refusal: Refusal): void => {
  if (endRefusedInCanary(core, turn, refusal)) return;
  const { code, reason } = refusal;
  core.store.messages.leaveTurn(seqsOf(turn.messages), turn.id, core.clock.now());
  endTurn(core, turn, 'interrupted', stepAt(core, 'refused', { reason: plainText(reason) }), { code, text: reason });
};

const requestAdvice =
  'only this chat is concerned, also a shorter request was refused; what helps: clear its memory (!limpar in the chat), shorter instructions, a smaller ai_config.historyTokens, another model';

export const endRefusedRequest = (core: EngineCore, turn: Turn, refusal: Refusal): void => {
  if (!endRefusedInCanary(core, turn, refusal))
    endWithoutAnswer(core, turn, refusal.code, `${refusal.reason} (${requestAdvice})`);
};
