import { useEffect, useMemo, useState } from 'react';
import type { EpochMs } from '../../src/session/units.ts';
import type { Line } from '../paint/line.ts';
import { type ToastKind, toastLine } from '../view-models/toast.ts';

export interface Message {
  readonly text: string;
  readonly kind: ToastKind;
  readonly at: EpochMs;
}

const shownMs = 10_000;

/** The last result as a line, for ten seconds; and what shows the next one. */
export const useMessageLine = (columns: number): readonly [Line | null, (message: Message | null) => void] => {
  const [message, setMessage] = useState<Message | null>(null);
  useEffect(() => {
    if (message === null) return undefined;
    const timer = setTimeout(() => setMessage(null), shownMs);
    return () => clearTimeout(timer);
  }, [message]);
  const line = useMemo<Line | null>(
    () => (message === null ? null : toastLine(message.kind, message.text, columns)),
    [message, columns],
  );
  return [line, setMessage];
};
