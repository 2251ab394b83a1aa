import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';

/** Where everything of one fleet lies. All absolute. */
export interface HomePaths {
  readonly home: string;
  /** Login profiles, one directory a session, and their locks: on the same volume, so that they hold across containers. */
  readonly tokens: string;
  readonly logs: string;
  readonly pm2: string;
  readonly data: string;
  readonly backups: string;
  readonly database: string;
  readonly envFile: string;
  /** Locks, socket, secrets; may be a tmpfs. */
  readonly run: string;
  readonly socket: string;
  readonly secretsFile: string;
}

/** A Unix socket's path holds 107 bytes on Linux (sun_path), and PM2's longest own name is `interactor.sock`. */
const socketPathBytes = 107;

export const homePaths = (
  home: string,
  overrides: { pm2?: string | undefined; logs?: string | undefined } = {},
): HomePaths => {
  const root = resolve(home);
  const data = join(root, 'data');
  const run = join(root, 'run');
  return {
    home: root,
    tokens: join(root, 'tokens'),
    logs: overrides.logs ?? join(root, 'logs'),
    pm2: overrides.pm2 ?? join(root, '.pm2'),
    data,
    backups: join(data, 'backups'),
    database: join(data, 'fleet.db'),
    envFile: join(data, '.env'),
    run,
    socket: join(run, 'master.sock'),
    secretsFile: join(run, 'secrets.json'),
  };
};

export const profileDir = (paths: HomePaths, name: SessionName): string => join(paths.tokens, name);
export const profileLock = (paths: HomePaths, name: SessionName): string =>
  join(paths.tokens, '.locks', `${name}.lock`);
/** The login that was here before one came from another server: kept until WhatsApp has taken the new one. */
export const replacedLoginDir = (paths: HomePaths, name: SessionName): string =>
  join(paths.tokens, '.before-bundle', name);
export const sessionLog = (paths: HomePaths, name: SessionName): string => join(paths.logs, `${name}.log`);
/** The other nodes of a person, with their tokens (0600). */
export const nodeListFile = (paths: HomePaths): string => join(paths.data, 'nodes.json');
/** Held by the master for as long as it lives: one master per fleet, also across containers that share the volumes. */
export const masterLock = (paths: HomePaths): string => join(paths.data, 'master.lock');
/** Held while a client or the supervisor starts PM2's daemon and the master. */
export const startLock = (paths: HomePaths): string => join(paths.run, 'start.lock');

/** Level by level: Node's own `recursive` never returns where a parent refuses with ENOENT, as under /proc (seen with Node 24.21). */
const makeWithParents = (path: string, mode: number): void => {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeWithParents(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process of this fleet made it at the same moment.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
};

const makeOwnDirectory = (path: string, mode: number): void => {
  try {
    makeWithParents(path, mode);
  } catch (error) {
    throw new FleetError(
      'failed',
      `cannot make ${path}: ${messageOf(error)}. Choose another FLEET_HOME or mend its permissions.`,
      {
        cause: error,
      },
    );
  }
  const stat = lstatSync(path);
  const uid = process.getuid?.();
  if (!stat.isDirectory())
    throw new FleetError('failed', `${path} is not a directory. Move it away or choose another FLEET_HOME.`);
  if (uid !== undefined && stat.uid !== uid && uid !== 0) {
    throw new FleetError(
      'failed',
      `${path} belongs to user ${stat.uid}, you are ${uid}. Run as its owner, or choose another FLEET_HOME.`,
    );
  }
  if ((stat.mode & 0o777) !== mode && stat.uid === uid) chmodSync(path, mode);
};

/** Makes the directories of a fleet (0700) and checks that they are ours, writable and short enough for a socket. Throws `failed`. */
export const prepareHome = (paths: HomePaths): void => {
  for (const path of [paths.socket, join(paths.pm2, 'interactor.sock')]) {
    const bytes = Buffer.byteLength(path);
    if (bytes > socketPathBytes) {
      throw new FleetError(
        'failed',
        `FLEET_HOME is too long for a socket: ${path} has ${bytes} bytes, ${socketPathBytes} fit. Choose a shorter FLEET_HOME, e.g. ${join(tmpdir(), 'zf')}.`,
      );
    }
  }
  for (const path of [
    paths.home,
    paths.tokens,
    join(paths.tokens, '.locks'),
    paths.logs,
    paths.pm2,
    paths.data,
    paths.backups,
    paths.run,
  ]) {
    makeOwnDirectory(path, 0o700);
  }
};
