import { plainText } from '../../../src/session/plain-text.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import { isFilePart, type PartStatus, type StoredPart } from '../../../src/store/outbox/outbox-rows.ts';
import type { TurnOutcome } from '../../../src/store/turn-store.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { holdMessages } from '../core/holds.ts';
import { leaveInSilence } from '../core/silence.ts';
import { splitAnswer } from './split-answer.ts';

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

/** How a file ends that did not go out for sure; the rest of its answer does. */
const letGo: ReadonlySet<PartStatus> = new Set(['refused', 'unknown', 'dropped']);

/** The last part has gone out: the turn's messages are answered. */
export const finishWhenSent = (core: EngineCore, turnId: number): void => {
  const parts = core.store.outbox.ofTurn(turnId);
  const isLetGo = (part: StoredPart): boolean => isFilePart(part) && letGo.has(part.status);
  if (!parts.some(({ status }) => status === 'sent')) return;
  if (parts.some((part) => part.status !== 'sent' && !isLetGo(part))) return;

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

const tellFile = (core: EngineCore, part: StoredPart, reason: string): void => {
  const file = part.file ?? 'a file';
  addStep(core, part, 'file-failed', { file, reason });
  core.event('warn', 'file-not-sent', `${file} was not sent to ${part.chatId}: ${reason}`, {
    chat: part.chatId,
    file,
    reason,
  });
};

/** A file did not go out, and nothing else was said: the model is asked once more, and is not offered this file. */
const askWithout = (core: EngineCore, part: StoredPart, turnId: number): void => {
  const now = core.clock.now();
  const seqs = core.store.messages.ofTurn(turnId).map((message) => message.seq);
  core.store.messages.release(seqs, now);
  core.store.messages.setTurn(seqs, null, now);
  finishTurn(
    core,
    turnId,
    'superseded',
    'file-not-sent',
    `${part.file ?? 'a file'} could not be sent: asked without it`,
  );
};

/**
 * A file that does not go out stops nothing else of its answer: the operator is told, the words go. Where there are none the model is asked
 * without it. False: neither is so, and its customer has nothing.
 */
const goOnWithout = (core: EngineCore, part: StoredPart, { status, code, reason }: GivenUp): boolean => {
  const { turnId } = part;
  if (turnId === null) return false;
  const others = core.store.outbox.ofTurn(turnId).filter(({ id }) => id !== part.id);
  const goesOn = others.some((other) => ['sent', 'queued', 'sending'].includes(other.status));
  const isAskable = status === 'refused' && code === 'send-refused' && part.actor === 'bot' && part.file !== null;
  if (!goesOn && !isAskable) return false;

  const clean = plainText(reason);
  core.store.outbox.end(part.id, status, clean, core.clock.now());
  tellFile(core, part, clean);
  if (goesOn) finishWhenSent(core, turnId);
  else askWithout(core, part, turnId);
  return true;
};

/** The words go as text, in as many parts as they would have had. */
export const sayAsText = (core: EngineCore, part: StoredPart, reason: string): void =>
  core.store.database.transaction(() => {
    const { timing } = core.current().config;
    const parts = timing.split ? splitAnswer(part.text, timing) : [part.text];
    core.store.outbox.replaceWhole(part, parts.length === 0 ? [part.text] : parts, core.clock.now());
    addStep(core, part, 'voice-failed', { reason: plainText(reason) });
    core.event('warn', 'voice-failed', `an answer to ${part.chatId} goes as text: ${plainText(reason)}`, {
      chat: part.chatId,
      reason: plainText(reason),
    });
  });

/** The part is tried no more. Its customer is left in silence, and the rest of the answer is not sent without it. */
export const giveUp = (core: EngineCore, part: StoredPart, given: GivenUp): void =>
  core.store.database.transaction(() => {
    if (isFilePart(part) && goOnWithout(core, part, given)) return;
    if (part.isSpoken && given.status === 'refused' && given.code === 'send-refused') {
      sayAsText(core, part, given.reason);
      return;
    }
    const { status, code, reason, words } = given;
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
  const isAlone =
    part.turnId === null || !core.store.outbox.ofTurn(part.turnId).some(({ status }) => status === 'sent');
  if (isFilePart(part) && !isAlone) {
    tellFile(core, part, failedAfterAll);
    return;
  }

  if (part.turnId !== null) {
    dropRest(core, part.turnId, `part ${part.part + 1} was not delivered`);
    const why = { code: 'send-failed', reason: failedAfterAll };
    core.store.messages.notAnswered(part.turnId, why, now);
    finishTurn(core, part.turnId, 'unanswered', why.code, why.reason);
    leaveInSilence(core, part.conversationId, core.store.messages.ofTurn(part.turnId), why);
  }

  core.event('warn', 'send-failed', `WhatsApp failed to deliver a message to ${part.chatId}`, { chat: part.chatId });
};
