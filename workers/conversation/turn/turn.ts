import { messageOf } from '../../../src/session/fleet-error.ts';
import type { Meant } from '../../../src/session/knowledge.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import { isProbeChat } from '../../../src/store/conversations/probe-chats.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { StoredTool } from '../../../src/store/tool-store.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { budgetNow } from '../core/holds.ts';
import type { Rest } from '../core/rest.ts';
import { type BotLoopState, noBotLoop, stepBotLoop } from './bot-loop.ts';
import { type Asked, askHonestly } from './honest-answer.ts';
import { joinedWords, typedWords } from './joined-words.ts';
import { type MediaRead, readMedia } from './media.ts';
import { hasFixedAnswer } from './media-plan.ts';
import { recall, summarizeFallen } from './memory.ts';
import { canaryOf, sessionOf } from './turn-canary.ts';
import {
  acceptAnswer,
  acceptTool,
  bookTry,
  endClaimed,
  endRefused,
  endRefusedRequest,
  endWithoutAnswer,
} from './turn-ending.ts';
import { newCourse, type OfferedFiles, seqsOf, type Turn } from './turn-state.ts';

/** One turn: joined messages to the AI, its answer into the outbox. Between its transactions the process may die at any line. */

type Knows = typeof import('./knowledge.ts');
type Because = 'quiet' | 'max-wait' | 'max-messages';

/** A week: longer than any pair of bots goes on, and shown with who paused it. */
const botLoopPauseMs = 7 * 86_400_000;

const parseLoop = (json: string | null): BotLoopState =>
  json === null ? noBotLoop : (JSON.parse(json) as BotLoopState);

/** Two bots talking to each other: true when the chat was stopped because of it. */
const stoppedAsLoop = (
  core: EngineCore,
  conversation: StoredConversation,
  messages: readonly StoredMessage[],
  text: string,
): BotLoopState | null => {
  if (isProbeChat(conversation)) return noBotLoop;
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
      { chat: conversation.name ?? conversation.chatId },
    );
  });
  return null;
};

/**
 * A mystery customer books nothing, and where a person decides about every word, no tool acts before he did. A brain of the operator's own
 * has its own tools.
 */
const offeredTools = (core: EngineCore, conversation: StoredConversation): readonly StoredTool[] => {
  const { id, replies, config } = core.current();
  if (['echo', 'webhook'].includes(config.ai.provider) || isProbeChat(conversation)) return [];
  return core.store.tools.list(id).filter(({ onlyReads }) => replies !== 'draft' || onlyReads);
};

const begin = (
  core: EngineCore,
  conversation: StoredConversation,
  messages: readonly StoredMessage[],
  because: Because,
  {
    media,
    knows,
    meant,
    files,
  }: {
    readonly media: MediaRead;
    readonly knows: Knows | null;
    readonly meant: Meant | null;
    readonly files: OfferedFiles | null;
  },
): Turn | null => {
  const now = core.clock.now();
  const canary = canaryOf(core, conversation);
  const session = sessionOf(core, { canary });
  const { timeZone } = session.config.timing;
  const text = joinedWords(messages, { timeZone, unread: media.unread });
  const loop = stoppedAsLoop(core, conversation, messages, typedWords(messages));
  if (loop === null) return null;
  const budget = budgetNow(core, session);
  if (budget.kind === 'hold') return null;
  const recalled = recall(core, conversation, messages, session);
  const knowledge = knows?.giveKnowledge(core, messages, recalled.kept, meant) ?? null;
  const { ai } = session.config;
  const tools = offeredTools(core, conversation);
  const steps: TurnStep[] = [
    {
      at: now,
      step: 'joined',
      values: {
        messages: messages.length,
        waitedMs: Math.max(0, now - (messages[0]?.storedAt ?? now)),
        because,
      },
    },
    ...media.steps,
    { at: now, step: 'history', values: { messages: recalled.kept.length, summary: recalled.summary !== null } },
    ...(canary === null ? [] : [{ at: now, step: 'canary', values: { arm: canary.arm } }]),
    ...(knowledge?.steps ?? []),
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
        history: {
          from: recalled.from,
          to: recalled.to,
          count: recalled.kept.length,
          hash: recalled.hash,
          summary: recalled.summary,
        },
        steps,
        canary: canary === null ? null : { id: canary.canary.id, arm: canary.arm },
      },
      now,
    );
    core.store.messages.setTurn(seqsOf(messages), turnId, now);
    if (knowledge !== null) knows?.noteKnowledge(core, { id: turnId, conversation, messages }, knowledge);
    return turnId;
  });
  return {
    id,
    conversation,
    messages,
    recalled,
    canary,
    knowledge,
    model: budget.model,
    text,
    unread: media.unread,
    loop,
    startedAt: now,
    steps,
    tools,
    files,
    course: newCourse(),
  };
};

