import { randomUUID } from 'node:crypto';
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type HomePaths, profileLock } from '../../home/home-paths.ts';
import { waitForLock } from '../../home/lock.ts';
import { createSharedLook } from '../../resources/orphans.ts';
import { fenceText } from '../../session/fence.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import { findProfileLeftovers } from '../profile/leftovers.ts';
import { pruneProfile } from '../profile/profile-size.ts';
import { forgetWorker, type ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { Why } from '../state/session-journal.ts';
import type { PortAllocator } from './port-allocator.ts';
import { type ProcessManager, workerProcessName } from './process-manager.ts';
import { workerAllocator, workerNodeFlags } from './worker-memory.ts';

/** A worker closes its browser in under 8 s (measured); one that drains after PM2's death has as long. */
const profileFreeWithin: Milliseconds = 20_000;
/** Standard output of a worker is only what escaped its logger; one old file is enough. */
const strayLogBytes = 1_000_000;

export interface WorkerRunner {
  /** Starts the worker of a session that has none, once its profile is free. `still` says whether it is wanted yet. */
  start(session: ManagedSession, still: () => boolean): Promise<void>;
  /** Ends the worker, if there is one, and waits until its profile is free. `null`: the session keeps the state it shows. */
  stop(session: ManagedSession, why: Why | null): Promise<void>;
}

export interface WorkerRunnerOptions {
  readonly paths: HomePaths;
  readonly store: Store;
  readonly book: SessionBook;
  readonly pm2: ProcessManager;
  readonly ports: PortAllocator;
  readonly script: string;
  /** Everything but the variables of one start. */
  readonly environment: Readonly<Record<string, string>>;
  readonly demo: boolean;
  readonly now: () => EpochMs;
}

const keepSmall = (file: string): void => {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > strayLogBytes) renameSync(file, `${file}.1`);
};

export const createWorkerRunner = (options: WorkerRunnerOptions): WorkerRunner => {
  const { paths, store, book, pm2, ports, now } = options;
  const sharedLook = createSharedLook();

  const profileBecomesFree = async (session: ManagedSession, still: () => boolean): Promise<boolean> => {
    const file = profileLock(paths, session.stored.name);
    const deadline = performance.now() + profileFreeWithin;
    for (;;) {
      const lock = await waitForLock(file, 250);
      if (lock !== null) {
        lock.release();
        return true;
      }
      if (!still()) return false;
      if (performance.now() > deadline) {
        throw new FleetError(
          'unavailable',
          `the login of ${session.stored.name} is still in use by another process after ${profileFreeWithin / 1000} s. See: zap-fleet doctor`,
        );
      }
      book.move(session, 'starting', {
        code: 'profile-busy',
        words: 'waits until its last worker has closed the login',
      });
    }
  };

  return {
    start: async (session, still) => {
      const { id, name } = session.stored;
      book.move(session, 'starting');
      await pm2.remove(workerProcessName(name));
      if (!(await profileBecomesFree(session, still))) return;
      // What a crash left in the profile would keep the next browser from starting. Where no worker of this master had it, nobody left one just now.
      const look = session.hadWorker ? undefined : sharedLook;
      for (const leftover of await findProfileLeftovers(paths, name, look)) {
        if (leftover.needsConsent) continue;
        await leftover.remove();
        book.record(session, {
          level: 'warn',
          kind: 'leftover-removed',
          text: leftover.text,
          evidence: { leftover: leftover.kind, where: leftover.where },
        });
      }
      if (session.pruneWanted && (await pruneProfile(paths, name))) session.pruneWanted = false;
      const port = await ports.take(name, session.port);
      if (!still()) {
        ports.release(name);
        return;
      }
      const startId = randomUUID();
      const outFile = join(paths.logs, `${name}.out.log`);
      keepSmall(outFile);
      // Known before the process is: its first message may come before PM2's answer.
      session.hadWorker = true;
      session.worker = { startId, startedAt: now(), pid: null, pmId: null, awaitsReport: false };
      session.port = port;
      session.stopping = false;
      store.sessions.setPort(id, port);
      book.move(session, 'starting');
      try {
        const started = await pm2.start({
          name: workerProcessName(name),
          script: options.script,
          nodeFlags: workerNodeFlags,
          cwd: paths.home,
          env: {
            ...workerAllocator,
            ...options.environment,
            ZAP_SESSION: name,
            ZAP_SESSION_ID: id,
            ZAP_START_ID: startId,
            ZAP_PORT: String(port),
            ...(options.demo ? { ZAP_DEMO: '1' } : {}),
            ...(session.fence === null ? {} : { ZAP_FENCE: fenceText(session.fence) }),
          },
          outFile,
          errorFile: outFile,
          autorestart: false,
        });
        if (session.worker?.startId === startId) {
          session.worker.pid = started.pid;
          session.worker.pmId = started.pmId;
          book.changed(session);
        }
      } catch (error) {
        if (session.worker?.startId === startId) forgetWorker(session);
        ports.release(name);
        throw error;
      }
    },

    stop: async (session, why) => {
      const { name } = session.stored;
      session.stopping = true;
      try {
        if (session.worker !== null && why !== null) book.move(session, 'stopping', why);
        await pm2.remove(workerProcessName(name));
        const lock = await waitForLock(profileLock(paths, name), profileFreeWithin);
        if (lock === null) {
          throw new FleetError(
            'timeout',
            `${name} was stopped, but something still uses its login. See: zap-fleet doctor`,
          );
        }
        lock.release();
        forgetWorker(session);
        ports.release(name);
      } finally {
        session.stopping = false;
        book.changed(session);
      }
    },
  };
};
