import { backoffDelay } from '../../pace/backoff.ts';
import { messageOf } from '../../session/fleet-error.ts';
import { type HookAnswer, hookTriesFor } from '../../session/hook.ts';
import type { EpochMs } from '../../session/units.ts';
import type { HookStore, NextHookEvent, StoredHook } from '../../store/hook-store.ts';
import { storeFaultOf } from '../../store/store-fault.ts';
import { bodyOf, type HookCall } from './hook-call.ts';

/**
 * Takes events from the store to hooks: to each in their order, one at a time, until it was taken. What was not taken in a day, or is refused
 * for what it says, goes to the dead list, and the next one is sent. A master that dies in between sends again what it had on its way.
 */

export interface HookCourier {
  /** Begins to send what is due to each hook that is not being sent to: a slow one keeps no other waiting. */
  look(hooks: readonly StoredHook[]): void;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
  /** Begins nothing new, and writes nothing more. */
  stop(): void;
}

export interface HookCourierOptions {
  readonly store: HookStore;
  /** Null: this server has none for it, and nothing can be sent. */
  readonly secretOf: (hook: StoredHook) => string | null;
  readonly call: (call: HookCall, now: EpochMs) => Promise<HookAnswer>;
  readonly now: () => EpochMs;
  readonly random: () => number;
  /** Told of what went wrong with the store. */
  readonly onProblem: (error: unknown) => void;
  /** Told once when a hook has begun to fail for good, when it takes events again, and of events that went to the dead list. */
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
/** Hooks that are sent to at a time, and events that one of them is sent before others have their turn. */
const atOnce = 32;
const share = 50;

const noSecret = 'it has no secret on this server, and nothing is sent unsigned';

export const createHookCourier = (options: HookCourierOptions): HookCourier => {
  const { store, now } = options;
  const running = new Map<string, Promise<void>>();
  /** The number of the turn in which each was sent to last: who has waited longest comes first. */
  const turns = new Map<string, number>();
  let turn = 0;
  let stopped = false;

  /** A clock that was set back does not make a pause longer. */
  const waits = ({ nextAt }: StoredHook): boolean =>
    nextAt > now() && nextAt - now() <= hookPauses.maxMs * (1 + hookPauses.jitter);

  const send = (hook: StoredHook, next: NextHookEvent, body: string): Promise<HookAnswer> => {
    const secret = options.secretOf(hook);
    if (secret === null) return Promise.resolve({ status: null, reason: noSecret });
    const { url, allowHosts } = hook;
    return options.call({ url, allowHosts, secret, key: next.event.key, body }, now());
  };

  /** Told of the first ones: a list that nobody has looked at since is no news. */
  const bury = (hook: StoredHook, reason: string, work: () => number): void => {
    const before = store.standing(hook).dead;
    const events = work();
    if (before === 0 && events > 0) options.tell(hook, 'dead', { reason, events });
  };

  /** Whether the next one may be tried. */
  const settleFailure = (hook: StoredHook, next: NextHookEvent, { status, reason }: HookAnswer): boolean => {
    const why = reason ?? '';
    const isRefusal = status !== null && refusals.has(status);
    // From the dead list once: what is newer does not wait for it for another day.
    if (next.isAgain) {
      if (isRefusal) store.bury(hook, next, why, now());
      else store.wantNoneAgain(hook, why);
      return true;
    }
    if (isRefusal && hook.tries + 1 >= mostRefusals) {
      bury(hook, why, () => store.bury(hook, next, why, now()));
      return true;
    }

    const pause = backoffDelay(hook.tries, hookPauses, options.random);
    store.failed(hook, why, now() + pause, now());
    if (hook.tries + 1 === toldAfterTries) options.tell(hook, 'failing', { reason: why, events: 0 });
    if (next.event.at <= now() - hookTriesFor) bury(hook, why, () => store.buryOld(hook, why, now()));
    return false;
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

  /** Whether the next one may be tried. */
  const deliverOne = async (hook: StoredHook, next: NextHookEvent): Promise<boolean> => {
    const body = compose(hook, next);
    if (body === null) return true;

    const answer = await send(hook, next, body);
    if (stopped) return false;
    if (answer.reason !== null) return settleFailure(hook, next, answer);
    store.passed(hook, next, true, now());
    if (hook.tries >= toldAfterTries) options.tell(hook, 'well', { reason: '', events: 0 });
    return true;
  };

  const deliverTo = async (first: StoredHook): Promise<void> => {
    let hook: StoredHook | null = first;
    for (let sent = 0; sent < share && hook?.id === first.id && !waits(hook) && !stopped; sent += 1) {
      const next = store.next(hook);
      if (next === null || !(await deliverOne(hook, next))) return;
      // Anew each time: a person may have changed or removed it meanwhile.
      hook = store.get(first.sessionId, first.name);
    }
  };

  return {
    look: (hooks) => {
      const last = ({ id }: StoredHook): number => turns.get(id) ?? 0;
      for (const hook of [...hooks].sort((a, b) => last(a) - last(b))) {
        if (stopped || running.size >= atOnce) return;
        if (running.has(hook.id) || waits(hook) || store.next(hook) === null) continue;
        turn += 1;
        turns.set(hook.id, turn);
        const work = deliverTo(hook)
          .catch(options.onProblem)
          .finally(() => running.delete(hook.id));
        running.set(hook.id, work);
      }
    },
    idle: async () => {
      await Promise.all(running.values());
    },
    stop: () => {
      stopped = true;
    },
  };
};
