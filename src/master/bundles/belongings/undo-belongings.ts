import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOfId } from '../../../bundles/bundle-name.ts';
import { takeScratch } from '../../../home/scratch.ts';
import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import { type BelongingName, belongingNames } from '../../../session/belongings.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import { type LoginWork, sealedThere } from '../login-work.ts';
import { called, lookAtBelonging } from './belonging-looks.ts';
import { putBelonging } from './put-belonging.ts';
import { cameOf, unpackBelongings } from './unpack-belongings.ts';

/** Puts back what had to give way to what another server changed; what is here now is kept in its place. */

const replacedOf = ({ paths }: LoginWork, { stored }: ManagedSession) =>
  belongingNames.flatMap((what) => {
    const found = sealedThere(paths, stored.name, `${what}-replaced`);
    const of = found === null ? null : bundleOfId(found.id);
    return found === null || of === null ? [] : [{ what, file: found.path, epoch: of.epoch, madeAt: of.madeAt }];
  });

/** The kinds that were put back. Throws `refused-by-state` when there is nothing to go back to. */
export const undoBelongings = async (
  work: LoginWork,
  session: ManagedSession,
  actor: string,
): Promise<readonly BelongingName[]> => {
  const { paths, book } = work;
  const { id, name } = session.stored;
  const replaced = replacedOf(work, session);
  if (replaced.length === 0)
    throw new FleetError('refused-by-state', `nothing of ${name} was replaced by what another server has.`);

  const scratch = takeScratch(paths);
  const root = scratch.path(paths.data, 'restore');
  const done: BelongingName[] = [];
  try {
    const sealed = replaced.map((one) => ({ ...one, staging: join(root, one.what) }));
    for (const unpacked of await unpackBelongings(work, session, sealed, work.ending)) {
      const { what } = unpacked;
      const { digest } = cameOf(unpacked);
      const { kind } = await putBelonging(work, session, lookAtBelonging(work, id, what), {
        directory: join(root, what),
        digest,
        keeps: true,
        signal: work.ending,
      });
      if (kind === 'changed')
        throw new FleetError('refused-by-state', `${called(what)} were changed in this moment. Try again.`);
      if (kind === 'same') {
        rmSync(replaced.find((one) => one.what === what)?.file ?? '', { force: true });
        continue;
      }
      done.push(what);
      book.record(session, {
        level: 'info',
        kind: 'belongings-undone',
        text: `${called(what)} are again those that were changed here: they count from now on`,
        evidence: { what },
        actor,
      });
    }
    return done;
  } finally {
    await scratch.release();
  }
};
