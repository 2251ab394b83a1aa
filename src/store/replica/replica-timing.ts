import type { Milliseconds } from '../../session/units.ts';

export interface ReplicaTiming {
  readonly pollMs: Milliseconds;
  readonly idleMs: Milliseconds;
  readonly renewMs: Milliseconds;
  readonly leaseMs: Milliseconds;
  readonly marginMs: Milliseconds;
  readonly requestMs: Milliseconds;
  readonly askMs: Milliseconds;
  readonly backoffMinMs: Milliseconds;
  readonly backoffMaxMs: Milliseconds;
  readonly watchMs: Milliseconds;
  /** Until `pushAll` and `pullAll` give up an absent Supabase. */
  readonly giveUpMs: Milliseconds;
}

/** Edits within 10 s (issue 6): a look every 5. A lease of an hour outlives the usual outage; a clean stop gives it back at once. */
export const replicaTiming: ReplicaTiming = {
  pollMs: 5000,
  idleMs: 1000,
  renewMs: 60_000,
  leaseMs: 3_600_000,
  marginMs: 120_000,
  requestMs: 20_000,
  askMs: 8000,
  backoffMinMs: 1000,
  backoffMaxMs: 60_000,
  watchMs: 5000,
  giveUpMs: 300_000,
};
