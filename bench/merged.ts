// What a dashboard over three nodes costs beside one over a single node: `node scripts/build.mjs && node bench/merged.ts [--seconds 20]
// [--rounds 3] [--keys 300]`. Each has 200 sessions, all changing once a second; both screens are open all the time and measured over the
// same seconds, so that a busy machine is busy for both. Then keys on a third one, whose two other nodes are 100 ms away each way. Prints a
// table; asserts nothing.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeNodeList } from '../src/client/node-list.ts';
import { homePaths, nodeListFile, prepareHome } from '../src/home/home-paths.ts';
import { hostTicks, type MeasuredScreen, mainThreadOf, openScreen, rssOf } from './measured-screen.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    keys: { type: 'string', default: '300' },
    cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli.js', import.meta.url)) },
  },
});
const [seconds, rounds, keys] = [values.seconds, values.rounds, values.keys].map(Number) as [number, number, number];
const token = 'bench-merged-token-0123456789abcdef';
const farMs = 100;
const doorScript = fileURLToPath(new URL('./dashboard-door.ts', import.meta.url));
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const percentile = (list: readonly number[], share: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))] ?? Number.NaN;

const homes: string[] = [];
const children: ReturnType<typeof fork>[] = [];
const makeHome = (): string => {
  const home = mkdtempSync('/tmp/zfb-');
  homes.push(home);
  prepareHome(homePaths(home));
  return home;
};

/** So many sessions behind a door; all of them change once a second. Gives its web address where it has one. */
const openDoor = async (home: string, count: number, from: number, isWeb: boolean): Promise<string> => {
  const child = fork(doorScript, [home, String(count), String(from), ...(isWeb ? [token] : [])]);
  children.push(child);
  const [told] = (await once(child, 'message')) as ['open' | { url: string }];
  child.send(1);
  return told === 'open' ? '' : told.url;
};

/** The same address, so much further away; what is sent on is in order. */
const farAway = async (url: string): Promise<string> => {
  const { hostname, port } = new URL(url);
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.setNoDelay(true);
      one.on('data', (data) => setTimeout(() => other.writable && other.write(data), farMs));
      one.on('error', () => other.destroy());
      one.on('close', () => setTimeout(() => other.destroy(), farMs));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
};

const listNodes = (home: string, urls: readonly string[]): void =>
  writeNodeList(
    nodeListFile(homePaths(home)),
    urls.map((url, n) => ({ name: `far-${n + 1}`, number: n + 1, address: { kind: 'web', url }, token })),
  );

const open = async (home: string): Promise<MeasuredScreen> => {
  const screen = openScreen(process.execPath, [values.cli], {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    FLEET_HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    PORT: '0',
    TZ: 'UTC',
    MAX_SESSIONS: '1000',
  });
  await screen.shows('loja-');
  return screen;
};

/** Milliseconds of CPU that all threads of a process used until now. */
const cpuOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, one) => sum + one, 0);

interface Cost {
  readonly cpu: number;
  readonly bytes: number;
  readonly rss: number;
}

/** Both over the same seconds. */
const costOf = async (screens: readonly MeasuredScreen[]): Promise<readonly Cost[]> => {
  const before = screens.map(({ pid, bytes }) => ({ cpu: cpuOf(pid), bytes: bytes() }));
  const from = performance.now();
  await sleep(seconds * 1000);
  const lasted = (performance.now() - from) / 1000;
  return screens.map(({ pid, bytes }, at) => ({
    cpu: (cpuOf(pid) - (before[at]?.cpu ?? 0)) / lasted,
    bytes: (bytes() - (before[at]?.bytes ?? 0)) / lasted / 1000,
    rss: rssOf(pid),
  }));
};

const press = (screen: MeasuredScreen, key: string, sign: string): Promise<number> =>
  new Promise((done) => {
    const startedAt = performance.now();
    const listening = screen.onData((data) => {
      if (!data.includes(sign)) return;
      listening.dispose();
      done(performance.now() - startedAt);
    });
    screen.type(key);
  });

