import { createWriteStream, existsSync, statSync, truncateSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { bundleId, bytesOf, type StoredBundle } from '../../bundles/bundle-name.ts';
import type { BundleCalled } from '../../bundles/bundle-problems.ts';
import { refuseWithoutRoom } from '../../home/disk-room.ts';
import { untilAborted } from '../../pace/until-aborted.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { Bytes, Milliseconds } from '../../session/units.ts';
import { BucketFailure } from '../../store/replica/bucket-failure.ts';
import { dropSealed, type LoginWork, type SealedKind, sealedFile } from './login-work.ts';

/** Fetches the parts of a bundle into one sealed file, whose path it gives; what is there of an earlier try is gone on with. */
export const fetchBundle = async (
  { paths, bucket }: Pick<LoginWork, 'paths' | 'bucket'>,
  session: SessionName,
  bundle: StoredBundle,
  options: {
    readonly kind: SealedKind;
    readonly called: BundleCalled;
    readonly onBytes: (bytes: Bytes) => void;
    readonly signal?: AbortSignal;
  },
): Promise<string> => {
  const { kind, called, onBytes, signal } = options;
  const file = sealedFile(paths, kind, session, bundleId(bundle));
  dropSealed(paths, session, kind, file);
  const have = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  await refuseWithoutRoom(bytesOf(bundle) - have, paths.data, called);

  let at = 0;
  for (const { path, bytes } of bundle.parts) {
    signal?.throwIfAborted();
    const end = at + bytes;
    if (have < end) {
      // A part counts when it is whole.
      if (existsSync(file)) truncateSync(file, at);
      const arriving = pipeline(
        bucket.get(path, bytes),
        createWriteStream(file, { flags: 'a', mode: 0o600 }),
        signal === undefined ? {} : { signal },
      );
      // Aborted, nothing is written any more; an answer that never comes is not waited for.
      await (signal === undefined ? arriving : untilAborted(arriving, signal));
      if (statSync(file).size !== end)
        throw new BucketFailure('away', `Supabase Storage broke off in the middle of ${path}`);
    }
    at = end;
    onBytes(at);
  }
  return file;
};

/** What passes by itself, so that it is tried again soon. */
export const passes = (error: unknown): boolean =>
  (error instanceof BucketFailure && error.kind === 'away') ||
  (error instanceof FleetError && (error.code === 'unavailable' || error.code === 'timeout'));

/** Only what is damaged is passed over for an older one: with another key, or no room, that would be the same again. */
export const isDamaged = (error: unknown): boolean => error instanceof FleetError && error.code === 'failed';

/** E.g. `5 min`, `3 h`, `2 days`. */
export const describeAge = (ms: Milliseconds): string => {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
};
