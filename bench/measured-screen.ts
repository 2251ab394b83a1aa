import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { spawn as spawnPty } from '@lydell/node-pty';

/** A program in a pseudo-terminal, and what it costs there (Linux: read from /proc). */
export interface MeasuredScreen {
  readonly pid: number;
  /** Bytes written to the terminal until now. */
  readonly bytes: () => number;
  /** How often the whole screen was cleared until now. */
  readonly clears: () => number;
  readonly onData: (listener: (data: string) => void) => { dispose(): void };
  readonly type: (keys: string) => void;
  /** Milliseconds since its start when `text` stood in what it wrote; rejects after a minute. */
  readonly shows: (text: string) => Promise<number>;
  readonly end: () => Promise<void>;
}

const fullClear = new RegExp(`${String.fromCharCode(27)}\\[[23]J`, 'g');
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of CPU that a process used until now. */
export const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

/** Milliseconds of CPU that a process's main thread used until now, to the nanosecond. */
export const mainThreadOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

/** Megabytes. */
export const rssOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** Ticks of all processors until now: taken by another guest of the host (`steal`), and all there were. */
export const hostTicks = (): { readonly stolen: number; readonly all: number } => {
  const fields = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
  return { stolen: fields[7] ?? 0, all: fields.reduce((sum, ticks) => sum + ticks, 0) };
};

export const openScreen = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  size = { cols: 200, rows: 50 },
): MeasuredScreen => {
  const startedAt = performance.now();
  const child = spawnPty(file, [...args], { ...size, cwd: '/', env: { ...env }, name: 'xterm-256color' });
  let bytes = 0;
  let clears = 0;
  let seen = '';
  child.onData((data) => {
    bytes += Buffer.byteLength(data);
    clears += data.match(fullClear)?.length ?? 0;
    seen = (seen + data).slice(-500_000);
  });
  const gone = new Promise<void>((done) => {
    child.onExit(() => done());
  });
  return {
    pid: child.pid,
    bytes: () => bytes,
    clears: () => clears,
    onData: (listener) => child.onData(listener),
    type: (keys) => child.write(keys),
    shows: (text) =>
      new Promise((done, fail) => {
        const late = setTimeout(() => fail(new Error(`${file} did not show ${text}`)), 60_000);
        const look = () => {
          if (!seen.includes(text)) return;
          clearTimeout(late);
          listening.dispose();
          done(performance.now() - startedAt);
        };
        const listening = child.onData(look);
        look();
      }),
    end: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
};
