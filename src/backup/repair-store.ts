import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HomePaths, prepareHome } from '../home/home-paths.ts';
import { takeScratch } from '../home/scratch.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { EpochMs } from '../session/units.ts';
import { openDatabase } from '../store/database.ts';
import { checkStore } from '../store/integrity/check-store.ts';
import { forgetMark, readMark } from '../store/integrity/fleet-mark.ts';
import { fleetBackups, loginsOn, storePresence } from '../store/integrity/lost-store.ts';
import { lostWords, type Salvaged, salvageStore } from '../store/integrity/salvage.ts';
import { settleOpen } from '../store/integrity/settle-open.ts';
import { openStore } from '../store/store.ts';
import { storeFaultOf } from '../store/store-fault.ts';
import { databasePath, type Manifest } from './backup-format.ts';
import { checkContents } from './check-contents.ts';
import { checkDatabase } from './copy-database.ts';
import { readArchive } from './read-archive.ts';
import { holdFleet } from './restore-backup.ts';

/** Mends the store of a fleet that is stopped; what it replaces is kept aside. */

export interface RepairOptions {
  readonly paths: HomePaths;
  readonly passphrase?: string | undefined;
  /** Go on with a store that has nothing in it. */
  readonly empty: boolean;
  readonly now?: () => EpochMs;
  /** What is being done, in one line, as often as it changes. */
  readonly onStep?: (words: string) => void;
}

export type RepairReport =
  | { readonly kind: 'sound' }
  | ({ readonly kind: 'salvaged' } & Mended & Omit<Salvaged, 'sessions'>)
  | ({ readonly kind: 'restored'; readonly backup: string; readonly backupAt: EpochMs } & Mended)
  | { readonly kind: 'emptied'; readonly aside: string | null };

interface Mended {
  readonly sessions: number;
  /** The directory that keeps the damaged files; null: there was none. */
  readonly aside: string | null;
  /** Logins that no session of the mended store has. */
  readonly loginsLeft: readonly string[];
  /** Open in the mended store, and not answered again by itself. */
  readonly openMessages: number;
  readonly openParts: number;
  /** Why a better way could not be gone, e.g. each backup that could not be used. */
  readonly tried: readonly string[];
}

const files = ['fleet.db', 'fleet.db-wal', 'fleet.db-shm'] as const;
const reason = 'open when the database was mended: it may have been answered';

const stampOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '');

/** Keeps what is here; null when nothing is. */
const moveAside = async (paths: HomePaths, at: EpochMs): Promise<string | null> => {
  const there = files.filter((name) => existsSync(join(paths.data, name)));
  if (there.length === 0) return null;

  const aside = join(paths.backups, `damaged-${stampOf(at)}Z-${randomBytes(3).toString('hex')}`);
  await mkdir(aside, { recursive: true, mode: 0o700 });
  for (const name of there) await rename(join(paths.data, name), join(aside, name));
  return aside;
};

/** Nothing of it is answered again that may have been, and one without a login waits for a person. */
const settleMended = (
  path: string,
  options: {
    readonly settle: boolean;
    readonly known: number;
    readonly logins: readonly string[];
    readonly now: EpochMs;
  },
): Pick<Mended, 'sessions' | 'loginsLeft' | 'openMessages' | 'openParts'> => {
  const database = openDatabase(path);
  try {
    const result = database.transaction(() => {
      const sessions = database.all<{ id: string; name: string }>('SELECT id, name FROM sessions ORDER BY name');
      let openMessages = 0;
      let openParts = 0;
      for (const { id } of options.settle ? sessions : []) {
        const settled = settleOpen(database, id, { reason, now: options.now });
        openMessages += settled.openMessages;
        openParts += settled.openParts;
      }
      database.run('UPDATE change_counter SET value = max(value, ?)', options.known);
      const names = new Set(sessions.map(({ name }) => name));

      return {
        sessions: sessions.length,
        loginsLeft: options.logins.filter((name) => !names.has(name)),
        openMessages,
        openParts,
      };
    });
    // One file again, so that one rename brings it all.
    database.get('PRAGMA wal_checkpoint(TRUNCATE)');
    return result;
  } finally {
    database.close();
  }
};

const recordRepair = (
  paths: HomePaths,
  text: string,
  evidence: Readonly<Record<string, unknown>>,
  now: EpochMs,
): void => {
  const store = openStore(paths.database);
  try {
    store.events.add({ at: now, level: 'warn', session: null, kind: 'store-repaired', text, evidence, actor: 'you' });
  } finally {
    store.close();
  }
};

/** What a repair works with. */
interface Bench {
  readonly paths: HomePaths;
  readonly passphrase: string | undefined;
  /** Where the mended store is made; what is left of it goes with the repair. */
  readonly fresh: string;
  /** The newest change that was known, so that no number is given twice. */
  readonly known: number;
  readonly logins: readonly string[];
  readonly now: EpochMs;
  readonly tried: string[];
  readonly step: (words: string) => void;
}

const putInPlace = async ({ paths, fresh, now }: Bench): Promise<string | null> => {
  const aside = await moveAside(paths, now);
  await rename(fresh, paths.database);
  forgetMark(paths.database);
  return aside;
};

