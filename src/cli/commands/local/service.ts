import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { FleetError, messageOf } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import { type CommandContext, type CommandSpec, flag, textArgument, textOption } from '../command.ts';

/** `service install`: systemd brings the supervisor up after a reboot, and the supervisor everything else. */

export interface UnitOptions {
  readonly node: string;
  readonly script: string;
  readonly home: string;
  readonly workingDirectory: string;
  /** Null in a user's own systemd. */
  readonly user: string | null;
}

/** systemd reads `%` and `$` as its own, and quotes as C does. */
const quoted = (text: string): string => {
  if (/[\n\r]/.test(text)) throw new FleetError('usage', `${JSON.stringify(text)} cannot be put into a systemd unit.`);
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/%/g, '%%').replace(/\$/g, '$$$$')}"`;
};

/** The text of the unit. */
export const unitText = (options: UnitOptions): string =>
  [
    '# Written by "zap-fleet service install".',
    '[Unit]',
    `Description=zap-fleet, WhatsApp bots in ${options.home.replace(/%/g, '%%')}`,
    'Wants=network-online.target',
    'After=network-online.target',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `ExecStart=${[options.node, options.script, '--home', options.home, '--daemon'].map(quoted).join(' ')}`,
    `WorkingDirectory=${options.workingDirectory.replace(/%/g, '%%')}`,
    ...(options.user === null ? [] : [`User=${options.user}`]),
    '# Not after "zap-fleet master stop": that ends the supervisor with 0.',
    'Restart=on-failure',
    'RestartSec=3',
    '# SIGTERM stops all sessions and keeps what was wanted. When only the supervisor dies, the bots go on, and the next one takes over.',
    'KillMode=process',
    'TimeoutStopSec=60',
    '# One browser that runs out of memory is healed by itself; it must not end the fleet.',
    'OOMPolicy=continue',
    'UMask=0077',
    'LimitNOFILE=65536',
    '',
    '[Install]',
    `WantedBy=${options.user === null ? 'default.target' : 'multi-user.target'}`,
    '',
  ].join('\n');

export interface ServiceTools {
  /** What `zap-fleet` itself was started as. */
  readonly node: string;
  readonly script: string;
  readonly cwd: string;
  /** Whether systemd runs here: it does not in a container, or on another system. */
  hasSystemd(): boolean;
  /** Runs systemctl and resolves with its exit code. */
  systemctl(args: readonly string[]): Promise<number | null>;
}

const unitName = /^[A-Za-z0-9:_.@-]{1,100}$/;

export const service = (tools: ServiceTools): CommandSpec => ({
  usage: 'service <action>',
  completes: [['install', 'uninstall'], []],
  summary: 'install: run this fleet under systemd, also after a reboot; uninstall takes it back',
  example: 'sudo zap-fleet service install',
  // The service makes it.
  home: 'made',
  options: [
    { flags: '--user', help: "in your own systemd (~/.config/systemd/user), without root's rights" },
    { flags: '--run-as <user>', help: 'user that the fleet runs as (default: who called sudo, else you)' },
    { flags: '--name <unit>', help: 'name of the unit (default zap-fleet), for a second fleet' },
    { flags: '--print', help: 'only show the unit, change nothing' },
  ],
  run: async (context: CommandContext, [given], options) => {
    const action = textArgument(given);
    if (action !== 'install' && action !== 'uninstall')
      throw new FleetError('usage', `service takes install or uninstall, not ${JSON.stringify(action)}.`);
    const name = textOption(options, 'name') ?? 'zap-fleet';
    if (!unitName.test(name)) throw new FleetError('usage', `${JSON.stringify(name)} is not a name for a unit.`);
    const isUser = flag(options, 'user');
    const file = isUser
      ? join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'systemd', 'user', `${name}.service`)
      : `/etc/systemd/system/${name}.service`;
    const scope = isUser ? ['--user'] : [];

    if (action === 'uninstall') {
      if (!existsSync(file)) throw new FleetError('usage', `there is no ${file}.`);
      if (!tools.hasSystemd()) {
        rmSync(file);
        context.print(`${file} is removed; systemd does not run here, so nothing was stopped. The fleet's files stay.`);
        return 0;
      }
      await tools.systemctl([...scope, 'disable', '--now', name]);
      rmSync(file);
      await tools.systemctl([...scope, 'daemon-reload']);
      context.print(`${name} is stopped and removed from systemd; the fleet's files stay.`);
      return 0;
    }

    const { paths, sources } = context.loaded;
    const user = isUser ? null : (textOption(options, 'runAs') ?? process.env['SUDO_USER'] ?? userInfo().username);
    const text = unitText({
      node: tools.node,
      script: tools.script,
      home: paths.home,
      // A .env of the directory that the fleet is started in counts there, too.
      workingDirectory: existsSync(join(tools.cwd, '.env')) ? tools.cwd : paths.home,
      user,
    });
    if (flag(options, 'print')) {
      context.print(text.trimEnd());
      return 0;
    }
    const command = ['systemctl', ...scope].join(' ');
    const turnOn = `${command} daemon-reload && ${command} enable --now ${name}`;
    if (!tools.hasSystemd())
      throw new FleetError(
        'refused-by-state',
        `systemd does not run here (a container, another system): nothing was installed. "zap-fleet --daemon" keeps the fleet running in the foreground; for a machine with systemd: zap-fleet service install --print > ${file}, then ${turnOn}`,
      );
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { mode: 0o644 });
    } catch (error) {
      throw new FleetError(
        'failed',
        `cannot write ${file}: ${messageOf(error)}. Use sudo, or --user, or --print and put it there yourself.`,
        { cause: error },
      );
    }
    context.print(`written: ${file}`);
    const lost = Object.entries(sources)
      .filter(([, source]) => source === 'environment')
      .map(([key]) => key)
      .filter((key) => key !== 'FLEET_HOME' && key !== 'TZ');
    if (lost.length > 0)
      context.warn(plainText(`systemd does not know your shell's ${lost.join(', ')}: put them into ${paths.envFile}`));
    const enabled = (await tools.systemctl([...scope, 'daemon-reload'])) === 0;
    const started = enabled && (await tools.systemctl([...scope, 'enable', '--now', name])) === 0;
    if (!started)
      throw new FleetError(
        'failed',
        `${file} is written, and systemd did not turn it on (its words are above). Mend that, then: ${turnOn}`,
      );
    context.print(`${name} runs, and comes back after a reboot. Its log: journalctl ${scope.join('')} -u ${name}`);
    if (isUser) context.print(`Without a login it runs only after: loginctl enable-linger ${userInfo().username}`);
    return 0;
  },
});
