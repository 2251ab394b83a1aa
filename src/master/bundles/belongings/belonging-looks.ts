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
  /** So it has to go to Storage: unless something newer is waited for, that was not there when it was changed. */
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
  const known = store.belongings.get(sessionId)?.kinds[what] ?? fresh;
  const isAwaited = known.missing !== null && known.missing.digest === digest;
  const isOwn = digest !== (known.base?.digest ?? null);
  return { what, digest, known, isOwn, isChanged: isOwn && !isAwaited };
};

/** All kinds of a session. Throws where a file of secrets cannot be read. */
export const lookAtBelongings = (here: Here, sessionId: string): readonly BelongingLook[] =>
  belongingNames.map((what) => lookAtBelonging(here, sessionId, what));

/** The epoch of the lease under which they were last in use here; a program of before belongings travelled knows it of the login. */
export const lastLease = ({ store }: Pick<LoginWork, 'store'>, sessionId: string): number | null =>
  store.belongings.get(sessionId)?.lease ?? store.loginBundles.get(sessionId)?.epoch ?? null;

/** `its tools`, as sentences that are stored call them. */
export const called = (what: string): string => belongingWords(what, 'en');
