import { PassThrough, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import xterm from '@xterm/headless';
import { vi } from 'vitest';
import type { PreferencesStore } from '../../../components/actions/core/preferences.ts';
import { type DashboardResult, runDashboard } from '../../../components/app/run-dashboard.tsx';
import type { DashboardOperations } from '../../../components/view-models/dashboard-operations.ts';
import type { Language } from '../../../src/words/language.ts';
import { type FakeFleet, now, timeZone } from './fake-fleet.ts';
import { countAsToday } from './modern-widths.ts';
import { type Picture, pictureOf } from './picture.ts';

/**
 * Time stands still in these tests and is moved on by hand: whatever waits (Ink's frames, a lone escape, a query that asks again) comes
 * at once, in its order, and a slow machine makes no difference.
 */
const realSleep = setTimeout;
const tick: typeof setImmediate = setImmediate;
const yieldOnce = () => new Promise<void>((done) => tick(done));
const seconds = (since: bigint) => Number(process.hrtime.bigint() - since) / 1e9;

const moveOn = async (ms: number): Promise<void> => {
  await yieldOnce();
  if (vi.isFakeTimers()) vi.advanceTimersByTime(ms);
  await yieldOnce();
};

/** Like `test/support/until.ts`, in the time of these tests; a child process (an editor) is waited for in real time. */
export const until = async <T>(
  condition: () => T | Promise<T>,
  { within = 10_000, every = 10, what = 'a condition' }: { within?: number; every?: number; what?: string } = {},
): Promise<NonNullable<T>> => {
  const since = process.hrtime.bigint();
  for (let round = 0; ; round += 1) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (round * every > within && seconds(since) > within / 1000) throw new Error(`waited in vain for ${what}`);
    await moveOn(every);
    if (round > 100) await new Promise((done) => realSleep(done, 2));
  }
};

/** The whole dashboard on a terminal in memory: what a person sees and types, without a process of its own. */

export interface Cell {
  readonly text: string;
  readonly foreground: number;
  readonly background: number;
}

export interface Screen {
  readonly fleet: FakeFleet;
  /** Rows without trailing blanks. */
  lines(): readonly string[];
  text(): string;
  /** Signs and styles, cell by cell. */
  picture(): Picture;
  cells(): readonly (readonly Cell[])[];
  press(...keys: string[]): Promise<void>;
  waitFor(what: string | RegExp): Promise<string>;
  waitUntilGone(what: string | RegExp): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Everything that was written since the last call. */
  written(): string;
  readonly ended: Promise<DashboardResult>;
  close(): Promise<void>;
  advance(ms: number): void;
  readonly stdin: PassThrough;
  readonly stdout: Writable;
  readonly isAlternate: () => boolean;
  readonly title: () => string;
}

const named: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  'shift+tab': '\u001b[Z',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pgup: '\u001b[5~',
  pgdn: '\u001b[6~',
  space: ' ',
  backspace: '\u007f',
};

export const keyBytes = (key: string): string =>
  named[key] ?? (/^ctrl\+[a-z]$/.test(key) ? String.fromCharCode(key.charCodeAt(5) - 96) : key);

export interface ScreenOptions {
  readonly fleet: FakeFleet;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly language?: Language | null;
  readonly preferences?: PreferencesStore;
  readonly operations?: Partial<DashboardOperations>;
  readonly suspendProcess?: () => Promise<void>;
  /** Keys that are pressed as soon as the screen is taken, before the first frame is on it. */
  readonly typedAhead?: string;
  /** What stands before the cursor when the program starts. */
  readonly echoed?: string;
}

/** The program around the dashboard, as a test sees it. */
export const fakeOperations = (patch: Partial<DashboardOperations> = {}): DashboardOperations => ({
  runProgram: async () => 0,
  testAiKey: async () => ({ ok: true, ms: 400, reason: null, api: null }),
  saveSettings: async () => undefined,
  browser: async () => 'headless-shell (machine)',
  startMaster: async () => undefined,
  ...patch,
});

