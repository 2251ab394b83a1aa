import { connect } from 'node:net';
import process from 'node:process';
import { isMasterThere } from '../../../orchestrator/process/reach-socket.ts';
import { FleetError, messageOf } from '../../../session/fleet-error.ts';
import { type CommandSpec, flag } from '../command.ts';

/** Both ways until either end is gone. What is not read is not asked for: a slow reader holds up the master's writes, not this memory. */
const passThrough = (path: string, signal: AbortSignal): Promise<void> =>
  new Promise((done, fail) => {
    const socket = connect(path);
    const end = (): void => {
      socket.end();
    };
    signal.addEventListener('abort', end, { once: true });
    socket.once('error', (error) =>
      fail(new FleetError('unavailable', `the master of this fleet went away: ${messageOf(error)}`, { cause: error })),
    );
    socket.once('close', () => done());
    // Whoever looked is gone.
    process.stdout.on('error', () => socket.destroy());
    process.stdin.on('error', () => socket.destroy());
    process.stdin.pipe(socket);
    socket.pipe(process.stdout, { end: false });
  });

/** `door --stdio`: what `ssh HOST zap-fleet door --stdio` runs there. It starts no fleet: whoever looks from afar must not. */
export const door: CommandSpec = {
  usage: 'door',
  completes: [[]],
  summary: 'the door of this fleet over a pipe, for a dashboard on another machine',
  example: 'ssh HOST zap-fleet door --stdio',
  options: [{ flags: '--stdio', help: 'over standard input and output' }],
  run: async ({ loaded, signal }, _args, options) => {
    if (!flag(options, 'stdio') || process.stdin.isTTY === true)
      throw new FleetError(
        'usage',
        'a program speaks here, not a person. From another machine: zap-fleet node add NAME ssh://USER@HOST',
      );
    if (!(await isMasterThere(loaded.paths)))
      throw new FleetError('unavailable', 'no master runs for this fleet. Start it with: zap-fleet');

    await passThrough(loaded.paths.socket, signal);
    return 0;
  },
};
