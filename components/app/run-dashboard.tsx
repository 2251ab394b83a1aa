import type { ReadStream, WriteStream } from 'node:tty';
import type { Fleet } from '../../src/protocol/door.ts';
import type { EpochMs } from '../../src/session/units.ts';
import { type Language, languageFrom } from '../../src/words/language.ts';
import { terminalKey } from '../actions/core/chosen-theme.ts';
import type { Surroundings } from '../actions/core/create-actions.ts';
import { type Preferences, type PreferencesStore, parsePreferences } from '../actions/core/preferences.ts';
import { keyInRead } from '../actions/keymap.ts';
import { createFrames } from '../hooks/frames.ts';
import { createKeyRouter, type KeyRouter } from '../keys/key-layers.ts';
import { themeFrom } from '../paint/theme.ts';
import { askForBackground, unaskedBackground, watchBackground } from '../terminal/background.ts';
import { editorCommand, editWith } from '../terminal/editor.ts';
import { createLendableTerminal, type LendableTerminal, stopReading } from '../terminal/lendable-terminal.ts';
import { watchMouse } from '../terminal/mouse-reports.ts';
import { startPulse } from '../terminal/pulse.ts';
import { clearScreen, copyToClipboard, freshLine, pushTitle, title } from '../terminal/sequences.ts';
import { listenForWaysOut } from '../terminal/ways-out.ts';
import { followWindowSize } from '../terminal/window-size.ts';
import type { DashboardOperations } from '../view-models/dashboard-operations.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface DashboardOptions {
  readonly fleet: Fleet;
  /** As given by `--lang`: it wins over the remembered language. Null: the remembered one, then `FLEET_LANG`, then `LANG`. */
  readonly language: Language | null;
  readonly env: Env;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly operations: DashboardOperations;
  /** Told the language that is shown, whenever it changes. */
  readonly onLanguage?: (language: Language) => void;
  readonly preferences?: PreferencesStore;
  /** For tests: the clock, the time zone of the clock on the screen, and what ctrl+z does. */
  readonly clock?: () => EpochMs;
  readonly timeZone?: string;
  readonly suspendProcess?: () => Promise<void>;
  /** True where a terminal can go away without a word (`docker exec`): it is asked now and then whether it is there. */
  readonly watchTerminal?: boolean;
  /** False in tests that own the process: no signal is listened to. */
  readonly handleSignals?: boolean;
}

/** `quit`: a key. `signal`: SIGTERM, SIGHUP or SIGINT. `terminal-gone`: nobody looks any more. */
export type ExitReason = 'quit' | 'signal' | 'terminal-gone';

/** Stops the whole process group, as the terminal does for ctrl+z; goes on by SIGCONT (or at once where nothing can stop it). */
const stopProcessGroup = (): Promise<void> =>
  new Promise((resolve) => {
    process.kill(0, 'SIGTSTP');
    // While stopped no timer runs: this fires after SIGCONT, or soon when the group is orphaned and the signal has no effect.
    setTimeout(resolve, 300);
  });

export interface DashboardResult {
  readonly exitReason: ExitReason;
  /** Leaving is never a failure: 0. */
  readonly exitCode: 0;
}

/**
 * Loads Ink and the screens, as `runDashboard` would: a caller that still waits for its fleet calls this meanwhile. Chalk reads
 * `FORCE_COLOR` once, when it is imported, and does not know `NO_COLOR`: it is told here, before.
 */
export const loadScreens = (env: Env): Promise<typeof import('./mount.ts')> => {
  if (themeFrom(env).colors === 'none') process.env['FORCE_COLOR'] = '0';
  return import('./mount.ts');
};

/** The router, which also tells the pulse that somebody types. */
const heardRouter = (router: KeyRouter, heard: () => void): KeyRouter => ({
  ...router,
  read: (input, key) => {
    heard();
    router.read(input, key);
  },
});

