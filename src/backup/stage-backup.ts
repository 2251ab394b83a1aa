import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { refuseWithoutRoom } from '../home/disk-room.ts';
import { profileDir } from '../home/home-paths.ts';
import { sendFilePath } from '../home/send-files.ts';
import type { SessionName } from '../session/session-name.ts';
import type { EpochMs } from '../session/units.ts';
import { readAiKeys } from '../settings/ai-keys.ts';
import {
  configFiles,
  databasePath,
  type Manifest,
  type ManifestFile,
  manifestName,
  sessionKeysPath,
} from './backup-format.ts';
import type { BackupOptions } from './backup-options.ts';
import { type CopiedDatabase, copyDatabase } from './copy-database.ts';
import { copyFile, copyProfile, describeFile, isThere, profileBytes } from './copy-files.ts';
import { stagedBytes } from './pack-archive.ts';
import { sentFilesIn } from './sent-files.ts';

/** Directories. */
export interface BackupPlaces {
  readonly staging: string;
  /** Of the archive. */
  readonly target: string;
}

/**
 * A night's backup must neither fill the store's disk nor close browsers for nothing. The copies lie there, and the archive (in `target`) beside
 * them, where that is no other disk.
 */
const refuseWithoutRoomFor = async (
  { paths }: Pick<BackupOptions, 'paths'>,
  { staging, target }: BackupPlaces,
  names: readonly SessionName[],
): Promise<void> => {
  let bytes = await stagedBytes(staging);
  for (const name of names) {
    const profile = profileDir(paths, name);
    if (await isThere(profile)) bytes += await profileBytes(profile);
  }
  for (const { sessionId, hash } of sentFilesIn(join(staging, databasePath))) {
    const file = sendFilePath(paths, sessionId, hash);
    if (await isThere(file)) bytes += (await stat(file)).size;
  }
  const isBeside = (await stat(target)).dev === (await stat(staging)).dev;
  await refuseWithoutRoom(isBeside ? 2 * bytes : bytes, staging, 'backup');
};

/** Copies every login while its browser is closed. */
const stageLogins = async (
  options: BackupOptions,
  staging: string,
  names: readonly SessionName[],
): Promise<{ readonly sessions: Manifest['sessions']; readonly files: ManifestFile[] }> => {
  const { paths } = options;
  const files: ManifestFile[] = [];
  const sessions: Manifest['sessions'] = [];
  for (const [index, name] of names.entries()) {
    options.onProgress?.({ step: 'logins', done: index, total: names.length });
    const path = `tokens/${name}`;
    if (!(await isThere(profileDir(paths, name)))) {
      sessions.push({ name, profile: 'none', reason: null });
      continue;
    }

    const result = await options.withClosedProfile(name, () =>
      copyProfile(profileDir(paths, name), join(staging, path), path),
    );
    if (result.ran) files.push(...result.value);
    // Half a login is none, and no manifest would name it.
    else await rm(join(staging, path), { recursive: true, force: true });
    sessions.push({
      name,
      profile: result.ran ? 'copied' : 'skipped',
      reason: result.ran ? null : result.reason.slice(0, 500),
    });
  }
  return { sessions, files };
};

/** What the sessions may send. One that is gone from the disk is gone here, too; the list of the session says so. */
const stageFiles = async (options: BackupOptions, staging: string): Promise<readonly ManifestFile[]> => {
  const files: ManifestFile[] = [];
  for (const { sessionId, hash } of sentFilesIn(join(staging, databasePath))) {
    const path = `data/files/${sessionId}/${hash}`;
    const from = sendFilePath(options.paths, sessionId, hash);
    if (await isThere(from)) files.push(await copyFile(from, join(staging, path), path));
  }
  return files;
};

/** Own AI keys of the sessions in it: written only where a passphrase protects them. */
const stageKeys = async (
  options: BackupOptions,
  staging: string,
  copied: CopiedDatabase,
): Promise<{ readonly owners: ReadonlySet<string>; readonly files: readonly ManifestFile[] }> => {
  const all = readAiKeys(options.paths);
  const own = copied.sessions.filter(({ id }) => all[id] !== undefined);
  const owners = new Set<string>(own.map(({ name }) => name));
  if (own.length === 0 || options.passphrase === undefined) return { owners, files: [] };

  const file = join(staging, sessionKeysPath);
  await writeFile(file, JSON.stringify(Object.fromEntries(own.map(({ id }) => [id, all[id]]))), { mode: 0o600 });
  return { owners, files: [await describeFile(file, sessionKeysPath)] };
};

/** Lays everything ready that goes into the archive, its manifest last. */
export const stageBackup = async (options: BackupOptions, places: BackupPlaces, createdAt: EpochMs): Promise<void> => {
  const { staging } = places;
  const { paths, version } = options;
  const session = options.session ?? null;
  const files: ManifestFile[] = [];
  await mkdir(join(staging, 'data'), { mode: 0o700 });
  options.onProgress?.({ step: 'database', done: 0, total: 0 });
  const copied = await copyDatabase(paths.database, join(staging, databasePath), session);
  const names = copied.sessions.map(({ name }) => name);
  await refuseWithoutRoomFor(options, places, names);
  const logins = await stageLogins(options, staging, names);
  files.push(...logins.files, ...(await stageFiles(options, staging)));

  // Keys and tokens are the fleet's, not one client's.
  if (session === null)
    for (const name of configFiles) {
      const path = `data/${name}`;
      if (await isThere(join(paths.data, name)))
        files.push(await copyFile(join(paths.data, name), join(staging, path), path));
    }
  const keys = await stageKeys(options, staging, copied);
  files.push(...keys.files, await describeFile(join(staging, databasePath), databasePath));
  const manifest: Manifest = {
    format: 'zap-fleet-backup',
    version: 1,
    createdAt,
    program: version,
    fleetId: copied.fleetId,
    host: hostname(),
    session,
    sessions: logins.sessions.map((one) => ({ ...one, ownKey: keys.owners.has(one.name) })),
    keys: keys.owners.size === 0 ? 'none' : keys.files.length > 0 ? 'kept' : 'left-out',
    files,
  };
  await writeFile(join(staging, manifestName), JSON.stringify(manifest), { mode: 0o600 });
};
