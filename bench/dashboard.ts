// What the dashboard costs: `node bench/dashboard.ts [--real=10,50,200] [--frames=20000] [--seconds=20]`. The built program in a real
// pseudo-terminal. First on a door in memory, whose rows change as they are told; then on real PM2 with 10, 50 and 200 processes, side by
// side with `pm2 monit` and `htop` on the same ones. Prints a table; asserts nothing. Run it on a quiet machine, after `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { spawn as spawnPty } from '@lydell/node-pty';
import { connectFleet } from '../src/client/connect-fleet.ts';
import { homePaths, prepareHome } from '../src/home/home-paths.ts';
import { openSocketServer } from '../src/master/socket-server.ts';
import { launchRequest, spawnLaunch } from '../src/master/spawn-launch.ts';
import { stopFleet } from '../src/master/stop-fleet.ts';
import { defaultConfig } from '../src/session/session-config.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { openStore } from '../src/store/store.ts';
import { version } from '../src/version.ts';
import { exampleSnapshot, fakeFleet, sessionRow } from '../test/components/support/fake-fleet.ts';
import { until } from '../test/support/until.ts';

const option = (name: string, otherwise: string): string =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const seconds = Number(option('seconds', '20'));
const frames = Number(option('frames', '20000'));
const fleets = option('real', '10,50,200')
  .split(',')
  .filter((text) => text !== '')
  .map(Number);

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const worker = fileURLToPath(new URL('./dashboard-worker.ts', import.meta.url));
const pm2 = createRequire(import.meta.url).resolve('pm2/bin/pm2');
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const esc = String.fromCharCode(27);
const fullClear = new RegExp(`${esc}\\[[23]J`, 'g');
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of CPU that a process used until now. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};
const rssOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

interface Screen {
  readonly pid: number;
  readonly bytes: () => number;
  readonly clears: () => number;
  readonly onData: (listener: (data: string) => void) => { dispose(): void };
  readonly type: (keys: string) => void;
  readonly seen: () => string;
  readonly end: () => Promise<void>;
}

const open = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  size = { cols: 200, rows: 50 },
): Screen => {
  const child = spawnPty(file, [...args], { ...size, cwd: '/', env: { ...env }, name: 'xterm-256color' });
  let bytes = 0;
  let clears = 0;
  let seen = '';
  child.onData((data) => {
    bytes += Buffer.byteLength(data);
    clears += data.match(fullClear)?.length ?? 0;
    seen = (seen + data).slice(-200_000);
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
    seen: () => seen,
    end: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
};

const environment = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  FLEET_HOME: home,
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  PORT: '0',
  TZ: 'UTC',
  MAX_SESSIONS: '1000',
});
const settingsOf = (home: string) => loadSettings({ env: environment(home), cwd: home, home });

const table = (title: string, rows: readonly (readonly string[])[]): void => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  process.stdout.write(`\n${title}\n`);
  for (const row of rows)
    process.stdout.write(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
};

