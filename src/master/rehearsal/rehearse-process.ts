import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { rehearseScript } from '../../orchestrator/process/entry-scripts.ts';
import { withDeadline } from '../../pace/deadline.ts';
import { type FromRehearse, fromRehearseSchema, type ToRehearse } from '../../protocol/rehearse.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';

/** The process that asks the AI again (workers/rehearse-worker.ts): what goes in and out of it is all that it knows. */
export interface RehearseProcess {
  readonly opened: Opened;
  readonly pid: number;
  /** Rejects when the process ends before it has answered. */
  ask(question: Exclude<ToRehearse, Open>): Promise<Answered>;
  end(): Promise<void>;
}

export type Open = Extract<ToRehearse, { kind: 'open' }>;
export type Opened = Extract<FromRehearse, { kind: 'opened' }>;
export type Answered = Extract<FromRehearse, { kind: 'answer' | 'problem' }>;

const startWithin: Milliseconds = 20_000;
const endWithin: Milliseconds = 3000;
const mostErrorText = 4000;
/** A turn is asked up to five times, its judge four, each with the session's own deadline, and pauses between them. */
const callsOfOne = 12;
const pausesOfOne: Milliseconds = 300_000;

const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithin);
  await exited;
  clearTimeout(timer);
};

/** Rejects with why it cannot begin: `failed`, `timeout`. */
export const startRehearsing = async (
  open: Open,
  environment: Readonly<Record<string, string>>,
): Promise<RehearseProcess> => {
  const child = spawn(process.execPath, [rehearseScript()], {
    cwd: '/',
    env: { ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const { pid } = child;
  // Customers are answered first.
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);

  const opening = Promise.withResolvers<Opened>();
  const waiting = new Map<number, PromiseWithResolvers<Answered>>();
  let ended: FleetError | null = null;
  let errors = '';
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

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < mostErrorText) errors += text;
  });
  child.on('message', (raw) => {
    const message = fromRehearseSchema.safeParse(raw);
    if (message.success) hear(message.data);
    else fail(new FleetError('failed', 'the process of the rehearsal speaks another version. Restart the master.'));
  });
  child.once('error', (error) => fail(new FleetError('failed', `no process for the rehearsal: ${messageOf(error)}`)));
  child.once('exit', (code, signal) => {
    const why = errors.split('\n').find((line) => /error/i.test(line)) ?? `it ended with ${signal ?? code}`;
    fail(new FleetError('failed', `the process of the rehearsal ended: ${why.trim()}.`));
  });
  const send = (message: ToRehearse): void => {
    if (child.connected) child.send(message);
  };

  try {
    send(open);
    const late = (): Error =>
      new FleetError('timeout', `the rehearsal did not begin within ${startWithin / 1000} s. Try again.`);
    const opened = await withDeadline(opening.promise, startWithin, late);
    const answerWithin = open.ai.timeoutMs * callsOfOne + pausesOfOne;

    return {
      opened,
      pid: pid ?? 0,
      ask: (question) => {
        if (ended !== null) return Promise.reject(ended);
        const answered = Promise.withResolvers<Answered>();
        waiting.set(question.row, answered);
        send(question);
        return withDeadline(
          answered.promise,
          answerWithin,
          () => new FleetError('timeout', 'the process of the rehearsal does not answer any more.'),
        );
      },
      end: () => {
        fail(new FleetError('refused-by-state', 'this rehearsal has ended.'));
        return endChild(child);
      },
    };
  } catch (error) {
    await endChild(child);
    throw error;
  }
};
