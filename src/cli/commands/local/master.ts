import { FleetError } from '../../../session/fleet-error.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { flag, jsonOption, textArgument } from '../command.ts';
import { clockTime } from '../printing.ts';

interface MasterTools {
  /** Whether a master listens; does not start one. */
  isRunning(context: CommandContext): Promise<boolean>;
  /** The one that `--daemon` runs; null when nobody supervises this fleet. */
  supervisor(context: CommandContext): Promise<{ ends(within: number): Promise<boolean> } | null>;
  /** Stops master, sessions and PM2's daemon, or what is left of them. */
  stopFleet(context: CommandContext): Promise<void>;
}

/** It looks once a second. */
const supervisorEndsWithin = 15_000;

/** Stops everything, and waits for the supervisor that ends with it. */
const stopAll = async (
  tools: MasterTools,
  context: CommandContext,
): Promise<'alone' | 'with-supervisor' | 'warned'> => {
  const supervisor = await tools.supervisor(context);
  await tools.stopFleet(context);
  if (supervisor === null) return 'alone';
  if (await supervisor.ends(supervisorEndsWithin)) return 'with-supervisor';

  context.warn(
    'master and sessions are stopped, but their supervisor (--daemon) still runs and may start them again: end it where it was started (systemctl stop, docker stop, ctrl+c).',
  );
  return 'warned';
};

const withSupervisor =
  'Master, sessions and their supervisor (--daemon) are stopped. Where Docker or systemd starts it again, stop it there.';

const stopMaster = async (tools: MasterTools, context: CommandContext): Promise<number> => {
  const done = await stopAll(tools, context);
  if (done === 'alone') context.print('Master and sessions are stopped.');
  if (done === 'with-supervisor') context.print(withSupervisor);
  return 0;
};

/** Only the master; its sessions go on. */
const stopAlone = async (tools: MasterTools, context: CommandContext): Promise<number> => {
  const supervisor = await tools.supervisor(context);
  const fleet = await context.connect();
  await fleet.request('masterStop', { sessions: false, actor: 'you' });
  context.print(
    supervisor === null
      ? 'Master is stopped; the bots go on.'
      : 'Master is stopped; the bots go on. Its supervisor (--daemon) starts the next one within seconds.',
  );
  return 0;
};

const withoutMaster = async (
  tools: MasterTools,
  context: CommandContext,
  action: 'status' | 'stop',
  asJson: boolean,
): Promise<number> => {
  // A master that died may have left workers and PM2's daemon, and a supervisor that brings it back.
  const done = action === 'stop' ? await stopAll(tools, context) : 'alone';
  if (asJson) context.print(JSON.stringify({ running: false }));
  else if (done === 'alone') context.print('No master runs. Start one with: zap-fleet  (or zap-fleet --daemon)');
  else if (done === 'with-supervisor') context.print(withSupervisor);
  return action === 'status' ? 1 : 0;
};

const showStatus = async (context: CommandContext, asJson: boolean): Promise<number> => {
  const fleet = await context.connect();
  const { fleet: info, sessions } = fleet.getSnapshot();
  const { masterPid: pid, version, apiUrl } = info;
  const startedAt = new Date(info.startedAt).toISOString();
  if (asJson)
    context.print(JSON.stringify({ running: true, pid, version, startedAt, sessions: sessions.length, apiUrl }));
  else
    context.print(
      `Master ${version} runs as pid ${pid} since ${clockTime(info.startedAt)}, ${sessions.length} sessions${apiUrl === null ? '' : `, API at ${apiUrl}`}.`,
    );
  return 0;
};

/** `master status` and `master stop`. Stopping the master with its sessions leaves what is wanted untouched: they run again with it. */
export const master = (tools: MasterTools): CommandSpec => ({
  usage: 'master <action>',
  completes: [['status', 'stop'], []],
  summary: 'status, or stop (with all sessions; they come back with the next start)',
  example: 'zap-fleet master status',
  options: [{ flags: '--keep-sessions', help: 'stop only the master: bots go on, nothing heals them' }, jsonOption],
  run: async (context, [given], options) => {
    const action = textArgument(given);
    if (action !== 'status' && action !== 'stop')
      throw new FleetError('usage', `master takes status or stop, not ${JSON.stringify(action)}.`);

    const asJson = flag(options, 'json');
    if (!(await tools.isRunning(context))) return withoutMaster(tools, context, action, asJson);
    if (action === 'status') return showStatus(context, asJson);
    return flag(options, 'keepSessions') ? stopAlone(tools, context) : stopMaster(tools, context);
  },
});
