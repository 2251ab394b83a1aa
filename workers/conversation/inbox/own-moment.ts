import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { greetingSilenceMs, type Moment, type OwnMessage, ownTextKey } from './takeover.ts';

/** When a text of our account left: measured from the customer's messages before it. */

/** Longer than people write before a greeting goes out. */
const timesLookedAt = 50;
/** In a chat in which the customer never wrote: typed within this is one sitting. */
const sittingMs: Milliseconds = 86_400_000;
/** A text this soon after a visit's first message is measured from that one: more messages may have come since. */
const openingMs: Milliseconds = 10_000;

/** The first message of a visit, of the customer's times before `at`, newest first. */
export const visitStart = (times: readonly EpochMs[]): EpochMs | null => {
  for (const [index, at] of times.entries()) {
    const before = times[index + 1];
    if (before === undefined || at - before >= greetingSilenceMs) return at;
  }
  return null;
};

export const momentAmong = (own: OwnMessage, times: readonly EpochMs[], recentOwn: readonly OwnMessage[]): Moment => {
  // Times are cut to seconds: of the same second counts as before.
  const before = times.filter((at) => at < own.timestamp + 1000);
  const start = visitStart(before);
  const last = before[0] ?? null;
  const beginsVisit = start !== null && own.timestamp - start <= openingMs;
  const since = beginsVisit ? start : last;
  const sittingFrom = start ?? own.timestamp - sittingMs;
  const key = ownTextKey(own.text);

  return {
    afterCustomerMs: since === null ? null : Math.max(0, own.timestamp - since),
    beginsVisit,
    typedBefore: recentOwn.some(
      (other) =>
        other.conversationId === own.conversationId &&
        other.timestamp >= sittingFrom &&
        other.timestamp <= own.timestamp &&
        ownTextKey(other.text) !== key,
    ),
  };
};

export const momentOf = (core: EngineCore, own: OwnMessage, recentOwn: readonly OwnMessage[]): Moment =>
  momentAmong(own, core.store.messages.customerTimes(own.conversationId, timesLookedAt), recentOwn);
