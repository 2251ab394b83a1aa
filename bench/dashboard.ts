// What the dashboard costs: `node bench/dashboard.ts [--real=10,50,200] [--frames=20000] [--seconds=20]`. The built program in a real
// pseudo-terminal. First on a door in memory, whose rows change as they are told; then on real PM2 with 10, 50 and 200 processes, side by
// side with `pm2 monit` and `htop` on the same ones. Prints a table; asserts nothing. Run it on a quiet machine, after `npm run build`.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { connectFleet } from '../src/client/connect-fleet.ts';
import { homePaths, prepareHome } from '../src/home/home-paths.ts';
import { launchRequest, spawnLaunch } from '../src/master/spawn-launch.ts';
import { stopFleet } from '../src/master/stop-fleet.ts';
import { defaultConfig } from '../src/session/session-config.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { version } from '../src/settings/version.ts';
import { openStore } from '../src/store/store.ts';
import { until } from '../test/support/until.ts';
import { cpuOf, hostTicks, type MeasuredScreen, mainThreadOf, openScreen, rssOf } from './measured-screen.ts';

const option = (name: string, otherwise: string): string =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const seconds = Number(option('seconds', '20'));
const frames = Number(option('frames', '20000'));
const warmUp = 30_000;
const fleets = option('real', '10,50,200')
  .split(',')
  .filter((text) => text !== '')
  .map(Number);

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const worker = fileURLToPath(new URL('./dashboard-worker.ts', import.meta.url));
const pm2 = createRequire(import.meta.url).resolve('pm2/bin/pm2');
const sleep = (duration: number) => new Promise((done) => setTimeout(done, duration));
const ms = (duration: number): string => `${duration.toFixed(1)} ms`;
const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

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

/** The share of the host's time that went to other guests since `before`: a figure of a busy host says little. */
const stolenSince = (before: ReturnType<typeof hostTicks>): string => {
  const now = hostTicks();
  return `${(((now.stolen - before.stolen) / Math.max(1, now.all - before.all)) * 100).toFixed(0)} % stolen by the host`;
};

type Rows = string[][];

const measureFirstFrame = async (home: string, rows: Rows): Promise<void> => {
  const starts: number[] = [];
  const work: number[] = [];
  const before = hostTicks();
  for (let n = 0; n < 21; n += 1) {
    const screen = openScreen(process.execPath, [cli], environment(home));
    starts.push(await screen.shows('loja-000'));
    work.push(mainThreadOf(screen.pid));
    await screen.end();
  }
  rows.push(
    ['first frame after the process starts, median of 21', ms(percentile(starts, 0.5)), '250 ms', stolenSince(before)],
    ['  least of 21', ms(percentile(starts, 0)), '', ''],
    ['  CPU of its main thread until then, median', ms(percentile(work, 0.5)), '', ''],
  );
};

const measureBytes = async (home: string, share: (next: number) => void, rows: Rows): Promise<void> => {
  for (const [name, changing, bound] of [
    ['50 visible rows, all changing', 1, '5 kB/s'],
    ['50 visible rows, a tenth changing', 0.1, '1.5 kB/s'],
  ] as const) {
    share(changing);
    const screen = openScreen(process.execPath, [cli], environment(home), { cols: 200, rows: 58 });
    await screen.shows('loja-000');
    await sleep(3000);
    const before = { bytes: screen.bytes(), clears: screen.clears(), cpu: cpuOf(screen.pid), host: hostTicks() };
    await sleep(seconds * 1000);
    const perSecond = (screen.bytes() - before.bytes) / seconds / 1000;
    rows.push(
      [`bytes to the terminal, ${name}`, `${perSecond.toFixed(2)} kB/s`, bound, ''],
      [
        '  CPU meanwhile',
        `${(((cpuOf(screen.pid) - before.cpu) / seconds) * 100).toFixed(1)} %`,
        '',
        stolenSince(before.host),
      ],
      ['  full clears meanwhile', String(screen.clears() - before.clears), '0', ''],
    );
    await screen.end();
  }
};

/** Milliseconds until something with `sign` in it is painted. */
const press = (screen: MeasuredScreen, key: string, sign: string): Promise<number> =>
  new Promise((done, fail) => {
    const startedAt = performance.now();
    const late = setTimeout(() => fail(new Error(`${key} painted no ${sign}`)), 30_000);
    const listening = screen.onData((data) => {
      if (!data.includes(sign)) return;
      clearTimeout(late);
      listening.dispose();
      done(performance.now() - startedAt);
    });
    screen.type(key);
  });
