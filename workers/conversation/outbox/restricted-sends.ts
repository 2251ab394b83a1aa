import { plainText } from '../../../src/session/plain-text.ts';
import type { StoredRestriction } from '../../../src/session/restriction.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredPart } from '../../../src/store/outbox/outbox-rows.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { ageFrom } from '../core/holds.ts';
import { isNewPerson } from '../core/send-limits.ts';
import { isOpen, nextOpening } from '../limits/opening-hours.ts';
import { afterRefusal, type BarredChat, claimTry, isBarred, releasedAt, tryDueAt } from '../limits/restriction.ts';
import { addStep, giveUp } from './part-ending.ts';

/** What happens to parts while WhatsApp restricts the number (limits/restriction.ts decides). */

const chatOf = (core: EngineCore, part: StoredPart): BarredChat => {
  const conversation = core.store.conversations.get(part.conversationId);
  return { isNew: conversation !== null && isNewPerson(conversation), triedAt: part.sendingAt };
};

/** When a part is too old to go out: an answer of the bot with its messages, what a person wanted to send as long after he said so. */
const expiresAt = (core: EngineCore, part: StoredPart): EpochMs => {
  const messages = part.turnId === null || part.actor !== 'bot' ? [] : core.store.messages.ofTurn(part.turnId);
  const from = part.actor === 'bot' ? Math.min(part.createdAt, ...messages.map(ageFrom)) : part.notBefore;
  return from + core.current().config.timing.maxAgeMs;
};

export interface Bar {
  readonly restriction: StoredRestriction;
  /** When the part may be the one that is tried. */
  readonly dueAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** What keeps a queued part from going out; null: nothing does. */
export const barOf = (core: EngineCore, part: StoredPart): Bar | null => {
  const { restriction, revision, config } = core.current();
  if (restriction === null) return null;
  const chat = chatOf(core, part);
  if (!isBarred(restriction, chat)) return null;

  const now = core.clock.now();
  const dueAt = tryDueAt(restriction, chat, revision);
  // An answer that waited for hours: the middle of the night is no time to find out.
  const isAnswer = part.actor === 'bot' && part.source === 'reply';
  const opensAt = isAnswer && !isOpen(config.timing, now) ? (nextOpening(config.timing, now) ?? now) : now;
  return { restriction, dueAt: Math.max(dueAt, opensAt), expiresAt: expiresAt(core, part) };
};

/** The one careful try leaves now. */
export const claimBar = (core: EngineCore, bar: Bar): void => {
  core.store.sessions.setRestriction(
    core.session.id,
    claimTry(bar.restriction, core.current().revision, core.clock.now()),
  );
  core.forget();
};

/** It waited as long as a message may wait. */
export const expireBarred = (core: EngineCore, part: StoredPart, { restriction }: Bar): void => {
  const whom = restriction.scope === 'new' ? 'new people' : 'anybody';
  giveUp(core, part, {
    status: 'refused',
    code: restriction.code,
    reason: `WhatsApp takes no messages of this number to ${whom}`,
    words: (clean) => `${clean}: the answer waited longer than timing_config.maxAgeMs`,
  });
};

/** WhatsApp refused a part because of who sends it: it waits, and so does everything of the same kind. */
export const noteRestriction = (
  core: EngineCore,
  part: StoredPart,
  refusal: { readonly code: StoredRestriction['code']; readonly reason: string; readonly wasTry: boolean },
): void =>
  core.store.database.transaction(() => {
    // A late ack may have proved it wrong.
    if (core.store.outbox.get(part.id)?.status !== 'sending') return;
    const now = core.clock.now();
    core.forget();
    const { restriction: known, revision } = core.current();
    const reason = plainText(refusal.reason);
    const next = afterRefusal(known, { ...refusal, revision }, now);

    core.store.outbox.requeue(part.id, part.notBefore, reason, now, { free: true });
    addStep(core, part, 'part-restricted', { code: refusal.code, reason });
    core.store.sessions.setRestriction(core.session.id, next);
    core.forget();
    if (known?.scope === next.scope) return;

    const whom = next.scope === 'new' ? 'to people whom it never wrote to' : 'to anybody';
    core.event(
      'error',
      'restricted',
      `WhatsApp takes no messages of this number ${whom}: they wait. Wait too, and answer on the phone meanwhile`,
      { scope: next.scope, reasonCode: next.code, reason, nextTryAt: next.nextTryAt },
    );
  });

/** Those that waited go out one after the other. */
const releaseBarred = (core: EngineCore, restriction: StoredRestriction, sent: StoredPart): void => {
  const { outbox } = core.store;
  const now = core.clock.now();
  const waiting = outbox
    .chatsWithOpen(core.session.id)
    .filter((chat) => chat !== sent.conversationId)
    .flatMap((chat) => outbox.next(core.session.id, chat) ?? [])
    .filter((part) => part.status === 'queued' && isBarred(restriction, chatOf(core, part)));

  waiting.forEach((part, index) => {
    outbox.postpone(part.id, releasedAt(index + 1, now), now);
  });
};

/**
 * A part was taken by WhatsApp: the restriction that it was to find out about is over. To be called before it counts as sent. `wasTry`:
 * it left as the careful one; of what is found later that is told by its time.
 */
export const liftRestriction = (core: EngineCore, part: StoredPart, wasTry: boolean): void => {
  const { restriction } = core.current();
  // What a mystery customer sends says nothing of a chat with people.
  if (restriction === null || core.store.probes.isProbe(part.conversationId)) return;
  const { isNew, triedAt } = chatOf(core, core.store.outbox.get(part.id) ?? part);
  const showsIt = wasTry || ((restriction.scope === 'all' || isNew) && (triedAt ?? 0) >= restriction.since);
  if (!showsIt) return;

  core.store.sessions.setRestriction(core.session.id, null);
  core.forget();
  releaseBarred(core, restriction, part);
  core.event('info', 'restriction-lifted', 'WhatsApp takes messages of this number again: what waited goes out', {
    scope: restriction.scope,
    refused: restriction.refused,
    minutes: Math.round((core.clock.now() - restriction.since) / 60_000),
  });
  core.clock.soon(core.kickAll);
};
