import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { probeLoopScript } from '../../orchestrator/process/entry-scripts.ts';
import { endsWithin } from '../../pace/deadline.ts';
import { fromLoopSchema, type ProbeLoop } from '../../protocol/probe.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../../session/fleet-error.ts';
import type { SessionName } from '../../session/session-name.ts';
import type { Milliseconds } from '../../session/units.ts';

/** Starting a process, and an answer of an AI service that tries again. */
const loopWithin: Milliseconds = 240_000;
const mostErrorText = 4000;

/** Runs the whole chain but WhatsApp once, in a process of its own (workers/probe-loop-worker.ts). Rejects with why it cannot. */
export const runLoop = async (
  name: SessionName,
  text: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ProbeLoop> => {
  const child = spawn(process.execPath, [probeLoopScript(), name, text], {
    cwd: '/',
    env: { ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // Customers are answered first.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const { promise, resolve, reject } = Promise.withResolvers<ProbeLoop>();
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  let errors = '';

  const stop = (): void => reject(new FleetError('unavailable', 'the master ends. Try again in a moment.'));
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(
    () => reject(new FleetError('timeout', `the question did not come to an end within ${loopWithin / 1000} s.`)),
    loopWithin,
  );
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    if (errors.length < mostErrorText) errors += more;
  });
  child.on('message', (raw) => {
    const message = fromLoopSchema.safeParse(raw);
    if (!message.success)
      reject(new FleetError('failed', 'the process of the question speaks another version. Restart the master.'));
    else if (message.data.kind === 'ended') resolve(message.data.loop);
    else
      reject(new FleetError(isFleetErrorCode(message.data.code) ? message.data.code : 'failed', message.data.message));
  });
  child.once('error', (error) => reject(new FleetError('failed', `no process for the question: ${messageOf(error)}`)));
  child.once('exit', (code, why) => {
    const line = errors.split('\n').find((each) => /error/i.test(each)) ?? `it ended with ${why ?? code}`;
    reject(new FleetError('failed', `the question ended: ${line.trim()}`));
  });

  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    if (child.connected) child.disconnect();
    if (!(await endsWithin(exited, 3000))) child.kill('SIGKILL');
  }
};
