import { endsWithin } from '../../pace/deadline.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { StoredHook } from '../../store/hook-store.ts';
import { createHookDelivery, type HookDeliveryOptions, hookPauses } from './hook-delivery.ts';
import { createHookMemory } from './hook-memory.ts';

/**
 * Takes events from the store to hooks: to each in their order, one at a time, until it was taken. What was not taken in a day, or is refused
 * for what it says, goes to the dead list, and the next one is sent. A master that dies in between sends again what it had on its way.
 */

export interface HookCourier {
  /** Begins to send to each of these what is due, but to one that is being sent to: a slow one keeps no other waiting. */
  look(hooks: readonly StoredHook[]): void;
  /** Forgets what it remembers of others. */
  keepOnly(hooks: readonly StoredHook[]): void;
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>;
  /**
   * Begins nothing new, and writes nothing more after so long: what is taken meanwhile is known as taken, and not sent again by the next
   * master.
   */
  stop(withinMs: Milliseconds): Promise<void>;
}

export interface HookCourierOptions extends HookDeliveryOptions {
  /** Told of what went wrong with the store. */
  readonly onProblem: (error: unknown) => void;
}

/** Hooks that are sent to at a time, and events that one of them is sent before others have their turn. */
const atOnce = 32;
const share = 50;
/** Slow ones have one event a turn, and leave places for the others. */
const slowAtOnce = 24;
/** After an error of the store: nothing that fails then can be written down, and nobody should hear of it each second. */
const storePause: Milliseconds = 15_000;

export const createHookCourier = (options: HookCourierOptions): HookCourier => {
  const { store, now } = options;
  const memory = createHookMemory();
  const running = new Map<string, Promise<void>>();
  let isEnding = false;
  let isOver = false;
  const { deliver } = createHookDelivery(options, memory, () => isOver);

  /** A clock that was set back does not make a pause longer. */
  const isAhead = (at: EpochMs, longest: Milliseconds): boolean => at > now() && at - now() <= longest;
  const waits = (hook: StoredHook): boolean =>
    isAhead(hook.nextAt, hookPauses.maxMs * (1 + hookPauses.jitter)) || isAhead(memory.heldUntil(hook), storePause);

  const deliverTo = async (first: StoredHook): Promise<void> => {
    let hook: StoredHook | null = first;
    for (let sent = 0; sent < share && hook?.id === first.id && !waits(hook) && !isEnding; sent += 1) {
      const next = store.next(hook);
      if (next === null || !(await deliver(hook, next)) || memory.isSlow(hook)) return;
      // Anew each time: a person may have changed or removed it meanwhile.
      hook = store.get(first.sessionId, first.name);
    }
  };

  const begin = (hook: StoredHook): void => {
    memory.noteTurn(hook);
    const work = deliverTo(hook)
      .catch((error: unknown) => {
        memory.hold(hook, now() + storePause);
        options.onProblem(error);
      })
      .finally(() => running.delete(hook.id));
    running.set(hook.id, work);
  };

  const idle = async (): Promise<void> => {
    await Promise.all(running.values());
  };

  return {
    look: (hooks) => {
      for (const hook of [...hooks].sort((a, b) => memory.lastTurn(a) - memory.lastTurn(b))) {
        if (isEnding || running.size >= atOnce) return;
        if (running.has(hook.id) || waits(hook) || store.next(hook) === null) continue;
        if (!memory.isSlow(hook) || memory.slowAmong(running.keys()) < slowAtOnce) begin(hook);
      }
    },
    keepOnly: memory.keepOnly,
    idle,
    stop: async (withinMs) => {
      isEnding = true;
      if (running.size > 0) await endsWithin(idle(), withinMs);
      isOver = true;
    },
  };
};
