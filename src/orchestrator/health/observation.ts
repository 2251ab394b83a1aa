import type { DesiredState, SessionState } from '../../session/session-state.ts';
import type { Bytes, CpuPercent, EpochMs, Milliseconds } from '../../session/units.ts';
import type { Streaks } from './streaks.ts';

/** What is known of one session at one look, and what can be decided about it. */

export interface SessionObservation {
  readonly state: SessionState;
  readonly since: EpochMs;
  readonly reasonCode: string | null;
  readonly desiredState: DesiredState;
  /** The worker's process lives. */
  readonly workerAlive: boolean;
  readonly startedAt: EpochMs | null;
  readonly lastHeartbeatAt: EpochMs | null;
  /** `GET /health` of the worker, asked since the heartbeat is late; `unknown`: not asked yet. */
  readonly healthProbe: 'ok' | 'dead' | 'unknown';
  /** Codes shown since the last start or request of a person. */
  readonly codesShown: number;
  readonly page: 'ok' | 'crashed' | 'hung' | 'unknown';
  readonly pageSince: EpochMs | null;
  /** PSS of the whole tree, else RSS. */
  readonly memoryBytes: Bytes | null;
  readonly cpuPercent: CpuPercent | null;
  readonly eventLoopLagMs: Milliseconds | null;
  readonly streaks: Streaks;
  /** Turns being answered and parts being sent now. */
  readonly inFlight: number;
  readonly profileBytes: Bytes | null;
  /** Active probes of the link that failed in a row, and whether the worker itself calls the link deaf. */
  readonly linkProbesFailed: number;
  readonly workerSaysDeaf: boolean;
  readonly lastInboundAt: EpochMs | null;
  /** From `usualGapMs`. */
  readonly usualGapMs: Milliseconds | null;
  /** Folded into an open incident: its restarts are paused. */
  readonly inIncident: boolean;
}

export type HealthAction = 'none' | 'restart' | 'rebuild-browser' | 'wait-for-person' | 'fail' | 'alert';

const healthCauses = [
  'healthy',
  'not-wanted',
  'untouchable',
  'banned',
  'incident-pause',
  'worker-died',
  'browser-missing',
  'heartbeat-late',
  'worker-hung',
  'bus-ill',
  'memory-hard',
  'memory-soft',
  'memory-soft-waits',
  'memory-soft-too-low',
  'start-deadline',
  'sync-deadline',
  'nobody-scans',
  'page-crashed',
  'page-hung',
  'offline-too-long',
  'loop-blocked',
  'cpu-stuck',
  'deaf',
  'strangely-silent',
  'profile-prune',
  'profile-large',
] as const;
export type HealthCause = (typeof healthCauses)[number];

export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

export interface HealthDecision {
  readonly action: HealthAction;
  readonly cause: HealthCause;
  /** One English line for logs and events. */
  readonly text: string;
  readonly evidence: Evidence;
}
