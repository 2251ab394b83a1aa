import type { Milliseconds } from './units.ts';

/**
 * What becomes of a session when its server is gone, where several share a Supabase. `manual`: nobody takes it but a person, for an hour.
 * `auto`: another server may take it after a minute and a half; the price is that it stops when Supabase is away for a minute, as nobody
 * could tell then whether another server has taken it.
 */
export const failovers = ['manual', 'auto'] as const;
export type Failover = (typeof failovers)[number];

/** How long the right to run a session lasts, and how it is kept. */
export interface LeaseTerm {
  /** Without being renewed. */
  readonly leaseMs: Milliseconds;
  readonly renewMs: Milliseconds;
  /** One that cannot be renewed is given up this long before it ends, so that Chromium is gone by then. */
  readonly marginMs: Milliseconds;
}

/** An hour outlives the usual outage of Supabase; a clean stop gives it back at once. */
export const leaseTerms: Readonly<Record<Failover, LeaseTerm>> = {
  manual: { leaseMs: 3_600_000, renewMs: 60_000, marginMs: 120_000 },
  auto: { leaseMs: 90_000, renewMs: 20_000, marginMs: 30_000 },
};
