import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import type { WithClosedProfile } from '../backup/backup-options.ts';
import { masterScript } from '../orchestrator/process/entry-scripts.ts';
import { cleanEnvironment } from '../protocol/clean-environment.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';
import type { Milliseconds } from '../session/units.ts';
import {
  type ArchiveRequest,
  type FromArchiveWork,
  fromArchiveWorkSchema,
  type ToArchiveWork,
} from './archive-messages.ts';
import { keepIdle, takeIdle } from './idle-archivers.ts';

/**
 * One work on archives, in a process of its own (archive-child.ts): the master's loop only hears of it. What a session takes along comes in bursts, its
 * login and its belongings: a process that has done one of these stays a moment for the next, whose start would be most of its work.
 */

/** Its longest step that says nothing is SQLite's check of a whole store: minutes for many gigabytes. */
const silentAtMost: Milliseconds = 30 * 60_000;
const endWithin: Milliseconds = 10_000;
const mostErrorText = 4000;

export interface ArchiveWorkOptions {
  readonly withClosedProfile: WithClosedProfile;
  readonly onProgress?: (at: { readonly step: string; readonly done: number; readonly total: number }) => void;
  /** The master ends: the process ends with it. */
  readonly signal: AbortSignal;
  readonly silentAtMost?: Milliseconds;
}

type Result = Exclude<FromArchiveWork, { kind: 'progress' | 'close' | 'copied' | 'failed' }>;

/** Whether its browser is closed is told to the process; it says when it has copied the login. */
const createCloser = (child: ChildProcess, withClosedProfile: WithClosedProfile) => {
  const copying = new Map<SessionName, () => void>();
  const say = (message: ToArchiveWork): void => {
    if (child.connected) child.send(message);
  };
  const close = async (name: SessionName): Promise<void> => {
    const closed = await withClosedProfile(name, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      copying.set(name, resolve);
      say({ kind: 'closed', name });
      return promise;
    });
    if (!closed.ran) say({ kind: 'not-closed', name, reason: closed.reason });
  };

  return {
    close: (name: SessionName): void => {
      close(name).catch((error: unknown) => say({ kind: 'not-closed', name, reason: messageOf(error) }));
    },
    copied: (name: SessionName): void => copying.get(name)?.(),
    /** The process is gone: no browser stays closed for it. */
    endAll: (): void => {
      for (const resolve of copying.values()) resolve();
    },
  };
};

const startChild = (): ChildProcess => {
  const child = spawn(process.execPath, [masterScript(), 'archive'], {
    cwd: '/',
    env: cleanEnvironment(process.env),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // Customers are answered first.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  return child;
};

/** Its end by itself, or by force when it does not come. */
const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithin);
  await exited;
  clearTimeout(timer);
};

/** What a session takes along. */
const comesInBursts = ({ work }: ArchiveRequest): boolean => work !== 'backup' && work !== 'rewrite';

/** It was gone before it said anything: another one does it all. */
class NeverBegan extends Error {}

/** Rejects as the work did, with `failed` when the process died, and with `unavailable` when it said nothing for too long or the master ends. */
export const runArchiveWork = async (request: ArchiveRequest, options: ArchiveWorkOptions): Promise<Result> => {
  options.signal.throwIfAborted();
  const waiting = comesInBursts(request) ? takeIdle() : null;
  try {
    if (waiting !== null) return await workOn(waiting, request, options);
  } catch (error) {
    if (!(error instanceof NeverBegan)) throw error;
    options.signal.throwIfAborted();
  }
  return startedAndDone(request, options);
};

const startedAndDone = async (request: ArchiveRequest, options: ArchiveWorkOptions): Promise<Result> => {
  try {
    return await workOn(startChild(), request, options);
  } catch (error) {
    if (!(error instanceof NeverBegan)) throw error;
    throw new FleetError('failed', error.message, { cause: error.cause });
  }
};

const workOn = async (child: ChildProcess, request: ArchiveRequest, options: ArchiveWorkOptions): Promise<Result> => {
  let isHeard = false;
  const lost = (why: string): Error => (isHeard ? new FleetError('failed', why) : new NeverBegan(why));
  const closer = createCloser(child, options.withClosedProfile);
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < mostErrorText) errors += text;
  });

  const tooSilent = (): void =>
    reject(new FleetError('unavailable', 'the backup process says nothing any more; it was ended'));
  let silence = setTimeout(tooSilent, options.silentAtMost ?? silentAtMost);
  const hear = (message: FromArchiveWork): void => {
    isHeard = true;
    clearTimeout(silence);
    silence = setTimeout(tooSilent, options.silentAtMost ?? silentAtMost);
    if (message.kind === 'progress') options.onProgress?.(message);
    else if (message.kind === 'close') closer.close(message.name);
    else if (message.kind === 'copied') closer.copied(message.name);
    else if (message.kind === 'failed')
      reject(new FleetError(isFleetErrorCode(message.code) ? message.code : 'failed', message.message));
    else resolve(message);
  };
  child.on('message', (raw) => {
    const message = fromArchiveWorkSchema.safeParse(raw);
    if (message.success) hear(message.data);
    else reject(new FleetError('failed', 'the backup process speaks another version. Restart the master.'));
  });
  child.once('error', (error) => reject(lost(`no process for the backup: ${messageOf(error)}`)));
  child.once('exit', (code, signal) => {
    const why = errors.split('\n').find((line) => /error/i.test(line)) ?? `it ended with ${signal ?? code}`;
    reject(lost(`the backup was not made: ${why.trim()}. Try again.`));
  });
  const abort = (): void => reject(new FleetError('unavailable', 'the master ends, and the backup with it.'));
  options.signal.addEventListener('abort', abort, { once: true });

  let isDone = false;
  try {
    child.send({ kind: 'request', request } satisfies ToArchiveWork);
    const result = await promise;
    isDone = true;
    return result;
  } finally {
    clearTimeout(silence);
    options.signal.removeEventListener('abort', abort);
    closer.endAll();
    if (isDone && comesInBursts(request)) {
      for (const name of ['message', 'error', 'exit']) child.removeAllListeners(name);
      child.stderr?.removeAllListeners('data').resume();
      keepIdle(child, () => void endChild(child));
    } else await endChild(child);
  }
};