/** 200 rows behind a real socket; `changing` of them change once a second. */
const inMemory = async (): Promise<void> => {
  const home = mkdtempSync('/tmp/zfb-');
  const { paths } = settingsOf(home);
  prepareHome(paths);
  const base = exampleSnapshot();
  const model = base.sessions.find(({ name }) => name === 'loja-centro');
  const fleet = fakeFleet({
    ...base,
    incidents: [],
    banners: [],
    fleet: { ...base.fleet, version },
    sessions: Array.from({ length: 200 }, (_, n) =>
      sessionRow(`loja-${String(n).padStart(3, '0')}`, {
        ...model,
        id: `id-${n}`,
        name: parseSessionName(`loja-${String(n).padStart(3, '0')}`),
        since: Date.now() - 900_000_000,
      }),
    ),
  });
  let share = 1;
  let round = 0;
  const change = () => {
    round += 1;
    const at = Date.now();
    fleet.update(({ sessions }) => ({
      sessions: sessions.map((row, n) =>
        (n + round) % Math.round(1 / share) !== 0
          ? row
          : {
              ...row,
              lastMessageAt: at - ((n * 7919 + round * 61) % 50) * 60_000,
              receivedLastHour: (n * 31 + round) % 97,
              resources: row.resources && {
                ...row.resources,
                cpuPercent: (n * 13 + round * 7) % 90,
                memoryBytes: (150 + ((n + round) % 90)) * 2 ** 20,
              },
            },
      ),
    }));
  };
  const timer = setInterval(change, 1000);
  const server = await openSocketServer({ path: paths.socket, fleet, version, log: () => undefined });
  const rows: string[][] = [['what', 'measured', 'bound']];
  try {
    const starts: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      const startedAt = performance.now();
      const screen = open(process.execPath, [cli], environment(home));
      await until(() => screen.seen().includes('loja-000'), { every: 1, what: 'the first frame' });
      starts.push(performance.now() - startedAt);
      await screen.end();
    }
    rows.push([
      'first frame after the process starts, median of 11',
      `${percentile(starts, 0.5).toFixed(0)} ms`,
      '300 ms',
    ]);

    for (const [name, size, changing, bound] of [
      ['50 visible rows, all changing', { cols: 200, rows: 58 }, 1, '5 kB/s'],
      ['50 visible rows, a tenth changing', { cols: 200, rows: 58 }, 0.1, '1.5 kB/s'],
    ] as const) {
      share = changing;
      const screen = open(process.execPath, [cli], environment(home), size);
      await until(() => screen.seen().includes('loja-000'));
      await sleep(3000);
      const before = { bytes: screen.bytes(), clears: screen.clears(), cpu: cpuOf(screen.pid) };
      await sleep(seconds * 1000);
      const perSecond = (screen.bytes() - before.bytes) / seconds / 1000;
      rows.push([`bytes to the terminal, ${name}`, `${perSecond.toFixed(2)} kB/s`, bound]);
      rows.push([`  CPU meanwhile`, `${(((cpuOf(screen.pid) - before.cpu) / seconds) * 100).toFixed(1)} %`, '']);
      rows.push(['  full clears meanwhile', String(screen.clears() - before.clears), '0']);
      await screen.end();
    }

    share = 1;
    const screen = open(process.execPath, [cli], environment(home));
    await until(() => screen.seen().includes('loja-000'));
    await sleep(1500);
    const press = async (key: string): Promise<number> => {
      const startedAt = performance.now();
      const painted = new Promise<number>((done) => {
        // The cursor's row is painted: what comes by itself once a second has no cursor in it, as it stands still.
        const listening = screen.onData((data) => {
          if (!data.includes('>')) return;
          listening.dispose();
          done(performance.now() - startedAt);
        });
      });
      screen.type(key);
      return painted;
    };
    const times: number[] = [];
    for (let n = 0; n < 600; n += 1) {
      times.push(await press(n % 40 < 20 ? 'j' : 'k'));
      await sleep(20 + Math.random() * 60);
    }
    rows.push(['key to painted frame, 200 rows changing, p50', `${percentile(times, 0.5).toFixed(1)} ms`, '10 ms']);
    rows.push(['key to painted frame, 200 rows changing, p99', `${percentile(times, 0.99).toFixed(1)} ms`, '30 ms']);

    // Memory: after a warm-up, as many frames as fit through 60 a second.
    for (let n = 0; n < Math.min(2000, frames / 10); n += 1) await press(n % 40 < 20 ? 'j' : 'k');
    const first = rssOf(screen.pid);
    let most = first;
    for (let n = 0; n < frames; n += 1) {
      await press(n % 40 < 20 ? 'j' : 'k');
      if (n % 200 === 0) most = Math.max(most, rssOf(screen.pid));
    }
    const last = rssOf(screen.pid);
    rows.push(['RSS, most', `${most.toFixed(0)} MB`, '150 MB']);
    rows.push([`RSS growth over ${frames} frames`, `${(last - first).toFixed(1)} MB`, '5 MB']);
    await screen.end();
    table('On a door in memory, 200 sessions, one update a second', rows);
  } finally {
    clearInterval(timer);
    await server.close('');
    rmSync(home, { recursive: true, force: true });
  }
};

