import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type BundleName, bundleId } from '../../../bundles/bundle-name.ts';
import { removeDeadScratch } from '../../../home/scratch.ts';
import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import type { BelongingName } from '../../../session/belongings.ts';
import { FleetError, isFleetErrorCode } from '../../../session/fleet-error.ts';
import type { EpochMs } from '../../../session/units.ts';
import { version } from '../../../settings/version.ts';
import { runArchiveWork } from '../../archive-process.ts';
import { afterVoid, dropSealed, type LoginWork, sealedFile, voidUntil } from '../login-work.ts';
import { type BelongingLook, called } from './belonging-looks.ts';
import { type BelongingArgs, pushUnderWay } from './push-belongings.ts';

/** Packs and encrypts what a bot has in its hands. */

interface Bundle {
  readonly what: BelongingName;
  readonly name: BundleName;
  readonly to: string;
}

export interface SealedBelonging extends Bundle {
  readonly bytes: number;
  readonly count: number;
  readonly digest: string | null;
}

/** One process for all of them. What could not be packed has its sentence. */
export const sealBelongings = async (
  work: LoginWork,
  session: ManagedSession,
  bundles: readonly Bundle[],
  signal: AbortSignal,
): Promise<{ readonly sealed: readonly SealedBelonging[]; readonly failure: FleetError | null }> => {
  const { paths, jobs, groupKey, log2N, now } = work;
  const { id, name } = session.stored;
  const shown = jobs.board.show('belongings-push', name);
  try {
    const answer = await work.packInTurn(() =>
      runArchiveWork(
        {
          work: 'belongings-pack',
          paths: { home: paths.home, pm2: paths.pm2, logs: paths.logs },
          session: { id, name },
          host: work.host,
          version,
          groupKey,
          log2N,
          bundles: bundles.map(({ what, name: { epoch, madeAt }, to }) => ({ what, epoch, madeAt, to })),
        },
        {
          withClosedProfile: async () => ({ ran: false, reason: 'nothing is copied' }),
          signal: AbortSignal.any([signal, work.ending]),
          onProgress: shown.progress,
        },
      ),
    );
    if (answer.kind !== 'belongings-packed') throw new FleetError('failed', 'the bundle was not made. Try again.');

    const sealed: SealedBelonging[] = [];
    let failure: FleetError | null = null;
    for (const { what, outcome } of answer.bundles) {
      const bundle = bundles.find((one) => one.what === what);
      if (outcome.ok && bundle !== undefined) sealed.push({ ...bundle, ...outcome });
      if (!outcome.ok)
        failure ??= new FleetError(isFleetErrorCode(outcome.code) ? outcome.code : 'failed', outcome.message);
    }
    return { sealed, failure };
  } catch (error) {
    for (const { to } of bundles) rmSync(to, { force: true });
    throw error;
  } finally {
    shown.end();
    // A process that was ended at its work left what it had laid out.
    await removeDeadScratch(paths, now());
  }
};

/** Whole seconds, and later than what was made of it in this epoch before: of two, the one that was made last is the newest. */
const nextMoment = (
  work: LoginWork,
  { id: sessionId, name }: ManagedSession['stored'],
  { what, known }: BelongingLook,
  epoch: number,
): EpochMs => {
  const under = pushUnderWay(work, sessionId, { what })?.args;
  const before = Math.max(
    known.base?.epoch === epoch ? known.base.at : 0,
    under?.['epoch'] === epoch ? Number(under['madeAt']) : 0,
  );
  const moment = Math.max(Math.floor(work.now() / 1000) * 1000, before === 0 ? 0 : before + 1000);
  return afterVoid(moment, voidUntil(work, 'belongings-forget', name));
};

/** What a person changed here before what another server has was here counts, and is told of. */
const tellEarlier = ({ book }: LoginWork, session: ManagedSession, { what, known }: BelongingLook): void => {
  if (known.missing === null) return;
  book.record(session, {
    level: 'warn',
    kind: 'belongings-changed-first',
    text: `${called(what)} were changed here before those of another server had come: the ones here count`,
    evidence: { what },
  });
};

/**
 * Promises to take these to Storage; the numbers of the jobs that do. `epoch`: of the lease under which they were changed. Rejects with a
 * sentence when one of them could not be packed; the others go all the same.
 */
export const makeBelongings = async (
  work: LoginWork,
  session: ManagedSession,
  epoch: number,
  options: { readonly looks: readonly BelongingLook[]; readonly signal: AbortSignal; readonly actor: string },
): Promise<readonly number[]> => {
  const { paths, jobs } = work;
  const { id, name } = session.stored;
  const bundles = options.looks.map((look): Bundle => {
    // Changed while nobody had the lease: newer than what it was made from.
    const under = Math.max(epoch, look.known.base?.epoch ?? 0);
    const bundle = {
      epoch: under,
      madeAt: nextMoment(work, session.stored, look, under),
      mark: randomBytes(4).toString('hex'),
    };
    return { what: look.what, name: bundle, to: sealedFile(paths, `${look.what}-out`, name, bundleId(bundle)) };
  });

  const { sealed, failure } = await sealBelongings(work, session, bundles, options.signal);
  if (session.removed) {
    // Its bundles were removed meanwhile: these would stay there for ever.
    for (const { to } of bundles) rmSync(to, { force: true });
    return [];
  }
  for (const look of options.looks) tellEarlier(work, session, look);
  const made = sealed.map(({ what, name: bundle, to, bytes, count, digest }) => {
    dropSealed(paths, name, `${what}-out`, to);
    const args: BelongingArgs = { sessionName: name, sessionId: id, ...bundle, what, bytes, count, digest, file: to };
    return jobs.add({ kind: 'belongings-push', args, actor: options.actor }).id;
  });
  if (failure !== null) throw failure;
  return made;
};
