import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { WithClosedProfile } from '../../backup/backup-options.ts';
import { bundleId } from '../../bundles/bundle-name.ts';
import { removeDeadScratch } from '../../home/scratch.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { version } from '../../settings/version.ts';
import { runArchiveWork } from '../archive-process.ts';
import { afterVoid, dropSealed, type LoginWork, sealedFile, voidUntil } from './login-work.ts';
import { staysBehind } from './stays-behind.ts';
import type { UploadArgs } from './upload-job.ts';

/**
 * Packs and encrypts the login of a session and promises to take it to Storage; the number of the job that does. `epoch`: of the lease under
 * which it was last in use. Rejects with a sentence, and leaves nothing then.
 */
export const makeBundle = async (
  work: LoginWork,
  session: ManagedSession,
  epoch: number,
  options: { readonly withClosedProfile: WithClosedProfile; readonly signal: AbortSignal; readonly actor: string },
): Promise<number> => {
  const { paths, store, jobs, groupKey, log2N, now } = work;
  const { id, name, engine } = session.stored;
  const madeAt = afterVoid(now(), voidUntil(work, 'bundle-forget', name));
  const bundle = { epoch, madeAt, mark: randomBytes(4).toString('hex') };
  const file = sealedFile(paths, 'out', name, bundleId(bundle));
  const shown = jobs.board.show('bundle-push', name);
  try {
    const packed = await work.inTurn(() =>
      runArchiveWork(
        {
          work: 'login-pack',
          paths: { home: paths.home, pm2: paths.pm2, logs: paths.logs },
          session: { id, name, engine },
          epoch,
          madeAt: bundle.madeAt,
          host: work.host,
          version,
          to: file,
          groupKey,
          log2N,
          stays: staysBehind(store, session.stored),
        },
        {
          withClosedProfile: options.withClosedProfile,
          signal: AbortSignal.any([options.signal, work.ending]),
          onProgress: shown.progress,
        },
      ),
    );
    if (packed.kind !== 'login-packed') throw new FleetError('failed', 'the login bundle was not made. Try again.');
    // Its bundles were removed meanwhile: this one would stay there for ever.
    if (session.removed) throw new FleetError('no-such-session', `${name} was deleted meanwhile.`);

    store.loginBundles.change(id, { epoch, at: bundle.madeAt });
    dropSealed(paths, name, 'out', file);
    const args: UploadArgs = { sessionName: name, sessionId: id, ...bundle, bytes: packed.bytes, file };
    return jobs.add({ kind: 'bundle-push', args, actor: options.actor }).id;
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    shown.end();
    // A process that was ended at its work left a copy of the login.
    await removeDeadScratch(paths, now());
  }
};
