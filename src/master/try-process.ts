import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { tryScript } from '../orchestrator/process/entry-scripts.ts';
import { type FromTry, fromTrySchema, type ToTry, type TryView } from '../protocol/try.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';
import type { Milliseconds } from '../session/units.ts';

/** One test, in a process of its own (workers/try-worker.ts): the master only passes on what is said. */
export interface TryProcess {
  /** The newest view; throws why it ended. */
  view(): TryView;
  say(message: ToTry): void;
  /** Settles with the next view, or when it ends. */
  next(): Promise<void>;
  end(): Promise<void>;
}

const startWithin: Milliseconds = 20_000;
const endWithin: Milliseconds = 3000;
const mostErrorText = 4000;

const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithin);
  await exited;
  clearTimeout(timer);
};

/** Rejects with why it cannot begin: `no-such-session`, `failed`, `timeout`. */
export const startTry = async (
  name: SessionName,
  environment: Readonly<Record<string, string>>,
): Promise<TryProcess> => {
  const child = spawn(process.execPath, [tryScript(), name], {
    cwd: '/',
    env: { ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // Customers are answered first.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);

  let view: TryView | null = null;
  let ended: FleetError | null = null;
  let errors = '';
  let change = Promise.withResolvers<void>();
  const tellChange = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const fail = (error: FleetError): void => {
    ended ??= error;
    tellChange();
  };
  const hear = (message: FromTry): void => {
    if (message.kind === 'failed') {
      fail(new FleetError(isFleetErrorCode(message.code) ? message.code : 'failed', message.message));
      return;
    }
    view = message.view;
    tellChange();
  };

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < mostErrorText) errors += text;
  });
  child.on('message', (raw) => {
    const message = fromTrySchema.safeParse(raw);
    if (message.success) hear(message.data);
    else fail(new FleetError('failed', 'the process of the test speaks another version. Restart the master.'));
  });
  child.once('error', (error) => fail(new FleetError('failed', `no process for the test: ${messageOf(error)}`)));
  child.once('exit', (code, signal) => {
    const why = errors.split('\n').find((line) => /error/i.test(line)) ?? `it ended with ${signal ?? code}`;
    fail(new FleetError('failed', `the test ended: ${why.trim()}. Begin again.`));
  });

  const seen = (): TryView => {
    if (ended !== null) throw ended;
    if (view === null) throw new FleetError('unavailable', 'the test has not begun yet. Try again in a moment.');
    return view;
  };
  const timer = setTimeout(
    () => fail(new FleetError('timeout', `the test did not begin within ${startWithin / 1000} s. Try again.`)),
    startWithin,
  );
  await change.promise;
  clearTimeout(timer);
  if (ended !== null) await endChild(child);
  seen();

  return {
    view: seen,
    say: (message) => {
      seen();
      if (child.connected) child.send(message);
    },
    next: () => change.promise,
    end: () => {
      fail(new FleetError('refused-by-state', 'this test has ended. Begin a new one.'));
      return endChild(child);
    },
  };
};
