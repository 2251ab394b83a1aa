import { closeSync, existsSync, fstatSync, openSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { type HomePaths, masterLock } from './home-paths.ts';

/**
 * Where the volumes of a fleet were when they were marked: shows that one was moved, unmounted or covered by another under a running
 * process, which goes on writing into what nobody sees any more. The directories are held open, because the number of a removed one is
 * given to the next that is made.
 */
export interface HomeMark {
  /** The directory that is not at its place any more, in words; null while all are. */
  loss(): Promise<string | null>;
  close(): void;
}

/** The process is short of something, which says nothing of the directory. */
const ownShortage: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR']);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);

interface HeldDirectory {
  readonly path: string;
  readonly descriptor: number;
}

const hold = (path: string): HeldDirectory => {
  try {
    return { path, descriptor: openSync(path, 'r') };
  } catch (error) {
    throw new FleetError('failed', `cannot open ${path}: ${messageOf(error)}`, { cause: error });
  }
};

const lossOf = async ({ path, descriptor }: HeldDirectory): Promise<string | null> => {
  try {
    const held = fstatSync(descriptor);
    const found = await stat(path);
    return found.dev === held.dev && found.ino === held.ino ? null : `${path} is another directory now`;
  } catch (error) {
    const code = codeOf(error);
    if (ownShortage.has(code)) return null;
    return code === 'ENOENT' || code === 'ENOTDIR' ? `${path} is gone` : `${path} cannot be reached (${code})`;
  }
};

/** Throws `failed` when there is nothing to mark. */
export const markHome = (paths: HomePaths): HomeMark => {
  const held = [hold(paths.data), hold(paths.tokens)];
  let closed = false;

  return {
    loss: async () => {
      for (const directory of held) {
        if (closed) return null;
        const loss = await lossOf(directory);
        if (loss !== null && !closed) return loss;
      }
      return null;
    },
    close: () => {
      if (closed) return;
      closed = true;
      for (const { descriptor } of held) closeSync(descriptor);
    },
  };
};

const isEmpty = (directory: string): boolean => {
  try {
    return readdirSync(directory).length === 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return true;
    throw error;
  }
};

/** Whether the directories of a fleet are there. A volume that is not mounted leaves an empty one, so that one exists says nothing. */
export const isHomePrepared = (paths: HomePaths): boolean => !isEmpty(paths.data) && !isEmpty(paths.tokens);

/** Whether a fleet that ran before lies there. */
export const isHomeThere = (paths: HomePaths): boolean =>
  isHomePrepared(paths) && (existsSync(masterLock(paths)) || existsSync(paths.database));

/** Whether an open file of this process is the one that `path` names. Null where the system does not tell. */
const holdsFile = (path: string): boolean | null => {
  try {
    const real = realpathSync(path);
    return readdirSync('/proc/self/fd').some((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`) === real;
      } catch (error) {
        // The one that the directory was read with is closed by now.
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

/**
 * Watches the file of a lock that this process holds: where it was removed or replaced, the lock holds nobody off any more. Never opens
 * the file: closing a second descriptor of it would free the lock.
 */
export const watchLockFile = (path: string): { isInPlace(): boolean } => {
  const { dev, ino } = statSync(path);

  return {
    isInPlace: () => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return false;
      if (found.dev === dev && found.ino === ino) return true;
      // Some network volumes give a file another number now and then.
      return found.dev === dev && holdsFile(path) === true;
    },
  };
};
