import { existsSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { bundleId, bundlesIn, isWhole, obsoletePaths, partPath, type Shelf } from '../../bundles/bundle-name.ts';
import { untilAborted } from '../../pace/until-aborted.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { JobKindName } from '../../session/job.ts';
import type { Bytes, Milliseconds } from '../../session/units.ts';
import type { JobFields } from '../../store/job-store.ts';
import { BucketFailure } from '../../store/replica/bucket-failure.ts';
import type { JobKind, JobRun } from '../jobs/job-kind.ts';
import type { LoginWork } from './login-work.ts';

/** Takes a sealed bundle to Storage, part by part: the next master goes on with the part at which this one ended. */

/** Fits under the least limit for a file that a project may have set, and into memory. */
export const partBytes: Bytes = 8 * 1024 * 1024;
/** Older than the next one, which is made daily: whoever has not got it there by then stops. */
export const giveUpAfter: Milliseconds = 24 * 3_600_000;

export const uploadArgs = {
  sessionName: z.string(),
  sessionId: z.string(),
  epoch: z.number(),
  madeAt: z.number(),
  mark: z.string(),
  bytes: z.number(),
  file: z.string(),
};
const uploadArgsSchema = z.object(uploadArgs);
export type UploadArgs = z.infer<typeof uploadArgsSchema>;

export const uploadResultSchema = z.object({
  /** A newer one is on its way. */
  superseded: z.boolean().default(false),
  /** Why it will not be there. */
  failed: z.string().nullable().default(null),
});

const readPart = async (file: string, part: number, bytes: Bytes): Promise<Uint8Array> => {
  const handle = await open(file, 'r');
  try {
    const from = (part - 1) * partBytes;
    const chunk = Buffer.alloc(Math.min(partBytes, bytes - from));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, from);
    if (bytesRead !== chunk.length) throw new FleetError('failed', `${file} is shorter than it was`);
    return chunk;
  } finally {
    await handle.close();
  }
};

const partsOf = ({ bytes }: UploadArgs): number => Math.max(1, Math.ceil(bytes / partBytes));

/** What of it is there takes room from everybody else's, and would once more with each try. */
const removeParts = async ({ bucket, log }: LoginWork, shelf: Shelf, args: UploadArgs, run: JobRun): Promise<void> => {
  const count = partsOf(args);
  const paths = Array.from({ length: count }, (_, index) => partPath(shelf, args, index + 1, count));
  try {
    await untilAborted(bucket.remove(paths), run.signal);
  } catch (error) {
    run.signal.throwIfAborted();
    log.warn('parts of a bundle that did not come about were not removed', {
      session: args.sessionName,
      error: messageOf(error),
    });
  }
};

/** Whether it is whole there afterwards; false: its file was taken away, because a newer one comes. */
const upload = async ({ bucket, log }: LoginWork, shelf: Shelf, args: UploadArgs, run: JobRun): Promise<boolean> => {
  const parts = partsOf(args);
  const { signal } = run;
  await untilAborted(bucket.prepare(), signal);
  const there = new Map(
    (await untilAborted(bucket.list(shelf.folder), signal)).map((file) => [`${shelf.folder}/${file.name}`, file.bytes]),
  );
  for (let part = 1; part <= parts; part += 1) {
    if (!existsSync(args.file)) return false;
    const path = partPath(shelf, args, part, parts);
    const chunk = await readPart(args.file, part, args.bytes);
    if (there.get(path) !== chunk.length) await untilAborted(bucket.put(path, chunk), signal);
    run.progress({ done: Math.min(args.bytes, part * partBytes), total: args.bytes, step: 'uploading' });
  }

  const bundles = bundlesIn(shelf, await untilAborted(bucket.list(shelf.folder), signal));
  const mine = bundles.find((bundle) => bundleId(bundle) === bundleId(args));
  if (mine === undefined || !isWhole(mine))
    throw new BucketFailure('away', 'Supabase Storage does not list all that was put there');
  try {
    await untilAborted(bucket.remove(obsoletePaths(bundles, mine)), signal);
  } catch (error) {
    // It is there; old ones go with the next.
    log.warn('old bundles could not be removed', { session: args.sessionName, error: messageOf(error) });
  }
  return true;
};

/** What one thing that is taken to Storage has of its own. */
export interface UploadKind<Args extends UploadArgs> {
  readonly kind: JobKindName;
  readonly lane: JobKind['lane'];
  readonly args: z.ZodType<Args>;
  readonly shelfOf: (args: Args) => Shelf;
  /** It is there. */
  readonly kept: (args: Args) => void;
  /** Not yet: it is tried again. */
  readonly delayed: (args: Args, text: string) => void;
  /** It will not be there. */
  readonly gaveUp: (args: Args, text: string) => void;
}

export const createUploadJob = <Args extends UploadArgs>(work: LoginWork, of: UploadKind<Args>): JobKind => ({
  kind: of.kind,
  lane: of.lane,
  insists: true,
  run: async (run) => {
    const args = of.args.parse(run.job.args);
    let result: JobFields;
    try {
      const isThere = await upload(work, of.shelfOf(args), args, run);
      if (isThere) of.kept(args);
      result = { superseded: !isThere };
    } catch (error) {
      run.signal.throwIfAborted();
      const isAway = error instanceof BucketFailure && error.kind === 'away';
      if (isAway && work.now() - args.madeAt < giveUpAfter) {
        of.delayed(args, error.message);
        throw new FleetError('unavailable', `${error.message}.`, { cause: error });
      }
      await removeParts(work, of.shelfOf(args), args, run);
      of.gaveUp(args, messageOf(error));
      result = { failed: messageOf(error) };
    }
    rmSync(args.file, { force: true });
    return result;
  },
});