/** Row by row out of the damaged file; null when it gives no fleet any more. */
const salvage = async (bench: Bench): Promise<RepairReport | null> => {
  const { paths, fresh, known, logins, now, tried } = bench;
  try {
    const salvaged = salvageStore(paths.database, fresh, known, (table, rows) =>
      bench.step(`Reading what can be read: ${table}, ${rows} rows`),
    );
    bench.step('Checking what was read');
    const check = checkStore(fresh, 'full');
    if (check.fault !== null) tried.push(`what could be read is not whole: ${check.fault.words}`);
    else if (salvaged.sessions === 0 && logins.length > 0) tried.push('no session could be read from the damaged file');
    else {
      const settled = settleMended(fresh, { settle: salvaged.lost > 0, known, logins, now });
      const aside = await putInPlace(bench);
      const { rows, lost } = salvaged;
      return { kind: 'salvaged', rows, lost, aside, tried, ...settled };
    }
  } catch (error) {
    if (storeFaultOf(error) === null) throw error;
    tried.push(`the damaged file cannot be read: ${messageOf(error)}`);
  }
  for (const end of ['', '-wal', '-shm', '-journal']) await rm(`${fresh}${end}`, { force: true });
  return null;
};

/** A backup is a file from outside, also where it lies in our own directory. Throws what is wrong with its database. */
const checkRestored = (path: string, manifest: Manifest): void => {
  checkDatabase(path);
  const database = openDatabase(path);
  try {
    checkContents(database, manifest);
  } finally {
    database.close();
  }
};

/** The newest backup that is whole. */
const restoreDatabase = async (bench: Bench): Promise<RepairReport> => {
  const { paths, fresh, known, logins, now, tried } = bench;
  for (const backup of fleetBackups(paths)) {
    try {
      bench.step(`Trying the backup ${backup}`);
      const manifest = await readArchive({
        file: backup,
        passphrase: bench.passphrase,
        place: ({ path }) => (path === databasePath ? fresh : null),
      });
      checkRestored(fresh, manifest);
      const settled = settleMended(fresh, { settle: true, known, logins, now });
      const aside = await putInPlace(bench);
      return { kind: 'restored', backup, backupAt: manifest.createdAt, aside, tried, ...settled };
    } catch (error) {
      tried.push(`${backup}: ${messageOf(error)}`);
      for (const end of ['', '-wal', '-shm']) await rm(`${fresh}${end}`, { force: true });
    }
  }

  const why = tried.length === 0 ? '' : ` (${tried.join('; ')})`;
  throw new FleetError(
    'failed',
    `the store could not be mended, and no backup in ${paths.backups} can be used${why}. Nothing was changed. Restore one from elsewhere: zap-fleet restore --yes FILE. Or go on without: zap-fleet store repair --empty`,
  );
};

const startEmpty = async (bench: Bench): Promise<RepairReport> => {
  openDatabase(bench.fresh).close();
  return { kind: 'emptied', aside: await putInPlace(bench) };
};

const isSound = (paths: HomePaths): boolean =>
  storePresence(paths.database) === 'there' && checkStore(paths.database, 'full').fault === null;

const mend = async (bench: Bench, empty: boolean): Promise<RepairReport> => {
  if (empty) return startEmpty(bench);
  bench.step('Reading the database through');
  if (isSound(bench.paths)) return { kind: 'sound' };

  const salvaged = storePresence(bench.paths.database) === 'there' ? await salvage(bench) : null;
  return salvaged ?? restoreDatabase(bench);
};

const sentenceOf = (report: Exclude<RepairReport, { kind: 'sound' }>): string => {
  if (report.kind === 'emptied') return 'the database was begun anew, empty';
  if (report.kind === 'restored') return `the database was restored from ${report.backup}`;
  return `the database was mended: ${report.rows} rows were read, ${lostWords(report)}`;
};

/**
 * Reads what can be read of a damaged store into a fresh one; where that gives no fleet, takes the database of the newest backup that is
 * whole. Logins stay as they are. Nothing is changed before the mended store was checked. Rejects with `refused-by-state` while the
 * fleet runs, `failed` when nothing can be mended.
 */
export const repairStore = async (options: RepairOptions): Promise<RepairReport> => {
  const { paths } = options;
  const now = (options.now ?? Date.now)();
  prepareHome(paths);
  const held = await holdFleet(paths);
  const scratch = takeScratch(paths);
  try {
    const directory = scratch.path(paths.data, 'restore');
    await mkdir(directory, { mode: 0o700 });
    const report = await mend(
      {
        paths,
        passphrase: options.passphrase,
        fresh: join(directory, 'fleet.db'),
        known: readMark(paths.database)?.change ?? 0,
        logins: loginsOn(paths),
        now,
        tried: [],
        step: (words) => options.onStep?.(words),
      },
      options.empty,
    );
    if (report.kind !== 'sound') recordRepair(paths, sentenceOf(report), { ...report }, now);
    return report;
  } finally {
    await scratch.release();
    held.release();
  }
};
