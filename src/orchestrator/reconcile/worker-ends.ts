import { type FenceClocks, leftOf, machineClocks } from '../../session/fence.ts';
import { isNetworkReason } from '../../session/network-fault.ts';
import type { EpochMs } from '../../session/units.ts';
import type { PortAllocator } from '../process/port-allocator.ts';
import type { ProcessEvent } from '../process/process-manager.ts';
import type { WorkerChannel } from '../process/worker-channel.ts';
import { judgeExit } from '../process/worker-exits.ts';
import { forgetWorker, isParked, type ManagedSession, type WorkerRef } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { Restarts } from './restarts.ts';
import { isProcessAlive } from './take-over.ts';

/** Notices workers that ended by themselves, and plans what comes of it. */
export interface WorkerEnds {
  /** What PM2 tells of a process. */
  onProcess(event: ProcessEvent): void;
  /** Finds those of whose end no event told: PM2's bus was away. */
  lookForDead(): void;
}

export const createWorkerEnds = (options: {
  readonly book: SessionBook;
  readonly ports: PortAllocator;
  readonly channel: WorkerChannel;
  readonly restarts: Restarts;
  readonly wanted: (session: ManagedSession) => boolean;
  readonly kick: (session: ManagedSession) => void;
  readonly now: () => EpochMs;
  readonly clocks?: FenceClocks;
}): WorkerEnds => {
  const { book, ports, channel, restarts, wanted, kick, now } = options;
  const clocks = options.clocks ?? machineClocks;

  const workerGone = (session: ManagedSession, worker: WorkerRef, exitCode: number | null): void => {
    if (session.worker !== worker) return;
    channel.forget(worker.startId);
    // Whoever stops it goes on by itself.
    if (session.stopping) return;

    const { state, reasonCode, reason } = session;
    if (!isParked(session) && wanted(session)) {
      const isFenced = session.fence !== null && leftOf(session.fence, clocks) <= 0;
      const verdict = judgeExit(session, exitCode, isFenced);
      // No network is no crash: that it is offline, and why, was told already.
      if (!isNetworkReason(verdict.code))
        book.record(session, {
          level: 'warn',
          kind: 'worker-died',
          text: verdict.words,
          evidence: {
            code: verdict.code,
            exitCode,
            exit: verdict.exit,
            pid: worker.pid,
            state,
            reasonCode,
            uptimeMs: now() - worker.startedAt,
          },
        });

      if (verdict.again) restarts.plan(session, { code: verdict.code, words: verdict.words });
      else book.move(session, 'failed', { code: verdict.code, words: reason ?? verdict.words });
    }

    forgetWorker(session);
    ports.release(session.stored.name);
    book.changed(session);
    kick(session);
  };

  return {
    onProcess: (event) => {
      if (event.kind !== 'exit' || event.startId === null) return;

      const session = book.all().find((each) => each.worker?.startId === event.startId);
      if (session?.worker) workerGone(session, session.worker, event.exitCode);
    },
    lookForDead: () => {
      for (const session of book.all()) {
        const { worker } = session;
        if (worker !== null && worker.pid !== null && !isProcessAlive(worker.pid)) workerGone(session, worker, null);
      }
    },
  };
};
