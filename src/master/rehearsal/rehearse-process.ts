import { rehearseScript } from '../../orchestrator/process/entry-scripts.ts';
import { withDeadline } from '../../pace/deadline.ts';
import { type FromRehearse, fromRehearseSchema, type ToRehearse } from '../../protocol/rehearse.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { startSideProcess } from '../side-process.ts';

/** The process that asks the AI again (workers/rehearse-worker.ts): what goes in and out of it is all that it knows. */
export interface RehearseProcess {
  readonly opened: Opened;
  readonly pid: number;
  /** Rejects when the process ends before it has answered. */
  ask(question: Extract<ToRehearse, { kind: 'turn' | 'scene' }>): Promise<Answered>;
  /** The same, for a change of the instructions. */
  propose(question: Extract<ToRehearse, { kind: 'propose' }>): Promise<ProposedOrNot>;
  end(): Promise<void>;
}

export type Open = Extract<ToRehearse, { kind: 'open' }>;
export type Opened = Extract<FromRehearse, { kind: 'opened' }>;
export type Answered = Extract<FromRehearse, { kind: 'answer' | 'problem' }>;
export type ProposedOrNot = Extract<FromRehearse, { kind: 'proposed' | 'problem' }>;

const startWithin: Milliseconds = 20_000;
/** A turn is asked up to five times, its judge four, each with the session's own deadline, and pauses between them. */
const callsOfOne = 12;
const pausesOfOne: Milliseconds = 300_000;

/** Rejects with why it cannot begin: `failed`, `timeout`. */
export const startRehearsing = async (
  open: Open,
  environment: Readonly<Record<string, string>>,
): Promise<RehearseProcess> => {
  const opening = Promise.withResolvers<Opened>();
  const waiting = new Map<number, PromiseWithResolvers<Answered | ProposedOrNot>>();
  let ended: FleetError | null = null;
  const fail = (error: FleetError): void => {
    ended ??= error;
    opening.reject(ended);
    for (const one of waiting.values()) one.reject(ended);
    waiting.clear();
  };
  const hear = (message: FromRehearse): void => {
    if (message.kind === 'opened') opening.resolve(message);
    else if (message.kind === 'failed')
      fail(new FleetError(isFleetErrorCode(message.code) ? message.code : 'failed', message.message));
    else {
      waiting.get(message.row)?.resolve(message);
      waiting.delete(message.row);
    }
  };

  const child = startSideProcess<ToRehearse, FromRehearse>([rehearseScript()], environment, fromRehearseSchema, {
    onMessage: hear,
    onStranger: () =>
      fail(new FleetError('failed', 'the process of the rehearsal speaks another version. Restart the master.')),
    onError: (error) => fail(new FleetError('failed', `no process for the rehearsal: ${messageOf(error)}`)),
    onExit: (why) => fail(new FleetError('failed', `the process of the rehearsal ended: ${why}.`)),
  });

  try {
    child.send(open);
    const late = (): Error =>
      new FleetError('timeout', `the rehearsal did not begin within ${startWithin / 1000} s. Try again.`);
    const opened = await withDeadline(opening.promise, startWithin, late);
    const answerWithin = open.ai.timeoutMs * callsOfOne + pausesOfOne;

    const answerTo = (question: Exclude<ToRehearse, Open>): Promise<Answered | ProposedOrNot> => {
      if (ended !== null) return Promise.reject(ended);
      const answered = Promise.withResolvers<Answered | ProposedOrNot>();
      waiting.set(question.row, answered);
      child.send(question);
      return withDeadline(
        answered.promise,
        answerWithin,
        () => new FleetError('timeout', 'the process of the rehearsal does not answer any more.'),
      );
    };
    const stranger = (): FleetError =>
      new FleetError('failed', 'the process of the rehearsal speaks another version. Restart the master.');

    return {
      opened,
      pid: child.pid ?? 0,
      ask: async (question) => {
        const answered = await answerTo(question);
        if (answered.kind === 'proposed') throw stranger();
        return answered;
      },
      propose: async (question) => {
        const answered = await answerTo(question);
        if (answered.kind === 'answer') throw stranger();
        return answered;
      },
      end: () => {
        fail(new FleetError('refused-by-state', 'this rehearsal has ended.'));
        return child.end();
      },
    };
  } catch (error) {
    await child.end();
    throw error;
  }
};
