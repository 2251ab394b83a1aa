import { useState } from 'react';
import { windowTop } from '../view-models/fleet/table-window.ts';
import type { Handlers } from './use-keys.ts';

export interface List {
  readonly cursor: number;
  readonly top: number;
  readonly handlers: Handlers;
  readonly set: (cursor: number) => void;
}

/** A cursor in a list of `total` items of which `height` are visible, and the keys that move it. */
export const useList = (total: number, height: number): List => {
  const [state, setState] = useState({ cursor: 0, top: 0 });
  const cursor = Math.max(0, Math.min(state.cursor, total - 1));
  const top = windowTop(state.top, cursor, Math.max(1, height), total);
  /** From where the cursor is by then: several moves may come in one read, before anything is drawn again. */
  const change = (to: (from: number) => number) =>
    setState((before) => {
      const from = Math.max(0, Math.min(before.cursor, total - 1));
      const next = Math.max(0, Math.min(total - 1, to(from)));
      return { cursor: next, top: windowTop(before.top, next, Math.max(1, height), total) };
    });
  const set = (next: number) => change(() => next);
  const by = (step: number) => () => {
    change((from) => from + step);
    return true;
  };
  const half = Math.max(1, Math.floor(height / 2));
  return {
    cursor,
    top,
    set,
    handlers: {
      up: by(-1),
      down: by(1),
      'half-up': by(-half),
      'half-down': by(half),
      first: by(-total),
      last: by(total),
    },
  };
};
