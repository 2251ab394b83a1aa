import type { ReadStream, WriteStream } from 'node:tty';
import { mouseOff, mouseOn, popTitle } from './sequences.ts';

/**
 * Ink takes its listener from the input when it lends the terminal, but Node goes on reading: what is typed into an editor would be ours,
 * every other key or so (seen with Ink 8.0). The pause takes effect one turn after the listener is gone.
 */
export const stopReading = async (stdin: ReadStream): Promise<void> => {
  const turn = () => new Promise((done) => setImmediate(done));
  await turn();
  stdin.pause();
  await turn();
};

/** The terminal, which is lent to an editor, another program or the shell now and then. */
export interface LendableTerminal {
  readonly write: (text: string) => void;
  /** Somebody else has the terminal: its ctrl+c is not for us. */
  readonly isLent: () => boolean;
  readonly lend: <T>(work: () => Promise<T>) => Promise<T>;
  readonly setMouse: (on: boolean) => void;
  /** As it was before: no mouse reports, and its own title. */
  readonly restore: () => void;
}

export const createLendableTerminal = (stdin: ReadStream, stdout: WriteStream): LendableTerminal => {
  let lent = 0;
  let mouse = false;
  const write = (text: string) => {
    if (stdout.writable && !stdout.destroyed) stdout.write(text);
  };

  return {
    write,
    isLent: () => lent > 0,
    lend: async (work) => {
      lent += 1;
      if (mouse) write(mouseOff);
      try {
        await stopReading(stdin);
        return await work();
      } finally {
        lent -= 1;
        // Ink paints on from the column where the other program left the cursor.
        write('\r');
        if (mouse) write(mouseOn);
      }
    },
    setMouse: (on) => {
      if (on !== mouse) write(on ? mouseOn : mouseOff);
      mouse = on;
    },
    restore: () => {
      if (mouse) write(mouseOff);
      write(popTitle);
    },
  };
};
