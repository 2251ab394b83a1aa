import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundlesIn, isWhole, loginShelf, type StoredBundle } from '../../bundles/bundle-name.ts';
import type { HomePaths } from '../../home/home-paths.ts';
import type { Logger } from '../../log/logger.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { SessionBook } from '../../orchestrator/state/session-book.ts';
import type { createQueue } from '../../pace/queue.ts';
import type { BelongingName } from '../../session/belongings.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { LoginBucket } from '../../store/replica/login-bucket.ts';
import type { Store } from '../../store/store.ts';
import type { JobRunner } from '../jobs/job-runner.ts';

/** What everything that is done with bundles is made of. */
export interface LoginWork {
  readonly paths: HomePaths;
  readonly store: Store;
  readonly book: SessionBook;
  readonly jobs: JobRunner;
  readonly bucket: LoginBucket;
  readonly groupKey: string;
  /** This server's name, for whoever fetches what it packed. */
  readonly host: string;
  /** How much work each guess of the group's key is (src/backup/encryption.ts); left out: as usual. */
  readonly log2N?: number | undefined;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error' | 'addSecret'>;
  readonly now: () => EpochMs;
  /** Of the lease that this server has; null: none. */
  readonly epochOf: (session: ManagedSession) => number | null;
  /** Another server has it. */
  readonly isElsewhere: (session: ManagedSession) => boolean;
  /** Logins are packed and unpacked one at a time, each in a process of its own. */
  readonly inTurn: ReturnType<typeof createQueue>['run'];
  /** So are tools and files, beside logins; what is packed keeps nobody from what he waits for. */
  readonly packInTurn: ReturnType<typeof createQueue>['run'];
  readonly unpackInTurn: ReturnType<typeof createQueue>['run'];
  /** A session starts so late for its tools and files; left out: as usual. */
  readonly startWithinMs?: Milliseconds;
  /** The master ends. */
  readonly ending: AbortSignal;
}

/** Bundles of a thing that is void are passed over while they are still to be removed; 0: none are. What is made meanwhile is later than that. */
export const voidUntil = (
  { jobs }: Pick<LoginWork, 'jobs'>,
  kind: 'bundle-forget' | 'belongings-forget',
  name: string,
): EpochMs => Number(jobs.find(kind, name)?.args['before'] ?? 0);

/** A moment in whole seconds, as names say it, that is later than whatever is to be removed. */
export const afterVoid = (moment: EpochMs, until: EpochMs): EpochMs =>
  moment > until ? moment : (Math.floor(until / 1000) + 1) * 1000;

/**
 * Whole bundles of a session in Storage, newest first. Those of a login that is void are passed over while they are still to be removed: a
 * session that was given a new login, or a new one of that name, must not get the old one back.
 */
export const usableBundles = async (
  work: Pick<LoginWork, 'bucket' | 'jobs'>,
  name: SessionName,
): Promise<readonly StoredBundle[]> => {
  const found = bundlesIn(loginShelf(name), await work.bucket.list(name)).filter(isWhole);
  const until = voidUntil(work, 'bundle-forget', name);
  return found.filter(({ madeAt }) => madeAt > until);
};

/** Sealed bundles on their way: encrypted, and gone with their job. */
export const bundlesDir = ({ data }: HomePaths): string => join(data, 'bundles');

/** Of a login `out` and `in`. `replaced`: what was changed here and had to give way to what came. */
export type SealedKind = 'out' | 'in' | `${BelongingName}-${'out' | 'in' | 'replaced'}`;

/** A name has no point in it, so that it ends where the first one is. */
const isOf = (name: SessionName, file: string): boolean => file.split('.')[1] === name;
const fileName = (kind: SealedKind, name: SessionName, id: string): string => `${kind}.${name}.${id}.age`;

export const sealedFile = (paths: HomePaths, kind: SealedKind, name: SessionName, id: string): string => {
  mkdirSync(bundlesDir(paths), { recursive: true, mode: 0o700 });
  return join(bundlesDir(paths), fileName(kind, name, id));
};

const filesIn = (paths: HomePaths): readonly string[] => {
  try {
    return readdirSync(bundlesDir(paths));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** Removes what lies there of a session but `except`: whoever is at it finds its file gone, and ends. */
export const dropSealed = (
  paths: HomePaths,
  name: SessionName,
  kind: SealedKind | null,
  except: string | null = null,
): void => {
  for (const file of filesIn(paths)) {
    const path = join(bundlesDir(paths), file);
    if (isOf(name, file) && (kind === null || file.startsWith(`${kind}.`)) && path !== except)
      rmSync(path, { force: true });
  }
};

/** The newest that lies there of this kind, with the id that it was given; null: there is none. A crash may have left the one before it. */
export const sealedThere = (
  paths: HomePaths,
  name: SessionName,
  kind: SealedKind,
): { readonly path: string; readonly id: string } | null => {
  const file = filesIn(paths)
    .filter((each) => isOf(name, each) && each.startsWith(`${kind}.`))
    .sort()
    .at(-1);
  return file === undefined ? null : { path: join(bundlesDir(paths), file), id: file.split('.')[2] ?? '' };
};

/** Removes what no job will finish; how many. Call it before jobs begin. */
export const dropOrphans = (paths: HomePaths, wanted: ReadonlySet<string>): number => {
  let dropped = 0;
  for (const file of filesIn(paths)) {
    const path = join(bundlesDir(paths), file);
    // What is coming in goes on at the next start of its session, and what was replaced is a person's to ask for.
    if (wanted.has(path) || !/^(?:[a-z]+-)?out\./.test(file)) continue;
    rmSync(path, { force: true });
    dropped += 1;
  }
  return dropped;
};
