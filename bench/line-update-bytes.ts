// What the update of a line costs in bytes: `node bench/line-update-bytes.ts OURS.js [--seconds=20]` after `npm run build`. The dashboard's
// frames at 200x50, once a second as a person sees them, each made from the one before: by Ink's own `build/line-update.js` and by the one
// that is named (docs/ink-line-update.patch.md says how to make it).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { styledCharsFromTokens, styledCharsToString, tokenize } from '@alcalzone/ansi-tokenize';
import { openTerminal, type Terminal, type TerminalCell } from '../test/support/terminal.ts';

type LineUpdate = (previous: string, next: string, columns: number) => string;

const [ours] = process.argv.slice(2);
if (ours === undefined) throw new Error('name the line-update.js to compare with');
const seconds = Number(process.argv.find((argument) => argument.startsWith('--seconds='))?.slice(10) ?? '20');
const size = { columns: 200, rows: 50 };
const esc = '\u001b';

const lineUpdateOf = async (path: string): Promise<LineUpdate> => {
  const module = (await import(pathToFileURL(path).href)) as { readonly default: LineUpdate };
  return module.default;
};
const sleep = (duration: number) => new Promise((done) => setTimeout(done, duration));

const color = (value: number, isRgb: boolean, first: number): readonly string[] => {
  if (value < 0) return [];
  return isRgb
    ? [`${first};2;${value >> 16};${(value >> 8) & 255};${value & 255}`]
    : [value < 8 ? String(value + first - 8) : value < 16 ? String(value + first + 44) : `${first};5;${value}`];
};
const sgrOf = (cell: TerminalCell): string =>
  [
    ...(cell.bold ? ['1'] : []),
    ...(cell.dim ? ['2'] : []),
    ...(cell.inverse ? ['7'] : []),
    ...color(cell.fg, cell.fgRgb, 38),
    ...color(cell.bg, cell.bgRgb, 48),
  ]
    .map((code) => `${esc}[${code}m`)
    .join('');

/** A row as Ink hands it to the update: from one cell to the next only what differs, blanks at the end cut. */
const lineOf = (terminal: Terminal, row: number): string => {
  const painted = Array.from({ length: size.columns }, (_, column) => {
    const cell = terminal.cell(column, row);
    return `${sgrOf(cell)}${cell.char}${esc}[0m`;
  }).join('');
  return styledCharsToString(styledCharsFromTokens(tokenize(painted))).trimEnd();
};

const frames = async (home: string): Promise<readonly (readonly string[])[]> => {
  const terminal = openTerminal({
    file: process.execPath,
    args: [fileURLToPath(new URL('../dist/cli.js', import.meta.url))],
    ...size,
    cwd: home,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      FLEET_HOME: home,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      TZ: 'UTC',
    },
  });
  try {
    await terminal.see('loja-000', 60_000);
    await sleep(3000);
    const taken: string[][] = [];
    for (let second = 0; second <= seconds; second += 1) {
      taken.push(Array.from({ length: size.rows }, (_, row) => lineOf(terminal, row)));
      await sleep(1000);
    }
    return taken;
  } finally {
    terminal.kill('SIGTERM');
    await terminal.exited;
  }
};

const bytesOf = (taken: readonly (readonly string[])[], lineUpdate: LineUpdate): number =>
  taken.slice(1).reduce(
    (sum, lines, frame) =>
      sum +
      lines.reduce((bytes, line, row) => {
        const before = taken[frame]?.[row] ?? '';
        // A row that stays is passed by a cursor movement of four bytes, one that changed by a line feed, in Ink as it is.
        return bytes + (line === before ? 4 : Buffer.byteLength(lineUpdate(before, line, size.columns)) + 1);
      }, 0),
    0,
  );

const ink = await lineUpdateOf(fileURLToPath(new URL('../node_modules/ink/build/line-update.js', import.meta.url)));
const changed = await lineUpdateOf(ours);
for (const [name, share] of [
  ['all rows changing', 1],
  ['a tenth of the rows changing', 0.1],
] as const) {
  const home = mkdtempSync('/tmp/zf-bytes-');
  const door = fork(fileURLToPath(new URL('./dashboard-door.ts', import.meta.url)), [home, '200']);
  try {
    await once(door, 'message');
    door.send(share);
    const taken = await frames(home);
    const [before, after] = [ink, changed].map((update) => bytesOf(taken, update) / seconds / 1000);
    process.stdout.write(
      `${name}, ${size.columns}x${size.rows}, ${seconds} frames: ${before?.toFixed(2)} kB each by Ink's update, ${after?.toFixed(2)} by the other\n`,
    );
  } finally {
    const ended = once(door, 'exit');
    door.disconnect();
    await ended;
    rmSync(home, { recursive: true, force: true });
  }
}
