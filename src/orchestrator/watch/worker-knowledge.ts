import type { EpochMs } from '../../session/units.ts';
import type { HealthCause, SessionObservation } from '../health/observation.ts';
import { noStreaks, type Streaks } from '../health/streaks.ts';
import type { WorkerRef } from '../state/managed-session.ts';

/** What the health monitor has found out about one worker; it ends with that worker. */
export interface WorkerKnowledge {
  streaks: Streaks;
  healthProbe: SessionObservation['healthProbe'];
  probing: boolean;
  linkProbesFailed: number;
  linkProbedAt: EpochMs;
  /** Told once while it lasts. */
  alerted: HealthCause | null;
  /** Its end was asked for: whatever is seen of it now changes nothing. */
  ending: boolean;
  /** Since when a person is waited for in vain: the worker closes its browser by itself first. */
  idleSince: EpochMs | null;
}

/** Of each worker what is known; nothing yet for one that was not seen before. */
export const createWorkerKnowledge = (): ((worker: WorkerRef) => WorkerKnowledge) => {
  const knowledge = new WeakMap<WorkerRef, WorkerKnowledge>();

  return (worker) => {
    const known = knowledge.get(worker) ?? {
      streaks: noStreaks,
      healthProbe: 'unknown',
      probing: false,
      linkProbesFailed: 0,
      linkProbedAt: 0,
      alerted: null,
      ending: false,
      idleSince: null,
    };
    knowledge.set(worker, known);

    return known;
  };
};
