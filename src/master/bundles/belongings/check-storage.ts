import { belongingShelf, belongingsFolder, bundlesIn, byRank, isWhole } from '../../../bundles/bundle-name.ts';
import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../../session/units.ts';
import { BucketFailure } from '../../../store/replica/bucket-failure.ts';
import { type LoginWork, voidUntil } from '../login-work.ts';
import { type BelongingLook, called, lastLease, lookAtBelongings } from './belonging-looks.ts';
import { newerIn } from './newer-belongings.ts';
import { pushUnderWay } from './push-belongings.ts';

/**
 * Looks whether Storage still has what was taken there: a bucket that was emptied, or another project, would be met only when a server has
 * died. And whether something newer came there after it was asked: what a server sent late that had the session before.
 */
export interface StorageChecks {
  /** Its lease was taken from another server: what that one sends late is looked for. */
  took(id: string): void;
  /** Those that are due. */
  due(sessions: readonly ManagedSession[]): readonly ManagedSession[];
  isDue(id: string): boolean;
  /** Whether there is something newer than what is here. Never rejects. */
  run(session: ManagedSession): Promise<boolean>;
}

interface Plan {
  readonly at: EpochMs;
  /** How many looks there were since the master began, or since the lease was taken. */
  readonly looks: number;
  readonly isTaken: boolean;
}

const pauseAfter: Milliseconds = 5 * 60_000;

const hasSomething = (looks: readonly BelongingLook[]): boolean =>
  looks.some(({ digest, known }) => digest !== null || known.base !== null);

/** `gaps`: between its looks at one session; the last one goes on for ever. */
export const createStorageChecks = (work: LoginWork, gaps: readonly Milliseconds[]): StorageChecks => {
  const { store, book, bucket, log, now } = work;
  const plans = new Map<string, Plan>();

  const gapAfter = (looks: number): Milliseconds => gaps[Math.min(looks, gaps.length - 1)] ?? 0;
  const planOf = (id: string): Plan => {
    const known = plans.get(id);
    // A clock that was set back puts nothing off.
    if (known !== undefined && known.at - now() <= gapAfter(known.looks)) return known;
    const plan = { at: now() + gapAfter(0), looks: 0, isTaken: known?.isTaken ?? false };
    plans.set(id, plan);
    return plan;
  };
  /** One that cannot be asked is not asked about each session: what has to go there would wait behind that. */
  let awayAt: EpochMs = 0;
  const isAway = (): boolean => Math.abs(now() - awayAt) < pauseAfter;
  const isDue = (id: string): boolean => planOf(id).at <= now() && !isAway();

  /** What is here counts as changed from then on, and is taken there again. */
  const noteGone = (session: ManagedSession, { what, known }: BelongingLook): void => {
    const { base } = known;
    if (base === null) return;
    store.belongings.changeKind(session.stored.id, what, { base: { ...base, digest: null }, made: null });
    book.record(session, {
      level: 'warn',
      kind: 'belongings-gone-there',
      text: `${called(what)} are not in Supabase Storage any more: they are taken there again`,
      evidence: { what },
    });
  };

  const lookThrough = async (session: ManagedSession): Promise<boolean> => {
    const { id, name } = session.stored;
    const files = await bucket.list(belongingsFolder(name));
    const since = voidUntil(work, 'belongings-forget', name);
    for (const look of lookAtBelongings(work, id)) {
      const { what, digest, known } = look;
      const { base } = known;
      if (digest === null || base === null || base.digest !== digest || pushUnderWay(work, id, { what }) !== null)
        continue;
      const last = { epoch: base.epoch, madeAt: base.at, mark: '' };
      const isThere = bundlesIn(belongingShelf(name, what), files).some(
        (bundle) => isWhole(bundle) && bundle.madeAt > since && byRank(bundle, last) <= 0,
      );
      if (!isThere) noteGone(session, look);
    }
    return newerIn(work, session, lastLease(work, id), files).some(({ bundles }) => bundles.length > 0);
  };

  return {
    took: (id) => void plans.set(id, { at: now() + gapAfter(0), looks: 0, isTaken: true }),
    due: (sessions) => sessions.filter(({ stored }) => isDue(stored.id)),
    isDue,
    run: async (session) => {
      const { id, name } = session.stored;
      const { looks, isTaken } = planOf(id);
      const isLast = looks + 1 >= gaps.length;
      const next = { at: now() + gapAfter(looks + 1), looks: looks + 1, isTaken: isTaken && !isLast };
      try {
        const isNewer = isTaken || hasSomething(lookAtBelongings(work, id)) ? await lookThrough(session) : false;
        plans.set(id, next);
        return isNewer;
      } catch (error) {
        if (error instanceof BucketFailure) awayAt = now();
        else plans.set(id, next);
        if (!work.ending.aborted)
          log.warn('Supabase Storage could not be looked through', { session: name, error: messageOf(error) });
        return false;
      }
    },
  };
};
