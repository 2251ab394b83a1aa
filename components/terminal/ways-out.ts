import type { ReadStream, WriteStream } from 'node:tty';

const endingSignals = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/** Hears every way in which the dashboard ends from outside: a signal, or a terminal that is gone. Returns what stops it. */
export const listenForWaysOut = ({
  stdin,
  stdout,
  signals,
  isLent,
  leave,
}: {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  /** False: no signal is listened to. */
  readonly signals: boolean;
  readonly isLent: () => boolean;
  readonly leave: (why: 'signal' | 'terminal-gone') => void;
}): (() => void) => {
  const onSignal = (signal: NodeJS.Signals) => {
    if (isLent() && (signal === 'SIGINT' || signal === 'SIGQUIT')) return;
    leave('signal');
  };
  const onGone = () => leave('terminal-gone');

  stdin.on('end', onGone);
  stdin.on('close', onGone);
  stdin.on('error', onGone);
  // A terminal that is gone answers writes with EIO or EPIPE; without a listener that would be a crash.
  stdout.on('error', onGone);
  if (signals) for (const signal of endingSignals) process.on(signal, onSignal);
  return () => {
    for (const signal of endingSignals) process.removeListener(signal, onSignal);
    stdin.removeListener('end', onGone);
    stdin.removeListener('close', onGone);
    stdin.removeListener('error', onGone);
    // The listener on stdout stays: a late EPIPE of a terminal that is gone must not end the program with a stack trace.
  };
};
