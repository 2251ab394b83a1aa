import { type Backoff, backoffDelay, plainBackoff } from '../../../src/pace/backoff.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { idPart } from '../../../src/session/message-key.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import type { StoredPart } from '../../../src/store/outbox/outbox-rows.ts';
import type { TurnOutcome } from '../../../src/store/turn-store.ts';
import type { SendResult } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { holdMessages } from '../core/holds.ts';
import type { Rest } from '../core/rest.ts';
import { pauseBetweenParts, typingTime } from '../limits/pacing.ts';
import { splitAnswer } from './split-answer.ts';

/**
 * Parts out of the outbox, one chat at a time and in order. The id is chosen and stored before the send; a part whose fate is not known
 * is looked up by it and never sent again on a guess.
 */

/** A refusal certainly sent nothing: tried again this often, 5 s, 10 s, 20 s … apart. */
const refusalsTaken = 4;
const refusalPace: Backoff = { firstMs: 5000, maxMs: 60_000, jitter: 0.5 };
/** Lookups of one part before its fate counts as unknown; with the pauses below about four minutes. */
const lookupsTaken = 9;
const lookupPace = { firstMs: 2000, maxMs: 60_000 };

const step = (core: EngineCore, name: string, part: StoredPart, more: TurnStep['values'] = {}): TurnStep => ({
  at: core.clock.now(),
  step: name,
  values: { part: part.part + 1, ...more },
});

const addStep = (core: EngineCore, part: StoredPart, name: string, more: TurnStep['values'] = {}): void => {
  if (part.turnId !== null) core.store.turns.addSteps(part.turnId, [step(core, name, part, more)], core.clock.now());
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
  if (core.store.outbox.openOfTurn(turnId).length > 0) return;
  const parts = core.store.outbox.ofTurn(turnId);
  if (
    parts.some((part) => part.status !== 'sent' && part.status !== 'dropped') ||
    !parts.some((part) => part.status === 'sent')
  )
    return;
  if (parts.some((part) => part.status === 'dropped')) return;
  const now = core.clock.now();
  const seqs = core.store.messages.ofTurn(turnId).map((message) => message.seq);
  core.store.messages.end(seqs, { outcome: 'answered', code: null, reason: null }, now);
  core.store.messages.knownAnswered(turnId, now);
  finishTurn(core, turnId, 'answered', null, null);
};

const markSent = (core: EngineCore, part: StoredPart, waId: string, ack: number, afterCrash: boolean): void =>
  core.store.database.transaction(() => {
    if (!core.store.outbox.markSent(part, { waId, ack }, core.clock.now())) return;
    addStep(core, part, 'part-sent', { afterCrash });
    if (part.turnId !== null) finishWhenSent(core, part.turnId);
  });

/** Drops the parts of a turn that have not gone out. */
const dropRest = (core: EngineCore, turnId: number, reason: string): void => {
  for (const part of core.store.outbox.openOfTurn(turnId)) {
    if (part.status !== 'queued') continue;
    core.store.outbox.end(part.id, 'dropped', reason, core.clock.now());
    addStep(core, part, 'part-dropped', { reason });
  }
};

/** A person has taken the chat over, or paused the session: what has not gone out does not go out any more. */
const dropTurn = (core: EngineCore, part: StoredPart, code: 'chat-paused' | 'session-paused', reason: string): void =>
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

const giveUp = (core: EngineCore, part: StoredPart, status: 'refused' | 'unknown', reason: string): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    const clean = plainText(reason);
    core.store.outbox.end(part.id, status, clean, now);
    addStep(core, part, status === 'refused' ? 'part-refused' : 'part-unknown', { reason: clean });
    if (part.turnId !== null) {
      dropRest(core, part.turnId, `part ${part.part + 1} did not go out for sure`);
      const seqs = core.store.messages.ofTurn(part.turnId).map((message) => message.seq);
      const outcome = status === 'refused' ? 'unanswered' : 'unknown';
      const code = status === 'refused' ? 'send-refused' : 'send-unknown';
      const words =
        status === 'refused' ? `WhatsApp refused to send: ${clean}` : `sent, but WhatsApp never confirmed it: ${clean}`;
      core.store.messages.end(seqs, { outcome, code, reason: words }, now);
      finishTurn(core, part.turnId, outcome, code, words);
    }
    core.event(
      'warn',
      status === 'refused' ? 'send-refused' : 'send-unknown',
      `a message to ${part.chatId} ${status === 'refused' ? 'was refused' : 'has an unknown fate; it is not sent again'}: ${clean}`,
      { chat: part.chatId, reason: clean },
    );
  });

