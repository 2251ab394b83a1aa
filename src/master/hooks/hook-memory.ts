import type { EpochMs } from '../../session/units.ts';
import type { NextHookEvent, StoredHook } from '../../store/hook-store.ts';

/** What one master knows of hooks besides what is in the store; the next one does without it. */

type Of = Pick<StoredHook, 'id'>;

export interface HookMemory {
  /** Those that are gone are forgotten. */
  keepOnly(hooks: readonly Of[]): void;
  setSlow(hook: Of, isSlow: boolean): void;
  isSlow(hook: Of): boolean;
  /** How many of these are. */
  slowAmong(ids: Iterable<string>): number;
  /** The event was taken and is not written down as taken: it is not sent again for that. */
  noteTaken(hook: Of, next: NextHookEvent): void;
  isTaken(hook: Of, next: NextHookEvent): boolean;
  forgetTaken(hook: Of): void;
  /** How often the event that is up was refused for what it says; what failed for another reason is no refusal. */
  countRefusal(hook: Of, next: NextHookEvent): number;
  /** False: it is known to fail already. */
  noteFailing(hook: Of): boolean;
  /** Whether it was known to fail until now. */
  noteWell(hook: Of): boolean;
  /** The store could not be written: it is not sent to until then. */
  hold(hook: Of, until: EpochMs): void;
  heldUntil(hook: Of): EpochMs;
  /** It has its turn now: who has waited longest has the lowest number. */
  noteTurn(hook: Of): void;
  lastTurn(hook: Of): number;
}

export const createHookMemory = (): HookMemory => {
  const slow = new Set<string>();
  const failing = new Set<string>();
  const taken = new Map<string, string>();
  const refused = new Map<string, { readonly key: string; readonly times: number }>();
  const held = new Map<string, EpochMs>();
  const turns = new Map<string, number>();
  let turn = 0;

  return {
    keepOnly: (hooks) => {
      const there = new Set(hooks.map(({ id }) => id));
      for (const known of [slow, failing, taken, refused, held, turns])
        for (const id of known.keys()) if (!there.has(id)) known.delete(id);
    },

    setSlow: ({ id }, isSlow) => void (isSlow ? slow.add(id) : slow.delete(id)),
    isSlow: ({ id }) => slow.has(id),
    slowAmong: (ids) => [...ids].filter((id) => slow.has(id)).length,

    noteTaken: ({ id }, { event }) => void taken.set(id, event.key),
    isTaken: ({ id }, { event }) => taken.get(id) === event.key,
    forgetTaken: ({ id }) => void taken.delete(id),

    countRefusal: ({ id }, { event: { key } }) => {
      const known = refused.get(id);
      const times = known?.key === key ? known.times + 1 : 1;
      refused.set(id, { key, times });
      return times;
    },

    noteFailing: ({ id }) => {
      if (failing.has(id)) return false;
      failing.add(id);
      return true;
    },
    noteWell: ({ id }) => failing.delete(id),

    hold: ({ id }, until) => void held.set(id, until),
    heldUntil: ({ id }) => held.get(id) ?? 0,

    noteTurn: ({ id }) => {
      turn += 1;
      turns.set(id, turn);
    },
    lastTurn: ({ id }) => turns.get(id) ?? 0,
  };
};
