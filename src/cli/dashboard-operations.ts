import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { DashboardOperations, KeyTest } from '../../components/view-models/dashboard-operations.ts';
import { createAiProvider } from '../../workers/ai/create-ai-provider.ts';
import { prepareHome } from '../home/home-paths.ts';
import { launchRequest, spawnLaunch } from '../master/spawn-launch.ts';
import type { Fleet } from '../protocol/door.ts';
import { fleetModels } from '../session/default-models.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { type LoadedSettings, loadSettingsAgain } from '../settings/load-settings.ts';
import { secretNames } from '../settings/settings.ts';
import { writeEnvironment } from './commands/local/init.ts';

/** What the dashboard asks of the program around it: its own commands in this terminal, a key tested, settings written, a master started. */

/** A key that works answers a one-word question well within this. */
const keyTestWithin: Milliseconds = 20_000;
/** A replaced master is back within a second or two. */
const masterWithin: Milliseconds = 30_000;
const lookEvery: Milliseconds = 50;

/** The names that `zap-fleet init` writes; nothing else is taken from a screen. */
const mayBeSaved = new Set(['FLEET_LANG', 'TZ', 'AI_SELECTED', 'OPENAI_KEY', 'GEMINI_KEY']);

/** A shell's own language and time zone stay: the session and the screen are told them anyway. */
const isComfort = new Set(['FLEET_LANG', 'TZ']);

/**
 * Runs the program once more in this terminal. The shell stays until a key when it ended with a problem or when its words are what was asked
 * for, so that they can be read before the dashboard paints over them; it survives a ctrl+c that is meant for the program.
 */
const untilAKey = [
  'code=$?',
  'if [ $code -ne 0 ] || [ "$stay" = yes ]; then',
  'printf "\\n%s " "$say"',
  // One key, whichever: a terminal that knows no stty waits for enter.
  'if old=$(stty -g 2>/dev/null) && stty -icanon -echo min 1 2>/dev/null; then dd bs=1 count=1 >/dev/null 2>&1; stty "$old"; else read -r _; fi',
  'printf "\\n"',
  'fi',
  'exit $code',
].join('\n');

/** Programs whose words are all that they are run for. */
const isRead = (args: readonly string[]): boolean => args.includes('doctor');

