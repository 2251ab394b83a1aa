import { belongingKinds } from '../../../bundles/belongings/all-kinds.ts';
import { digestOf } from '../../../bundles/belongings/belonging-kind.ts';
import { type Belonging, type BelongingName, belongingNames } from '../../../session/belongings.ts';
import { belongingWords } from '../../../words/belonging-words.ts';
import type { LoginWork } from '../login-work.ts';

/** How one kind of what a bot has in its hands stands beside its bundles. */
export interface BelongingLook {
  readonly what: BelongingName;
  /** Of what is here; null: nothing is. */
  readonly digest: string | null;
  readonly known: Belonging;
  /** It is not what the bundle that it came from or went into holds. */
  readonly isOwn: boolean;
  /** It was changed after something newer could not be had, or nothing newer is waited for. */
  readonly counts: boolean;
  /** So it has to go to Storage, once that was asked whether there is anything newer. */
  readonly isChanged: boolean;
}

const fresh: Belonging = { base: null, made: null, missing: null };

type Here = Pick<LoginWork, 'store' | 'paths' | 'groupKey'>;

export const lookAtBelonging = (
  { store, paths, groupKey }: Here,
  sessionId: string,
  what: BelongingName,
): BelongingLook => {
  const digest = digestOf(belongingKinds[what], { store, paths, sessionId }, groupKey);
  const all = store.belongings.get(sessionId);
  const known = all?.kinds[what] ?? fresh;
  const isAwaited = known.missing !== null && known.missing.digest === digest;
  const isOwn = digest !== (known.base?.digest ?? null);
  const counts = isOwn && !isAwaited;
  return { what, digest, known, isOwn, counts, isChanged: counts && all?.isAsking !== true };
};

/** All kinds of a session. Throws where a file of secrets cannot be read. */
export const lookAtBelongings = (here: Here, sessionId: string): readonly BelongingLook[] =>
  belongingNames.map((what) => lookAtBelonging(here, sessionId, what));

/** The epoch of the lease under which they were last in use here; a program of before belongings travelled knows it of the login. */
export const lastLease = ({ store }: Pick<LoginWork, 'store'>, sessionId: string): number | null => {
  const known = store.belongings.get(sessionId);
  // While Storage is asked, the login's epoch is already that of the new lease.
  if (known?.isAsking === true) return known.lease;
  return known?.lease ?? store.loginBundles.get(sessionId)?.epoch ?? null;
};

/** `its tools`, as sentences that are stored call them. */
export const called = (what: string): string => belongingWords(what, 'en');
