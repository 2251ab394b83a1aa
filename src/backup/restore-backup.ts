import { mkdir, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type HomePaths, masterLock, prepareHome, profileLock } from '../home/home-paths.ts';
import { type Lock, tryLock } from '../home/lock.ts';
import { type Scratch, takeScratch } from '../home/scratch.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';
import { readAiKeys, writeAiKey } from '../settings/ai-keys.ts';
import { openDatabase } from '../store/database.ts';
import { configFiles, type Manifest } from './backup-format.ts';
import { type CheckedSession, checkContents } from './check-contents.ts';
import { checkDatabase } from './copy-database.ts';
import { isThere } from './copy-files.ts';
import { isOwnToken, refuseForeign } from './foreign-settings.ts';
import { readArchive } from './read-archive.ts';
import { keysName, replaceFleet, restoreSession, type Staged, stagedDatabase } from './replace-fleet.ts';
import { restoreWords } from './restore-words.ts';
import { keysOf, withoutKey, writeKeysAfter } from './restored-keys.ts';
import { placeSentFiles } from './sent-files.ts';
import { settleRestored } from './settle-restored.ts';
import { damaged } from './wrong-or-damaged.ts';

export interface RestoreOptions {
  readonly paths: HomePaths;
  readonly file: string;
  readonly passphrase?: string | undefined;
  /** Go on where something would be replaced; what is replaced is kept aside. */
  readonly yes: boolean;
  /** A person says that programs and addresses which the archive names are his own. */
  readonly trusted?: boolean;
  readonly now?: () => EpochMs;
  /** What is being done, in one line, as often as it changes. */
  readonly onStep?: (words: string) => void;
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
  /** Sessions that had an AI key of their own, which is neither in the archive nor here. */
  readonly needKeys: readonly string[];
  /** Lines for a person: what to do next. */
  readonly words: readonly string[];
}

