import type { Milliseconds } from '../session/units.ts';

/** Where lines cannot be written over, one tells enough this often. */
const everyMs: Milliseconds = 5000;
/** What is done sooner says nothing of its steps there. */
const firstAfter: Milliseconds = 2000;

/** One line that takes the place of the one before on a terminal; elsewhere one line now and then. */
export const progressOn = (
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>,
  // The first look at `performance` loads all of it, for a line that most commands never write.
  now: () => number = () => process.uptime() * 1000,
): ((text: string | null) => void) => {
  const begun = now();
  let isShown = false;
  let toldAt = Number.NEGATIVE_INFINITY;

  return (text) => {
    if (stream.isTTY === true) {
      if (text !== null) stream.write(`\r\u001b[2K${text}`);
      else if (isShown) stream.write('\r\u001b[2K');
      isShown = text !== null;
      return;
    }
    if (text === null || now() - begun < firstAfter || now() - toldAt < everyMs) return;
    toldAt = now();
    stream.write(`${text}\n`);
  };
};
