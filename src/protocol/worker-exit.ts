/**
 * How a worker ends, as its exit code tells the master. `again`: `no` only a person can change it; `wanted` it was asked to end;
 * `backoff` start it again, with the pauses that repeated deaths ask for.
 */
export const workerExits = {
  /** Drained: stopped by a signal or a command. */
  done: { code: 0, again: 'wanted', words: 'stopped' },
  /** An error nobody expected; the log has its cause. */
  crashed: { code: 1, again: 'backoff', words: 'the worker crashed; its log has the cause' },
  /** Environment, settings or the session's row are wrong. */
  'wrong-start': { code: 10, again: 'no', words: 'the worker was started wrongly; its log says what is wrong' },
  'store-unusable': { code: 11, again: 'backoff', words: 'the database cannot be opened' },
  /** Another process has this login profile open. */
  'profile-busy': { code: 12, again: 'backoff', words: 'another process still has this login open' },
  'browser-missing': { code: 13, again: 'no', words: 'no browser was found' },
  /** Browser or page did not come up. */
  'start-failed': { code: 14, again: 'backoff', words: 'the browser did not come up' },
  /** Browser or page died or hung: only a new worker helps. */
  broken: { code: 15, again: 'backoff', words: 'the browser or its page died' },
  /** Connected, but messages only came when they were asked for. */
  deaf: { code: 16, again: 'backoff', words: 'connected, but messages did not arrive by themselves' },
  /** The network, not the browser: WhatsApp's page was not reached. Its last report has the code (session/network-fault.ts). */
  unreachable: { code: 18, again: 'backoff', words: 'WhatsApp cannot be reached over the network' },
  /** Nobody renewed its right to run here: another server may have it. Whoever starts it again asks first. */
  fenced: { code: 19, again: 'backoff', words: 'its right to run on this server was not renewed in time' },
  /** PM2's daemon went away: drained. */
  orphaned: { code: 17, again: 'backoff', words: "PM2's daemon went away" },
} as const satisfies Record<string, { code: number; again: 'no' | 'wanted' | 'backoff'; words: string }>;

export type WorkerExit = keyof typeof workerExits;

/** The exit of a code; null for one that is not ours (a signal, an abort of Node). */
export const workerExitOf = (code: number | null): WorkerExit | null => {
  for (const [exit, entry] of Object.entries(workerExits)) if (entry.code === code) return exit as WorkerExit;
  return null;
};