const inTerminal = (args: readonly string[], again: string, env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((done, fail) => {
    const child = spawn(
      '/bin/sh',
      [
        '-c',
        `say=$1; stay=$2; shift 2; trap : INT; "$@"\n${untilAKey}`,
        'zap-fleet',
        again,
        isRead(args) ? 'yes' : 'no',
        process.execPath,
        process.argv[1] ?? '',
        ...args,
      ],
      { stdio: 'inherit', env },
    );
    child.once('error', (error) =>
      fail(new FleetError('failed', `the command cannot be run here: ${messageOf(error)}`, { cause: error })),
    );
    child.once('exit', (code) => done(code ?? 1));
  });

const testKey = async (loaded: LoadedSettings, name: 'openai' | 'gemini', key: string): Promise<KeyTest> => {
  const startedAt = performance.now();
  const took = (): Milliseconds => Math.round(performance.now() - startedAt);
  const { OPENAI_BASE_URL: openai, GEMINI_BASE_URL: gemini } = loaded.settings;
  try {
    const provider = createAiProvider({
      provider: name,
      secrets: name === 'openai' ? { openaiKey: key } : { geminiKey: key },
      baseUrls: { openai, gemini },
    });
    const result = await provider.answer(
      {
        instructions: 'Answer with the single word ok.',
        context: '',
        summary: null,
        history: [],
        text: 'ok?',
        model: fleetModels(loaded.settings)[name],
        temperature: null,
        maxTokens: 200,
        timeoutMs: keyTestWithin,
      },
      AbortSignal.timeout(keyTestWithin),
    );
    // An answer with nothing to send is an answer: the key was taken.
    if (result.kind !== 'refused' && result.kind !== 'passing')
      return { ok: true, ms: took(), reason: null, api: provider.spoken?.()?.split(' ', 1)[0] ?? null };
    return { ok: false, ms: took(), reason: result.reason, api: null };
  } catch (error) {
    return { ok: false, ms: took(), reason: messageOf(error), api: null };
  }
};

const untilMaster = async (fleet: Fleet, isThere: () => boolean): Promise<void> => {
  const deadline = performance.now() + masterWithin;
  while (fleet.connection().state !== 'open' || !isThere()) {
    if (performance.now() > deadline)
      throw new FleetError(
        'timeout',
        'the settings are written, but the master is not back yet. See: zap-fleet master status',
      );
    await delay(lookEvery);
  }
};

export const createOperations = (options: {
  readonly fleet: () => Fleet;
  readonly current: () => LoadedSettings;
  readonly setCurrent: (loaded: LoadedSettings) => void;
  /** Where settings are read from besides the fleet's own file; a demo takes nothing from this terminal. */
  readonly surroundings: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string };
  readonly demo: boolean;
  /** The other machine that is shown; null: this one. */
  readonly node: string | null;
  readonly language: () => string;
}): DashboardOperations => {
  const { fleet, current, setCurrent } = options;
  const demo = options.demo ? { demo: true } : {};
  const reload = (): LoadedSettings => loadSettingsAgain(current(), options.surroundings);

  /** Files, processes and settings are where the fleet is. */
  const refuseElsewhere = (): void => {
    if (options.node !== null)
      throw new FleetError('usage', `this is done on the machine itself: run it on ${options.node}.`);
  };

  return {
    runProgram: async (args) => {
      if (args[0] !== '--demo') refuseElsewhere();
      const { secrets, sources, paths } = current();
      const env: NodeJS.ProcessEnv = { ...process.env };
      // The secrets that this terminal gave us are given on as they came; the rest lies in files that the command reads itself.
      for (const name of secretNames) if (sources[name] === 'environment') env[name] = secrets[name];
      const portuguese = options.language() === 'pt-BR';
      const again = portuguese ? 'uma tecla volta ao painel' : 'any key goes back to the dashboard';
      const self = args[0] === '--demo' ? [] : ['--home', paths.home];
      return inTerminal([...self, '--lang', options.language(), ...args], again, env);
    },
    testAiKey: async (provider, key) => {
      return testKey(current(), provider, key);
    },
    saveSettings: async (values) => {
      refuseElsewhere();
      for (const name of Object.keys(values))
        if (!mayBeSaved.has(name)) throw new FleetError('usage', `${name} is not set here.`);
      const { paths, sources } = current();
      const taken = Object.entries(values).filter(([name]) => sources[name] !== 'environment' || !isComfort.has(name));
      const outside = taken.find(([name]) => sources[name] === 'environment');
      if (outside !== undefined)
        throw new FleetError(
          'usage',
          `${outside[0]} comes from the environment of this shell and would win over what is written; change it there.`,
        );
      if (taken.length === 0) return;
      prepareHome(paths);
      writeEnvironment(paths.envFile, Object.fromEntries(taken));
      const next = reload();
      setCurrent(next);
      const before = fleet().getSnapshot().fleet.masterPid;
      await spawnLaunch(launchRequest(next, { replace: true, ...demo }));
      await untilMaster(fleet(), () => fleet().getSnapshot().fleet.masterPid !== before);
    },
    browser: async () => {
      refuseElsewhere();
      const { findBrowser } = await import('../../workers/whatsapp/browser.ts');
      const { paths, settings } = current();
      const found = findBrowser({
        browserPath: settings.BROWSER_PATH,
        browserArgs: settings.BROWSER_ARGS,
        unpackDirectory: join(paths.data, 'browser'),
      });
      return `${found.kind === 'chrome' ? 'Chrome' : 'headless-shell'} (${found.source})`;
    },
    startMaster: async () => {
      refuseElsewhere();
      await spawnLaunch(launchRequest(current(), demo));
      await untilMaster(fleet(), () => true);
    },
  };
};
