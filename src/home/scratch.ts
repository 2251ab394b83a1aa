import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FleetError } from '../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import type { HomePaths } from './home-paths.ts';
import { type Lock, tryLock } from './lock.ts';

/**
 * Where work on archives lies until it is whole: hidden directories and files that carry one mark, and a lock that their owner holds for as
 * long as it lives. Any death frees the lock, so whoever looks next knows at once that nobody finishes them: they hold the words of all
 * customers, and are removed whatever their age.
 */
export interface Scratch {
  /** A hidden path under `directory`, which is one of the fleet's (`data`, `tokens`, `data/backups`). Not made. */
  path(directory: string, kind: ScratchKind): string;
  /** The hidden name under which `file` is written until it is whole; may lie anywhere. */
  partial(file: string): string;
  /** Removes what is left of it all and gives the lock back. */
  release(): Promise<void>;
}
type ScratchKind = 'staging' | 'verify' | 'restore' | 'rewrite';

/** What nobody finishes any more. */
export interface DeadScratch {
  /** What lies there, never empty but for a lock alone. */
  readonly paths: readonly string[];
  remove(): Promise<void>;
}

const hiddenPattern = /^\.(?:staging|verify|restore|rewrite)-([0-9a-f]{12})$/;
const partialPattern = /^\..+\.([0-9a-f]{12})\.partial$/;
const lockPattern = /^\.work-([0-9a-f]{12})\.lock$/;
/** What a zap-fleet of before this lock left carries none: it may be at work while it is young. */
const unlockedAfter: Milliseconds = 3_600_000;

const lockOf = (paths: HomePaths, mark: string): string => join(paths.backups, `.work-${mark}.lock`);
/** Paths outside of the fleet's directories. */
const elsewhereOf = (paths: HomePaths, mark: string): string => join(paths.backups, `.work-${mark}.json`);

const takeMark = (paths: HomePaths): { readonly mark: string; readonly lock: Lock } => {
  for (let tries = 0; tries < 5; tries += 1) {
    const mark = randomBytes(6).toString('hex');
    const lock = tryLock(lockOf(paths, mark));
    // Whoever clears away may have found the new file before it was locked.
    if (lock !== null && existsSync(lockOf(paths, mark))) return { mark, lock };
    lock?.release();
  }
  throw new FleetError('failed', `no work can be begun in ${paths.backups}. Try again.`);
};

interface Owned {
  readonly paths: HomePaths;
  readonly mark: string;
  /** Held here, too: a lock that nobody refers to any more is collected, and free. */
  readonly lock: Lock;
  readonly made: Set<string>;
}
const owned = new Set<Owned>();

export const takeScratch = (paths: HomePaths): Scratch => {
  const { mark, lock } = takeMark(paths);
  const work: Owned = { paths, mark, lock, made: new Set() };
  owned.add(work);
  const remember = (path: string): string => {
    work.made.add(path);
    return path;
  };

  return {
    path: (directory, kind) => remember(join(directory, `.${kind}-${mark}`)),
    partial: (file) => {
      const path = join(dirname(file), `.${basename(file)}.${mark}.partial`);
      if (dirname(path) !== paths.backups)
        writeFileSync(elsewhereOf(paths, mark), JSON.stringify([path]), { mode: 0o600 });
      return remember(path);
    },
    release: async () => {
      for (const path of work.made) await rm(path, { recursive: true, force: true });
      await rm(elsewhereOf(paths, mark), { force: true });
      await rm(lockOf(paths, mark), { force: true });
      owned.delete(work);
      lock.release();
    },
  };
};

/** For a process that has to end now: what this one made is removed before it does; its locks end with it. */
export const removeOwnScratch = (): void => {
  for (const { paths, mark, made } of owned) {
    for (const path of made) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    rmSync(elsewhereOf(paths, mark), { force: true });
    rmSync(lockOf(paths, mark), { force: true });
  }
};

const namesIn = async (directory: string): Promise<readonly string[]> => {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** Only names that are ours: what a file says is not obeyed further than that. */
const partialsElsewhere = (paths: HomePaths, mark: string): readonly string[] => {
  const file = elsewhereOf(paths, mark);
  if (!existsSync(file)) return [];
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return (Array.isArray(found) ? found : []).filter(
      (path): path is string => typeof path === 'string' && partialPattern.exec(basename(path))?.[1] === mark,
    );
  } catch (error) {
    // Written while the machine went down: there is nothing to learn from it.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
};

const scratchByMark = async (paths: HomePaths): Promise<Map<string, string[]>> => {
  const byMark = new Map<string, string[]>();
  for (const directory of new Set([paths.backups, paths.data, paths.tokens]))
    for (const name of await namesIn(directory)) {
      const mark = hiddenPattern.exec(name)?.[1] ?? partialPattern.exec(name)?.[1];
      const alone = lockPattern.exec(name)?.[1];
      if (mark !== undefined) byMark.set(mark, [...(byMark.get(mark) ?? []), join(directory, name)]);
      else if (alone !== undefined && directory === paths.backups && !byMark.has(alone)) byMark.set(alone, []);
    }
  for (const [mark, found] of byMark)
    found.push(...partialsElsewhere(paths, mark).filter((path) => !found.includes(path) && existsSync(path)));
  return byMark;
};

/** Null when somebody is at work on it. */
const lockDead = (paths: HomePaths, mark: string, found: readonly string[], now: EpochMs): Lock | null => {
  if (existsSync(lockOf(paths, mark))) return tryLock(lockOf(paths, mark));

  const isYoung = found.some((path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat !== undefined && now - stat.mtimeMs < unlockedAfter;
  });
  return isYoung ? null : { release: () => undefined };
};

/** What backups, restores and their like left that died at work. */
export const findDeadScratch = async (paths: HomePaths, now: EpochMs): Promise<readonly DeadScratch[]> => {
  const dead: DeadScratch[] = [];
  for (const [mark, found] of await scratchByMark(paths)) {
    const lock = lockDead(paths, mark, found, now);
    if (lock === null) continue;
    lock.release();

    dead.push({
      paths: found,
      remove: async () => {
        // Nobody takes a mark a second time, so who is dead stays dead; two that clear away at once meet here.
        const held = lockDead(paths, mark, found, now);
        if (held === null) return;
        try {
          for (const path of found) await rm(path, { recursive: true, force: true });
          await rm(elsewhereOf(paths, mark), { force: true });
          await rm(lockOf(paths, mark), { force: true });
        } finally {
          held.release();
        }
      },
    });
  }
  return dead;
};

/** Removes what died at work; how many paths. Call it at a master's start. */
export const removeDeadScratch = async (paths: HomePaths, now: EpochMs): Promise<number> => {
  let removed = 0;
  for (const { paths: found, remove } of await findDeadScratch(paths, now)) {
    await remove();
    removed += found.length;
  }
  return removed;
};