const surroundingsOf = (
  options: DashboardOptions,
  terminal: LendableTerminal,
  clock: () => EpochMs,
  preferences: Preferences,
): Surroundings => {
  const { fleet, env, operations } = options;
  return {
    fleet,
    clock,
    preferences,
    savePreferences: (next) => options.preferences?.save(next),
    copy: (text) => terminal.write(copyToClipboard(text)),
    setMouse: terminal.setMouse,
    suspendProcess: () => terminal.lend(options.suspendProcess ?? stopProcessGroup),
    editor: editorCommand(env),
    edit: (command, text, suffix) => terminal.lend(() => editWith(command, text, suffix, env)),
    operations: { ...operations, runProgram: (args) => terminal.lend(() => operations.runProgram(args)) },
  };
};

const inkOptions = {
  alternateScreen: true,
  incrementalRendering: true,
  maxFps: 125,
  exitOnCtrlC: false,
  interactive: true,
  patchConsole: false,
} as const;

/**
 * Shows the dashboard until the person leaves or the terminal is gone; resolves with why. The terminal is as it was before, on every
 * way out. Stdin and stdout must be terminals (the caller prints a list otherwise). Rejects with what broke when a screen breaks.
 */
export const runDashboard = async (options: DashboardOptions): Promise<DashboardResult> => {
  const { fleet, env, stdin, stdout } = options;
  const clock = options.clock ?? Date.now;
  const theme = themeFrom(env);
  const { render, createElement, App } = await loadScreens(env);

  const stored = parsePreferences(options.preferences?.load());
  const preferences = { ...stored, language: options.language ?? stored.language };
  const language = languageFrom(env['FLEET_LANG'] || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG']);
  const frames = createFrames({ fleet, clock });
  const router = createKeyRouter(clock, keyInRead);
  const terminal = createLendableTerminal(stdin, stdout);
  const { write } = terminal;
  let reason: ExitReason = 'quit';
  const leave = (why: ExitReason) => {
    reason = why;
    instance.unmount();
  };
  const pulse =
    options.watchTerminal === true
      ? startPulse({ write, clock: Date.now, onGone: () => leave('terminal-gone'), isLent: terminal.isLent })
      : null;

  // Ink does it only after its first frame: what was typed until then would be echoed onto the screen, and one letter behind the full last
  // row scrolls all of it up by a row. What is typed now waits in the kernel and is read as keys.
  stdin.setRawMode(true);
  // Only with so many colours does what is painted depend on the background.
  const watched = theme.colors === '256' || theme.colors === 'true' ? watchBackground(stdin) : null;
  const unwatchMouse = watchMouse(stdin, router.mouse);
  write(`${freshLine}${pushTitle}${watched === null ? '' : askForBackground}`);
  let redraw: (() => void) | null = null;
  const instance = render(
    createElement(App, {
      frames,
      router: pulse === null ? router : heardRouter(router, pulse.heard),
      surroundings: surroundingsOf(options, terminal, clock, preferences),
      language,
      look: {
        theme,
        wanted: env['FLEET_THEME'],
        terminal: terminalKey(env),
        background: watched ?? unaskedBackground,
      },
      timeZone: options.timeZone,
      setTitle: (text: string) => write(title(text)),
      onRedraw: (paint: () => void) => {
        redraw = paint;
      },
      onLanguage: options.onLanguage,
    }),
    { stdin, stdout, stderr: process.stderr, ...inkOptions },
  );

  const signals = options.handleSignals !== false;
  const unfollow = followWindowSize(stdout, {
    repaint: () => {
      if (terminal.isLent()) return;
      instance.clear();
      write(clearScreen);
    },
    sameSize: () => {
      if (!terminal.isLent()) redraw?.();
    },
    signals,
  });
  const unlisten = listenForWaysOut({ stdin, stdout, signals, isLent: terminal.isLent, leave });
  process.once('exit', terminal.restore);
  try {
    await instance.waitUntilExit();
    // What is typed from now on is for the shell, also while this process still ends.
    await stopReading(stdin);
    return { exitReason: reason, exitCode: 0 };
  } finally {
    pulse?.close();
    frames.close();
    unwatchMouse();
    watched?.close();
    unfollow();
    process.removeListener('exit', terminal.restore);
    terminal.restore();
    unlisten();
  }
};
