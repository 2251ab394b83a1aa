import { useCallback, useEffect, useRef, useState } from 'react';
import type { TryState } from '../../src/protocol/try.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { useDo } from './contexts.ts';

/** How long the master may wait with an answer until something is new. */
const withinMs = 10_000;
/** Between two questions: a master that answers at once is not flooded. */
const pauseMs = 200;

export interface Try {
  readonly state: TryState | null;
  readonly error: string | null;
  readonly say: (text: string) => void;
  readonly answerNow: () => void;
  readonly again: () => void;
}

/** A conversation with a session's AI, from the first line to leaving the screen. */
export const useTry = (name: string): Try => {
  const act = useDo();
  const [state, setState] = useState<TryState | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const current = useRef<TryState | null>(null);
  const failed = useCallback((failure: unknown): void => setError(plainText(messageOf(failure))), []);
  const take = useCallback((next: TryState): void => {
    // An answer may be overtaken by a newer one.
    const before = current.current;
    if (before !== null && before.tryId === next.tryId && next.revision < before.revision) return;
    current.current = next;
    setState(next);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` begins again
  useEffect(() => {
    let alive = true;
    let timer: NodeJS.Timeout | null = null;
    let id: string | null = null;
    current.current = null;
    setState(null);
    setError(null);
    const look = (): void => {
      if (!alive || id === null) return;
      act
        .request('tryState', { tryId: id, after: current.current?.revision ?? 0, within: withinMs })
        .then((next) => {
          if (!alive) return;
          take(next);
          timer = setTimeout(look, pauseMs);
        })
        .catch((failure: unknown) => alive && failed(failure));
    };
    act
      .request('tryStart', { name })
      .then((started) => {
        id = started.tryId;
        // Left before it began: nobody else ends it.
        if (!alive) return act.request('tryEnd', { tryId: id }).then(() => undefined);
        take(started);
        look();
        return undefined;
      })
      .catch((failure: unknown) => alive && failed(failure));
    return () => {
      alive = false;
      if (timer !== null) clearTimeout(timer);
      // It ends by itself, too, when nobody asks for it any more.
      if (id !== null) act.request('tryEnd', { tryId: id }).catch(() => undefined);
    };
  }, [act, name, round]);

  return {
    state,
    error,
    say: (text) => {
      const tryId = current.current?.tryId;
      if (tryId !== undefined) act.request('trySay', { tryId, text }).then(take, failed);
    },
    answerNow: () => {
      const tryId = current.current?.tryId;
      if (tryId !== undefined && current.current?.collectsUntil !== null)
        act.request('tryAnswer', { tryId }).then(take, failed);
    },
    again: () => setRound((before) => before + 1),
  };
};