export const openScreen = async (options: ScreenOptions): Promise<Screen> => {
  // Modules are loaded in real time.
  await import('../../../components/app/mount.ts');
  if (!vi.isFakeTimers())
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  const { fleet, columns = 120, rows = 32 } = options;
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  countAsToday(terminal);
  // Looked at cell by cell once for as long as nothing is written.
  let seen: Picture | null = null;
  terminal.onWriteParsed(() => {
    seen = null;
  });
  let title = '';
  terminal.onTitleChange((text) => {
    title = text;
  });
  let written = '';
  let isRaw = false;
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => {
      isRaw = on;
      return stdin;
    },
    ref: () => stdin,
    unref: () => stdin,
  });
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        const text = chunk.toString();
        written += text;
        terminal.write(text, done);
      },
    }),
    { isTTY: true, columns, rows },
  );
  if (options.typedAhead !== undefined) {
    const { typedAhead } = options;
    const write = stdout.write.bind(stdout);
    stdout.write = ((...chunk: Parameters<typeof write>) => {
      const goesOn = write(...chunk);
      if (!String(chunk[0]).includes('\u001b[?1049h')) return goesOn;
      // While a terminal is not raw it echoes what is typed.
      if (!isRaw) write(typedAhead, 'utf8');
      stdin.write(typedAhead);
      return goesOn;
    }) as typeof write;
  }
  // What a real terminal's line discipline does: a line feed also returns the carriage.
  terminal.options.convertEol = true;
  terminal.write(options.echoed ?? '');
  let offset = 0;
  const ended = runDashboard({
    fleet,
    language: options.language ?? null,
    env: { TERM: 'xterm-256color', LANG: 'C.UTF-8', ...options.env },
    stdin: stdin as unknown as ReadStream,
    stdout: stdout as unknown as WriteStream,
    clock: () => now + offset,
    timeZone,
    handleSignals: false,
    operations: fakeOperations(options.operations),
    ...(options.preferences === undefined ? {} : { preferences: options.preferences }),
    suspendProcess: options.suspendProcess ?? (async () => undefined),
  });
  let isOver = false;
  ended.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  const lines = (): readonly string[] => {
    const buffer = terminal.buffer.active;
    return Array.from(
      { length: terminal.rows },
      (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '',
    );
  };
  const text = () => lines().join('\n');
  const has = (what: string | RegExp) => (typeof what === 'string' ? text().includes(what) : what.test(text()));
  /** Nothing was written for longer than a frame or a lone escape can wait, and what was written is on the screen. */
  const settled = async () => {
    for (let quiet = 0, before = -1; quiet < 5; ) {
      await moveOn(10);
      quiet = written.length === before ? quiet + 1 : 0;
      before = written.length;
    }
  };
  const over = async () => {
    await until(() => isOver, { within: 5000, what: `the dashboard to end\n${text()}` });
    return ended;
  };
  const screen: Screen = {
    fleet,
    lines,
    text,
    picture: () => {
      seen ??= pictureOf(terminal);
      return seen;
    },
    cells: () => {
      const buffer = terminal.buffer.active;
      return Array.from({ length: terminal.rows }, (_, row) =>
        Array.from({ length: terminal.cols }, (__, column) => {
          const cell = buffer.getLine(buffer.viewportY + row)?.getCell(column);
          return {
            text: cell?.getChars() ?? '',
            foreground: cell?.isFgDefault() === false ? (cell.getFgColor() ?? -1) : -1,
            background: cell?.isBgDefault() === false ? (cell.getBgColor() ?? -1) : -1,
          };
        }),
      );
    },
    press: async (...keys) => {
      for (const key of keys) {
        stdin.write(keyBytes(key));
        await settled();
      }
    },
    waitFor: async (what) => {
      await until(() => has(what), { within: 5000, what: `${what} on\n${text()}` });
      return text();
    },
    waitUntilGone: async (what) => {
      await until(() => !has(what), { within: 5000, what: `${what} to be gone` });
    },
    resize: async (nextColumns, nextRows) => {
      terminal.resize(nextColumns, nextRows);
      seen = null;
      Object.assign(stdout, { columns: nextColumns, rows: nextRows });
      stdout.emit('resize');
      await settled();
    },
    written: () => {
      const all = written;
      written = '';
      return all;
    },
    get ended() {
      return over();
    },
    close: async () => {
      if (!isOver) stdin.write('\u0003');
      await over();
      terminal.dispose();
    },
    advance: (ms) => {
      offset += ms;
    },
    stdin,
    stdout,
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    title: () => title,
  };
  await until(() => text().trim() !== '', { within: 10_000, what: 'the first frame' });
  await settled();
  return screen;
};