const pidsNamed = (home: string, title: string): number[] =>
  readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return command.includes(title) && command.includes(home) ? [Number(entry)] : [];
    } catch {
      // It ended while we looked.
      return [];
    }
  });

const hasHtop = (): boolean => {
  try {
    execFileSync('htop', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const onRealProcesses = async (count: number): Promise<readonly string[]> => {
  const home = mkdtempSync('/tmp/zfb-');
  const loaded = settingsOf(home);
  prepareHome(loaded.paths);
  const store = openStore(homePaths(home).database);
  for (let n = 0; n < count; n += 1) {
    const made = store.sessions.create(
      {
        name: parseSessionName(`loja-${String(n).padStart(3, '0')}`),
        label: '',
        engine: 'simulated',
        expectedPhone: null,
        author: 'bench',
        instructions: null,
        config: defaultConfig(),
      },
      Date.now(),
    );
    store.sessions.change(made.id, { desiredState: 'running' }, Date.now());
  }
  store.close();
  const fleet = await connectFleet(loaded, {
    version,
    launch: () => spawnLaunch(launchRequest(loaded, { workerScript: worker })),
  });
  try {
    await until(() => fleet.getSnapshot().sessions.filter(({ state }) => state === 'connected').length === count, {
      within: 600_000,
      every: 500,
      what: `${count} workers to run`,
    });
    await sleep(5000);
    const daemon = pidsNamed(home, 'God Daemon');
    const master = [fleet.getSnapshot().fleet.masterPid];
    const cost = async (file: string, args: readonly string[], sign: string, beside: readonly number[]) => {
      const screen = open(file, args, { ...environment(home), PM2_HOME: loaded.paths.pm2 });
      await until(() => screen.seen().includes(sign), { within: 30_000, what: `${sign} in ${args.join(' ')}` });
      await sleep(4000);
      const before = cpuOf(screen.pid);
      const besideBefore = beside.reduce((sum, pid) => sum + cpuOf(pid), 0);
      const startedAt = performance.now();
      await sleep(seconds * 1000);
      const lasted = (performance.now() - startedAt) / 1000;
      const own = ((cpuOf(screen.pid) - before) / lasted) * 100;
      const other = ((beside.reduce((sum, pid) => sum + cpuOf(pid), 0) - besideBefore) / lasted) * 100;
      await screen.end();
      return { own, other };
    };
    const quietBefore = cpuOf(master[0] ?? 0);
    await sleep(seconds * 1000);
    const quiet = ((cpuOf(master[0] ?? 0) - quietBefore) / seconds) * 100;
    const ours = await cost(process.execPath, [cli], 'loja-000', master);
    const monit = await cost(process.execPath, [pm2, 'monit'], 'Process List', daemon);
    const top = hasHtop() ? await cost('htop', ['-d', '10'], 'Mem', []) : null;
    const percent = (value: number) => `${value.toFixed(1)} %`;
    return [
      String(count),
      percent(ours.own),
      percent(ours.other),
      percent(quiet),
      percent(monit.own),
      percent(monit.other),
      top === null ? 'not installed' : percent(top.own),
      `1/${(monit.own / Math.max(0.01, ours.own)).toFixed(0)}`,
      top === null ? '' : `${(ours.own / Math.max(0.01, top.own)).toFixed(1)} x`,
    ];
  } finally {
    await fleet.close();
    await stopFleet(loaded.paths);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};

await inMemory();
const rows: (readonly string[])[] = [
  [
    'workers',
    'dashboard',
    '+ master',
    'master alone',
    'pm2 monit',
    '+ its daemon',
    'htop',
    'of monit (<= 1/8)',
    'of htop (<= 2 x)',
  ],
];
for (const count of fleets) rows.push(await onRealProcesses(count));
table(`On the same real processes, 200x50, one update a second, CPU of one core over ${seconds} s`, rows);
process.exit(0);
