import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { explainAtVolume } from './explain.ts';

/**
 * `npm run test:postgres`: the replica's tests over PostgreSQL from Debian's packages, and the plans of our queries on 1,000,000 messages.
 * A server of its own in a temporary folder, reached over loopback, gone at the end.
 */
const folders = [
  ...(existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql')
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => `/usr/lib/postgresql/${version}/bin`)
    : []),
  ...(process.env['PATH'] ?? '').split(delimiter),
];
const bin = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
if (bin === undefined) {
  console.error('PostgreSQL is not installed here. Install it: apt-get install -y postgresql');
  process.exit(1);
}

/** PostgreSQL refuses to run as root. */
const account = (): { uid: number; gid: number } | null => {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const fields = (
    lines.find((line) => line.startsWith('postgres:')) ??
    lines.find((line) => line.startsWith('nobody:')) ??
    ''
  ).split(':');
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
};
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const directory = mkdtempSync(join(tmpdir(), 'zf-pg-'));
const as = account();
const who = as === null ? {} : as;
if (as !== null) chownSync(directory, as.uid, as.gid);
chmodSync(directory, 0o700);
const data = join(directory, 'data');
const made = spawnSync(
  join(bin, 'initdb'),
  ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'],
  {
    ...who,
    cwd: directory,
    encoding: 'utf8',
  },
);
if (made.status !== 0) {
  console.error(made.stderr);
  process.exit(1);
}
const port = await freePort();
// fsync off: the data lives as long as this run.
const server = spawn(
  join(bin, 'postgres'),
  [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${directory}`,
    '-c',
    'fsync=off',
    '-c',
    'max_wal_size=4GB',
  ],
  { ...who, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
);
let log = '';
server.stderr.on('data', (chunk: Buffer) => {
  log = `${log}${chunk.toString()}`.slice(-20_000);
});
const ended = new Promise((resolve) => server.once('exit', resolve));
let status = 1;
try {
  const deadline = Date.now() + 30_000;
  while (!log.includes('ready to accept connections')) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`PostgreSQL did not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const isGood = await explainAtVolume(url);
  const tests = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'test/store/replica'],
    {
      stdio: 'inherit',
      env: { ...process.env, TEST_POSTGRES_URL: url },
    },
  );
  const code = await new Promise<number>((resolve) => tests.once('exit', (value) => resolve(value ?? 1)));
  status = isGood ? code : 1;
} finally {
  server.kill('SIGINT');
  await ended;
  rmSync(directory, { recursive: true, force: true });
}
process.exit(status);
