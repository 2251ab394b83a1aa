import { messageOf } from '../../../src/session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import { isFilePart, type StoredPart } from '../../../src/store/outbox/outbox-rows.ts';
import type { OutgoingFile, SendResult } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { isAskedHere } from '../core/probe-chats.ts';
import { withFilesAround } from '../core/promised-files.ts';
import type { Rest } from '../core/rest.ts';
import { isAhead } from '../core/set-back.ts';
import { pauseBetweenParts, typingTime } from '../limits/pacing.ts';
import { addStep, dropTurn, giveUp, refusedFor, supersedeTurn } from './part-ending.ts';
import { markSent, resolveFate, takeRefusal } from './part-fate.ts';
import { holdForLimit, limitOf } from './part-limits.ts';
import { type Bar, barOf, claimBar, expireBarred } from './restricted-sends.ts';
import { splitAnswer } from './split-answer.ts';

/**
 * Parts out of the outbox, one chat at a time and in order. The id is chosen and stored before the send; a part whose fate is not known
 * is looked up by it and never sent again on a guess.
 */

/** A worker without the right to send ends within this, or is given it anew. */
const overPause = 1000;

export interface SenderState {
  /** The part for which "typing…" was shown already. */
  typedFor: number | null;
  /** After the part that went out then nothing more goes out in the chat for so long. */
  pause: { readonly since: EpochMs; readonly ms: Milliseconds };
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

/** Nobody waits for an answer any more, or it was begun on another server. */
const isOver = (core: EngineCore, part: StoredPart): boolean => core.store.probes.runOfPart(part.id)?.endedAt !== null;

/** An answer to a mystery customer that came along when the session moved. */
const isForeign = (core: EngineCore, { turnId, conversationId }: StoredPart): boolean =>
  turnId !== null &&
  core.store.probes.isProbe(conversationId) &&
  !isAskedHere(core, core.store.messages.ofTurn(turnId));

/** An approved draft becomes the parts of an answer. */
const splitDraft = (core: EngineCore, part: StoredPart): void => {
  const { timing } = core.current().config;
  const parts = timing.split && !part.isSpoken ? splitAnswer(part.text, timing) : [part.text];
  const { isSpoken } = part;
  const texts = parts.filter((text) => text.trim() !== '').map((text) => ({ text, isSpoken }));
  core.store.database.transaction(() => {
    core.store.outbox.replaceWhole(part, withFilesAround(texts, part.withFiles), core.clock.now());
    if (part.turnId === null) return;
    addStep(core, part, 'draft-approved', { actor: part.actor });
    core.store.turns.update(part.turnId, { outcome: 'sending', parts }, core.clock.now());
  });
};

/** What was written to a restricted number while an answer waited is answered with it; true when there was any. */
const isOvertaken = (core: EngineCore, { turnId, conversationId, actor }: StoredPart): boolean => {
  if (turnId === null || actor !== 'bot') return false;
  const newer = core.store.messages
    .pending(core.session.id, conversationId)
    .filter((message) => message.turnId !== turnId);
  const isUntouched = core.store.outbox.ofTurn(turnId).every((one) => one.status === 'queued');
  if (newer.length === 0 || !isUntouched) return false;

  supersedeTurn(core, turnId, newer.length);
  return true;
};

/** A restricted number: waits until this part may be the one that is tried. True: it is. */
const waitForTry = async (core: EngineCore, part: StoredPart, bar: Bar, rest: Rest): Promise<boolean> => {
  const now = core.clock.now();
  if (now >= bar.expiresAt) {
    expireBarred(core, part, bar);
    return false;
  }
  if (now < bar.dueAt) {
    await rest.soft(Math.min(bar.dueAt, bar.expiresAt) - now);
    return false;
  }
  return !isOvertaken(core, part);
};

/** Reads, and types as long as a person would. */
const showTyping = async (core: EngineCore, part: StoredPart, state: SenderState, rest: Rest): Promise<void> => {
  state.typedFor = part.id;
  if (part.part === 0) await core.client.markRead(part.chatId).catch(() => undefined);
  const typing = typingTime(part.text, core.current().config.timing, core.random);
  if (typing <= 0) return;

  await core.client.setTyping(part.chatId, true).catch(() => undefined);
  await rest.hard(typing);
  await core.client.setTyping(part.chatId, false).catch(() => undefined);
};

/** True when the wait is over and the part may go now. */
const waitForTurn = async (core: EngineCore, part: StoredPart, state: SenderState, rest: Rest): Promise<boolean> => {
  const now = core.clock.now();
  if (!core.link.isReady || core.link.heldReason !== null) {
    await rest.soft(null);
    return false;
  }

  // Of a clock that was set back since, its time to wait is over.
  const notBefore = isAhead(part.createdAt, now) ? 0 : part.notBefore;
  const { since, ms } = state.pause;
  const start = Math.max(notBefore, isAhead(since, now) ? 0 : since + ms);
  if (now < start) {
    await rest.soft(start - now);
    return false;
  }

  const limit = limitOf(core, part);
  if (limit !== null) {
    holdForLimit(core, part, limit);
    if (part.source !== 'away') await rest.soft(Math.max(0, limit.until - now));
    return false;
  }

  const bar = barOf(core, part);
  if (bar !== null && core.store.probes.isProbe(part.conversationId)) {
    giveUp(core, part, refusedFor('WhatsApp restricts this number'));
    return false;
  }
  if (bar !== null) return waitForTry(core, part, bar, rest);

  if (
    (part.source === 'reply' || part.source === 'probe') &&
    core.current().config.timing.typing &&
    state.typedFor !== part.id &&
    part.attempts === 0
  ) {
    await showTyping(core, part, state, rest);
    return false;
  }
  return true;
};

/** Whether the part may still go, now that every wait is over. From here to the send nothing waits, so that what is counted holds. */
const mayLeave = (core: EngineCore, part: StoredPart): { readonly bar: Bar | null } | null => {
  if (core.store.outbox.get(part.id)?.status !== 'queued' || limitOf(core, part) !== null) return null;
  const bar = barOf(core, part);
  return bar !== null && core.clock.now() < bar.dueAt ? null : { bar };
};

/** What is sent of a file, as it is now: its operator may have replaced it since it was promised. Null: it is gone. */
const outgoingFile = async (core: EngineCore, name: string): Promise<OutgoingFile | null> => {
  const file = core.store.sendFiles.get(core.session.id, name);
  const path = file === null ? null : await core.files.find(file);
  if (file === null || path === null) return null;
  const { fileName, mimeType, bytes, kind, isVoice } = file;
  return { path, fileName, mimeType, bytes, as: isVoice ? 'voice' : kind };
};

const fileGone = refusedFor('its file is not on this server any more');

/** What goes out beside the words; undefined: nothing. Null: the part is another one now, or over. */
const attached = async (core: EngineCore, part: StoredPart): Promise<OutgoingFile | null | undefined> => {
  if (part.isSpoken) return (await import('./spoken-part.ts')).spokenFile(core, part);
  if (part.file === null) return undefined;

  const file = await outgoingFile(core, part.file);
  if (file === null && core.store.outbox.get(part.id)?.status === 'queued') giveUp(core, part, fileGone);
  return file;
};

const sendNow = async (core: EngineCore, part: StoredPart, state: SenderState, rest: Rest): Promise<void> => {
  const file = await attached(core, part);
  if (file === null || core.link.isStopping) return;
  // Whoever took the chat over meanwhile is asked for again.
  if (file !== undefined && (isStale(core, part) !== null || !core.link.isReady)) return;
  const leaves = mayLeave(core, part);
  if (leaves === null) return;
  const { bar } = leaves;
  const messageId = part.messageId ?? core.client.newMessageId();
  core.store.database.transaction(() => {
    if (bar !== null) claimBar(core, bar);
    core.store.outbox.markSending(part.id, { messageId, chatId: part.chatId }, core.life, core.clock.now());
  });

  const result: SendResult = await core.client
    .send({
      chatId: part.chatId,
      messageId,
      text: part.isSpoken ? '' : part.text,
      ...(file === undefined ? {} : { file }),
    })
    .catch((error: unknown) => ({ kind: 'unknown' as const, reason: messageOf(error) }));
  if (part.isSpoken) await core.files.dropSpoken(part.id).catch(() => undefined);
  const sending: StoredPart = { ...part, messageId, life: core.life, status: 'sending' };
  const wasTry = bar !== null;
  switch (result.kind) {
    case 'accepted':
      markSent(core, sending, { waId: result.id, ack: result.ack, late: false, wasTry });
      state.pause = {
        since: core.clock.now(),
        ms: part.source === 'reply' ? pauseBetweenParts(core.current().config.timing, core.random) : 0,
      };
      return;
    case 'refused':
      takeRefusal(core, sending, { ...result, wasTry });
      if (result.code === 'over') await rest.soft(overPause);
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

  if (part.whole) {
    splitDraft(core, part);
    return;
  }

  // It came from another server, and its file stayed there.
  if (part.file === null && isFilePart(part)) {
    giveUp(core, part, fileGone);
    return;
  }

  if (part.source === 'probe' && isOver(core, part)) {
    core.store.outbox.end(part.id, 'dropped', 'the question is over', core.clock.now());
    return;
  }

  if (isForeign(core, part)) {
    dropTurn(core, part, 'session-paused', 'the question was asked on another server');
    return;
  }

  const stale = isStale(core, part);
  if (stale !== null) {
    dropTurn(core, part, stale.code, stale.reason);
    return;
  }

  if (!(await waitForTurn(core, part, state, rest))) return;
  if (core.link.isStopping) return;
  await sendNow(core, part, state, rest);
};
