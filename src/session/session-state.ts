/** The states of a session and the moves between them. Pure; tested exhaustively. */

export const sessionStates = [
  'stopped',
  'queued',
  'starting',
  'qr',
  'code',
  'syncing',
  'connected',
  'offline',
  'waiting',
  'stopping',
  'logged_out',
  'held',
  'failed',
] as const;

/**
 * `stopped` no worker, none wanted · `queued` wanted, waits for a place or memory · `starting` worker and browser come up · `qr`,
 * `code` wait for a person with the phone · `syncing` linked, history comes in · `connected` · `offline` linked, retrying ·
 * `waiting` nobody scanned (browser closed), or an incident pauses starts · `stopping` · `logged_out` the phone unlinked us ·
 * `held` another number than expected, the number runs elsewhere, or another server has the lease · `failed` breaker open or banned.
 */
export type SessionState = (typeof sessionStates)[number];

export type DesiredState = 'running' | 'stopped';

/** Whether a start brought it to where it works, or waits for its turn or a person; not to where it tries again, is held, or gave up. */
export const isBroughtUp = (state: SessionState): boolean =>
  state !== 'offline' && state !== 'held' && state !== 'failed';

const fromAnywhere: readonly SessionState[] = ['stopping', 'logged_out', 'held', 'failed'];

/** A live worker can be seen dead at any moment: then its session is being started again, waits, or is off. */
const whenWorkerIsGone: readonly SessionState[] = ['stopped', 'queued', 'starting', 'waiting'];

const own: Readonly<Record<SessionState, readonly SessionState[]>> = {
  stopped: ['queued', 'starting', 'waiting'],
  queued: ['starting', 'stopped', 'waiting'],
  starting: ['qr', 'code', 'syncing', 'connected', 'offline', ...whenWorkerIsGone],
  qr: ['code', 'syncing', 'connected', 'offline', ...whenWorkerIsGone],
  code: ['qr', 'syncing', 'connected', 'offline', ...whenWorkerIsGone],
  syncing: ['connected', 'offline', 'qr', ...whenWorkerIsGone],
  connected: ['offline', 'syncing', 'qr', ...whenWorkerIsGone],
  offline: ['connected', 'syncing', 'qr', ...whenWorkerIsGone],
  waiting: ['queued', 'starting', 'stopped', 'qr', 'code'],
  stopping: ['stopped', 'queued', 'starting'],
  logged_out: ['qr', 'code', 'syncing', 'connected', ...whenWorkerIsGone],
  held: ['connected', 'syncing', 'qr', 'offline', ...whenWorkerIsGone],
  failed: ['queued', 'starting', 'stopped'],
};

/** The moves that are legal from each state; staying is always legal and not listed. */
export const moves: Readonly<Record<SessionState, ReadonlySet<SessionState>>> = Object.fromEntries(
  sessionStates.map((from) => [from, new Set([...own[from], ...fromAnywhere].filter((to) => to !== from))]),
) as unknown as Record<SessionState, ReadonlySet<SessionState>>;

export const canMove = (from: SessionState, to: SessionState): boolean => from === to || moves[from].has(to);

/** A worker process is expected in these states. */
export const hasWorker = (state: SessionState): boolean =>
  state === 'starting' ||
  state === 'qr' ||
  state === 'code' ||
  state === 'syncing' ||
  state === 'connected' ||
  state === 'offline' ||
  state === 'stopping' ||
  state === 'logged_out' ||
  state === 'held';
