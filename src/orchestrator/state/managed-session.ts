import type { AiLight, PairingCode, PendingOperation, QrCode } from '../../protocol/fleet.ts';
import type { Fence } from '../../session/fence.ts';
import { loginAwayReason } from '../../session/login-reasons.ts';
import type { SessionState } from '../../session/session-state.ts';
import type { StoreFaultCode } from '../../session/store-trouble.ts';
import type { EpochMs } from '../../session/units.ts';
import { isRunElsewhere, waitsForAnswer } from '../../session/verdict.ts';
import type { StoredSession } from '../../store/session-store.ts';

/** A worker process that belongs to a session. Known by session, start id and pid; PM2's id only says where to send. */
export interface WorkerRef {
  readonly startId: string;
  readonly startedAt: EpochMs;
  pid: number | null;
  pmId: number | null;
  /** Lived before this master did, and has not reported yet. */
  awaitsReport: boolean;
}

export interface WorkerVitals {
  readonly at: EpochMs;
  readonly uptimeMs: number;
  readonly rssBytes: number;
  readonly eventLoopLagMs: number;
  readonly browserPid: number | null;
  readonly port: number | null;
  readonly version: string;
}

/** One session while the master lives: what is stored, and what is seen. Only the orchestrator writes here. */
export interface ManagedSession {
  stored: StoredSession;
  state: SessionState;
  since: EpochMs;
  reasonCode: string | null;
  reason: string | null;
  nextTryAt: EpochMs | null;
  /** Automatic tries since it last worked; the next one is this. */
  attempt: number;
  phone: string | null;
  worker: WorkerRef | null;
  /** In this master's life, or when it began: what that one left may be younger than any look that others had made. */
  hadWorker: boolean;
  port: number | null;
  vitals: WorkerVitals | null;
  ai: AiLight;
  deaf: boolean;
  /** What its worker met in the store, and has not got over. */
  storeFault: StoreFaultCode | null;
  qr: QrCode | null;
  pairing: PairingCode | null;
  pending: PendingOperation | null;
  incidentId: number | null;
  /** We asked the worker to end. */
  stopping: boolean;
  restartWanted: boolean;
  /** Stopped to make room: more sessions run than MAX_SESSIONS allows now. */
  surplus: boolean;
  /** The server that it moves to: it stops, keeps its lease until it is offered there, and nothing starts it here. Null: it stays. */
  leaving: string | null;
  removed: boolean;
  /** Its profile's caches go while its browser is closed: before its next start. */
  pruneWanted: boolean;
  connectedAt: EpochMs | null;
  /** It cannot reach WhatsApp while this server does: said so with every try until it gets through. */
  unreachableAlone: boolean;
  /** Until when it may run here; null: nothing limits it. */
  fence: Fence | null;
}

const quietLight: AiLight = { status: 'off', code: null, reason: null };

export const createManagedSession = (stored: StoredSession): ManagedSession => ({
  stored,
  state: stored.state,
  since: stored.stateSince,
  reasonCode: stored.reasonCode,
  reason: stored.reason,
  nextTryAt: null,
  attempt: 0,
  phone: stored.phone,
  worker: null,
  hadWorker: false,
  port: stored.port,
  vitals: null,
  ai: quietLight,
  deaf: false,
  storeFault: null,
  qr: null,
  pairing: null,
  pending: null,
  incidentId: null,
  stopping: false,
  restartWanted: false,
  surplus: false,
  leaving: null,
  removed: false,
  pruneWanted: false,
  connectedAt: null,
  unreachableAlone: false,
  fence: null,
});

/** What a worker said that ends with it. */
export const forgetWorker = (session: ManagedSession): void => {
  session.worker = null;
  session.vitals = null;
  session.qr = null;
  session.pairing = null;
  session.ai = quietLight;
  session.deaf = false;
  session.storeFault = null;
  session.connectedAt = null;
};

/** Without a worker, these wait for a person: nothing starts them but a command. */
export const isParked = ({ state, reasonCode }: Pick<ManagedSession, 'state' | 'reasonCode'>): boolean =>
  state === 'failed' ||
  state === 'logged_out' ||
  state === 'waiting' ||
  // Held for another server: that one may end. Held for its login: it is fetched again.
  (state === 'held' && !isRunElsewhere(reasonCode) && reasonCode !== loginAwayReason && !waitsForAnswer(reasonCode));
