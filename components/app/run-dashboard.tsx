import type { ReadStream, WriteStream } from 'node:tty';
import type { Fleet } from '../../src/protocol/door.ts';
import type { EpochMs } from '../../src/session/units.ts';
import type { Surroundings } from '../actions/core/create-actions.ts';
import { type PreferencesStore, parsePreferences } from '../actions/core/preferences.ts';
import { createFrames } from '../hooks/frames.ts';
import { createKeyRouter } from '../keys/key-layers.ts';
import { themeFrom } from '../paint/theme.ts';
import { editorCommand, editWith } from '../terminal/editor.ts';
import { startPulse } from '../terminal/pulse.ts';
import {
  clearScreen,
  copyToClipboard,
  freshLine,
  mouseOff,
  mouseOn,
  popTitle,
  pushTitle,
  title,
} from '../terminal/sequences.ts';
import { type Language, languageFrom } from '../texts/language.ts';
import type { Operations } from '../view-models/operations.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface DashboardOptions {
  readonly fleet: Fleet;
  /** As given by `--lang`: it wins over the remembered language. Null: the remembered one, then `FLEET_LANG`, then `LANG`. */
  readonly language: Language | null;
  readonly env: Env;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly operations: Operations;
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
 * Ink takes its listener from the input when it lends the terminal, but Node goes on reading: what is typed into an editor would be ours,
 * every other key or so (seen with Ink 8.0). The pause takes effect one turn after the listener is gone.
 */
const stopReading = async (stdin: ReadStream): Promise<void> => {
  const turn = () => new Promise((done) => setImmediate(done));
  await turn();
  stdin.pause();
  await turn();
};

const signals = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/**
 * Loads Ink and the screens, as `runDashboard` would: a caller that still waits for its fleet calls this meanwhile. Chalk reads
 * `FORCE_COLOR` once, when it is imported, and does not know `NO_COLOR`: it is told here, before.
 */
export const loadScreens = (env: Env): Promise<typeof import('./mount.ts')> => {
  if (themeFrom(env).colors === 'none') process.env['FORCE_COLOR'] = '0';
  return import('./mount.ts');
};

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
  const router = createKeyRouter(clock);
  const write = (text: string) => {
    if (stdout.writable && !stdout.destroyed) stdout.write(text);
  };
  /** Somebody else has the terminal: its ctrl+c is not for us. */
  let lent = 0;
  const pulse =
    options.watchTerminal === true
      ? startPulse({ write, clock: Date.now, onGone: () => leave('terminal-gone'), isLent: () => lent > 0 })
      : null;
  let mouse = false;
  let redraw: (() => void) | null = null;
  const handedOver = async <T,>(work: () => Promise<T>): Promise<T> => {
    lent += 1;
    if (mouse) write(mouseOff);
    try {
      await stopReading(stdin);
      return await work();
    } finally {
      lent -= 1;
      // Ink paints on from the column where the other program left the cursor.
      write('\r');
      if (mouse) write(mouseOn);
    }
  };
  const surroundings: Surroundings = {
    fleet,
    clock,
    preferences,
    savePreferences: (next) => options.preferences?.save(next),
    copy: (text) => write(copyToClipboard(text)),
    setMouse: (on) => {
      if (on !== mouse) write(on ? mouseOn : mouseOff);
      mouse = on;
    },
    suspendProcess: () => handedOver(options.suspendProcess ?? stopProcessGroup),
    editor: editorCommand(env),
    edit: (command, text, suffix) => handedOver(() => editWith(command, text, suffix, env)),
    operations: {
      ...options.operations,
      runProgram: (args) => handedOver(() => options.operations.runProgram(args)),
    },
  };

  // Ink does it only after its first frame: what was typed until then would be echoed onto the screen, and one letter behind the full last
  // row scrolls all of it up by a row. What is typed now waits in the kernel and is read as keys.
  stdin.setRawMode(true);
  write(`${freshLine}${pushTitle}`);
  const instance = render(
    createElement(App, {
      frames,
      router:
        pulse === null
          ? router
          : {
              ...router,
              read: (input, key) => {
                pulse.heard();
                router.read(input, key);
              },
            },
      surroundings,
      language,
      theme,
      timeZone: options.timeZone,
      setTitle: (text: string) => write(title(text)),
      onRedraw: (paint: () => void) => {
        redraw = paint;
      },
      onLanguage: options.onLanguage,
    }),
    {
      stdin,
      stdout,
      stderr: process.stderr,
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: 60,
      exitOnCtrlC: false,
      interactive: true,
      patchConsole: false,
    },
  );

  // A terminal that is made smaller cuts what was painted, and Ink paints only what it thinks has changed: on a new size everything is
  // painted anew. Node tells nothing when the window has its old size again by the time it looks (tmux, a dragged corner): SIGWINCH does.
  let size = { columns: stdout.columns, rows: stdout.rows };
  const onResize = () => {
    size = { columns: stdout.columns, rows: stdout.rows };
    if (lent > 0) return;
    instance.clear();
    write(clearScreen);
  };
  const onWindow = () => {
    if (lent === 0 && stdout.columns === size.columns && stdout.rows === size.rows) redraw?.();
  };
  stdout.prependListener('resize', onResize);
  if (options.handleSignals !== false) process.on('SIGWINCH', onWindow);

  let reason: ExitReason = 'quit';
  const leave = (why: ExitReason) => {
    reason = why;
    instance.unmount();
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (lent > 0 && (signal === 'SIGINT' || signal === 'SIGQUIT')) return;
    leave('signal');
  };
  const onGone = () => leave('terminal-gone');
  // A terminal that is gone answers writes with EIO or EPIPE; without a listener that would be a crash.
  const onError = () => leave('terminal-gone');
  stdin.on('end', onGone);
  stdin.on('close', onGone);
  stdin.on('error', onError);
  stdout.on('error', onError);
  if (options.handleSignals !== false) for (const signal of signals) process.on(signal, onSignal);
  const restore = () => {
    if (mouse) write(mouseOff);
    write(popTitle);
  };
  process.once('exit', restore);
  try {
    await instance.waitUntilExit();
    // What is typed from now on is for the shell, also while this process still ends.
    await stopReading(stdin);
    return { exitReason: reason, exitCode: 0 };
  } finally {
    pulse?.close();
    frames.close();
    stdout.removeListener('resize', onResize);
    process.removeListener('SIGWINCH', onWindow);
    process.removeListener('exit', restore);
    restore();
    if (options.handleSignals !== false) for (const signal of signals) process.removeListener(signal, onSignal);
    stdin.removeListener('end', onGone);
    stdin.removeListener('close', onGone);
    stdin.removeListener('error', onError);
    // The listener on stdout stays: a late EPIPE of a terminal that is gone must not end the program with a stack trace.
  }
};
