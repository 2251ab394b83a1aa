import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { manifestName, sessionKeysPath } from '../backup/backup-format.ts';
import type { WithClosedProfile } from '../backup/backup-options.ts';
import { copyProfile, describeFile, isThere, profileBytes } from '../backup/copy-files.ts';
import { packArchive, stagedBytes } from '../backup/pack-archive.ts';
import { refuseWithoutRoom } from '../home/disk-room.ts';
import { type HomePaths, profileDir } from '../home/home-paths.ts';
import { takeScratch } from '../home/scratch.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { StaysBehind } from '../session/group-node.ts';
import type { Bytes, EpochMs } from '../session/units.ts';
import { readAiKeys } from '../settings/ai-keys.ts';
import type { LoginManifest } from './login-format.ts';

export interface PackOptions {
  readonly paths: HomePaths;
  readonly session: LoginManifest['session'];
  readonly epoch: number;
  readonly madeAt: EpochMs;
  readonly host: string;
  /** The program's version. */
  readonly version: string;
  /** Where it is written; must not be there. */
  readonly to: string;
  readonly groupKey: string;
  /** Work for each guess of the key (src/backup/encryption.ts); left out: as usual. */
  readonly log2N?: number | undefined;
  readonly stays: StaysBehind;
  readonly withClosedProfile: WithClosedProfile;
  readonly onProgress?: (progress: { readonly step: string; readonly done: number; readonly total: number }) => void;
}

export interface PackedLogin {
  readonly bytes: Bytes;
  readonly files: number;
  readonly ownKey: boolean;
}

/** Lays the own key and the manifest beside the copied profile. */
const stageManifest = async (
  { paths, session, epoch, madeAt, host, version, stays }: PackOptions,
  staging: string,
  profile: LoginManifest['files'],
): Promise<LoginManifest> => {
  const files = [...profile];
  const key = readAiKeys(paths)[session.id];
  if (key !== undefined) {
    const file = join(staging, sessionKeysPath);
    await writeFile(file, JSON.stringify({ [session.id]: key }), { mode: 0o600 });
    files.push(await describeFile(file, sessionKeysPath));
  }

  const manifest: LoginManifest = {
    format: 'zap-fleet-login',
    version: 1,
    program: version,
    session,
    host,
    epoch,
    madeAt,
    ownKey: key !== undefined,
    stays: { ...stays, sends: stays.sends ?? 0, hooks: stays.hooks ?? 0 },
    files,
  };
  await writeFile(join(staging, manifestName), JSON.stringify(manifest), { mode: 0o600 });
  return manifest;
};

/**
 * Copies a login while its browser is closed, and packs and encrypts the copy afterwards: the session is still for as long as a copy takes.
 * A live profile is never read: its databases (LevelDB, SQLite) lie in many files that are written one after the other, and a copy of
 * them that was taken meanwhile may open as another state than any that was. Rejects with `refused-by-state` when the browser cannot be
 * closed, and with `failed`.
 */
export const packLogin = async (options: PackOptions): Promise<PackedLogin> => {
  const { paths, session, to } = options;
  const scratch = takeScratch(paths);
  const staging = scratch.path(paths.data, 'staging');
  const partial = scratch.partial(to);
  try {
    if (!(await isThere(profileDir(paths, session.name))))
      throw new FleetError('refused-by-state', `${session.name} has no login here yet.`);
    // The copy and the bundle lie there together. Before the browser is closed for it.
    await refuseWithoutRoom(2 * (await profileBytes(profileDir(paths, session.name))), paths.data, 'login bundle');
    await mkdir(join(staging, 'data'), { recursive: true, mode: 0o700 });
    const path = `tokens/${session.name}`;
    const copied = await options.withClosedProfile(session.name, () =>
      copyProfile(profileDir(paths, session.name), join(staging, path), path),
    );
    if (!copied.ran) throw new FleetError('refused-by-state', copied.reason);

    const manifest = await stageManifest(options, staging, copied.value);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const total = await stagedBytes(staging);
    const tell = (done: number) => options.onProgress?.({ step: 'packing', done, total });
    await packArchive(staging, partial, options.groupKey, tell, options.log2N);
    await rm(staging, { recursive: true, force: true });
    await rename(partial, to);
    return { bytes: (await stat(to)).size, files: manifest.files.length, ownKey: manifest.ownKey };
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError(
      'failed',
      `the login bundle was not made: ${messageOf(error)}. Check the disk and try again.`,
      {
        cause: error,
      },
    );
  } finally {
    await scratch.release();
  }
};
