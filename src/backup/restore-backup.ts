import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type HomePaths, masterLock, prepareHome, profileDir, profileLock } from '../home/home-paths.ts';
import { type Lock, tryLock } from '../home/lock.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';
import { openDatabase } from '../store/database.ts';
import { asideName, configFiles, databasePath, type Manifest } from './backup-format.ts';
import { checkDatabase } from './copy-database.ts';
import { isThere } from './copy-files.ts';
import { mergeSession } from './merge-session.ts';
import { readArchive } from './read-archive.ts';
import { settleRestored } from './settle-restored.ts';

export interface RestoreOptions {
  readonly paths: HomePaths;
  readonly file: string;
  readonly passphrase?: string | undefined;
  /** Go on where something would be replaced; what is replaced is kept aside. */
  readonly yes: boolean;
  readonly now?: () => EpochMs;
}

export interface RestoreReport {
  readonly backupAt: EpochMs;
  /** Null: the whole fleet. */
  readonly session: SessionName | null;
  readonly sessions: Manifest['sessions'];
  /** Directories that hold what was there before. */
  readonly movedAside: readonly string[];
  /** Messages and parts that were open and are now `unknown`, for a person to look at. */
  readonly openMessages: number;
  readonly openParts: number;
  /** False when a session's conversations could not be joined to this fleet's. */
  readonly historyRestored: boolean;
  /** Lines for a person: what to do next. */
  readonly words: readonly string[];
}

const words = (manifest: Manifest, historyRestored: boolean): readonly string[] => [
  'Every restored session is stopped. Before you start one, make sure that the old server is off: two browsers on one login throw each other out.',
  'Start with: zap-fleet start NAME. On the real service an old login may be refused; then a new QR is shown.',
  ...manifest.sessions
    .filter(({ profile }) => profile !== 'copied')
    .map(
      ({ name, reason }) =>
        `${name} has no login in this backup${reason === null ? '' : ` (${reason})`}: it needs a new QR.`,
    ),
  ...(historyRestored
    ? []
    : ['The conversations were not restored: their numbers are taken by other sessions of this fleet.']),
];

/** Holds the fleet still: no master, no browser on any of its profiles. */
const holdFleet = async (paths: HomePaths): Promise<{ release(): void }> => {
  const held: Lock[] = [];
  const release = (): void => {
    for (const lock of held) lock.release();
  };
  const master = tryLock(masterLock(paths));
  if (master === null) throw new FleetError('refused-by-state', 'the fleet runs. Stop it first: zap-fleet master stop');
  held.push(master);
  for (const entry of await readdir(paths.tokens)) {
    if (entry.startsWith('.')) continue;
    const lock = tryLock(profileLock(paths, entry as SessionName));
    if (lock === null) {
      release();
      throw new FleetError('refused-by-state', `the browser of ${entry} runs. Stop it first: zap-fleet stop ${entry}`);
    }
    held.push(lock);
  }
  return { release };
};

const moveIfThere = async (from: string, to: string): Promise<boolean> => {
  if (!(await isThere(from))) return false;
  await rename(from, to);
  return true;
};

/** Room for what is written, and a tenth of it more. */
const checkRoom = async (manifest: Manifest, directory: string): Promise<void> => {
  const { bavail, bsize } = await statfs(directory);
  const needed = manifest.files.reduce((sum, file) => sum + file.bytes, 0) * 1.1;
  if (bavail * bsize < needed)
    throw new FleetError(
      'failed',
      `the disk has too little room: ${Math.ceil(needed / 1e6)} MB are needed. Free some.`,
    );
};

const replaceFleet = async (paths: HomePaths, staged: Staged, at: EpochMs): Promise<readonly string[]> => {
  const asides: string[] = [];
  const aside = async (root: string, names: readonly string[]): Promise<void> => {
    const there = [];
    for (const name of names) if (await isThere(join(root, name))) there.push(name);
    if (there.length === 0) return;
    // On the volume it is on: data and tokens may be two.
    const directory = join(
      root === paths.data ? paths.backups : root,
      `${root === paths.data ? '' : '.'}${asideName(at)}`,
    );
    await mkdir(directory, { recursive: true, mode: 0o700 });
    asides.push(directory);
    for (const name of there) await rename(join(root, name), join(directory, name));
  };
  const profiles = (await readdir(paths.tokens)).filter((name) => !name.startsWith('.'));
  await aside(paths.tokens, profiles);
  const config = [];
  for (const name of configFiles) if (await isThere(join(staged.data, name))) config.push(name);
  await aside(paths.data, ['fleet.db', 'fleet.db-wal', 'fleet.db-shm', ...config]);
  for (const name of await readdir(staged.tokens)) await rename(join(staged.tokens, name), join(paths.tokens, name));
  for (const name of config) await rename(join(staged.data, name), join(paths.data, name));
  // Last: a fleet without its database is seen as no fleet, so that a restore that died here is simply run again.
  await rename(join(staged.data, 'fleet.db'), paths.database);
  return asides;
};

