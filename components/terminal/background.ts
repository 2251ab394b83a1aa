import type { ReadStream } from 'node:tty';
import { type AnsweredBackground, createAnswerFilter } from './background-answer.ts';

/** What the terminal says its background is; `undefined`: it has not answered yet, `null`: it does not know the question. */
export interface TerminalBackground {
  readonly current: () => AnsweredBackground | null | undefined;
  readonly subscribe: (listener: () => void) => () => void;
}

/** A terminal that is not asked: one without colours that depend on it. */
export const unaskedBackground: TerminalBackground = { current: () => undefined, subscribe: () => () => undefined };

const esc = '\u001b';
/**
 * The colour of the background (OSC 11), then the status (DSR 5), which every terminal answers, in the order asked: when the status comes
 * first, the first question is not known (PuTTY, screen, tmux before 3.4).
 */
export const askForBackground = `${esc}]11;?${esc}\\${esc}[5n`;

/**
 * Takes the answer out of what is read before anything else sees it: Ink would hand it on as typed letters. `read` is the one way by which
 * Ink, and Node itself, take from the input.
 */
export const watchBackground = (stdin: ReadStream): TerminalBackground & { readonly close: () => void } => {
  const listeners = new Set<() => void>();
  const filter = createAnswerFilter();
  const readAll: (size?: number) => unknown = stdin.read.bind(stdin);
  let answered: AnsweredBackground | null | undefined;
  const take = (chunk: string): string => {
    const { text, background } = filter(chunk);
    if (background !== undefined && background !== answered) {
      answered = background;
      for (const listener of listeners) listener();
    }
    return text;
  };

  stdin.read = (size?: number) => {
    for (;;) {
      const chunk = readAll(size);
      if (chunk === null || chunk === undefined) return null;
      const text = take(String(chunk));
      if (text !== '') return text;
    }
  };
  return {
    current: () => answered,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      // The method of the stream itself comes back.
      Reflect.deleteProperty(stdin, 'read');
    },
  };
};
