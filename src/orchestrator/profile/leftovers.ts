import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type HomePaths, profileDir, profileLock } from '../../home/home-paths.ts';
import { tryLock } from '../../home/lock.ts';
import { findDeadScratch } from '../../home/scratch.ts';
import {
  findProfileProcesses,
  isAlive,
  type ProcessIdentity,
  type ProcessLook,
  signalProcess,
} from '../../resources/orphans.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { isSessionName, type SessionName } from '../../session/session-name.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';

/**
 * What crashes leave behind: browsers without a worker, Chromium's own locks in a profile, temporary directories. Everything of a
 * profile is touched only while its lock is held by us: whoever holds the lock owns the profile.
 */
export interface Leftover {
  readonly kind: 'orphan-browser' | 'singleton' | 'temporary' | 'unfinished' | 'profile';
  /** One line for a person. */
  readonly text: string;
  /** The session's name, or a path. */
  readonly where: string;
  /** Only reported, never removed by itself: a login somebody may still want. */
  readonly needsConsent: boolean;
  remove(): Promise<void>;
}

/** Chromium names its lock after host and pid, so a new container refuses the profile of the old one. */
const singletonNames = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];
const termGraceMs: Milliseconds = 2000;
const temporaryAgeMs: Milliseconds = 24 * 3_600_000;
/** Directories that we or the browser make in the temporary directory. */
const temporaryNames = /^(zap-fleet-|zf-demo-|puppeteer_dev_chrome_profile-|\.org\.chromium\.Chromium\.)/;

/** SIGTERM, a short grace, then SIGKILL; resolves when none of them is left. */
const end = async (processes: readonly ProcessIdentity[]): Promise<void> => {
  for (const one of processes) await signalProcess(one, 'SIGTERM');
  const deadline = performance.now() + termGraceMs;
  const left = async (): Promise<readonly ProcessIdentity[]> => {
    const alive = await Promise.all(processes.map(isAlive));
    return processes.filter((_, index) => alive[index]);
  };
  while ((await left()).length > 0 && performance.now() < deadline) await delay(50);
  for (const one of await left()) {
    if ((await signalProcess(one, 'SIGKILL')) === 'denied') {
      throw new FleetError(
        'failed',
        `process ${one.pid} (${one.name}) belongs to another user. End it as root: kill -9 ${one.pid}`,
      );
    }
  }
};

const underLock = async (paths: HomePaths, name: SessionName, work: () => Promise<void>): Promise<void> => {
  const lock = tryLock(profileLock(paths, name));
  if (lock === null) throw new FleetError('refused-by-state', `${name} runs now; its profile is left alone.`);
  try {
    await work();
  } finally {
    lock.release();
  }
};

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Browsers of a profile: where a look that may be old shows one, it is looked at again. */
const profileProcesses = async (profile: string, sharedLook?: () => Promise<ProcessLook>) => {
  if (sharedLook !== undefined && (await findProfileProcesses(profile, null, await sharedLook())).length === 0)
    return [];
  return findProfileProcesses(profile);
};

/**
 * Leftovers of one profile; none while its lock is held by a worker. `sharedLook`: at all processes, for whoever knows that no worker of the
 * profile has ended since.
 */
export const findProfileLeftovers = async (
  paths: HomePaths,
  name: SessionName,
  sharedLook?: () => Promise<ProcessLook>,
): Promise<readonly Leftover[]> => {
  const lock = tryLock(profileLock(paths, name));
  if (lock === null) return [];
  try {
    const profile = profileDir(paths, name);
    const found: Leftover[] = [];
    const processes = await profileProcesses(profile, sharedLook);
    if (processes.length > 0) {
      found.push({
        kind: 'orphan-browser',
        text: `${processes.length} browser processes of ${name} without a worker (pid ${processes.map((one) => one.pid).join(', ')})`,
        where: name,
        needsConsent: false,
        remove: () => underLock(paths, name, async () => end(await findProfileProcesses(profile))),
      });
    }
    // A dangling link (the lock is one) does not "exist" for stat: the directory's own list does.
    const singletons = existsSync(profile)
      ? readdirSync(profile).filter((entry) => singletonNames.includes(entry))
      : [];
    if (singletons.length > 0) {
      found.push({
        kind: 'singleton',
        text: `${singletons.join(', ')} in the profile of ${name}`,
        where: name,
        needsConsent: false,
        remove: () =>
          underLock(paths, name, async () => {
            for (const entry of singletons) rmSync(join(profile, entry), { force: true });
          }),
      });
    }
    return found;
  } finally {
    lock.release();
  }
};

/** What a backup or a restore left that died: copies of all that customers wrote. */
const findUnfinished = async (paths: HomePaths, now: EpochMs): Promise<readonly Leftover[]> =>
  (await findDeadScratch(paths, now)).flatMap(({ paths: [first, ...others], remove }) =>
    first === undefined
      ? []
      : [
          {
            kind: 'unfinished' as const,
            text: `${first}${others.length === 0 ? '' : ` and ${others.length} more`}: what a backup or restore left that was cut off`,
            where: first,
            needsConsent: false,
            remove,
          },
        ],
  );

/** Everything that can be cleaned in a fleet. `names`: the sessions there are. */
export const findLeftovers = async (
  paths: HomePaths,
  names: ReadonlySet<string>,
  now: EpochMs,
  temporary = tmpdir(),
): Promise<readonly Leftover[]> => {
  const found: Leftover[] = [];
  for (const entry of exists(paths.tokens) ? readdirSync(paths.tokens) : []) {
    if (!isSessionName(entry)) continue;
    found.push(...(await findProfileLeftovers(paths, entry)));
    if (!names.has(entry)) {
      found.push({
        kind: 'profile',
        text: `${join(paths.tokens, entry)}: the login of a session that is gone`,
        where: join(paths.tokens, entry),
        needsConsent: true,
        remove: () =>
          underLock(paths, entry, async () => rmSync(join(paths.tokens, entry), { recursive: true, force: true })),
      });
    }
  }
  found.push(...(await findUnfinished(paths, now)));
  const uid = process.getuid?.();
  for (const entry of readdirSync(temporary).filter((one) => temporaryNames.test(one))) {
    const path = join(temporary, entry);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.uid !== uid || now - stat.mtimeMs < temporaryAgeMs) continue;
    found.push({
      kind: 'temporary',
      text: `${path}: older than a day`,
      where: path,
      needsConsent: false,
      remove: async () => rmSync(path, { recursive: true, force: true }),
    });
  }
  return found;
};
