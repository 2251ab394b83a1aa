import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { PortAllocator } from '../process/port-allocator.ts';
import { type ProcessManager, workerProcessName } from '../process/process-manager.ts';
import type { WorkerChannel } from '../process/worker-channel.ts';
import type { ManagedSession, WorkerRef } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';

/** A master that begins takes over the workers of the one before: by session, pid and start id, never by PM2's id. */

const reportWithin: Milliseconds = 30_000;
const reportAgain: Milliseconds = 3000;

interface TakeOver {
  readonly book: SessionBook;
  readonly pm2: ProcessManager;
  readonly ports: PortAllocator;
  readonly channel: WorkerChannel;
  readonly log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly now: () => EpochMs;
  /** The master ends. */
  readonly isOver: () => boolean;
  /** An earlier master limited how long it may run. */
  readonly onFenced: (session: ManagedSession) => void;
  /** For a worker that does not answer. */
  readonly startAnew: (session: ManagedSession) => void;
}

export const isProcessAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Late subscribers get no replay on PM2's bus, so the worker is asked for all of it. */
const askForReport = async (around: TakeOver, session: ManagedSession, worker: WorkerRef): Promise<void> => {
  const deadline = performance.now() + reportWithin;
  while (!around.isOver() && session.worker === worker && worker.awaitsReport && worker.pmId !== null) {
    if (performance.now() > deadline) {
      around.book.record(session, {
        level: 'warn',
        kind: 'worker-silent',
        text: 'its worker does not answer; it is started again',
      });
      around.startAnew(session);
      return;
    }
    await around.channel.tell({ pmId: worker.pmId }, { command: 'report' });
    await delay(reportAgain, undefined, { ref: false });
  }
};

/** Adopts every worker that runs; twins, dead entries and workers of sessions that are gone are removed. */
export const takeOver = async (around: TakeOver): Promise<void> => {
  const { book, pm2, ports, log } = around;
  const names = new Map(book.all().map((session) => [workerProcessName(session.stored.name), session]));
  const entries = (await pm2.list()).filter((entry) => entry.name.startsWith(workerProcessName('')));
  for (const entry of entries) {
    const session = names.get(entry.name);
    const isTwin = entries.some((other) => other !== entry && other.name === entry.name);
    if (session !== undefined) session.hadWorker = true;
    const { pid, startId } = entry;
    const runs = pid !== null && startId !== null && (entry.status === 'online' || entry.status === 'launching');
    if (session === undefined || isTwin || !runs) {
      await pm2.remove(entry.name);
      continue;
    }
    const startedAt = entry.startedAt ?? around.now();
    const worker = { startId, pid, pmId: entry.pmId, startedAt, awaitsReport: true };
    session.worker = worker;
    if (session.port !== null) ports.claim(session.stored.name, session.port);
    if (entry.isFenced) around.onFenced(session);
    askForReport(around, session, worker).catch((error: unknown) =>
      log('warn', `${session.stored.name}: its worker could not be asked`, { error: messageOf(error) }),
    );
  }
};
