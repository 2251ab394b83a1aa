import { type LeaseTerm, leaseTerms } from '../../session/failover.ts';
import type { Milliseconds } from '../../session/units.ts';

/** Of a session whose failover is `manual`, with the other one's beside it. */
export interface ReplicaTiming extends LeaseTerm {
  readonly auto: LeaseTerm;
  readonly pollMs: Milliseconds;
  readonly idleMs: Milliseconds;
  readonly requestMs: Milliseconds;
  readonly askMs: Milliseconds;
  readonly backoffMinMs: Milliseconds;
  readonly backoffMaxMs: Milliseconds;
  readonly watchMs: Milliseconds;
  /** Until `pushAll` and `pullAll` give up an absent Supabase. */
  readonly giveUpMs: Milliseconds;
}

/** An edit made there counts here within 10 s: a look every 5. */
export const replicaTiming: ReplicaTiming = {
  pollMs: 5000,
  idleMs: 1000,
  ...leaseTerms.manual,
  auto: leaseTerms.auto,
  requestMs: 20_000,
  askMs: 8000,
  backoffMinMs: 1000,
  // Sessions whose failover is `auto` have stopped by then, and their customers wait for the next try as well.
  backoffMaxMs: 15_000,
  watchMs: 5000,
  giveUpMs: 300_000,
};
