import { useEffect, useRef, useState } from 'react';
import type { KeyRouter } from '../keys/key-layers.ts';

/** Between two keys of one read the screen is drawn: who takes the second one is what the first one opened. Once, around all screens. */
export const useKeyTurns = (router: KeyRouter): void => {
  const [turn, setTurn] = useState(0);
  const then = useRef<(() => void) | null>(null);

  useEffect(
    () =>
      router.drawBetween((next) => {
        then.current = next;
        setTurn((before) => before + 1);
      }),
    [router],
  );
  // The screens below have told the router of their layers by now: the effects of children come before those of their parents.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the turn that brings it here
  useEffect(() => {
    const next = then.current;
    then.current = null;
    if (next === null) return undefined;
    const soon = setImmediate(next);
    return () => clearImmediate(soon);
  }, [turn]);
};
