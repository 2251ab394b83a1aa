import { probeLoopScript } from '../../orchestrator/process/entry-scripts.ts';
import { type FromLoop, fromLoopSchema, type ProbeLoop } from '../../protocol/probe.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../../session/fleet-error.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { Milliseconds } from '../../session/units.ts';
import { startSideProcess } from '../side-process.ts';

/** Starting a process, and an answer of an AI service that tries again. */
const loopWithin: Milliseconds = 240_000;

/** Runs the whole chain but WhatsApp once, in a process of its own (workers/probe-loop-worker.ts). Rejects with why it cannot. */
export const runLoop = async (
  name: SessionName,
  text: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ProbeLoop> => {
  const { promise, resolve, reject } = Promise.withResolvers<ProbeLoop>();
  const child = startSideProcess<never, FromLoop>([probeLoopScript(), name, text], environment, fromLoopSchema, {
    onMessage: (message) => {
      if (message.kind === 'ended') resolve(message.loop);
      else reject(new FleetError(isFleetErrorCode(message.code) ? message.code : 'failed', message.message));
    },
    onStranger: () =>
      reject(new FleetError('failed', 'the process of the question speaks another version. Restart the master.')),
    onError: (error) => reject(new FleetError('failed', `no process for the question: ${messageOf(error)}`)),
    onExit: (why) => reject(new FleetError('failed', `the question ended: ${why}`)),
  });

  const stop = (): void => reject(new FleetError('unavailable', 'the master ends. Try again in a moment.'));
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(
    () => reject(new FleetError('timeout', `the question did not come to an end within ${loopWithin / 1000} s.`)),
    loopWithin,
  );

  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    await child.end();
  }
};