/** It certainly did not go out: tried again after a while, given up after some times. */
const takeRefusal = (core: EngineCore, part: StoredPart, reason: string): void => {
  // A late ack may have proved the refusal wrong.
  const now = core.store.outbox.get(part.id);
  if (now?.status !== 'sending') return;
  if (now.attempts >= refusalsTaken) {
    giveUp(core, part, 'refused', reason);
    return;
  }
  const pause = backoffDelay(now.attempts - 1, refusalPace, core.random);
  core.store.database.transaction(() => {
    core.store.outbox.requeue(part.id, core.clock.now() + pause, plainText(reason), core.clock.now());
    addStep(core, part, 'part-refused', { reason: plainText(reason) });
  });
};

/** A part that was being sent: asks WhatsApp by its id what became of it. */
const resolveFate = async (core: EngineCore, part: StoredPart, rest: Rest): Promise<void> => {
  const { messageId } = part;
  if (messageId === null) throw new Error(`part ${part.id} is being sent without an id`);
  const isOurLife = part.life === core.life;
  // A send of this life may still be on its way: give it time before the first look.
  if (part.lookups > 0 || isOurLife) await rest.hard(plainBackoff(part.lookups, lookupPace));
  if (core.link.isStopping || !core.link.isReady) return;
  if (core.store.outbox.get(part.id)?.status !== 'sending') return;
  const result = await core.client
    .lookUp({ chatId: part.chatId, messageId })
    .catch((error: unknown) => ({ kind: 'cannot-tell' as const, reason: messageOf(error) }));
  if (core.link.isStopping) return;
  if (result.kind === 'found' && result.ack < 0) {
    // The phone's page has it as failed.
    takeRefusal(core, part, 'WhatsApp did not take the message');
    return;
  }
  if (result.kind === 'found') {
    markSent(core, part, `true_${part.chatId}_${messageId}`, result.ack, true);
    return;
  }
  const words = result.kind === 'absent' ? 'absent' : result.reason;
  core.store.database.transaction(() => {
    const now = core.clock.now();
    if (core.store.outbox.get(part.id)?.status !== 'sending') return;
    addStep(core, part, 'part-lookup', { result: plainText(words) });
    // The page that might still have sent it died with its worker, and WhatsApp's own store does not know it: it never went out.
    if (result.kind === 'absent' && !isOurLife) {
      core.store.outbox.requeue(part.id, now, 'the worker stopped before it was sent', now);
      return;
    }
    core.store.outbox.countLookup(part.id, now);
    if (part.lookups + 1 >= lookupsTaken) giveUp(core, part, 'unknown', words);
  });
};

export interface SenderState {
  /** The part for which "typing…" was shown already. */
  typedFor: number | null;
  /** Before this nothing more goes out in the chat. */
  pauseUntil: number;
}

const isStale = (
  core: EngineCore,
  part: StoredPart,
): { code: 'chat-paused' | 'session-paused'; reason: string } | null => {
  if (part.source !== 'reply' && part.source !== 'away') return null;
  // A person approved it: that is his decision, whatever is paused.
  if (part.actor !== 'bot') return null;
  const now = core.clock.now();
  const conversation = core.store.conversations.get(part.conversationId);
  if (conversation?.pausedUntil !== null && (conversation?.pausedUntil ?? 0) > now)
    return { code: 'chat-paused', reason: `the chat was paused by ${conversation?.pausedBy ?? 'a person'}` };
  if (core.current().replies === 'paused')
    return { code: 'session-paused', reason: 'replies of this session are paused' };
  return null;
};

