import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Files under `/proc`, whose processes may end, or be another user's, at any moment. */

/** A stat line is at most some 350 bytes: 52 numbers and a name of 15. */
const lineBytes = 1024;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const isGone = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH';

const isDenied = (error: unknown): boolean => codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';

const noMoreDescriptors = (error: unknown): boolean => codeOf(error) === 'EMFILE' || codeOf(error) === 'ENFILE';

/** Null: gone, or not for us. */
export const readOrNull = (path: string): Buffer | null => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isGone(error) || isDenied(error)) return null;
    throw error;
  }
};

/** Null: no such file, nothing for us, or what should be a folder is none. */
export const readInFolderOrNull = (path: string): Buffer | null => {
  try {
    return readOrNull(path);
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
};

/** Who may keep a descriptor of its stat file: the kernel ties it to the one process that it was opened for. */
export interface KeptStat {
  readonly pid: number;
  descriptor: number | null;
}

/** Reads stat lines into one buffer, by a kept descriptor where there is one. */
export const createStatReader = (procRoot: string) => {
  const buffer = Buffer.alloc(lineBytes);

  /** Bytes of the line now in `buffer`, or -1 when the process is gone or hidden. */
  const attempt = (read: () => number): number => {
    try {
      return read();
    } catch (error) {
      if (isGone(error) || isDenied(error) || noMoreDescriptors(error)) return -1;
      throw error;
    }
  };

  const release = (kept: KeptStat): void => {
    if (kept.descriptor === null) return;
    closeSync(kept.descriptor);
    kept.descriptor = null;
  };

  return {
    /** Holds the line that was read last. */
    buffer,
    release,

    /** Opens a descriptor to keep, if this machine has one left. */
    keep: (kept: KeptStat): void => {
      attempt(() => {
        kept.descriptor = openSync(`${procRoot}/${kept.pid}/stat`, 'r');
        return 0;
      });
    },
    readKept: (kept: KeptStat): number => {
      const { descriptor } = kept;
      if (descriptor === null) return -1;

      const length = attempt(() => readSync(descriptor, buffer, 0, lineBytes, 0));
      if (length <= 0) release(kept);
      return length;
    },
    readOnce: (pid: number): number =>
      attempt(() => {
        const descriptor = openSync(`${procRoot}/${pid}/stat`, 'r');
        try {
          return readSync(descriptor, buffer, 0, lineBytes, 0);
        } finally {
          closeSync(descriptor);
        }
      }),
  };
};