/** Holds the fleet still: no master, no browser on any of its profiles. */
export const holdFleet = async (paths: HomePaths): Promise<{ release(): void }> => {
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

/** A look alone made it: no session, no conversation. One that cannot be read may hold anything. */
const isEmptyDatabase = (path: string): boolean => {
  try {
    const database = openDatabase(path);
    try {
      const holds = (table: string): boolean => database.get(`SELECT 1 FROM ${table} LIMIT 1`) !== undefined;
      return !holds('sessions') && !holds('conversations');
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
};

const hasFleet = async (paths: HomePaths): Promise<boolean> =>
  ((await isThere(paths.database)) && !isEmptyDatabase(paths.database)) ||
  (await readdir(paths.tokens)).some((name) => !name.startsWith('.'));

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

const unpack = async (options: RestoreOptions, staged: Staged): Promise<Manifest> => {
  const { paths } = options;
  await mkdir(staged.data, { mode: 0o700 });
  await mkdir(staged.tokens, { mode: 0o700 });

  let total = 0;
  let unpacked = 0;
  return readArchive({
    file: options.file,
    passphrase: options.passphrase,
    onManifest: async (found) => {
      total = found.files.length;
      const into = found.session !== null && (await isThere(paths.database)) ? found.session : null;
      if (!options.yes && into !== null && hasSession(paths, into)) throw refuse(`there is a session ${into}`);
      if (!options.yes && found.session === null && (await hasFleet(paths))) throw refuse('there is a fleet');
      await checkRoom(found, paths.data);
    },
    place: ({ path }) => {
      unpacked += 1;
      options.onStep?.(`Unpacking file ${unpacked} of ${total}`);
      const [root, ...rest] = path.split('/');
      return join(root === 'tokens' ? staged.tokens : staged.data, ...rest);
    },
  });
};

type Settled = ReturnType<typeof settleRestored> & { readonly sessions: readonly CheckedSession[] };

/** Migrates what was unpacked, checks it as the door would, and stops everything in it. */
const settle = (staged: Staged, manifest: Manifest, now: EpochMs): Settled => {
  checkDatabase(stagedDatabase(staged));
  const database = openDatabase(stagedDatabase(staged));
  try {
    const sessions = checkContents(database, manifest);
    const names = manifest.sessions.map(({ name }) => name);
    const counts = settleRestored(database, { sessions: names, backupAt: manifest.createdAt, now });
    // One file again, so that one rename brings it all.
    database.get('PRAGMA wal_checkpoint(TRUNCATE)');
    return { ...counts, sessions };
  } catch (error) {
    throw error instanceof FleetError ? error : damaged(messageOf(error), error);
  } finally {
    database.close();
  }
};

/** The fleet's own files of the archive that take the place of those here. */
const configOf = async (
  options: RestoreOptions,
  staged: Staged,
): Promise<{ readonly config: readonly string[]; readonly tokenLeft: boolean }> => {
  const there: string[] = [];
  for (const name of configFiles) if (await isThere(join(staged.data, name))) there.push(name);
  const isTokenTaken = options.trusted === true || isOwnToken(options.paths, join(staged.data, 'api-token'));
  const config = there.filter((name) => name !== 'api-token' || isTokenTaken);
  return { config, tokenLeft: config.length < there.length };
};

const takeOver = async (
  options: RestoreOptions,
  staged: Staged,
  { manifest, sessions, at }: { manifest: Manifest; sessions: readonly CheckedSession[]; at: EpochMs },
) => {
  const { paths } = options;
  const keysFile = join(staged.data, keysName);
  const keys = keysOf(keysFile, sessions);
  if (options.trusted !== true) refuseForeign(paths, { envFile: join(staged.data, '.env'), sessions });

  // Before the store that names them; what nobody names the master erases.
  const ids = sessions.map(({ id }) => id);
  if (manifest.session !== null && (await isThere(paths.database))) {
    await placeSentFiles(paths, staged.data, ids);
    const done = await restoreSession(paths, staged, manifest.session, at);
    for (const [id, key] of Object.entries(keys)) writeAiKey(paths, id, key);
    const has = readAiKeys(paths);
    const needKeys = withoutKey(manifest, sessions, (id) => has[id] !== undefined);
    return { ...done, needKeys, tokenLeft: false };
  }

  const { config, tokenLeft } = await configOf(options, staged);
  const hasKeys = writeKeysAfter(paths, keysFile, keys, sessions);
  await placeSentFiles(paths, staged.data, ids);
  const movedAside = await replaceFleet(paths, staged, { at, config: hasKeys ? [...config, keysName] : config });
  const has = readAiKeys(paths);
  const needKeys = withoutKey(manifest, sessions, (id) => has[id] !== undefined);
  return { movedAside, historyRestored: true, needKeys, tokenLeft };
};

const stagedIn = (paths: HomePaths, scratch: Scratch): Staged => ({
  data: scratch.path(paths.data, 'restore'),
  tokens: scratch.path(paths.tokens, 'restore'),
});

/**
 * Restores a fleet or one session, also on an empty machine. Nothing is replaced without `yes`, everything is checked before anything is
 * touched, and every restored session stays stopped until a person starts it. Rejects with `refused-by-state`, `usage` or `failed`.
 */
export const restoreBackup = async (options: RestoreOptions): Promise<RestoreReport> => {
  const { paths } = options;
  const now = (options.now ?? Date.now)();
  prepareHome(paths);
  const held = await holdFleet(paths);
  const scratch = takeScratch(paths);
  const staged = stagedIn(paths, scratch);
  try {
    const manifest = await unpack(options, staged);
    options.onStep?.('Checking the database');
    const { sessions, openMessages, openParts } = settle(staged, manifest, now);
    options.onStep?.(
      manifest.session === null ? 'Putting the fleet in its place' : `Joining ${manifest.session} to what is here`,
    );
    const { tokenLeft, ...done } = await takeOver(options, staged, { manifest, sessions, at: now });
    return {
      backupAt: manifest.createdAt,
      session: manifest.session,
      sessions: manifest.sessions,
      ...done,
      openMessages,
      openParts,
      words: restoreWords(manifest, { ...done, tokenLeft }),
    };
  } finally {
    await scratch.release();
    held.release();
  }
};
