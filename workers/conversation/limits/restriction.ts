import type { StoredRestriction } from '../../../src/session/restriction.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';

/**
 * A number that WhatsApp restricts is not made worse by hammering: what waits is tried with one message at growing distances, until one
 * is taken. The restriction is a record of the session, so it outlives every worker.
 */

const minuteMs = 60_000;
/** Between the first refusal and the first try, between that and the second, and so on; the last one stays. */
const distancesMs: readonly Milliseconds[] = [10, 30, 60, 120, 240, 360].map((minutes) => minutes * minuteMs);
/** However often a person changes something, nothing is tried sooner after the last refusal. */
const atLeastMs: Milliseconds = 30_000;
/** Those that may be tried next go one after the other, so that one that is taken is seen before the next one leaves. */
const stepMs: Milliseconds = 5000;

const distanceAfter = (tries: number): Milliseconds => distancesMs[Math.min(tries, distancesMs.length - 1)] ?? minuteMs;

/** What became of a send that WhatsApp refused because the number is restricted. `wasTry`: it was the careful one. */
export const afterRefusal = (
  known: StoredRestriction | null,
  refusal: { readonly code: StoredRestriction['code']; readonly wasTry: boolean; readonly revision: number },
  now: EpochMs,
): StoredRestriction => {
  const { code, revision } = refusal;
  if (known === null)
    return {
      scope: code === 'restricted' ? 'all' : 'new',
      code,
      since: now,
      refused: 1,
      tries: 0,
      askedAt: now,
      nextTryAt: now + distanceAfter(0),
      revision,
    };

  const more = { ...known, refused: known.refused + 1, askedAt: now };
  // Chats that it wrote to before are refused as well: they wait too, and no sooner than the others.
  if (code === 'restricted' && known.scope === 'new')
    return { ...more, scope: 'all', code, nextTryAt: Math.max(known.nextTryAt, now + distanceAfter(known.tries)) };
  // The try shows that it is about new people only. What was on its way since before shows nothing.
  if (code === 'restricted-new' && known.scope === 'all' && refusal.wasTry) return { ...more, scope: 'new', code };
  return more;
};

/** The chat that a message is for. */
export interface BarredChat {
  /** Nothing was ever sent to this person. */
  readonly isNew: boolean;
  /** When this very message was last given to WhatsApp; null: never. */
  readonly triedAt: EpochMs | null;
}

/** Whether a message waits because of the restriction: of its scope, or one that was refused under it. */
export const isBarred = (restriction: StoredRestriction, chat: BarredChat): boolean =>
  restriction.scope === 'all' || chat.isNew || (chat.triedAt ?? 0) >= restriction.since;

/**
 * From when on a barred message may be the one that is tried. Those that were tried least come first, and while nothing goes out at all,
 * chats that were written to before come before new ones.
 */
export const tryDueAt = (restriction: StoredRestriction, chat: BarredChat, revision: number): EpochMs => {
  const asked =
    revision === restriction.revision
      ? restriction.nextTryAt
      : Math.min(restriction.nextTryAt, restriction.askedAt + atLeastMs);
  const wasTried = chat.triedAt !== null && chat.triedAt >= restriction.since;
  const wasLast = wasTried && (chat.triedAt ?? 0) >= restriction.askedAt - stepMs;
  const steps = (wasTried ? 1 : 0) + (wasLast ? 1 : 0) + (restriction.scope === 'all' && chat.isNew ? 3 : 0);
  return asked + steps * stepMs;
};

/** A message leaves as the careful try: the next one is not before its distance. */
export const claimTry = (restriction: StoredRestriction, revision: number, now: EpochMs): StoredRestriction => ({
  ...restriction,
  tries: restriction.tries + 1,
  askedAt: now,
  nextTryAt: now + distanceAfter(restriction.tries + 1),
  revision,
});

/** When the n-th of those that waited goes out after the restriction is over: one after the other, so as not to begin it anew. */
export const releasedAt = (n: number, now: EpochMs): EpochMs => now + n * stepMs;
