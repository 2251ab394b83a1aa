import { plainText } from '../../../src/session/plain-text.ts';
import { type Tool, type ToolAnswer, toolAnswerShown } from '../../../src/session/tool.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { StoredToolCall } from '../../../src/store/tool-call-store.ts';
import { summaryOfLast } from '../core/ask-for-person.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { handOver } from '../core/hand-over.ts';
import { endTurn, stepAt, type Turn } from './turn-state.ts';

/**
 * One call of a tool: made at most once, unless the tool says that it may be made again. A call of which nobody knows whether it was
 * carried out is looked up by its key; where it cannot be, a person is asked for.
 */

interface Call {
  readonly key: string;
  readonly tool: Tool;
}

const customerOf = ({ chatId, phone, name }: StoredConversation) => ({ chatId, phone, name });

/** What is known of a call that may have been carried out. */
const clearUp = async (
  core: EngineCore,
  { key, tool }: Call,
  unknown: ToolAnswer,
  again: () => Promise<ToolAnswer>,
) => {
  const known = tool.isIdempotent ? await again() : unknown;
  if (known.kind !== 'unknown') return known;
  // A look that brought nothing did nothing.
  if (tool.onlyReads) return { ...known, kind: 'failed' as const };
  // What acts once for a key would act again for the next one: whether it did has to be known before the model may go on.
  return tool.lookupUrl === null ? known : core.tools.lookUp(tool, key);
};

/** Makes a call that is stored. Never rejects. */
export const makeCall = async (
  core: EngineCore,
  turn: Turn,
  { key, tool, given }: Call & { readonly given: unknown },
): Promise<ToolAnswer> => {
  const call = () =>
    core.tools.call(tool, {
      key,
      arguments: given,
      session: core.session.name,
      customer: customerOf(turn.conversation),
    });
  core.store.database.transaction(() => core.store.toolCalls.begin(key, core.clock.now()));
  const answer = await call();
  return answer.kind === 'unknown' ? clearUp(core, { key, tool }, answer, call) : answer;
};

const chatWords = ({ name, chatId }: StoredConversation): string => name ?? chatId;

/** A tool that failed is the operator's to know, not the customer's. */
const tellOperator = (
  core: EngineCore,
  conversation: StoredConversation,
  tool: string,
  answer: Exclude<ToolAnswer, { kind: 'ok' }>,
): void => {
  const chat = chatWords(conversation);
  const isUnknown = answer.kind === 'unknown';
  core.event(
    isUnknown ? 'error' : 'warn',
    isUnknown ? 'tool-unknown' : 'tool-failed',
    isUnknown
      ? `nobody knows whether ${tool} was carried out for ${chat}: ${answer.reason}`
      : `${tool} was not carried out for ${chat}: ${answer.reason}`,
    { chat, chatId: conversation.chatId, tool, code: answer.code, reason: answer.reason, status: answer.status },
  );
};

/** A person looks: the tool may have done it, and nobody may do it a second time. */
const askForPerson = (
  core: EngineCore,
  conversation: StoredConversation,
  tool: string,
  messages: readonly StoredMessage[],
): void =>
  handOver(core, conversation, {
    reason: `nobody knows whether ${tool} was carried out`,
    summary: summaryOfLast(messages),
    by: 'tool',
    messages,
  });

/** While it was on its way the customer took back what it was called for. */
const forgetDeleted = (core: EngineCore, turnId: number): void => {
  const { turns, messages } = core.store;
  const isDeleted = turns
    .messageIds(turnId)
    .some((waId) => (messages.byId(core.session.id, waId)?.deletedAt ?? null) !== null);
  if (!isDeleted) return;
  turns.forgetCalls(turnId);
  turns.forgetWords(turnId, core.clock.now());
};

const endOf = (core: EngineCore, { key, tool }: Call, turnId: number, answer: ToolAnswer): void => {
  const now = core.clock.now();
  const begunAt = core.store.toolCalls.ofTurn(turnId).find((call) => call.key === key)?.begunAt ?? now;
  core.store.toolCalls.end(
    key,
    answer.kind === 'ok'
      ? { state: 'ok', status: answer.status, answer: answer.text }
      : { state: answer.kind, status: answer.status, code: answer.code, reason: answer.reason },
    now,
  );
  core.store.turns.addSteps(
    turnId,
    [
      stepAt(core, `tool-${answer.kind}`, {
        tool: tool.name,
        status: answer.status,
        tookMs: now - begunAt,
        ...(answer.kind === 'ok'
          ? { answer: plainText(answer.text).slice(0, toolAnswerShown) }
          : { code: answer.code, reason: answer.reason }),
      }),
    ],
    now,
  );
  forgetDeleted(core, turnId);
};

/** Keeps what became of a call; an unknown end ends the turn, too. Inside one transaction. */
export const recordEnd = (core: EngineCore, turn: Turn, call: Call, answer: ToolAnswer): 'kept' | 'handed-over' => {
  endOf(core, call, turn.id, answer);
  if (answer.kind === 'ok') return 'kept';
  tellOperator(core, turn.conversation, call.tool.name, answer);
  if (answer.kind === 'failed') return 'kept';

  core.store.toolCalls.drop(turn.id, core.clock.now());
  askForPerson(core, turn.conversation, call.tool.name, turn.messages);
  endTurn(core, turn, 'held', null, {
    code: 'handed-over',
    text: `a person was asked for: nobody knows whether ${call.tool.name} was carried out`,
  });
  return 'handed-over';
};

const gone: ToolAnswer = {
  kind: 'unknown',
  code: 'interrupted',
  reason: 'the worker stopped while it was on its way',
  status: null,
};

/** What became of a call that another life of the worker left on its way. */
const settleCall = async (core: EngineCore, stored: StoredToolCall): Promise<void> => {
  const conversation = core.store.conversations.get(stored.conversationId);
  const tool = core.store.tools.get(core.session.id, stored.tool);
  const answer =
    tool === null || conversation === null
      ? gone
      : await clearUp(core, { key: stored.key, tool }, gone, () =>
          core.tools.call(tool, {
            key: stored.key,
            arguments: JSON.parse(stored.arguments),
            session: core.session.name,
            customer: customerOf(conversation),
          }),
        );
  core.store.database.transaction(() => {
    // It went away with its chat meanwhile.
    if (!core.store.toolCalls.open(core.session.id, stored.conversationId).some(({ key }) => key === stored.key))
      return;
    endOf(core, { key: stored.key, tool: tool ?? ({ name: stored.tool } as Tool) }, stored.turnId, answer);
    if (answer.kind === 'ok' || conversation === null) return;
    tellOperator(core, conversation, stored.tool, answer);
    if (answer.kind === 'unknown')
      askForPerson(core, conversation, stored.tool, core.store.messages.pending(core.session.id, conversation.id));
  });
};

/** Settles what earlier lives left on its way in a chat, before anything else is done there. */
export const settleCalls = async (core: EngineCore, conversationId: number): Promise<void> => {
  for (const call of core.store.toolCalls.open(core.session.id, conversationId)) {
    if (core.link.isStopping) return;
    await settleCall(core, call);
  }
};
