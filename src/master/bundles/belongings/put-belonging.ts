import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { belongingKinds } from '../../../bundles/belongings/all-kinds.ts';
import type { Arriving } from '../../../bundles/belongings/belonging-kind.ts';
import { bundleId } from '../../../bundles/bundle-name.ts';
import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { messageOf } from '../../../session/fleet-error.ts';
import { dropSealed, type LoginWork, sealedFile } from '../login-work.ts';
import { type BelongingLook, lastLease, lookAtBelonging } from './belonging-looks.ts';
import { sealBelongings } from './make-belongings.ts';

/** One kind of belongings that was unpacked takes the place of what is here. */

/**
 * What was changed here and is in no bundle is sealed beside the fleet, and a person may ask for it again (`bundle undo`); where it lies. What
 * was kept before stays until this has been of use.
 */
const keepAside = async (
  work: LoginWork,
  session: ManagedSession,
  { what }: Pick<BelongingLook, 'what'>,
  signal: AbortSignal,
): Promise<string> => {
  const { paths, now } = work;
  const { id, name } = session.stored;
  const bundle = { epoch: Math.max(0, lastLease(work, id) ?? 0), madeAt: now(), mark: randomBytes(4).toString('hex') };
  const to = sealedFile(paths, `${what}-replaced`, name, bundleId(bundle));
  const { failure } = await sealBelongings(work, session, [{ what, name: bundle, to }], signal);
  if (failure !== null) throw failure;
  return to;
};

/** A person was faster than what came. */
class ChangedMeanwhile extends Error {}

export interface PutOutcome {
  /** `same`: it was here already. `changed`: a person changed what is here meanwhile, and that counts. */
  readonly kind: 'put' | 'same' | 'changed';
  readonly count: number;
  /** Of what is here now. */
  readonly digest: string | null;
  /** What was here is kept aside. */
  readonly isAside: boolean;
}

/**
 * `directory`: what was unpacked. `keeps`: whether what is here is kept aside first. Throws a sentence, and what was here is as it was
 * then.
 */
export const putBelonging = async (
  work: LoginWork,
  session: ManagedSession,
  look: BelongingLook,
  options: {
    readonly directory: string;
    readonly digest: string | null;
    readonly keeps: boolean;
    readonly signal: AbortSignal;
  },
): Promise<PutOutcome> => {
  const { store, paths, log, now } = work;
  const { id } = session.stored;
  const { signal } = options;
  const digestHere = (): string | null => lookAtBelonging(work, id, look.what).digest;
  const nothing = { count: 0, digest: look.digest, isAside: false };
  if (digestHere() !== look.digest) return { ...nothing, kind: 'changed' };
  if (options.digest === look.digest) return { ...nothing, kind: 'same' };

  const aside = options.keeps && look.digest !== null ? await keepAside(work, session, look, signal) : null;
  let arriving: Arriving | null = null;
  try {
    arriving = await belongingKinds[look.what].prepare(
      { store, paths, sessionId: id, now: now(), addSecret: (secret) => log.addSecret(secret), signal },
      join(options.directory, 'data'),
    );
    signal.throwIfAborted();
    if (digestHere() !== look.digest) throw new ChangedMeanwhile();
    arriving.commit();
  } catch (error) {
    arriving?.abandon();
    if (aside !== null) rmSync(aside, { force: true });
    if (error instanceof ChangedMeanwhile) return { ...nothing, kind: 'changed' };
    throw error;
  }

  if (aside !== null) dropSealed(paths, session.stored.name, `${look.what}-replaced`, aside);
  const digest = digestHere();
  work.book.reload(session);
  await arriving
    .tidy?.()
    .catch((error: unknown) =>
      log.warn('what was replaced was not erased', { session: session.stored.name, error: messageOf(error) }),
    );
  return { kind: 'put', count: arriving.count, digest, isAside: aside !== null };
};
