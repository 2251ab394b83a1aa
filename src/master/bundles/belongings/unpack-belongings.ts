import type { ManagedSession } from '../../../orchestrator/state/managed-session.ts';
import type { BelongingName } from '../../../session/belongings.ts';
import { FleetError, isFleetErrorCode } from '../../../session/fleet-error.ts';
import type { EpochMs } from '../../../session/units.ts';
import type { FromArchiveWork } from '../../archive-messages.ts';
import { runArchiveWork } from '../../archive-process.ts';
import type { LoginWork } from '../login-work.ts';

/** Unpacks sealed belongings in a process of their own, each with its outcome. */

export type Unpacked = Extract<FromArchiveWork, { kind: 'belongings-unpacked' }>['bundles'][number];
export type Came = Extract<Unpacked['outcome'], { ok: true }>;

export const unpackBelongings = async (
  work: LoginWork,
  { stored: { id, name } }: ManagedSession,
  bundles: readonly {
    readonly what: BelongingName;
    readonly epoch: number;
    readonly madeAt: EpochMs;
    readonly file: string;
    readonly staging: string;
  }[],
  signal: AbortSignal,
): Promise<readonly Unpacked[]> => {
  const { paths, groupKey } = work;
  const answer = await work.unpackInTurn(() =>
    runArchiveWork(
      {
        work: 'belongings-unpack',
        paths: { home: paths.home, pm2: paths.pm2, logs: paths.logs },
        session: { id, name },
        groupKey,
        bundles: [...bundles],
      },
      {
        withClosedProfile: async () => ({ ran: false, reason: 'nothing is copied' }),
        signal: AbortSignal.any([signal, work.ending]),
      },
    ),
  );
  if (answer.kind === 'belongings-unpacked') return answer.bundles;
  throw new FleetError('failed', 'the bundle was not unpacked. Try again.');
};

/** What came of one of them. Throws why it did not. */
export const cameOf = (unpacked: Unpacked | undefined): Came => {
  if (unpacked === undefined) throw new FleetError('failed', 'the bundle was not unpacked. Try again.');
  const { outcome } = unpacked;
  if (outcome.ok) return outcome;
  throw new FleetError(isFleetErrorCode(outcome.code) ? outcome.code : 'failed', outcome.message);
};
