import { FleetError } from '../../../session/fleet-error.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { flag, jsonOption, textArgument } from '../command.ts';
import { clockTime } from '../printing.ts';

/** It looks once a second. */
const supervisorEndsWithin = 15_000;

/** `master status` and `master stop`. Stopping the master with its sessions leaves what is wanted untouched: they run again with it. */
export const master = (tools: {
  /** Whether a master listens; does not start one. */
  isRunning(context: CommandContext): Promise<boolean>;
  /** The one that `--daemon` runs; null when nobody supervises this fleet. */
  supervisor(context: CommandContext): Promise<{ ends(within: number): Promise<boolean> } | null>;
  /** Stops master, sessions and PM2's daemon, or what is left of them. */
  stopFleet(context: CommandContext): Promise<void>;
}): CommandSpec => ({
  usage: 'master <action>',
  summary: 'status, or stop (with all sessions; they come back with the next start)',
  example: 'zap-fleet master status',
  options: [{ flags: '--keep-sessions', help: 'stop only the master: bots go on, nothing heals them' }, jsonOption],
  run: async (context, [given], options) => {
    const action = textArgument(given);
    if (action !== 'status' && action !== 'stop')
      throw new FleetError('usage', `master takes status or stop, not ${JSON.stringify(action)}.`);
    if (!(await tools.isRunning(context))) {
      // A master that died may have left workers and PM2's daemon.
      if (action === 'stop') await tools.stopFleet(context);
      if (flag(options, 'json')) context.print(JSON.stringify({ running: false }));
      else context.print('No master runs. Start one with: zap-fleet  (or zap-fleet --daemon)');
      return action === 'status' ? 1 : 0;
    }
    const supervisor = action === 'stop' ? await tools.supervisor(context) : null;
    if (action === 'stop' && !flag(options, 'keepSessions')) {
      await tools.stopFleet(context);
      if (supervisor === null) context.print('Master and sessions are stopped.');
      else if (await supervisor.ends(supervisorEndsWithin))
        context.print(
          'Master, sessions and their supervisor (--daemon) are stopped. Where Docker or systemd starts it again, stop it there.',
        );
      else
        context.warn(
          'master and sessions are stopped, but their supervisor (--daemon) still runs and may start them again: end it where it was started (systemctl stop, docker stop, ctrl+c).',
        );
      return 0;
    }
    const fleet = await context.connect();
    if (action === 'status') {
      const { fleet: info, sessions } = fleet.getSnapshot();
      if (flag(options, 'json')) {
        context.print(
          JSON.stringify({
            running: true,
            pid: info.masterPid,
            version: info.version,
            startedAt: new Date(info.startedAt).toISOString(),
            sessions: sessions.length,
            apiUrl: info.apiUrl,
          }),
        );
      } else {
        context.print(
          `Master ${info.version} runs as pid ${info.masterPid} since ${clockTime(info.startedAt)}, ${sessions.length} sessions${info.apiUrl === null ? '' : `, API at ${info.apiUrl}`}.`,
        );
      }
      return 0;
    }
    await fleet.request('masterStop', { sessions: false, actor: 'you' });
    context.print(
      supervisor === null
        ? 'Master is stopped; the bots go on.'
        : 'Master is stopped; the bots go on. Its supervisor (--daemon) starts the next one within seconds.',
    );
    return 0;
  },
});
