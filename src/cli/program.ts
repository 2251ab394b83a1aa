import { existsSync } from 'node:fs';
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { nodeListFile } from '../home/home-paths.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { nearestWord } from '../session/nearest-word.ts';
import { plainText } from '../session/plain-text.ts';
import { mayFindOthers } from '../settings/discovery.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { fleetTimeZone } from '../settings/time-zone.ts';
import { version } from '../settings/version.ts';
import { storeFaultOf } from '../store/store-fault.ts';
import type { CommandSpec, Options } from './commands/command.ts';
import { oneCommand } from './commands/one-command.ts';
import { spokenLanguage } from './spoken-language.ts';

/**
 * The parser: turns argv into one of the program's faces. Everything heavy (Ink, the master, a worker) is imported by the face that
 * needs it, so that `ls` starts fast and the dashboard's first frame waits for nothing.
 */

interface Globals {
  readonly home?: string;
  readonly lang?: string;
  readonly node?: string;
}

/** As it is said to the person who typed `args`. */
const saidTo = async (args: readonly string[], text: string): Promise<string> => {
  if ((await spokenLanguage(args)) === 'en') return text;
  const { inPortuguese } = await import('../words/portuguese/in-portuguese.ts');
  return inPortuguese(text);
};

/** Where the command that was typed wrongly is explained; the help of all of them where none was meant. */
const helpOf = async (args: readonly string[]): Promise<string> => {
  const word = firstWord(args);
  const commands = word === null ? [] : await meantCommands(args);
  const isKnown = commands.some(({ usage }) => usage.split(' ')[0] === word);
  return isKnown ? `zap-fleet ${word} --help` : 'zap-fleet --help';
};

