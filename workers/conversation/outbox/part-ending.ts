import { plainText } from '../../../src/session/plain-text.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import type { StoredPart } from '../../../src/store/outbox/outbox-rows.ts';
import type { TurnOutcome } from '../../../src/store/turn-store.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { holdMessages } from '../core/holds.ts';
import { leaveInSilence } from '../core/silence.ts';

/** What the end of a part means for its turn and for the customer who waits for it. */

export const addStep = (core: EngineCore, part: StoredPart, name: string, more: TurnStep['values'] = {}): void => {
  if (part.turnId === null) return;
  const step: TurnStep = { at: core.clock.now(), step: name, values: { part: part.part + 1, ...more } };
  core.store.turns.addSteps(part.turnId, [step], core.clock.now());
};

const finishTurn = (
  core: EngineCore,
  turnId: number,
  outcome: TurnOutcome,
  code: string | null,
  reason: string | null,
): void => {
  const now = core.clock.now();
  core.store.turns.update(turnId, { outcome, finishedAt: now, reasonCode: code, reason }, now);
};

/** The last part has gone out: the turn's messages are answered. */
export const finishWhenSent = (core: EngineCore, turnId: number): void => {
  const parts = core.store.outbox.ofTurn(turnId);
  if (parts.length === 0 || parts.some((part) => part.status !== 'sent')) return;

  const now = core.clock.now();
  const seqs = core.store.messages.ofTurn(turnId).map((message) => message.seq);
  core.store.messages.end(seqs, { outcome: 'answered', code: null, reason: null }, now);
  core.store.messages.knownAnswered(turnId, now);
  finishTurn(core, turnId, 'answered', null, null);
};

/** Drops the parts of a turn that have not gone out. */
const dropRest = (core: EngineCore, turnId: number, reason: string): void => {
  for (const part of core.store.outbox.openOfTurn(turnId)) {
    if (part.status !== 'queued') continue;
    core.store.outbox.end(part.id, 'dropped', reason, core.clock.now());
    addStep(core, part, 'part-dropped', { reason });
  }
};

/** A person has taken the chat over, or paused the session: what has not gone out does not go out any more. */
export const dropTurn = (
  core: EngineCore,
  part: StoredPart,
  code: 'chat-paused' | 'session-paused',
  reason: string,
): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    if (part.turnId === null) {
      core.store.outbox.end(part.id, 'dropped', reason, now);
      return;
    }

    dropRest(core, part.turnId, reason);
    const isBegun = core.store.outbox.ofTurn(part.turnId).some((one) => one.status === 'sent');
    const messages = core.store.messages.ofTurn(part.turnId);
    holdMessages(
      core,
      messages,
      isBegun
        ? { code: 'owner-answered', reason: `part of the answer was sent, then: ${reason}`, until: null }
        : { code, reason, until: null },
    );
    finishTurn(core, part.turnId, 'held', code, reason);
  });

/** The customer wrote again before anything of a turn went out: it is answered anew, with what he wrote since. */
export const supersedeTurn = (core: EngineCore, turnId: number, newer: number): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    dropRest(core, turnId, 'newer messages came');
    const messages = core.store.messages.ofTurn(turnId);
    core.store.messages.release(
      messages.map((message) => message.seq),
      now,
    );
    core.store.messages.setTurn(
      messages.map((message) => message.seq),
      null,
      now,
    );
    core.store.turns.addSteps(turnId, [{ at: now, step: 'superseded', values: { messages: newer } }], now);
    finishTurn(core, turnId, 'superseded', null, null);
  });

/** Why a part is given up, and what its customer's messages end as. */
export interface GivenUp {
  readonly status: 'refused' | 'unknown';
  readonly code: string;
  /** What WhatsApp said, as it came. */
  readonly reason: string;
  /** The whole sentence. */
  readonly words: (reason: string) => string;
}

export const refusedFor = (reason: string): GivenUp => ({
  status: 'refused',
  code: 'send-refused',
  reason,
  words: (clean) => `WhatsApp refused to send: ${clean}`,
});

export const neverConfirmed = (reason: string): GivenUp => ({
  status: 'unknown',
  code: 'send-unknown',
  reason,
  words: (clean) => `given to WhatsApp, which never confirmed it (${clean}): it may have arrived`,
});

/** The part is tried no more. Its customer is left in silence, and the rest of the answer is not sent without it. */
export const giveUp = (core: EngineCore, part: StoredPart, { status, code, reason, words }: GivenUp): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    const clean = plainText(reason);
    core.store.outbox.end(part.id, status, clean, now);
    addStep(core, part, status === 'refused' ? 'part-refused' : 'part-unknown', { reason: clean });

    if (part.turnId !== null) {
      dropRest(core, part.turnId, `part ${part.part + 1} did not go out for sure`);
      const messages = core.store.messages.ofTurn(part.turnId);
      const outcome = status === 'refused' ? 'unanswered' : 'unknown';
      core.store.messages.end(
        messages.map((message) => message.seq),
        { outcome, code, reason: words(clean) },
        now,
      );
      finishTurn(core, part.turnId, outcome, code, words(clean));
      leaveInSilence(core, chatNow(core, part), messages, { code, reason: words(clean) });
    }

    core.event(
      'warn',
      status === 'refused' ? 'send-refused' : 'send-unknown',
      `a message to ${part.chatId} ${status === 'refused' ? 'was refused' : 'has an unknown fate; it is not sent again'}: ${clean}`,
      { chat: part.chatId, reason: clean },
    );
  });

/** While a part was on its way its chat may have become one with another of the same person. */
export const chatNow = (core: EngineCore, part: StoredPart): number =>
  core.store.outbox.get(part.id)?.conversationId ?? part.conversationId;

const failedAfterAll = 'WhatsApp took the answer and failed to deliver it';

/** WhatsApp took a part and failed to deliver it: nothing was answered by it. */
export const failSent = (core: EngineCore, part: StoredPart): void => {
  const now = core.clock.now();
  if (!core.store.outbox.markFailed(part, failedAfterAll, now)) return;
  addStep(core, part, 'part-failed');

  if (part.turnId !== null) {
    dropRest(core, part.turnId, `part ${part.part + 1} was not delivered`);
    const why = { code: 'send-failed', reason: failedAfterAll };
    core.store.messages.notAnswered(part.turnId, why, now);
    finishTurn(core, part.turnId, 'unanswered', why.code, why.reason);
    leaveInSilence(core, part.conversationId, core.store.messages.ofTurn(part.turnId), why);
  }

  core.event('warn', 'send-failed', `WhatsApp failed to deliver a message to ${part.chatId}`, { chat: part.chatId });
};
