import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../support/free-port.ts';

/** A PostgreSQL of Debian's packages in a temporary folder, reached over loopback. */
export interface OwnPostgres {
  readonly url: string;
  /** Of the process that all of its others come from. */
  readonly pid: number;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const folderOfPrograms = (): string | undefined => {
  const folders = [
    ...(existsSync('/usr/lib/postgresql')
      ? readdirSync('/usr/lib/postgresql')
          .sort((a, b) => Number(b) - Number(a))
          .map((version) => `/usr/lib/postgresql/${version}/bin`)
      : []),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
};

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

/** `settings`: of its configuration, as `name=value`. Throws in one line where it is not installed. */
export const startOwnPostgres = async (settings: readonly string[] = []): Promise<OwnPostgres> => {
  const bin = folderOfPrograms();
  if (bin === undefined) throw new Error('PostgreSQL is not installed here. Install it: apt-get install -y postgresql');

  const directory = mkdtempSync(join(tmpdir(), 'zf-pg-'));
  const as = account();
  const who = as === null ? {} : as;
  if (as !== null) chownSync(directory, as.uid, as.gid);
  chmodSync(directory, 0o700);
  const data = join(directory, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'];
  const made = spawnSync(join(bin, 'initdb'), initdb, { ...who, cwd: directory, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);

  const port = await freePort();
  const own = ['listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`, ...settings];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...own.flatMap((setting) => ['-c', setting])],
    { ...who, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => {
    log = `${log}${chunk.toString()}`.slice(-20_000);
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const stop = async (): Promise<void> => {
    server.kill('SIGINT');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };

  const deadline = Date.now() + 30_000;
  while (!log.includes('ready to accept connections')) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`PostgreSQL did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, pid: server.pid ?? 0, stop };
};
