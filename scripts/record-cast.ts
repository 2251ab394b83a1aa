// npm run screenshots: half a minute of the real program (the demo's fleet) in a real terminal, as an asciicast (docs/screenshots/demo.cast, for
// `asciinema play`) and as an animated SVG for the README (docs/screenshots/demo.svg). `--frames=FOLDER` also writes every picture of it as
// an SVG that stands still, for whoever wants to look at one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Terminal } from '../test/support/terminal.ts';
import { animatedSvg, type CastFrame, stillSvg } from './cast-svg.ts';
import { leaveDemo, openDemo, screenshots } from './demo-terminal.ts';
import type { Size } from './screen-svg.ts';
import { type SeenCell, seenCell } from './terminal-colors.ts';

const { values } = parseArgs({ options: { frames: { type: 'string' } } });
const size: Size = { columns: 100, rows: 32 };
const esc = '\u001b';
/** A picture is kept this often at most: a person sees no more of a screen that changes once a second. */
const pictureEveryMs = 200;

const sleep = (duration: number): Promise<void> => new Promise((next) => setTimeout(next, duration));

/** The keys, and how long each is looked at. */
const story: readonly (readonly [keys: string, seconds: number])[] = [
  ['', 3],
  ['j', 0.5],
  ['j', 0.5],
  ['j', 0.5],
  ['/', 0.5],
  ['studio', 0.8],
  ['\r', 0.5],
  ['\r', 4],
  [esc, 0.8],
  [esc, 0.8],
  [':', 0.4],
  ['incidents', 0.6],
  ['\r', 4.5],
  [esc, 0.8],
  ['/', 0.4],
  ['barbearia', 0.6],
  ['\r', 0.5],
  ['\r', 2.5],
  ['2', 3.5],
];

const pictureOf = (terminal: Terminal): readonly (readonly SeenCell[])[] =>
  Array.from({ length: size.rows }, (_, row) =>
    Array.from({ length: size.columns }, (_cell, column) => seenCell(terminal.cell(column, row), 'dark')),
  );

interface Recording {
  readonly events: readonly (readonly [seconds: number, data: string])[];
  readonly frames: readonly CastFrame[];
  readonly seconds: number;
}

const record = async (terminal: Terminal): Promise<Recording> => {
  const events: [number, string][] = [];
  const frames: CastFrame[] = [];
  const startedAt = performance.now();
  const now = (): number => Math.round(performance.now() - startedAt) / 1000;
  let written = 0;
  const take = (): void => {
    const raw = terminal.raw();
    if (raw.length === written) return;
    events.push([events.length === 0 ? 0 : now(), raw.slice(written)]);
    written = raw.length;
  };
  const watch = async (seconds: number): Promise<void> => {
    for (const end = now() + seconds; now() < end; ) {
      take();
      // The emulator draws in its own time: what it shows now came before the next look.
      await sleep(pictureEveryMs);
      frames.push({ seconds: frames.length === 0 ? 0 : now(), rows: pictureOf(terminal) });
    }
  };
  for (const [keys, seconds] of story) {
    // Several characters in one read run moves only: each key comes by itself.
    for (const key of keys.startsWith(esc) ? [keys] : keys) {
      terminal.type(key);
      if (keys.length > 1 && !keys.startsWith(esc)) await watch(0.08);
    }
    await watch(seconds);
  }
  take();
  return { events, frames, seconds: now() };
};

const terminal = openDemo(size, 'en', 'dark');
try {
  // The recording begins with a fleet as it is in the morning: all started, and every row in its group.
  await terminal.see(/NOT REPLYING/, 60_000);
  await terminal.see(/SCAN QR/, 30_000);
  await terminal.gone(/→/, 30_000);
  const { events, frames, seconds } = await record(terminal);
  await leaveDemo(terminal);
  const { columns: width, rows: height } = size;
  const header = { version: 2, width, height, title: 'zap-fleet --demo', env: { TERM: 'xterm-256color' } };
  mkdirSync(screenshots, { recursive: true });
  const lines = [header, ...events.map(([at, data]) => [at, 'o', data])].map((line) => JSON.stringify(line));
  writeFileSync(`${screenshots}/demo.cast`, `${lines.join('\n')}\n`);
  const svg = animatedSvg(frames, seconds, size, 'dark');
  writeFileSync(`${screenshots}/demo.svg`, svg);
  process.stdout.write(`docs/screenshots/demo.svg: ${seconds} s, ${Math.round(svg.length / 1000)} kB\n`);
  if (values.frames !== undefined) {
    mkdirSync(values.frames, { recursive: true });
    for (const frame of frames)
      writeFileSync(`${values.frames}/${frame.seconds.toFixed(1).padStart(4, '0')}.svg`, stillSvg(frame, size, 'dark'));
  }
} finally {
  terminal.kill('SIGTERM');
  await terminal.exited;
}
