import { tryScript } from '../orchestrator/process/entry-scripts.ts';
import { type FromTry, fromTrySchema, type ToTry, type TryView } from '../protocol/try.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../session/fleet-error.ts';
import type { SessionName } from '../session/session-name.ts';
import type { Milliseconds } from '../session/units.ts';
import { startSideProcess } from './side-process.ts';

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

/** Rejects with why it cannot begin: `no-such-session`, `failed`, `timeout`. */
export const startTry = async (
  name: SessionName,
  environment: Readonly<Record<string, string>>,
): Promise<TryProcess> => {
  let view: TryView | null = null;
  let ended: FleetError | null = null;
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

  const child = startSideProcess<ToTry, FromTry>([tryScript(), name], environment, fromTrySchema, {
    onMessage: hear,
    onStranger: () =>
      fail(new FleetError('failed', 'the process of the test speaks another version. Restart the master.')),
    onError: (error) => fail(new FleetError('failed', `no process for the test: ${messageOf(error)}`)),
    onExit: (why) => fail(new FleetError('failed', `the test ended: ${why}. Begin again.`)),
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
  if (ended !== null) await child.end();
  seen();

  return {
    view: seen,
    say: (message) => {
      seen();
      child.send(message);
    },
    next: () => change.promise,
    end: () => {
      fail(new FleetError('refused-by-state', 'this test has ended. Begin a new one.'));
      return child.end();
    },
  };
};
