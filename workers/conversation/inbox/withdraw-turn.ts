import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { EngineCore } from '../core/engine-core.ts';

/** An answer that was decided on but of which nothing has left is taken back when its question is not the same any more. */

const reason = 'the customer changed or deleted what this answers';

/** How far the answer to a customer's message has come. */
export type AnswerProgress =
  /** Nothing of it has left: the message waits, alone, in a running turn, or with a draft that nobody approved. */
  | 'open'
  /** Held for a person or ended on purpose: nobody is going to answer it here. */
  | 'settled'
  /** Answered, or an answer is on its way; or it ended without one. */
  | 'answered';

/** Pure: `parts` are those of the message's turn. */
export const answerProgress = (
  message: Pick<StoredMessage, 'outcome' | 'outcomeCode'>,
  parts: readonly { readonly status: string; readonly actor: string }[],
): AnswerProgress => {
  const isWaiting = parts.every(
    (part) =>
      part.status === 'draft' || part.status === 'dropped' || (part.status === 'queued' && part.actor === 'bot'),
  );
  switch (message.outcome) {
    case 'pending':
      return isWaiting ? 'open' : 'answered';
    case 'held':
      if (message.outcomeCode !== 'draft') return 'settled';
      return isWaiting ? 'open' : 'answered';
    case 'answered':
    case 'unanswered':
    case 'unknown':
      return 'answered';
    default:
      return 'settled';
  }
};

export const progressOf = (core: EngineCore, message: StoredMessage): AnswerProgress =>
  answerProgress(message, message.turnId === null ? [] : core.store.outbox.ofTurn(message.turnId));

/** Drops what waits to be sent or approved for this message; its turn is over and all its messages wait for a new one. */
export const withdrawTurn = (core: EngineCore, message: StoredMessage): void => {
  if (message.turnId === null) return;
  const { store } = core;
  const now = core.clock.now();
  const waiting = store.outbox
    .ofTurn(message.turnId)
    .filter((part) => part.status === 'queued' || part.status === 'draft');
  if (waiting.length === 0) return;

  for (const part of waiting) store.outbox.end(part.id, 'dropped', reason, now);
  const seqs = store.messages.ofTurn(message.turnId).map((one) => one.seq);
  store.messages.release(seqs, now);
  store.messages.setTurn(seqs, null, now);
  store.turns.addSteps(message.turnId, [{ at: now, step: 'superseded', values: { messages: 1 } }], now);
  store.turns.update(message.turnId, { outcome: 'superseded', finishedAt: now, reasonCode: 'changed', reason }, now);
};
