import { FleetError } from '../../../session/fleet-error.ts';
import type { CommandContext } from '../command.ts';
import { isMasterRunning } from './is-master-running.ts';

/**
 * Stops a master that has nothing to run, because a look had started it or its sessions are all stopped, for a command that needs the
 * fleet still. Throws `refused-by-state` where a session runs, shall run, or a supervisor would start the master again.
 */
export const stopIdleMaster = async (context: CommandContext): Promise<void> => {
  if (!(await isMasterRunning(context))) return;
  const { paths } = context.loaded;

  const { supervisorOf } = await import('../../../master/only-daemon.ts');
  if (supervisorOf(paths) !== null)
    throw new FleetError(
      'refused-by-state',
      'the fleet runs under a supervisor (--daemon). Stop it first: zap-fleet master stop (where Docker or systemd starts it again: there)',
    );

  const { connectFleet } = await import('../../../client/connect-fleet.ts');
  const fleet = await connectFleet({ paths }, { launch: null });
  try {
    const busy = fleet.getSnapshot().sessions.filter((row) => row.pid !== null || row.desiredState === 'running');
    if (busy.length > 0)
      throw new FleetError(
        'refused-by-state',
        `the fleet runs (${busy.map(({ name }) => name).join(', ')}). Stop it first: zap-fleet master stop`,
      );
  } finally {
    await fleet.close();
  }

  const { stopFleet } = await import('../../../master/stop-fleet.ts');
  await stopFleet(paths, { actor: 'you' });
  context.warn('a master without a running session was stopped for this; the fleet starts again with: zap-fleet');
};
