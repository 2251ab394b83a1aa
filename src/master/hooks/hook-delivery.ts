import { backoffDelay } from '../../pace/backoff.ts';
import { messageOf } from '../../session/fleet-error.ts';
import { type HookAnswer, hookTriesFor } from '../../session/hook.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { HookStore, NextHookEvent, StoredHook } from '../../store/hook-store.ts';
import { storeFaultOf } from '../../store/store-fault.ts';
import { bodyOf, type HookCall, type TimedAnswer } from './hook-call.ts';
import type { HookMemory } from './hook-memory.ts';

/** One event to one hook, and what its answer means for it and for the events behind it. */

export interface HookDeliveryOptions {
  readonly store: HookStore;
  /** Null: this server has none for it, and nothing can be sent. Throws when it cannot be read. */
  readonly secretOf: (hook: StoredHook) => string | null;
  readonly call: (call: HookCall, now: EpochMs) => Promise<TimedAnswer>;
  readonly now: () => EpochMs;
  readonly random: () => number;
  /** Told once when a hook has begun to fail for good, when it takes events again, and of events that came to the dead list or stay on it. */
  readonly tell: (hook: StoredHook, what: 'failing' | 'well' | 'dead', details: HookNews) => void;
}

export interface HookNews {
  readonly reason: string;
  /** Events on the dead list by this; of the others 0. */
  readonly events: number;
}

export const hookPauses = { firstMs: 5000, maxMs: 15 * 60_000, jitter: 0.2 } as const;
/** A hook that failed so often in a row is told of. */
export const toldAfterTries = 5;
/** What refuses an event for what it says may be mended soon, and holds the others up only so often. */
const mostRefusals = 3;
const refusals: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/** Whoever took longer over a request is slow. */
const slowFrom: Milliseconds = 2000;

const noSecret = 'it has no secret on this server, and nothing is sent unsigned';

export interface HookDelivery {
  /** Whether the next one may be tried. */
  deliver(hook: StoredHook, next: NextHookEvent): Promise<boolean>;
}

/** `isOver`: nothing is written any more, and what is on its way belongs to the next master. */
export const createHookDelivery = (
  options: HookDeliveryOptions,
  memory: HookMemory,
  isOver: () => boolean,
): HookDelivery => {
  const { store, now } = options;

  const secretOf = (hook: StoredHook): string | { readonly reason: string } => {
    try {
      return options.secretOf(hook) ?? { reason: noSecret };
    } catch (error) {
      return { reason: messageOf(error) };
    }
  };

  const send = async (hook: StoredHook, next: NextHookEvent, body: string): Promise<HookAnswer> => {
    const secret = secretOf(hook);
    if (typeof secret !== 'string') return { status: null, reason: secret.reason, said: null };
    const { url, allowHosts } = hook;
    const answer = await options.call({ url, allowHosts, secret, key: next.event.key, body }, now());
    memory.setSlow(hook, answer.ms > slowFrom);
    return answer;
  };

  /** Told of the first ones: a list that nobody has looked at since is no news. */
  const bury = (hook: StoredHook, reason: string, work: () => number): void => {
    const hadSome = store.hasDead(hook);
    const events = work();
    if (!hadSome && events > 0) options.tell(hook, 'dead', { reason, events });
  };

  const settleFailure = (hook: StoredHook, next: NextHookEvent, { status, reason }: HookAnswer): boolean => {
    const why = reason ?? '';
    const isRefusal = status !== null && refusals.has(status);
    // From the dead list once: what is newer does not wait for it for another day.
    if (next.isAgain) {
      if (isRefusal) store.bury(hook, next, why, now());
      else options.tell(hook, 'dead', { reason: why, events: store.wantNoneAgain(hook, why) });
      return true;
    }
    if (isRefusal && memory.countRefusal(hook, next) >= mostRefusals) {
      bury(hook, why, () => store.bury(hook, next, why, now()));
      return true;
    }

    const pause = backoffDelay(hook.tries, hookPauses, options.random);
    store.failed(hook, why, now() + pause, now());
    if (hook.tries + 1 === toldAfterTries && memory.noteFailing(hook))
      options.tell(hook, 'failing', { reason: why, events: 0 });
    if (next.event.at <= now() - hookTriesFor) bury(hook, why, () => store.buryOld(hook, why, now()));
    return false;
  };

  const settleTaken = (hook: StoredHook, next: NextHookEvent): void => {
    // A store that cannot be written keeps it from being known, and not from having been taken.
    memory.noteTaken(hook, next);
    store.passed(hook, next, true, now());
    memory.forgetTaken(hook);
    if (memory.noteWell(hook) || hook.tries >= toldAfterTries) options.tell(hook, 'well', { reason: '', events: 0 });
  };

  /** Null: there is nothing to send, and the next one is up. What cannot be told keeps no other back. */
  const compose = (hook: StoredHook, next: NextHookEvent): string | null => {
    try {
      const facts = store.facts(next.event);
      if (facts !== null) return bodyOf(next.event, hook.sessionName, facts);
      store.passed(hook, next, false, now());
    } catch (error) {
      if (storeFaultOf(error) !== null) throw error;
      const why = `it cannot be told: ${messageOf(error)}`;
      bury(hook, why, () => store.bury(hook, next, why, now()));
    }
    return null;
  };

  return {
    deliver: async (hook, next) => {
      const body = compose(hook, next);
      if (body === null) return true;

      if (!memory.isTaken(hook, next)) {
        const answer = await send(hook, next, body);
        if (isOver()) return false;
        if (answer.reason !== null) return settleFailure(hook, next, answer);
      }
      settleTaken(hook, next);
      return true;
    },
  };
};
