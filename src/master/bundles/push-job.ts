import { existsSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { bundleId, bundlesIn, isWhole, obsoletePaths, partPath } from '../../bundles/bundle-name.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { parseSessionName } from '../../session/session-name.ts';
import type { Bytes, Milliseconds } from '../../session/units.ts';
import type { JobFields } from '../../store/job-store.ts';
import { BucketFailure } from '../../store/replica/bucket-failure.ts';
import type { JobKind, JobRun } from '../jobs/job-kind.ts';
import type { LoginWork } from './login-work.ts';

/** Takes a sealed bundle to Storage, part by part: the next master goes on with the part at which this one ended. */

/** Fits under the least limit for a file that a project may have set, and into memory. */
export const partBytes: Bytes = 8 * 1024 * 1024;
/** Older than the next one, which is made daily: whoever has not got it there by then stops. */
const giveUpAfter: Milliseconds = 24 * 3_600_000;

const argsSchema = z.object({
  sessionName: z.string(),
  sessionId: z.string(),
  epoch: z.number(),
  madeAt: z.number(),
  mark: z.string(),
  bytes: z.number(),
  file: z.string(),
});
export type PushArgs = z.infer<typeof argsSchema>;

export const pushResultSchema = z.object({
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

/** The end of a request, or the master's: it does not wait for a slow line. */
const untilAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  work.catch(() => undefined);

  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', end));
};

/** Whether it is whole there afterwards; false: its file was taken away, because a newer one comes. */
const upload = async ({ bucket, log }: LoginWork, args: PushArgs, run: JobRun): Promise<boolean> => {
  const name = parseSessionName(args.sessionName);
  const parts = Math.max(1, Math.ceil(args.bytes / partBytes));
  const { signal } = run;
  await untilAborted(bucket.prepare(), signal);
  const there = new Map(
    (await untilAborted(bucket.list(name), signal)).map((file) => [`${name}/${file.name}`, file.bytes]),
  );
  for (let part = 1; part <= parts; part += 1) {
    if (!existsSync(args.file)) return false;
    const path = partPath(name, args, part, parts);
    const chunk = await readPart(args.file, part, args.bytes);
    if (there.get(path) !== chunk.length) await untilAborted(bucket.put(path, chunk), signal);
    run.progress({ done: Math.min(args.bytes, part * partBytes), total: args.bytes, step: 'uploading' });
  }

  const bundles = bundlesIn(name, await untilAborted(bucket.list(name), signal));
  const mine = bundles.find((bundle) => bundleId(bundle) === bundleId(args));
  if (mine === undefined || !isWhole(mine))
    throw new BucketFailure('away', 'Supabase Storage does not list all that was put there');
  try {
    await untilAborted(bucket.remove(obsoletePaths(bundles, mine)), signal);
  } catch (error) {
    // It is there; old ones go with the next.
    log.warn('old login bundles could not be removed', { session: name, error: messageOf(error) });
  }
  return true;
};

/** Says once why it is not there, and gives up. */
const giveUp = ({ store, book, now }: LoginWork, args: PushArgs, text: string): JobFields => {
  store.loginBundles.change(args.sessionId, { problem: { at: now(), text } });
  const session = book.byId(args.sessionId);
  if (session !== null)
    book.record(session, {
      level: 'error',
      kind: 'bundle-not-kept',
      text: `its login is not in Supabase Storage: ${text}`,
      evidence: { reason: text, epoch: args.epoch },
    });
  return { failed: text };
};

const succeed = ({ store, book }: LoginWork, args: PushArgs): JobFields => {
  const { epoch, madeAt: at, bytes } = args;
  const session = book.byId(args.sessionId);
  // One that was deleted meanwhile leaves no trace of it here either.
  if (session === null) return { superseded: false };

  const linkedAt = store.loginBundles.get(args.sessionId)?.linkedAt ?? null;
  store.loginBundles.change(args.sessionId, {
    made: { epoch, at, bytes },
    problem: null,
    linkedAt: linkedAt !== null && linkedAt <= at ? null : linkedAt,
  });
  book.record(session, {
    level: 'info',
    kind: 'bundle-kept',
    text: `its login is in Supabase Storage, encrypted (${Math.ceil(bytes / 1e6)} MB)`,
    evidence: { epoch, bytes, megabytes: Math.ceil(bytes / 1e6) },
  });
  return { superseded: false };
};

export const createPushJob = (work: LoginWork): JobKind => ({
  kind: 'bundle-push',
  lane: 'logins',
  insists: true,
  run: async (run) => {
    const args = argsSchema.parse(run.job.args);
    let result: JobFields;
    try {
      result = (await upload(work, args, run)) ? succeed(work, args) : { superseded: true };
    } catch (error) {
      run.signal.throwIfAborted();
      const isAway = error instanceof BucketFailure && error.kind === 'away';
      if (isAway && work.now() - args.madeAt < giveUpAfter) {
        work.store.loginBundles.change(args.sessionId, { problem: { at: work.now(), text: error.message } });
        throw new FleetError('unavailable', `${error.message}.`, { cause: error });
      }
      result = giveUp(work, args, messageOf(error));
    }
    rmSync(args.file, { force: true });
    return result;
  },
});