const fail = async (error: unknown, args: readonly string[]): Promise<number> => {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const [wrong = '', meant] = error.message.replace(/^error: /, '').split('\n');
    const near = meant === undefined ? '' : ` ${meant.replace(/^\((.*)\)$/, '$1')}`;
    const told = `${wrong.replace(/\.$/, '')}.${near} See: ${await helpOf(args)}`;
    process.stderr.write(`zap-fleet: ${plainText(await saidTo(args, told))}\n`);
    return 2;
  }
  const look = !(error instanceof FleetError) && storeFaultOf(error) !== null ? '. See: zap-fleet store check' : '';
  process.stderr.write(`zap-fleet: ${plainText(await saidTo(args, `${messageOf(error)}${look}`))}\n`);
  if (process.env['ZAP_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return error instanceof FleetError ? error.exitCode : 1;
};

/** Whether a fleet must be there already where `--home` says: a typing mistake must not make another one. */
type HomeNeed = NonNullable<CommandSpec['home']>;

const load = async (globals: Globals, need: HomeNeed): Promise<LoadedSettings> => {
  const [{ loadSettings }, { refusalLine }, { withLanguage }] = await Promise.all([
    import('../settings/load-settings.ts'),
    import('../settings/env-file-trust.ts'),
    import('./language.ts'),
  ]);
  const loaded = withLanguage(loadSettings({ env: process.env, cwd: process.cwd(), home: globals.home }), globals.lang);
  const { refused, paths } = loaded;

  // Without the home that was meant, this would be another fleet, or a new one.
  if (refused?.names?.includes('FLEET_HOME') === true && need !== 'none' && need !== 'reported')
    throw new FleetError('refused-by-state', `${refusalLine(refused)}; or say --home DIR`);
  if (refused !== null) process.stderr.write(`zap-fleet: ${refusalLine(refused)}\n`);

  if (globals.home !== undefined && (need === 'needed' || need === 'reported') && !existsSync(paths.home))
    throw new FleetError(
      'usage',
      `there is no ${paths.home}. To make a fleet there: zap-fleet --home ${globals.home} init`,
    );

  return loaded;
};

/** What is done through the door alone; what is done with files and processes is done where they are. */
const isThroughDoor = async (spec: CommandSpec): Promise<boolean> => {
  const { doorCommands } = await import('./commands/all.ts');
  return doorCommands.some(({ usage }) => usage === spec.usage && !/^node /.test(usage));
};

const refuseOfThisMachine = async (spec: CommandSpec, node: string): Promise<void> => {
  if (await isThroughDoor(spec)) return;

  const [name = ''] = spec.usage.split(' ');
  throw new FleetError(
    'usage',
    `"${name}" works on the machine that it is run on: run it on ${plainText(node)} itself.`,
  );
};

const runSpec = async (
  spec: CommandSpec,
  globals: Globals,
  args: readonly (string | readonly string[] | undefined)[],
  options: Options,
): Promise<number> => {
  if (globals.node !== undefined) await refuseOfThisMachine(spec, globals.node);
  const loaded = await load(globals, spec.home ?? 'needed');
  const { openCommandContext } = await import('./command-context.ts');
  const { chosenLanguage } = await import('./language.ts');
  // Times are printed by the fleet's clock, as on the screen. Only here: the dashboard reads its environment again, and would take it for set.
  const zone = loaded.settings.TZ;
  // Where it is the clock's already nobody asks the library of all zones, which takes 30 ms to wake.
  if (zone !== undefined && zone !== process.env['TZ']) process.env['TZ'] = fleetTimeZone(loaded.settings);
  const isEnglish = chosenLanguage(loaded.settings, globals.lang) === 'en';
  // An English program loads no words of another language.
  const voice = isEnglish ? undefined : (await import('./told-in-portuguese.ts')).portugueseVoice;
  // What is piped is never coloured, and needs no palette.
  const paint = process.stdout.isTTY === true ? (await import('./shell-paint.ts')).shellPaint(process.env) : undefined;
  const amongNodes =
    globals.node === undefined &&
    (existsSync(nodeListFile(loaded.paths)) || mayFindOthers(loaded.settings)) &&
    (await isThroughDoor(spec));
  await using context = openCommandContext(loaded, globals.lang, voice, paint, { node: globals.node, amongNodes });
  return (await spec.run(context, args, options)) ?? 0;
};

/** What help says, in the language of whom reads it. */
type Say = (text: string) => string;

const addCommand = (program: Command, spec: CommandSpec, finish: (code: number) => void, say: Say): void => {
  const command = program
    .command(spec.usage)
    .summary(say(spec.summary))
    .description(say(spec.summary))
    .helpOption('-h, --help', say('display help for command'))
    .addHelpText('after', `\n${say('Example:')}\n  ${spec.example}`);
  for (const option of spec.options ?? []) command.option(option.flags, say(option.help));
  command.action(async (...given: unknown[]) => {
    const self = given.at(-1) as Command;
    const args = given.slice(0, -2) as (string | readonly string[] | undefined)[];
    finish(await runSpec(spec, program.opts<Globals>(), args, self.opts()));
  });
};

/** Every command there is; operations that need more than the door are made here, where all rooms may be imported. */
const allCommands = async (): Promise<readonly CommandSpec[]> => {
  const [{ operationCommands }, { doorCommands }, { completion }] = await Promise.all([
    import('./commands/local/all.ts'),
    import('./commands/all.ts'),
    import('./commands/local/completion.ts'),
  ]);
  const specs: CommandSpec[] = [...doorCommands, ...operationCommands];
  specs.push(
    completion(() =>
      specs.map((spec) => ({
        name: spec.usage.split(' ')[0] ?? '',
        summary: spec.summary,
        completes: spec.completes,
        flags: (spec.options ?? []).flatMap((option) => /--[a-z-]+/.exec(option.flags)?.[0] ?? []),
      })),
    ),
  );
  return specs;
};

/** The first word behind the options that stand before every command; null: there is none, and only the dashboard can be meant. */
const firstWord = (args: readonly string[]): string | null => {
  const [first, ...rest] = args;
  if (first === undefined) return null;
  if (first === '--home' || first === '--lang' || first === '--node')
    return rest.length > 0 ? firstWord(rest.slice(1)) : first;
  return /^--(home|lang|node)=/.test(first) ? firstWord(rest) : first;
};

/** What these arguments can mean: a command that is loaded alone, all of them, or none: a fifth of the time to the dashboard's first frame. */
const meantCommands = async (args: readonly string[]): Promise<readonly CommandSpec[]> => {
  const word = firstWord(args);
  if (word === null) return [];

  const one = await oneCommand(word);
  return one === null ? allCommands() : [one];
};

/** There is no such command, but perhaps one that was meant. */
const noCommand = (typed: string, commands: readonly CommandSpec[]): string => {
  const near = nearestWord(
    typed,
    commands.map(({ usage }) => usage.split(' ')[0] ?? ''),
  );
  const help = near === null ? '' : ` Did you mean ${near}?`;
  return `there is no command ${JSON.stringify(typed)}.${help} See: zap-fleet --help`;
};

/** What the program does where no command is said: the dashboard, or what an option or a setting puts in its place. Returns the exit code. */
const runWithoutCommand = async (
  globals: Globals,
  options: { readonly daemon?: boolean; readonly demo?: boolean },
): Promise<number> => {
  if (globals.node !== undefined && (options.demo === true || options.daemon === true))
    throw new FleetError('usage', '--node looks at another machine: leave out --demo and --daemon.');
  if (options.demo === true) {
    const { runDemo } = await import('./demo/demo.ts');
    return runDemo(globals.lang);
  }

  const loaded = await load(globals, options.daemon === true ? 'made' : 'needed');
  if (loaded.settings.SINGLE_SESSION_MODE && globals.node === undefined) {
    const { runSingleSession } = await import('./commands/local/all.ts');
    return runSingleSession(loaded);
  }
  if (options.daemon === true) {
    const { runDaemon } = await import('../master/supervisor.ts');
    const { logLineText } = await import('./commands/logs.ts');
    const inWords = { print: (line: string) => void process.stdout.write(`${logLineText(line)}\n`) };
    return runDaemon(loaded, process.stdout.isTTY === true ? inWords : {});
  }
  const { beginFleet } = await import('./dashboard-fleet.ts');
  const begun = beginFleet(loaded, { language: globals.lang, node: globals.node });
  // What starts a master has the longer way: the screens are loaded once it is begun.
  const show = async (): Promise<number> => {
    await begun.launched;
    return (await import('./dashboard.ts')).openDashboard(globals.lang, begun);
  };
  const [, exitCode] = await Promise.all([begun.fleet, show()]);
  return exitCode;
};

const build = (commands: readonly CommandSpec[], finish: (code: number) => void, say: Say): Command => {
  const program = new Command('zap-fleet')
    .description(say('A fleet of WhatsApp bots in one terminal: without a command it opens the dashboard.'))
    .version(version, '-V, --version', say('output the version number'))
    .helpOption('-h, --help', say('display help for command'))
    .option('--home <dir>', say('where this fleet lives (default FLEET_HOME or ~/.zap-fleet)'))
    .option('--lang <language>', say('en or pt-BR (default FLEET_LANG, then LANG)'))
    .option('--node <node>', say('another machine: its name (node ls) or its address, https://… or ssh://…'))
    .option('--daemon', say('run headless in the foreground, for Docker and systemd'))
    .option('--demo', say('a throw-away fleet of twelve simulated bots'))
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ styleTitle: say })
    // Said by `fail`, in the language of the person.
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      'after',
      `\n${say('Examples:')}\n  zap-fleet                     ${say('the dashboard')}\n  zap-fleet --demo              ${say('have a look, nothing to set up')}\n  zap-fleet create loja-1 --start && zap-fleet qr loja-1`,
    );
  for (const spec of commands) addCommand(program, spec, finish, say);
  program.command('__names', { hidden: true }).action(async () => {
    const loaded = await load(program.opts<Globals>(), 'none');
    const { storedNames } = await import('./commands/local/stored-names.ts');
    for (const name of await storedNames(loaded)) process.stdout.write(`${name}\n`);
    finish(0);
  });
  // Its own action says that there is no such command; commander would count arguments instead. Only now: commands inherit it.
  program.allowExcessArguments();
  program.action(async (options: { daemon?: boolean; demo?: boolean }, command: Command) => {
    const [unknown] = command.args;
    if (unknown !== undefined) throw new FleetError('usage', noCommand(unknown, commands));
    finish(await runWithoutCommand(program.opts<Globals>(), options));
  });
  return program;
};

/** Help in another language costs reading the settings: only who asks for help waits for it. */
const helpIn = async (args: readonly string[]): Promise<Say> => {
  const isAsked = args.some((arg) => arg === '-h' || arg === '--help');
  if (!isAsked || (await spokenLanguage(args)) === 'en') return (text) => text;
  return (await import('../words/portuguese/in-portuguese.ts')).inPortuguese;
};

const written = (stream: NodeJS.WriteStream): Promise<void> => new Promise((done) => stream.write('', () => done()));

/** Runs the program and exits once everything is written: a library's timer (PM2 keeps its sockets' retries) must not hold it open. */
export const main = async (argv: readonly string[]): Promise<void> => {
  // `zap-fleet logs | head` closes the pipe early: that is the reader's right and no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const args = argv.slice(2);
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  try {
    // Nothing is said that had to be understood: the first frame does not wait for the parser.
    if (args.length === 0) finish(await runWithoutCommand({}, {}));
    else await build(await meantCommands(args), finish, await helpIn(args)).parseAsync([...argv]);
  } catch (error) {
    exitCode = await fail(error, args);
  }
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(exitCode);
};