/** Drafts that nobody approved are replaced: their messages join the new turn. True when there were any. */
const replaceDrafts = (core: EngineCore, conversationId: number): boolean =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    // One that a person edits stays as it is: what came since gets a draft of its own.
    const drafts = core.store.outbox
      .draftsOfChat(core.session.id, conversationId)
      .filter(({ notBefore }) => notBefore <= now);
    for (const draft of drafts) {
      core.store.outbox.end(draft.id, 'dropped', 'newer messages came: a new draft takes its place', now);
      if (draft.turnId === null) continue;
      core.store.messages.release(seqsOf(core.store.messages.ofTurn(draft.turnId)), now);
      core.store.turns.update(draft.turnId, { outcome: 'superseded', finishedAt: now }, now);
    }
    return drafts.length > 0;
  });

/** What the session says to a medium, whatever the AI would. */
const fixedAnswer = ({ model }: Turn, text: string): Asked => ({
  result: { kind: 'answer', text, usage: { inputTokens: 0, outputTokens: 0 }, model, notes: [] },
  attempts: 0,
  claim: null,
});

const nothingToAnswer: Asked = {
  result: { kind: 'no-answer', code: 'empty', reason: 'there was nothing to answer to', usage: null },
  attempts: 0,
  claim: null,
};

/** As far as they are what they were when the turn fell due. */
const stillDue = (core: EngineCore, due: readonly StoredMessage[]): readonly StoredMessage[] =>
  due
    .map((message) => core.store.messages.get(message.seq))
    .filter((message) => message?.outcome === 'pending') as StoredMessage[];

/** What means the same as the messages ask; null: the session compares words alone. Never rejects: nobody is left in silence for it. */
const meantOf = async (
  core: EngineCore,
  conversationId: number,
  messages: readonly StoredMessage[],
): Promise<Meant | null> => {
  if (core.current().config.ai.embeddings === 'off') return null;
  try {
    const { meantBy } = await import('./meaning.ts');
    return await meantBy(core, conversationId, stillDue(core, messages));
  } catch (error) {
    return { passages: null, problem: plainText(messageOf(error)) };
  }
};

/** Runs one turn to its answer in the outbox, or to its end without one. The summary of what fell out follows by itself (`after`). */
export const runTurn = async (
  core: EngineCore,
  due: { readonly conversationId: number; readonly messages: readonly StoredMessage[]; readonly because: Because },
  rest: Rest,
  after: (work: Promise<void>) => void,
): Promise<void> => {
  // What a person added or changed a moment ago counts: a price list that its owner has just given is asked by the very next message.
  core.forget();
  if (replaceDrafts(core, due.conversationId)) return;
  const media = await readMedia(core, due.messages, rest);
  // Of a session that knows nothing from files nothing of it is ever loaded or asked.
  const knows = core.current().knowledge > 0 ? await import('./knowledge.ts') : null;
  const sends = core.current().files > 0 ? await import('./file-tool.ts') : null;
  const files = sends === null ? null : await sends.offeredFiles(core, due.conversationId);
  const meant = knows === null || core.link.isStopping ? null : await meantOf(core, due.conversationId, due.messages);
  if (core.link.isStopping) return;
  const conversation = core.store.conversations.get(due.conversationId);
  const messages = stillDue(core, due.messages);
  if (conversation === null || messages.length !== due.messages.length) return;
  const turn = begin(core, conversation, messages, due.because, { media, knows, meant, files });
  if (turn === null) return;

  const { ai } = core.current().config;
  const fixed = hasFixedAnswer(messages, ai) ? ai.mediaReply : null;
  const asked =
    fixed !== null
      ? fixedAnswer(turn, fixed)
      : turn.text.trim() === ''
        ? nothingToAnswer
        : await askHonestly(core, turn, rest);
  if (asked === null) return;
  const { result, attempts, claim } = asked;
  core.forget();
  switch (result.kind) {
    case 'answer':
      if (claim !== null) {
        core.store.database.transaction(() => endClaimed(core, turn, result, attempts, claim));
        return;
      }
      core.store.database.transaction(() => acceptAnswer(core, turn, result, attempts, fixed !== null));
      if (turn.recalled.fallen.length > 0)
        after(summarizeFallen(core, conversation, turn.recalled, turn.model, sessionOf(core, turn)));
      return;
    case 'tool':
      core.store.database.transaction(() => acceptTool(core, turn, result, attempts));
      return;
    case 'no-answer':
      core.store.database.transaction(() => {
        bookTry(core, turn, attempts, result.usage);
        endWithoutAnswer(core, turn, result.code, result.reason);
      });
      return;
    case 'refused':
      core.store.database.transaction(() => {
        bookTry(core, turn, attempts, result.usage ?? null);
        if (result.scope === 'request') endRefusedRequest(core, turn, result);
        else endRefused(core, turn, result);
      });
      return;
    case 'passing':
      return;
  }
};
