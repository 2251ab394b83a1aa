import type { SessionState } from '../../session/session-state.ts';
import type { EpochMs } from '../../session/units.ts';
import { bannedReason } from '../../session/verdict.ts';
import type { HealthAction, HealthDecision, SessionObservation } from './observation.ts';
import type { SessionPolicy } from './policies.ts';
import { decision, elapsed, sessionRules, silenceOf } from './session-rules.ts';

/** From what is known of one session to what is done about it. Pure; the master does it, and writes it down with its evidence. */

/** States in which the monitor does nothing, whatever it sees: unlinked, held, given up, or not running by wish. */
const untouchable: ReadonlySet<SessionState> = new Set(['logged_out', 'held', 'failed']);
const idle: ReadonlySet<SessionState> = new Set(['stopped', 'queued', 'waiting', 'stopping']);

const restarts = (action: HealthAction): boolean => action === 'restart' || action === 'rebuild-browser';

const paused = (wanted: HealthDecision): HealthDecision =>
  decision('none', 'incident-pause', `${wanted.text}; restarts are paused by an incident`, {
    ...wanted.evidence,
    wantedAction: wanted.action,
    wantedCause: wanted.cause,
  });

/** Doing something comes before telling, and telling before noting; among equals the order of the rules. */
const weight = (action: HealthAction): number => (action === 'none' ? 0 : action === 'alert' ? 1 : 2);

/**
 * What is to be done about one session now. `restart` and `rebuild-browser` say that, not when: ask `planRestart` for the moment. An
 * alert repeats while its cause lasts: the caller tells it once per cause. `fail` needs a manual reset. `wait-for-person` closes the
 * browser; state `waiting`.
 */
export const decide = (o: SessionObservation, policy: SessionPolicy, now: EpochMs): HealthDecision => {
  const facts = { state: o.state, reasonCode: o.reasonCode };
  if (untouchable.has(o.state))
    return decision('none', 'untouchable', `${o.state}: waits for a person, never touched`, facts);
  if (o.desiredState === 'stopped') return decision('none', 'not-wanted', 'not wanted running', facts);
  if (o.reasonCode === bannedReason)
    return decision('fail', 'banned', 'blocked by WhatsApp: never restarted by itself', facts);
  if (idle.has(o.state)) return decision('none', 'not-wanted', `${o.state}: nothing runs`, facts);
  let found: HealthDecision | null = null;
  for (const rule of sessionRules) {
    const next = rule(o, policy, now);
    if (next !== null && (found === null || weight(next.action) > weight(found.action))) found = next;
  }
  if (found === null) return decision('none', 'healthy', 'healthy', facts);
  // The hard limit protects all other sessions of the machine, so it is not paused.
  return o.inIncident && restarts(found.action) && found.cause !== 'memory-hard' ? paused(found) : found;
};

export interface ProbesWanted {
  /** Ask the worker's `GET /health`: its heartbeat is late. */
  readonly health: boolean;
  /** Probe the link (`check`): it is silent beyond its own normal, or a probe just failed. */
  readonly link: boolean;
}

/** What has to be asked before the next decision about this session. */
export const probesWanted = (o: SessionObservation, policy: SessionPolicy, now: EpochMs): ProbesWanted => {
  const running = o.workerAlive && o.desiredState === 'running' && !untouchable.has(o.state) && !idle.has(o.state);
  const last = o.lastHeartbeatAt ?? o.startedAt;
  return {
    health: running && last !== null && elapsed(last, now) >= policy.heartbeatLateMs,
    link:
      running &&
      o.state === 'connected' &&
      (o.workerSaysDeaf || o.linkProbesFailed > 0 || silenceOf(o, policy, now) !== null),
  };
};
