import { useCallback, useEffect, useRef, useState } from 'react';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';

export interface Query<T> {
  /** Null until the first answer. */
  readonly data: T | null;
  readonly error: string | null;
  readonly reload: () => void;
}

/**
 * Asks the door when mounted, whenever `key` changes, and every `everyMs` (null: once). One question at a time: the next one is
 * asked after the answer to the one before, so that a slow master is not flooded.
 */
export const useQuery = <T>(key: string, load: () => Promise<T>, everyMs: number | null): Query<T> => {
  const [state, setState] = useState<{ readonly key: string; readonly data: T | null; readonly error: string | null }>({
    key,
    data: null,
    error: null,
  });
  const latest = useRef(load);
  latest.current = load;
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks again
  useEffect(() => {
    let alive = true;
    let timer: NodeJS.Timeout | null = null;
    const ask = () => {
      latest
        .current()
        .then(
          (data) => alive && setState({ key, data, error: null }),
          (error: unknown) =>
            alive &&
            setState((before) => ({
              key,
              data: before.key === key ? before.data : null,
              error: plainText(messageOf(error)),
            })),
        )
        .finally(() => {
          if (alive && everyMs !== null) timer = setTimeout(ask, everyMs);
        });
    };
    ask();
    return () => {
      alive = false;
      if (timer !== null) clearTimeout(timer);
    };
  }, [key, everyMs, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const fresh = state.key === key;
  return { data: fresh ? state.data : null, error: fresh ? state.error : null, reload };
};
