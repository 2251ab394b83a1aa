import type { CanaryArm } from '../../../src/session/canary.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { SendFile } from '../../../src/session/send-file.ts';
import type { Tool } from '../../../src/session/tool.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import type { StoredCanary } from '../../../src/store/canary-store.ts';
import type { StoredConversation } from '../../../src/store/conversation-store.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { PromisedFile } from '../../../src/store/outbox/outbox-rows.ts';
import type { TurnOutcome } from '../../../src/store/turn-store.ts';
import type { AiTool, ToolRound } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import type { UnreadCause } from '../core/message-words.ts';
import { unreadableUntil } from '../core/unreadable.ts';
import type { BotLoopState } from './bot-loop.ts';
import type { GivenKnowledge } from './knowledge.ts';
import type { Recalled } from './memory.ts';

/** What a turn cost and found before its last call of the AI. */
export interface TurnCourse {
  attempts: number;
  inputTokens: number;
  outputTokens: number;
  costMicroUsd: number;
  /** What the last answer said was done and was not, as it wrote it; null: nothing. */
  claim: string | null;
  /** What was called since the messages came, in this turn or in one that was given up. */
  rounds: ToolRound[];
  /** A tool carried out what it was asked for. */
  isDone: boolean;
  /** No tool is called any more. */
  isClosed: boolean;
  /** Files that go out with the answer, as the model asked for them. */
  files: PromisedFile[];
}

export const newCourse = (): TurnCourse => ({
  attempts: 0,
  inputTokens: 0,
  outputTokens: 0,
  costMicroUsd: 0,
  claim: null,
  rounds: [],
  isDone: false,
  isClosed: false,
  files: [],
});

/** A turn while it runs, and the questions that its steps ask of the store. */

/** Which canary a turn is in, and on which side. */
export interface TurnCanary {
  readonly canary: StoredCanary;
  readonly arm: CanaryArm;
}

/** Files that are offered, and the function by which the model asks for them (file-tool.ts). */
export interface OfferedFiles {
  readonly files: readonly SendFile[];
  readonly tool: AiTool;
}

export interface Turn {
  readonly id: number;
  readonly conversation: StoredConversation;
  readonly messages: readonly StoredMessage[];
  readonly recalled: Recalled;
  /** Null: the session is tried on nobody, or not on this chat's kind. */
  readonly canary: TurnCanary | null;
  /** What of the session's files was given; null: it knows none. */
  readonly knowledge: GivenKnowledge | null;
  readonly model: string;
  readonly text: string;
  /** Why a medium was not read, by the message's `seq`. */
  readonly unread: ReadonlyMap<number, UnreadCause>;
  readonly loop: BotLoopState;
  readonly startedAt: number;
  readonly steps: TurnStep[];
  /** The session's own tools that are offered. */
  readonly tools: readonly Tool[];
  /** Files that are offered; null: none. */
  readonly files: OfferedFiles | null;
  readonly course: TurnCourse;
}

export const seqsOf = (messages: readonly StoredMessage[]): number[] => messages.map((message) => message.seq);

/** Whether the turn's messages still wait, and for no other turn: where two chats became one, the next turn takes them over. */
export const stillPending = (core: EngineCore, turn: Turn): boolean =>
  turn.messages.every(({ seq }) => {
    const now = core.store.messages.get(seq);
    return now?.outcome === 'pending' && (now.turnId === null || now.turnId === turn.id);
  });

/** Those of the turn's messages whose words are other ones now: edited, or readable at last. */
export const changedMessages = (core: EngineCore, turn: Turn): readonly StoredMessage[] =>
  turn.messages.flatMap((known) => {
    const now = core.store.messages.get(known.seq);
    return now !== null && (now.text !== known.text || now.kind !== known.kind) ? [now] : [];
  });

/** What the turn does not know: messages that came since, and its own where they changed. */
export const newerMessages = (core: EngineCore, turn: Turn): readonly StoredMessage[] => {
  const known = new Set(seqsOf(turn.messages));
  const now = core.clock.now();
  return core.store.messages
    .pending(core.session.id, turn.conversation.id)
    .filter((message) => !known.has(message.seq) && unreadableUntil(message) <= now)
    .concat(changedMessages(core, turn));
};

export const stepAt = (core: EngineCore, step: string, values: TurnStep['values'] = {}): TurnStep => ({
  at: core.clock.now(),
  step,
  values,
});

/** The turn ends without an answer of its own; its messages wait on (`superseded`, `interrupted`) or are held. */
export const endTurn = (
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
