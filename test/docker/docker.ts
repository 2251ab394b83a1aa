import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

/** Containers of a test, and what is asked of them. */

export const image = 'zap-fleet:test';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const docker = (...args: readonly string[]): Promise<Result> =>
  new Promise((done) => {
    execFile('docker', [...args], { maxBuffer: 32 * 1024 * 1024, timeout: 840_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      done({ code, stdout: stdout.trim(), stderr: stderr.trim() });
    });
  });

/** As `docker`, for what has to work. */
export const mustDocker = async (...args: readonly string[]): Promise<string> => {
  const result = await docker(...args);
  if (result.code !== 0) throw new Error(`docker ${args.join(' ')}: ${result.stderr.slice(-2000)}`);
  return result.stdout;
};

export interface Row {
  readonly name: string;
  readonly state: string;
  readonly verdict: string;
  readonly reason: string | null;
  readonly phone: string | null;
  readonly memoryBytes: number | null;
  readonly restarts: number;
  readonly pid: number | null;
}

export interface FleetContainer {
  readonly id: string;
  /** `zap-fleet …` inside. */
  fleet(...args: readonly string[]): Promise<Result>;
  /** Any command inside. Throws when it fails. */
  sh(script: string): Promise<string>;
  rows(): Promise<readonly Row[]>;
  row(name: string): Promise<Row>;
  /** Until every named session is in this state. */
  become(names: readonly string[], state: string, within?: number): Promise<void>;
  /** `docker exec -it … zap-fleet …` in a real pseudo-terminal. */
  open(size: { readonly columns: number; readonly rows: number }, ...args: readonly string[]): Terminal;
  logs(): Promise<string>;
  /** Starts again what was stopped, and waits for the fleet. */
  start(): Promise<void>;
  ready(): Promise<void>;
  remove(): Promise<void>;
}

const tag = `zft-${process.pid}`;
let made = 0;

/** The four volumes of one fleet, by the names that docker-compose.yml gives their mount points. */
export interface Volumes {
  readonly flags: readonly string[];
  remove(): Promise<void>;
}

export const createVolumes = async (): Promise<Volumes> => {
  made += 1;
  const names = ['tokens', 'logs', '.pm2', 'data'].map(
    (place) => [`${tag}-${made}${place.replace('.', '')}`, place] as const,
  );
  for (const [name] of names) await mustDocker('volume', 'create', name);
  return {
    flags: names.flatMap(([name, place]) => ['--volume', `${name}:/app/${place}`]),
    remove: async () => {
      await mustDocker('volume', 'rm', ...names.map(([name]) => name));
    },
  };
};

/** As docker-compose.yml runs it. */
export const hardened: readonly string[] = [
  '--read-only',
  '--tmpfs',
  '/app/run:uid=1000,gid=1000,mode=0700',
  '--tmpfs',
  '/tmp:mode=1777',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges:true',
];

export const runFleet = async (options: {
  readonly volumes: Volumes;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly hostname?: string;
}): Promise<FleetContainer> => {
  const environment = { TZ: 'America/Sao_Paulo', FLEET_LANG: 'en', ...options.environment };
  const id = await mustDocker(
    'run',
    '--detach',
    '--hostname',
    options.hostname ?? 'zap-fleet',
    ...options.volumes.flags,
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(options.flags ?? []),
    options.image ?? image,
  );
  const fleet = (...args: readonly string[]): Promise<Result> => docker('exec', id, 'zap-fleet', ...args);
  const rows = async (): Promise<readonly Row[]> => {
    const result = await fleet('ls', '--json');
    if (result.code !== 0) throw new Error(`zap-fleet ls --json: ${result.stderr}`);
    return JSON.parse(result.stdout) as readonly Row[];
  };
  const logs = async (): Promise<string> => {
    const { stdout, stderr } = await docker('logs', id);
    return `${stdout}\n${stderr}`;
  };
  const ready = (): Promise<void> =>
    until(
      async () => {
        const running = await mustDocker('inspect', '--format', '{{.State.Running}}', id);
        if (running !== 'true') throw new Error(`the container ended:\n${await logs()}`);
        return (await docker('exec', id, '/opt/zap-fleet/deployment/docker/healthcheck')).code === 0;
      },
      { within: 60_000, every: 500, what: 'a fleet that runs' },
    ).then(() => undefined);
  return {
    id,
    fleet,
    rows,
    logs,
    ready,
    sh: (script) => mustDocker('exec', id, 'bash', '-c', script),
    row: async (name) => {
      const found = (await rows()).find((row) => row.name === name);
      if (found === undefined) throw new Error(`no session ${name}`);
      return found;
    },
    become: async (names, state, within = 120_000) => {
      let last: readonly Row[] = [];
      try {
        await until(
          async () => {
            last = await rows();
            return names.every((name) => last.some((row) => row.name === name && row.state === state));
          },
          { within, every: 500, what: `${names.join(', ')} to be ${state}` },
        );
      } catch (error) {
        const seen = last.map((row) => `${row.name} ${row.state} ${row.reason ?? ''}`).join('\n');
        throw new Error(`not all became ${state}:\n${seen}`, { cause: error });
      }
    },
    open: ({ columns, rows: lines }, ...args) =>
      openTerminal({
        file: 'docker',
        args: ['exec', '--interactive', '--tty', id, 'zap-fleet', ...args],
        columns,
        rows: lines,
        cwd: '/',
        env: { PATH: process.env['PATH'] ?? '', HOME: '/tmp', TERM: 'xterm-256color' },
      }),
    start: async () => {
      await mustDocker('start', id);
      await ready();
    },
    remove: async () => {
      await mustDocker('rm', '--force', id);
    },
  };
};

/** Removes a directory of the host that a container wrote into. */
export const removeDirectory = (path: string): void => rmSync(path, { recursive: true, force: true });