/** The cursor's row begins with its sign; what is painted by itself once a second has none, as the cursor stands still. */
const move = (screen: MeasuredScreen, n: number): Promise<number> => press(screen, n % 40 < 20 ? 'j' : 'k', '▌');

const measureKeys = async (screen: MeasuredScreen, rows: Rows): Promise<void> => {
  // What the terminal, the pipes and the host take by themselves: the same keys through a program that only gives them back.
  const echo = openScreen('cat', [], environment('/tmp'));
  const times: number[] = [];
  const bare: number[] = [];
  const work: number[] = [];
  const before = hostTicks();
  for (let n = 0; n < 600; n += 1) {
    const worked = mainThreadOf(screen.pid);
    times.push(await move(screen, n));
    work.push(mainThreadOf(screen.pid) - worked);
    bare.push(await press(echo, 'j', 'j'));
    await sleep(20 + Math.random() * 60);
  }
  await echo.end();
  rows.push(
    ['key to painted frame, 200 rows changing, p50', ms(percentile(times, 0.5)), '8 ms', stolenSince(before)],
    ['key to painted frame, 200 rows changing, p99', ms(percentile(times, 0.99)), '25 ms', ''],
    ['  CPU of its main thread, p50', ms(percentile(work, 0.5)), '', ''],
    ['  the same keys through `cat`, p50', ms(percentile(bare, 0.5)), '', ''],
    ['  the same keys through `cat`, p99', ms(percentile(bare, 0.99)), '', ''],
  );
};

const measureMemory = async (screen: MeasuredScreen, rows: Rows): Promise<void> => {
  for (let n = 0; n < Math.min(2000, frames / 10); n += 1) await move(screen, n);
  const first = rssOf(screen.pid);
  let most = first;
  for (let n = 0; n < frames; n += 1) {
    await move(screen, n);
    if (n % 200 === 0) most = Math.max(most, rssOf(screen.pid));
  }
  rows.push(
    ['RSS, most', `${most.toFixed(0)} MB`, '140 MB', ''],
    [`RSS growth over ${frames} frames`, `${(rssOf(screen.pid) - first).toFixed(1)} MB`, '5 MB', ''],
  );
};

/** 200 rows behind a real socket, in memory. */
const inMemory = async (): Promise<void> => {
  const home = mkdtempSync('/tmp/zfb-');
  const door = fork(fileURLToPath(new URL('./dashboard-door.ts', import.meta.url)), [home]);
  const rows: Rows = [['what', 'measured', 'bound', 'the machine meanwhile']];
  try {
    await once(door, 'message');
    const share = (next: number) => void door.send(next);
    await measureFirstFrame(home, rows);
    await measureBytes(home, share, rows);
    share(1);
    const screen = openScreen(process.execPath, [cli], environment(home));
    await screen.shows('loja-000');
    await sleep(1500);
    await measureKeys(screen, rows);
    await measureMemory(screen, rows);
    await screen.end();
  } finally {
    table('On a door in memory, 200 sessions, one update a second', rows);
    door.kill();
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
      const screen = openScreen(file, args, { ...environment(home), PM2_HOME: loaded.paths.pm2 });
      await screen.shows(sign);
      // A screen that is kept open: what compiles itself at the start has done so.
      await sleep(warmUp);
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
    const host = hostTicks();
    const quietBefore = cpuOf(master[0] ?? 0);
    await sleep(seconds * 1000);
    const quiet = ((cpuOf(master[0] ?? 0) - quietBefore) / seconds) * 100;
    const ours = await cost(process.execPath, [cli], 'loja-000', master);
    const monit = await cost(process.execPath, [pm2, 'monit'], 'PM2 Dashboard', daemon);
    const top = hasHtop() ? await cost('htop', ['-d', '10'], 'Mem', []) : null;
    const machine = stolenSince(host);
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
      machine,
    ];
  } finally {
    await fleet.close();
    await stopFleet(loaded.paths);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};

if (frames > 0) await inMemory();
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
    'the machine meanwhile',
  ],
];
for (const count of fleets) {
  const row = await onRealProcesses(count);
  // A fleet takes minutes: what was measured is there, too, when a later one fails.
  console.log(row.join('  '));
  rows.push(row);
}
table(`On the same real processes, 200x50, one update a second, CPU of one core over ${seconds} s`, rows);
process.exit(0);
