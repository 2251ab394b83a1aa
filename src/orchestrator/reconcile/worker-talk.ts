import { parseWorkerMessage } from '../../protocol/worker-messages.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { WorkerChannel, WorkerOrder } from '../process/worker-channel.ts';
import { createReportFolder } from '../process/worker-reports.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';

/** Orders to the worker of a session, and what comes back from it. */
export interface WorkerTalk {
  /** Throws `refused-by-state` when it does not run. */
  tell(session: ManagedSession, order: WorkerOrder): Promise<void>;
  /** Waits for its answer. */
  ask(session: ManagedSession, order: WorkerOrder, within: Milliseconds): Promise<readonly string[]>;
  /** Something that came over PM2's bus; of a worker that is not ours any more it changes nothing. */
  onMessage(type: string, data: unknown): void;
}

const runningWorker = (session: ManagedSession): { pmId: number; startId: string } => {
  const { worker } = session;
  if (worker === null || worker.pmId === null) {
    throw new FleetError(
      'refused-by-state',
      `${session.stored.name} does not run (${session.state}). Start it with: zap-fleet start ${session.stored.name}`,
    );
  }

  return { pmId: worker.pmId, startId: worker.startId };
};

export const createWorkerTalk = (options: {
  readonly book: SessionBook;
  readonly channel: WorkerChannel;
  readonly kick: (session: ManagedSession) => void;
  /** Its login was opened elsewhere: it asks whether it may take it back. */
  readonly onConflict: (session: ManagedSession, question: string) => void;
  readonly now: () => EpochMs;
  readonly log: (level: 'debug' | 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): WorkerTalk => {
  const { book, channel, kick, log } = options;
  const foldReport = createReportFolder(book, options.now);

  return {
    tell: (session, order) => channel.tell(runningWorker(session), order),
    ask: (session, order, within) => channel.ask(runningWorker(session), order, within),
    onMessage: (type, data) => {
      const parsed = parseWorkerMessage(type, data);
      if ('problem' in parsed) {
        log('warn', 'a message from a worker was refused', { problem: parsed.problem });
        return;
      }

      const { message } = parsed;
      const session = book.byId(message.data.sessionId);
      const worker = session?.worker;
      if (session === null || !worker || worker.startId !== message.data.startId) {
        log('debug', 'a message of a worker that is not ours any more', { type, session: message.data.session });
        return;
      }

      worker.pid ??= message.data.pid;
      if (message.type === 'zap:result') channel.onResult(message.data);
      else if (message.type === 'zap:conflict') options.onConflict(session, message.data.id);
      else foldReport(session, message);
      if (session.state === 'failed') kick(session);
    },
  };
};
