import { type WorkerExit, workerExitOf, workerExits } from '../../protocol/worker-exit.ts';
import { isNetworkFault } from '../../session/network-fault.ts';
import type { ManagedSession } from '../state/managed-session.ts';

/** What an end that nobody asked for means. */
export interface ExitVerdict {
  readonly exit: WorkerExit | null;
  readonly code: string;
  readonly words: string;
  /** Whether starting it again can help. */
  readonly again: boolean;
}

/**
 * PM2 reports a death by signal as 0; ours end with 0 only when they were asked to, so 0 says no more than "it ended". `isFenced`: its right to
 * run here was over by then, which is reason enough, and no fault of this machine's.
 */
export const judgeExit = (session: ManagedSession, exitCode: number | null, isFenced: boolean): ExitVerdict => {
  const told = workerExitOf(exitCode);
  const exit = isFenced && (told === null || told === 'done') ? 'fenced' : told;
  if (exit === null || exit === 'done') {
    const words = session.state === 'offline' && session.reason !== null ? session.reason : null;
    return { exit, code: 'worker-died', words: words ?? `its worker ended while ${session.state}`, again: true };
  }
  if (exit === 'unreachable') {
    const code = isNetworkFault(session.reasonCode) ? session.reasonCode : 'whatsapp-unreachable';
    return { exit, code, words: session.reason ?? workerExits.unreachable.words, again: true };
  }
  const known = workerExits[exit];
  const words = session.state === 'offline' && session.reason !== null ? session.reason : known.words;
  return { exit, code: exit, words, again: known.again !== 'no' };
};
