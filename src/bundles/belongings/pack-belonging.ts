import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { manifestName } from '../../backup/backup-format.ts';
import { copyFile, describeFile } from '../../backup/copy-files.ts';
import { packArchive, stagedBytes } from '../../backup/pack-archive.ts';
import { refuseWithoutRoom } from '../../home/disk-room.ts';
import type { HomePaths } from '../../home/home-paths.ts';
import { takeScratch } from '../../home/scratch.ts';
import type { BelongingName } from '../../session/belongings.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { Bytes, EpochMs } from '../../session/units.ts';
import { openStoreToRead } from '../../store/read-store.ts';
import { belongingKinds } from './all-kinds.ts';
import { digestOf, type LaidOut } from './belonging-kind.ts';
import type { BelongingsManifest } from './belongings-format.ts';

export interface PackBelongingOptions {
  readonly paths: HomePaths;
  readonly session: BelongingsManifest['session'];
  readonly what: BelongingName;
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
  readonly onProgress?: (progress: { readonly step: string; readonly done: number; readonly total: number }) => void;
}

export interface PackedBelonging {
  readonly bytes: Bytes;
  readonly count: number;
  /** Of what was packed. */
  readonly digest: string | null;
}

/** Lays one moment of the store out: it is let go before long files are copied. */
const layOut = async ({ paths, session, what, groupKey }: PackBelongingOptions, directory: string) => {
  const store = openStoreToRead(paths.database);
  try {
    store.database.prepare('BEGIN').run();
    const kind = belongingKinds[what];
    const source = { store, paths, sessionId: session.id };
    // Before what it tells of: what changes in between is another state by its next look.
    const digest = digestOf(kind, source, groupKey);
    return { digest, ...(await kind.layOut(source, directory)) };
  } finally {
    store.close();
  }
};

/** What is short always goes: its disk has room for it, or for nothing at all. */
const short: Bytes = 1024 * 1024;

/** A copy lies there beside what is sealed of it. A full disk would keep the store from writing, and so customers from answers. */
const refuseWithoutRoomFor = async (data: string, written: readonly string[], copied: LaidOut['copied']) => {
  const places = [...written.map((name) => join(data, name)), ...copied.map(({ from }) => from)];
  const sizes = await Promise.all(places.map(async (path) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > short) await refuseWithoutRoom(2 * total, data, 'bundle');
};

/** Packs and encrypts one kind of what a bot has in its hands. Rejects with a sentence, and leaves nothing then. */
export const packBelonging = async (options: PackBelongingOptions): Promise<PackedBelonging> => {
  const { paths, session, what, epoch, madeAt, host, version, to } = options;
  const scratch = takeScratch(paths);
  const staging = scratch.path(paths.data, 'staging');
  const partial = scratch.partial(to);
  const data = join(staging, 'data');
  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
    const { digest, count, written, copied } = await layOut(options, data);
    await refuseWithoutRoomFor(data, written, copied);
    const files = await Promise.all(written.map((name) => describeFile(join(data, name), `data/${name}`)));
    for (const { from, name } of copied) files.push(await copyFile(from, join(data, name), `data/${name}`));

    const manifest: BelongingsManifest = {
      format: 'zap-fleet-belongings',
      version: 1,
      program: version,
      session,
      what,
      host,
      epoch,
      madeAt,
      digest,
      count,
      files,
    };
    await writeFile(join(staging, manifestName), JSON.stringify(manifest), { mode: 0o600 });
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const total = await stagedBytes(staging);
    const tell = (done: number) => options.onProgress?.({ step: 'packing', done, total });
    await packArchive(staging, partial, options.groupKey, tell, options.log2N);
    await rm(staging, { recursive: true, force: true });
    await rename(partial, to);
    return { bytes: (await stat(to)).size, count, digest };
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError('failed', `the bundle was not made: ${messageOf(error)}. Check the disk and try again.`, {
      cause: error,
    });
  } finally {
    await scratch.release();
  }
};