/** True when the wait is over and the part may go now. */
const waitForTurn = async (core: EngineCore, part: StoredPart, state: SenderState, rest: Rest): Promise<boolean> => {
  const now = core.clock.now();
  if (!core.link.isReady || core.link.heldReason !== null) {
    await rest.soft(null);
    return false;
  }
  const start = Math.max(part.notBefore, state.pauseUntil);
  if (now < start) {
    await rest.soft(start - now);
    return false;
  }
  const { timing } = core.current().config;
  if (part.source === 'reply' && timing.typing && state.typedFor !== part.id && part.attempts === 0) {
    state.typedFor = part.id;
    if (part.part === 0) await core.client.markRead(part.chatId).catch(() => undefined);
    const typing = typingTime(part.text, timing, core.random);
    if (typing > 0) {
      await core.client.setTyping(part.chatId, true).catch(() => undefined);
      await rest.hard(typing);
      await core.client.setTyping(part.chatId, false).catch(() => undefined);
    }
    return false;
  }
  return true;
};

const sendNow = async (core: EngineCore, part: StoredPart, state: SenderState): Promise<void> => {
  const messageId = part.messageId ?? core.client.newMessageId();
  core.store.outbox.markSending(part.id, { messageId, chatId: part.chatId }, core.life, core.clock.now());
  const result: SendResult = await core.client
    .send({ chatId: part.chatId, messageId, text: part.text })
    .catch((error: unknown) => ({ kind: 'unknown' as const, reason: messageOf(error) }));
  const now = core.clock.now();
  switch (result.kind) {
    case 'accepted':
      markSent(core, { ...part, messageId, status: 'sending' }, result.id, result.ack, false);
      state.pauseUntil =
        part.source === 'reply' ? now + pauseBetweenParts(core.current().config.timing, core.random) : now;
      return;
    case 'refused':
      takeRefusal(core, part, result.reason);
      return;
    case 'unknown':
      core.log.warn('a send was not confirmed; it is looked up by its id', { part: part.id, reason: result.reason });
      return;
  }
};

/** Does the next thing about a part: waits, types, sends, or finds out what became of it. */
export const handlePart = async (core: EngineCore, part: StoredPart, state: SenderState, rest: Rest): Promise<void> => {
  if (part.status === 'sending') {
    if (!core.link.isReady) await rest.soft(null);
    else await resolveFate(core, part, rest);
    return;
  }
  const { timing } = core.current().config;
  if (part.whole) {
    const parts = timing.split ? splitAnswer(part.text, timing) : [part.text];
    core.store.database.transaction(() => {
      core.store.outbox.replaceWhole(part, parts.length === 0 ? [part.text] : parts, core.clock.now());
      if (part.turnId === null) return;
      addStep(core, part, 'draft-approved', { actor: part.actor });
      core.store.turns.update(part.turnId, { outcome: 'sending', parts }, core.clock.now());
    });
    return;
  }
  const stale = isStale(core, part);
  if (stale !== null) {
    dropTurn(core, part, stale.code, stale.reason);
    return;
  }
  if (!(await waitForTurn(core, part, state, rest))) return;
  if (core.link.isStopping) return;
  await sendNow(core, part, state);
};

/** Delivery of a part of ours. A late ack also settles what was unknown. */
export const takeAck = (core: EngineCore, id: string, ack: number): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    const part = core.store.outbox.byMessageId(core.session.id, idPart(id));
    if (part === null) return;
    core.store.outbox.setAck(part.id, ack, now);
    core.store.messages.setAckOfPart(part.id, ack, now);
    if (ack >= 1 && (part.status === 'sending' || part.status === 'unknown')) {
      markSent(core, part, id, ack, part.life !== core.life);
      core.kick(part.conversationId);
    }
    if (ack === -1 && part.status === 'sent')
      core.event('warn', 'send-failed', `WhatsApp failed to deliver a message to ${part.chatId}`, {
        chat: part.chatId,
      });
  });
