import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { until } from './until.ts';

/** Foreground and background as palette numbers, or as 24 bits of colour where `…Rgb`; -1: the theme's own. */
export interface TerminalCell {
  readonly char: string;
  readonly fg: number;
  readonly bg: number;
  readonly fgRgb: boolean;
  readonly bgRgb: boolean;
  readonly inverse: boolean;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** A real pseudo-terminal with a terminal emulator behind it: what a person would see of a program, cell by cell. */
export interface Terminal {
  readonly pid: number;
  /** The screen as lines, trailing blanks cut. */
  screen(): readonly string[];
  text(): string;
  cell(column: number, row: number): TerminalCell;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until the screen shows what `match` wants. */
  see(match: string | RegExp, within?: number): Promise<string>;
  gone(match: string | RegExp, within?: number): Promise<void>;
  kill(signal?: string): void;
  readonly exited: Promise<number>;
  readonly alternate: () => boolean;
  /** Everything that was written since the start, raw. */
  raw(): string;
}

export const openTerminal = (options: {
  readonly file: string;
  readonly args: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}): Terminal => {
  const emulator = new xterm.Terminal({
    cols: options.columns,
    rows: options.rows,
    allowProposedApi: true,
    scrollback: 0,
  });
  const child = spawn(options.file, [...options.args], {
    cols: options.columns,
    rows: options.rows,
    cwd: options.cwd,
    env: { ...options.env },
    name: 'xterm-256color',
  });
  let raw = '';
  child.onData((data) => {
    raw += data;
    emulator.write(data);
  });
  // Answers of the emulator (cursor position, device attributes) go back to the program, as a terminal's do.
  emulator.onData((data) => child.write(data));
  const exited = new Promise<number>((resolve) => {
    // The emulator takes what was written in its own time: the last of it is the terminal given back.
    child.onExit(({ exitCode }) => emulator.write('', () => resolve(exitCode)));
  });
  const screen = (): readonly string[] => {
    const buffer = emulator.buffer.active;
    return Array.from(
      { length: emulator.rows },
      (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true, 0, emulator.cols) ?? '',
    );
  };
  const text = (): string => screen().join('\n');
  const matches = (match: string | RegExp): boolean =>
    typeof match === 'string' ? text().includes(match) : match.test(text());
  return {
    pid: child.pid,
    screen,
    text,
    cell: (column, row) => {
      const buffer = emulator.buffer.active;
      const cell = buffer.getLine(buffer.baseY + row)?.getCell(column);
      return {
        char: cell?.getChars() || ' ',
        fg: cell?.isFgDefault() === false ? cell.getFgColor() : -1,
        bg: cell?.isBgDefault() === false ? cell.getBgColor() : -1,
        fgRgb: cell?.isFgRGB() ?? false,
        bgRgb: cell?.isBgRGB() ?? false,
        inverse: (cell?.isInverse() ?? 0) !== 0,
        bold: (cell?.isBold() ?? 0) !== 0,
        dim: (cell?.isDim() ?? 0) !== 0,
      };
    },
    type: (keys) => child.write(keys),
    resize: (columns, rows) => {
      emulator.resize(columns, rows);
      child.resize(columns, rows);
    },
    see: async (match, within = 30_000) => {
      try {
        await until(() => matches(match), { within, every: 30, what: `${String(match)} on the screen` });
      } catch (error) {
        throw new Error(`${String(match)} never showed. The screen:\n${text()}`, { cause: error });
      }
      return text();
    },
    gone: async (match, within = 30_000) => {
      await until(() => !matches(match), {
        within,
        every: 30,
        what: `${String(match)} to go from the screen:\n${text()}`,
      });
    },
    kill: (signal = 'SIGTERM') => child.kill(signal),
    exited,
    alternate: () => emulator.buffer.active.type === 'alternate',
    raw: () => raw,
  };
};
