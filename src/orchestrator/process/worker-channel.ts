import { randomUUID } from 'node:crypto';
import { withDeadline } from '../../pace/deadline.ts';
import { type WorkerCommand, type WorkerData, workerProtocolVersion } from '../../protocol/worker-messages.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';

/** A command without what the channel fills in. */
export type WorkerOrder = WorkerCommand extends infer C
  ? C extends WorkerCommand
    ? Omit<C, 'v' | 'id'>
    : never
  : never;

export interface WorkerChannel {
  /** Sends and does not wait for an answer. */
  tell(target: { readonly pmId: number }, order: WorkerOrder): Promise<void>;
  /** Waits for the worker's `zap:result`; its words. Throws `timeout` or `refused-by-state` with the worker's reason. */
  ask(
    target: { readonly pmId: number; readonly startId: string },
    order: WorkerOrder,
    within: Milliseconds,
  ): Promise<readonly string[]>;
  onResult(result: WorkerData<'zap:result'>): void;
  /** The worker is gone: its open questions fail now. */
  forget(startId: string): void;
}

interface Question {
  readonly startId: string;
  readonly done: (words: readonly string[]) => void;
  readonly fail: (error: FleetError) => void;
}

const unanswered = ({ command }: WorkerOrder, within: Milliseconds): FleetError =>
  new FleetError('timeout', `the worker did not answer "${command}" within ${within / 1000} s. Try again.`);

/** Commands down, results up; every question has a deadline. */
export const createWorkerChannel = (send: (pmId: number, data: object) => Promise<void>): WorkerChannel => {
  const questions = new Map<string, Question>();
  const command = (order: WorkerOrder): WorkerCommand =>
    ({ v: workerProtocolVersion, id: randomUUID(), ...order }) as WorkerCommand;

  return {
    tell: (target, order) => send(target.pmId, command(order)),

    ask: async (target, order, within) => {
      const message = command(order);
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      questions.set(message.id, { startId: target.startId, done: resolve, fail: reject });

      try {
        send(target.pmId, message).catch((error: unknown) =>
          reject(error instanceof FleetError ? error : new FleetError('failed', String(error), { cause: error })),
        );
        return await withDeadline(promise, within, () => unanswered(order, within));
      } finally {
        questions.delete(message.id);
      }
    },

    onResult: (result) => {
      const question = questions.get(result.id);
      if (question === undefined || question.startId !== result.startId) return;
      if (result.ok) question.done(result.words);
      else question.fail(new FleetError('refused-by-state', result.error ?? 'the worker refused'));
    },

    forget: (startId) => {
      for (const question of [...questions.values()]) {
        if (question.startId === startId)
          question.fail(new FleetError('unavailable', 'the worker ended before it answered. Try again.'));
      }
    },
  };
};
