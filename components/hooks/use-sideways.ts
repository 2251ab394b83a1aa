import { useRef, useState } from 'react';
import type { ReadOn } from '../view-models/read-on.ts';
import type { Handlers } from './use-keys.ts';

/**
 * A part of a screen that left and right move through while up and down move a cursor. `of` names what is shown there: anything else begins
 * at its top. Whoever draws it says how far it goes, so that no press leads beyond.
 */
export const useSideways = (
  of: string,
): { readonly readOn: ReadOn; readonly handlers: Pick<Handlers, 'left' | 'right'> } => {
  const [state, setState] = useState({ of, rows: 0 });
  const most = useRef(0);
  most.current = 0;
  const by = (step: number) => () => {
    setState((before) => {
      const from = before.of === of ? Math.min(before.rows, most.current) : 0;
      return { of, rows: Math.max(0, Math.min(most.current, from + step)) };
    });
    return true;
  };
  return {
    readOn: (rows) => {
      most.current = Math.max(0, rows);
      return state.of === of ? Math.min(state.rows, most.current) : 0;
    },
    handlers: { left: by(-1), right: by(1) },
  };
};
