/**
 * From typing to the first screen: `node scripts/build.mjs && node bench/first-screen.ts [--rounds 7]`. `npm start`, the program alone and npm's
 * own part (`npm run` of an empty Node), in turns, with a master that runs and with none (and no PM2). Prints wall milliseconds, least and median; asserts nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openScreen } from './measured-screen.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const root = resolve(import.meta.dirname, '..');
const home = mkdtempSync('/tmp/zfb-');
const fleet = join(home, 'f');
const program = join(root, 'dist/cli.js');
const npm = execFileSync('bash', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim();

const environment: Record<string, string> = {
  PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  HOME: home,
  FLEET_HOME: fleet,
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  PORT: '0',
  TZ: 'UTC',
  WHATSAPP_ENGINE: 'simulated',
};
/** What the dashboard of an empty fleet shows, and no line before it. */
const mark = 'master';
/** The first words of a start. */
const words = 'starting the fleet';

const stopFleet = (): void => {
  const ended = spawnSync(process.execPath, [program, 'master', 'stop'], { env: environment, encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`master stop: ${ended.stdout}${ended.stderr}`);
};

const firstScreen = async (args: readonly string[], text = mark): Promise<number> => {
  const screen = openScreen(process.execPath, args, environment);
  const at = await screen.shows(text);
  await screen.end();
  return at;
};

const empty = join(home, 'empty');
mkdirSync(empty);
writeFileSync(
  join(empty, 'package.json'),
  JSON.stringify({ scripts: { start: 'node -e "console.log(\'shown \'.trim())"' } }),
);

const ways: Record<string, () => Promise<number>> = {
  'npm start, master runs': async () => {
    // Whatever the round before left: a screen that is there has a master.
    await firstScreen([program]);
    return firstScreen([npm, '--prefix', root, '--silent', 'start']);
  },
  'the program, master runs': () => firstScreen([program]),
  'npm start of an empty Node': () => firstScreen([npm, '--prefix', empty, '--silent', 'start'], 'shown'),
  'npm start, no master': async () => {
    stopFleet();
    return firstScreen([npm, '--prefix', root, '--silent', 'start']);
  },
  'the program, no master': async () => {
    stopFleet();
    return firstScreen([program]);
  },
  'its first words, no master': async () => {
    stopFleet();
    return firstScreen([program], words);
  },
};

const taken = Object.fromEntries(Object.keys(ways).map((way) => [way, [] as number[]]));
for (let round = -1; round < Number(values.rounds); round += 1) {
  for (const [way, measure] of Object.entries(ways)) {
    const milliseconds = await measure();
    if (round >= 0) taken[way]?.push(milliseconds);
  }
}
stopFleet();
for (const [way, figures] of Object.entries(taken)) {
  const sorted = figures.toSorted((a, b) => a - b);
  console.log(
    `${way.padEnd(28)} ${sorted[0]?.toFixed(0)} least, ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} median`,
  );
}
rmSync(home, { recursive: true, force: true });
process.exit(0);
