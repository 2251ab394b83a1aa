import { useState } from 'react';
import type { Handlers } from './use-keys.ts';

/** A part of a screen that left and right move through while up and down move a cursor. */
export const useSideways = (): { readonly scroll: number; readonly handlers: Pick<Handlers, 'left' | 'right'> } => {
  const [scroll, setScroll] = useState(0);
  const by = (step: number) => () => {
    setScroll((before) => Math.max(0, before + step));
    return true;
  };
  return { scroll, handlers: { left: by(-1), right: by(1) } };
};
