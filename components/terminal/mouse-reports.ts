import type { ReadStream } from 'node:tty';

/** What the mouse did, taken out of what the terminal sends before anything else sees it: Ink throws such reports away. */

export interface MouseReport {
  /** As the terminal numbers them: 0 the left one, 32 more while it moves, 64 and 65 the wheel. */
  readonly button: number;
  /** From 0. */
  readonly column: number;
  readonly row: number;
  readonly isDown: boolean;
}

const esc = '\u001b';
const reports = new RegExp(`${esc}\\[<(\\d{1,4});(\\d{1,5});(\\d{1,5})([Mm])`, 'g');
/** What the next read may go on with; no key begins so. */
const begun = new RegExp(`${esc}\\[<[\\d;]{0,16}$`);

/** Reads in, keys out, and what the mouse did in its order. */
export const createMouseFilter = (): ((chunk: string) => {
  readonly text: string;
  readonly found: readonly MouseReport[];
}) => {
  let held = '';
  return (chunk) => {
    const found: MouseReport[] = [];
    let text = (held + chunk).replace(reports, (_whole, button: string, column: string, row: string, end: string) => {
      found.push({ button: Number(button), column: Number(column) - 1, row: Number(row) - 1, isDown: end === 'M' });
      return '';
    });
    const rest = begun.exec(text);
    held = rest === null ? '' : rest[0];
    if (rest !== null) text = text.slice(0, rest.index);
    return { text, found };
  };
};

/** `read` is the one way by which Ink, and Node itself, take from the input. Gives back what puts the input's own way in its place again. */
export const watchMouse = (stdin: ReadStream, tell: (report: MouseReport) => void): (() => void) => {
  const filter = createMouseFilter();
  const before = Object.getOwnPropertyDescriptor(stdin, 'read');
  const readAll: (size?: number) => unknown = stdin.read.bind(stdin);
  stdin.read = (size?: number) => {
    for (;;) {
      const chunk = readAll(size);
      if (chunk === null || chunk === undefined) return null;
      const { text, found } = filter(String(chunk));
      for (const report of found) tell(report);
      if (text !== '') return text;
    }
  };
  return () => {
    if (before === undefined) Reflect.deleteProperty(stdin, 'read');
    else Object.defineProperty(stdin, 'read', before);
  };
};
