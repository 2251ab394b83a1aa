import {
  belongingShelf,
  belongingsFolder,
  bundlesIn,
  isWhole,
  type StoredBundle,
} from '../../../bundles/bundle-name.ts';
import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import type { EpochMs } from '../../../session/units.ts';
import type { BucketFile } from '../../../store/replica/login-bucket.ts';
import { type LoginWork, voidUntil } from '../login-work.ts';
import { giveUpAfter } from '../upload-job.ts';
import { type BelongingLook, lookAtBelongings } from './belonging-looks.ts';

/** What Storage has of a session's belongings that is newer than what is here. */
export interface NewerBelonging {
  readonly look: BelongingLook;
  /** Whole ones, newest first. */
  readonly bundles: readonly StoredBundle[];
  /** One that is newer than all of these is still on its way there. */
  readonly isComing: boolean;
}

/**
 * How new what is here is: what was changed here is as new as the lease under which it was, or newer than what it was made from. Null:
 * anything is newer.
 */
const rankHere = (
  { counts, known: { base } }: BelongingLook,
  lease: number | null,
): { readonly epoch: number; readonly madeAt: EpochMs } | null => {
  const changedUnder = Math.max(lease ?? -1, base?.epoch ?? -1);
  if (counts) return changedUnder < 0 ? null : { epoch: changedUnder, madeAt: Number.POSITIVE_INFINITY };
  return base === null ? null : { epoch: base.epoch, madeAt: base.at };
};

/** More of them are tried in vain: whoever can write into the bucket could keep a server busy with it. */
const mostTried = 10;

/** One entry a kind of which something newer is among the files of its folder. */
export const newerIn = (
  work: LoginWork,
  { stored: { id, name } }: ManagedSession,
  lease: number | null,
  files: readonly BucketFile[],
): readonly NewerBelonging[] => {
  const since = voidUntil(work, 'belongings-forget', name);

  return lookAtBelongings(work, id).flatMap((look) => {
    const here = rankHere(look, lease);
    const newer = bundlesIn(belongingShelf(name, look.what), files).filter(
      ({ epoch, madeAt }) =>
        madeAt > since && (here === null || epoch > here.epoch || (epoch === here.epoch && madeAt > here.madeAt)),
    );
    const [newest] = newer;
    if (newest === undefined) return [];
    const bundles = newer.filter(isWhole).slice(0, mostTried);
    // What nobody has finished within a day nobody finishes.
    const isComing = !isWhole(newest) && work.now() - newest.madeAt < giveUpAfter;
    return bundles.length === 0 && !isComing ? [] : [{ look, bundles, isComing }];
  });
};

/** One entry a kind of which something newer is there. Rejects with a `BucketFailure` where Storage cannot say. */
export const newerBelongings = async (
  work: LoginWork,
  session: ManagedSession,
  lease: number | null,
): Promise<readonly NewerBelonging[]> =>
  newerIn(work, session, lease, await work.bucket.list(belongingsFolder(session.stored.name)));