interface Staged {
  readonly data: string;
  readonly tokens: string;
}

const restoreSession = async (
  paths: HomePaths,
  staged: Staged,
  name: SessionName,
  at: EpochMs,
): Promise<{ movedAside: readonly string[]; historyRestored: boolean }> => {
  const historyRestored = mergeSession(paths.database, join(staged.data, 'fleet.db'), name);
  const movedAside: string[] = [];
  if (await isThere(join(staged.tokens, name))) {
    const aside = join(paths.tokens, `.${asideName(at)}`);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    if (await moveIfThere(profileDir(paths, name), join(aside, name))) movedAside.push(aside);
    else await rm(aside, { recursive: true, force: true });
    await rename(join(staged.tokens, name), profileDir(paths, name));
  }
  return { movedAside, historyRestored };
};

const hasFleet = async (paths: HomePaths): Promise<boolean> =>
  (await isThere(paths.database)) || (await readdir(paths.tokens)).some((name) => !name.startsWith('.'));

const hasSession = (paths: HomePaths, name: SessionName): boolean => {
  const database = openDatabase(paths.database);
  try {
    return database.get('SELECT 1 FROM sessions WHERE name = ?', name) !== undefined;
  } finally {
    database.close();
  }
};

const refuse = (what: string): FleetError =>
  new FleetError(
    'refused-by-state',
    `${what} here already. With --yes it is replaced; what is here now is kept beside it.`,
  );

/**
 * Restores a fleet or one session, also on an empty machine. Nothing is replaced without `yes`, everything is checked before anything is
 * touched, and every restored session stays stopped until a person starts it. Rejects with `refused-by-state`, `usage` or `failed`.
 */
export const restoreBackup = async (options: RestoreOptions): Promise<RestoreReport> => {
  const { paths } = options;
  const now = (options.now ?? Date.now)();
  prepareHome(paths);
  const held = await holdFleet(paths);
  const mark = `.restore-${randomBytes(6).toString('hex')}`;
  const staged: Staged = { data: join(paths.data, mark), tokens: join(paths.tokens, mark) };
  try {
    await mkdir(staged.data, { mode: 0o700 });
    await mkdir(staged.tokens, { mode: 0o700 });
    const manifest = await readArchive({
      file: options.file,
      passphrase: options.passphrase,
      onManifest: async (found) => {
        const into = found.session !== null && (await isThere(paths.database)) ? found.session : null;
        if (!options.yes && into !== null && hasSession(paths, into)) throw refuse(`there is a session ${into}`);
        if (!options.yes && found.session === null && (await hasFleet(paths))) throw refuse('there is a fleet');
        await checkRoom(found, paths.data);
      },
      place: ({ path }) => {
        const [root, ...rest] = path.split('/');
        return join(root === 'tokens' ? staged.tokens : staged.data, ...rest);
      },
    });
    const stagedDatabase = join(staged.data, databasePath.slice('data/'.length));
    checkDatabase(stagedDatabase);
    const database = openDatabase(stagedDatabase);
    const names = manifest.sessions.map(({ name }) => name);
    let settled: ReturnType<typeof settleRestored>;
    try {
      settled = settleRestored(database, { sessions: names, backupAt: manifest.createdAt, now });
      // One file again, so that one rename brings it all.
      database.get('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      database.close();
    }
    const joins = manifest.session !== null && (await isThere(paths.database));
    const done =
      joins && manifest.session !== null
        ? await restoreSession(paths, staged, manifest.session, now)
        : { movedAside: await replaceFleet(paths, staged, now), historyRestored: true };
    return {
      backupAt: manifest.createdAt,
      session: manifest.session,
      sessions: manifest.sessions,
      ...done,
      ...settled,
      words: words(manifest, done.historyRestored),
    };
  } finally {
    await rm(staged.data, { recursive: true, force: true });
    await rm(staged.tokens, { recursive: true, force: true });
    held.release();
  }
};
