import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { FleetError, messageOf } from '../session/fleet-error.ts';

/** A file of lines that is rotated by size: `file` is the newest, `file.1` the one before, up to `file.<keep>`. */
export interface LogFile {
  append(line: string): void;
  close(): void;
}

/** Lines held while the disk takes none; more than this and the oldest are dropped, with a line that says how many. */
const maxHeldLines = 2000;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const renameIfThere = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
};

export const openLogFile = (options: {
  readonly file: string;
  readonly maxBytes: number;
  readonly keep: number;
  readonly onProblem: (problem: string) => void;
}): LogFile => {
  const { file, maxBytes, keep } = options;
  let descriptor = -1;
  let size = 0;
  let held: string[] = [];
  let dropped = 0;
  let troubled = false;

  const open = (): void => {
    descriptor = openSync(file, 'a+', 0o600);
    size = fstatSync(descriptor).size;
    if (size === 0) return;
    // A process that was killed inside a write leaves half a line: end it, so that ours stay whole.
    const last = Buffer.alloc(1);
    readSync(descriptor, last, 0, 1, size - 1);
    if (last[0] !== 0x0a) size += writeSync(descriptor, '\n');
  };

  const closeDescriptor = (): void => {
    if (descriptor === -1) return;
    const open = descriptor;
    descriptor = -1;
    closeSync(open);
  };

  const rotate = (): void => {
    closeDescriptor();
    rmSync(`${file}.${keep}`, { force: true });
    // Oldest first: a reader that looks from the newest to the oldest meanwhile may see a file twice, but misses none.
    for (let number = keep - 1; number >= 1; number -= 1) renameIfThere(`${file}.${number}`, `${file}.${number + 1}`);
    renameIfThere(file, `${file}.1`);
    open();
  };

  const put = (line: string): void => {
    const bytes = Buffer.from(`${line}\n`);
    if (descriptor === -1) open();
    if (size > 0 && size + bytes.length > maxBytes) rotate();
    let written = 0;
    // A nearly full disk takes a part; the rest follows, or the next line ends this one.
    while (written < bytes.length) {
      const count = writeSync(descriptor, bytes, written);
      written += count;
      size += count;
    }
  };

  const putHeld = (): void => {
    while (held.length > 0) {
      const line = held[0];
      if (line !== undefined) put(line);
      held.shift();
    }
    if (dropped > 0) {
      const text = `${dropped} lines were lost while the disk took none`;
      put(JSON.stringify({ at: new Date().toISOString(), level: 'error', text, lost: dropped }));
      dropped = 0;
    }
  };

  const append = (line: string): void => {
    held.push(line);
    try {
      putHeld();
      troubled = false;
    } catch (error) {
      closeAfterTrouble();
      if (held.length > maxHeldLines) {
        dropped += held.length - maxHeldLines;
        held = held.slice(-maxHeldLines);
      }
      if (!troubled)
        options.onProblem(`cannot write ${file}: ${messageOf(error)}. Lines are kept in memory; free some disk.`);
      troubled = true;
    }
  };

  /** Opened anew for the next line: that looks at the end of the file again and ends a half line. */
  const closeAfterTrouble = (): void => {
    try {
      closeDescriptor();
    } catch (error) {
      options.onProblem(`cannot close ${file}: ${messageOf(error)}`);
    }
  };

  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    open();
  } catch (error) {
    throw new FleetError('failed', `cannot open the log ${file}: ${messageOf(error)}. Mend its permissions.`, {
      cause: error,
    });
  }
  return {
    append,
    close: () => {
      try {
        putHeld();
      } catch (error) {
        options.onProblem(`${held.length} lines of ${file} are lost: ${messageOf(error)}`);
      }
      closeAfterTrouble();
    },
  };
};
