import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import { type HomePaths, homePaths, masterLock } from '../../src/home/home-paths.ts';
import { isLocked } from '../../src/home/lock.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import type { FleetSnapshot } from '../../src/protocol/fleet.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import type { Ended } from './command-line.ts';
import { needsProcess, openCommandThreads } from './command-threads.ts';
import { withCompiledCode } from './compiled-code.ts';
import { processesOf } from './leftovers.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { until } from './until.ts';

/** The built program on a FLEET_HOME of its own, as a person at a shell would use it. */
export interface BuiltFleet {
  readonly home: string;
  readonly paths: HomePaths;
  /** Runs one command, in a thread where it can be one (command-threads.ts); never throws for its exit code. */
  run(...args: string[]): Promise<Ended>;
  /** The same in a process of its own, where that is what a test is about. */
  runProcess(...args: string[]): Promise<Ended>;
  /** Runs one command that must succeed and gives what it printed as JSON. */
  json<T>(...args: string[]): Promise<T>;
  /** The row of a session from `ls --json`. */
  row(name: string): Promise<FleetRow>;
  /**
   * Waits for something in what the master shows, over its door: a program for each look would keep a core busy while what is waited for
   * needs it. Also while no master answers.
   */
  sees<T>(
    look: (snapshot: FleetSnapshot) => T,
    options: { readonly within?: number; readonly what: string },
  ): Promise<NonNullable<T>>;
  /** The same for the state of a session. */
  becomes(name: string, state: string, within?: number): Promise<void>;
  /** Opens the program in a real terminal. */
  open(
    size: { readonly columns: number; readonly rows: number },
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Terminal;
  /** Stops everything and asserts that no process, lock or socket is left; removes the home. */
  end(): Promise<void>;
}

export interface FleetRow {
  readonly name: string;
  readonly state: string;
  readonly verdict: string;
  readonly reason: string | null;
  readonly pid: number | null;
  readonly memoryBytes: number | null;
  readonly restarts: number;
  readonly phone: string | null;
  readonly desiredState: string;
}

const cli = resolve(import.meta.dirname, '../../dist/cli.js');
const commandWithinMs = 90_000;

/** What a look waited for in vain may stand in one of these. */
const shown = (door: Fleet): string => {
  const { sessions, fleet } = door.getSnapshot();
  const rows = sessions.map(({ name, state, reasonCode, reason }) => ({ name, state, reasonCode, reason }));
  return JSON.stringify({ connection: door.connection(), replica: fleet.health.replica, sessions: rows.slice(0, 5) });
};

/** `withinMs`: how long one command may take. */
export const builtFleet = (
  env: Readonly<Record<string, string>> = {},
  { withinMs = commandWithinMs }: { readonly withinMs?: number } = {},
): BuiltFleet => {
  const home = mkdtempSync(join(tmpdir(), 'zf-e2e-'));
  const paths = homePaths(home);
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    FLEET_HOME: home,
    PORT: '0',
    TZ: 'UTC',
    ...withCompiledCode,
    ...env,
  };
  const terminals: Terminal[] = [];
  const threads = openCommandThreads(home, environment);
  const runProcess: BuiltFleet['runProcess'] = (...args) =>
    new Promise((done) => {
      execFile(
        process.execPath,
        [cli, ...args],
        { cwd: home, env: environment, timeout: withinMs, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          done({ code, stdout, stderr });
        },
      );
    });
  const run: BuiltFleet['run'] = (...args) => (needsProcess(args) ? runProcess(...args) : threads.run(args, withinMs));
  const json = async <T>(...args: string[]): Promise<T> => {
    const result = await run(...args, '--json');
    if (result.code !== 0) throw new Error(`zap-fleet ${args.join(' ')} ended with ${result.code}: ${result.stderr}`);
    return JSON.parse(result.stdout) as T;
  };
  const sees: BuiltFleet['sees'] = async (look, { within = 30_000, what }) => {
    const door = await until(() => connectFleet({ paths }, { launch: null }), {
      within,
      every: 100,
      what: 'the master',
    });
    try {
      return await until(() => look(door.getSnapshot()), { within, what });
    } catch (error) {
      throw new Error(`${messageOf(error)}; its door showed ${shown(door)}`, { cause: error });
    } finally {
      await door.close();
    }
  };
  return {
    home,
    paths,
    run,
    runProcess,
    json,
    sees,
    becomes: async (name, state, within = 30_000) => {
      await sees(({ sessions }) => sessions.some((row) => row.name === name && row.state === state), {
        within,
        what: `${name} to be ${state}`,
      });
    },
    row: async (name) => {
      const rows = await json<FleetRow[]>('ls');
      const row = rows.find((one) => one.name === name);
      if (row === undefined) throw new Error(`there is no ${name} in ${JSON.stringify(rows)}`);
      return row;
    },
    open: (size, args = [], more = {}) => {
      const terminal = openTerminal({
        file: process.execPath,
        args: [cli, ...args],
        ...size,
        cwd: home,
        env: { ...environment, ...more },
      });
      terminals.push(terminal);
      return terminal;
    },
    end: async () => {
      for (const terminal of terminals) terminal.kill('SIGKILL');
      const stopped = await run('master', 'stop');
      await threads.close();
      await until(() => processesOf(home).length === 0, {
        within: 15_000,
        what: `no process of ${home}: ${processesOf(home).join('\n')} (${stopped.stderr})`,
      });
      if (existsSync(masterLock(paths)) && isLocked(masterLock(paths)))
        throw new Error('the master lock is still held');
      const locks = join(paths.tokens, '.locks');
      const held = existsSync(locks)
        ? readdirSync(locks).filter((file) => file.endsWith('.lock') && isLocked(join(locks, file)))
        : [];
      if (held.length > 0) throw new Error(`profile locks are still held: ${held.join(', ')}`);
      if (existsSync(paths.socket)) throw new Error('the socket of the master is left over');
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
};