interface Pressed {
  readonly painted: number;
  readonly work: number;
}
/** With the milliseconds of CPU of its main thread, which a busy machine does not lengthen. */
const move = async (screen: MeasuredScreen, key: string): Promise<Pressed> => {
  const worked = mainThreadOf(screen.pid);
  // The cursor's row begins with its sign.
  const painted = await press(screen, key, '▌');
  return { painted, work: mainThreadOf(screen.pid) - worked };
};

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
try {
  const single = makeHome();
  const first = makeHome();
  const distant = makeHome();
  await openDoor(single, 200, 0, false);
  await openDoor(first, 67, 0, false);
  const second = await openDoor(makeHome(), 67, 67, true);
  const third = await openDoor(makeHome(), 66, 134, true);
  listNodes(first, [second, third]);
  await openDoor(distant, 67, 0, false);
  listNodes(distant, [await farAway(second), await farAway(third)]);

  const [one, merged, far] = await Promise.all([open(single), open(first), open(distant)]);
  // What compiles itself at the start has done so.
  await sleep(15_000);
  const costs: (readonly Cost[])[] = [];
  const host = hostTicks();
  for (let round = 0; round < rounds; round += 1) costs.push(await costOf([one, merged, far]));
  const of = (at: number, what: keyof Cost): number =>
    percentile(
      costs.map((each) => each[at]?.[what] ?? Number.NaN),
      0.5,
    );
  say(`200 sessions, all changing once a second, 200x50, median of ${rounds} x ${seconds} s`);
  say('                        one node   three nodes           three, two far away   (bound 1.3 x)');
  for (const [what, unit] of [
    ['cpu', 'ms of CPU a second'],
    ['bytes', 'kB a second'],
    ['rss', 'MB'],
  ] as const)
    say(
      `  ${unit.padEnd(20)} ${of(0, what).toFixed(1).padStart(9)}   ${of(1, what).toFixed(1).padStart(9)} (${(of(1, what) / of(0, what)).toFixed(2)} x)   ${of(2, what).toFixed(1).padStart(9)} (${(of(2, what) / of(0, what)).toFixed(2)} x)`,
    );

  const bare: number[] = [];
  const pressed: Pressed[][] = [[], [], []];
  const echo = openScreen('cat', [], { PATH: process.env['PATH'] ?? '', HOME: '/tmp', TERM: 'xterm-256color' });
  for (let n = 0; n < keys; n += 1) {
    for (const [at, screen] of [one, merged, far].entries())
      pressed[at]?.push(await move(screen, n % 40 < 20 ? 'j' : 'k'));
    bare.push(await press(echo, 'j', 'j'));
    await sleep(20 + Math.random() * 60);
  }
  const halfAndMost = (list: readonly number[]): string =>
    `${percentile(list, 0.5).toFixed(1)} ms p50, ${percentile(list, 0.99).toFixed(1)} ms p99`;
  say(`key to painted frame, ${keys} keys in turns (bound 30 ms), and the CPU of its main thread`);
  for (const [at, name] of ['one node', 'three nodes', `three, two ${farMs} ms away each way`].entries()) {
    const list = pressed[at] ?? [];
    const painted = halfAndMost(list.map((each) => each.painted));
    say(`  ${name.padEnd(34)} ${painted}; ${halfAndMost(list.map(({ work }) => work))} of CPU`);
  }
  say(`  ${'the same keys through `cat`'.padEnd(34)} ${halfAndMost(bare)}`);
  const now = hostTicks();
  say(`${(((now.stolen - host.stolen) / Math.max(1, now.all - host.all)) * 100).toFixed(0)} % stolen by the host`);
  await Promise.all([one, merged, far, echo].map((screen) => screen.end()));
} finally {
  for (const child of children) child.kill();
  for (const home of homes) rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
process.exit(0);
