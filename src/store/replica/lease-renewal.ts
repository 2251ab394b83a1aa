import { endsWithin } from '../../pace/deadline.ts';
import type { LeaseTerm } from '../../session/failover.ts';
import { leftOf, momentOf } from '../../session/fence.ts';
import type { Milliseconds } from '../../session/units.ts';
import { cannotAsk, createLeaseSettling, endOf, othersOf, termOf } from './lease-settling.ts';
import type { HeldLease, HeldLeases, LeaseLost, LeasesOptions } from './lease-types.ts';

/** Keeping leases, and giving up those that cannot be kept. */
export const createLeaseRenewal = (options: LeasesOptions, held: HeldLeases) => {
  const { door, nodeId, timing, clocks } = options;
  const { drop, settle } = createLeaseSettling(options, held);

  let underway: Promise<unknown> = Promise.resolve();
  /** Asks for these in one request; tells of those that are gone. */
  const renewThese = (mine: readonly (readonly [string, HeldLease])[], within?: Milliseconds): Promise<void> => {
    const renewed = renewAndSettle(mine, within);
    underway = Promise.allSettled([underway, renewed]);
    return renewed;
  };
  const renewAndSettle = async (
    mine: readonly (readonly [string, HeldLease])[],
    within?: Milliseconds,
  ): Promise<void> => {
    const asked = momentOf(clocks);
    const terms = new Map(mine.map(([id]) => [id, termOf(options, id)]));
    const termAsked = (id: string): LeaseTerm => terms.get(id) ?? timing;
    const secondsOf = (id: string): number => Math.ceil(termAsked(id).leaseMs / 1000);
    const answers = await door.call(
      'zap_fleet_lease_renew',
      {
        p_node: nodeId,
        p_leases: mine.map(([id, one]) => ({ session_name: one.name, epoch: one.epoch, seconds: secondsOf(id) })),
        // For a Supabase that lacks file 6 of the migrations: one length for all, and never a shorter one than any of them counts on.
        p_seconds: Math.max(...mine.map(([id]) => secondsOf(id))),
      },
      within,
    );
    for (const [id, lease] of mine) {
      const answer = answers.find((one) => one.session_name === lease.name);
      // Released or taken anew while we asked.
      if (answer !== undefined && held.get(id) === lease)
        await settle(id, lease, { asked, term: termAsked(id) }, answer);
    }
  };

  let renewedAt = clocks.monotonic();
  let isRenewing = false;
  let heeded = 0;
  /** All of them in one request. */
  const renew = async (): Promise<void> => {
    const others = othersOf(options);
    if (held.size > 0) {
      const asked = clocks.monotonic();
      await renewThese([...held]);
      renewedAt = asked;
    }
    heeded = others;
  };
  /** As often as the shortest of them asks, where another server could take it; alone nobody can, and nothing is paid. */
  const renewEvery = (): Milliseconds =>
    othersOf(options) === 0
      ? timing.renewMs
      : Math.min(timing.renewMs, ...[...held.keys()].map((id) => termOf(options, id).renewMs));

  return {
    renew,
    /** What was asked for until now is answered, or not awaited any longer. */
    hasEnded: (within: Milliseconds): Promise<boolean> => endsWithin(underway, within),
    /** Other servers whose being there every worker of ours has been told by an end of its lease; 0: some may run without one. */
    heeded: (): number => heeded,

    /** Renews when it is time, one request after the other. Call every few seconds while Supabase answers. */
    renewInTime: async (): Promise<void> => {
      if (isRenewing || clocks.monotonic() - renewedAt < renewEvery()) return;
      isRenewing = true;
      try {
        await renew();
      } finally {
        isRenewing = false;
      }
    },

    /**
     * Whether Supabase says now that this server has the session. For a login that was opened elsewhere: whoever takes it back without
     * asking fights with the server that has it by right.
     */
    confirm: async (sessionId: string): Promise<boolean> => {
      const lease = held.get(sessionId);
      if (lease === undefined) return false;

      await renewThese([[sessionId, lease]], timing.askMs);
      return held.has(sessionId);
    },

    /** Nothing may run here any more; what is given up here is the other machine's. */
    giveUpAll: (code: LeaseLost['code'], reason: string): void => {
      for (const [id, lease] of [...held]) drop(id, lease.name, { why: 'copied', code, reason });
    },

    /** Gives up leases that end soon and could not be renewed. Call every few seconds while Supabase is away. */
    watch: (): void => {
      if (othersOf(options) === 0) return;
      for (const [id, lease] of [...held]) {
        if (lease.until === 0 || leftOf(endOf(lease), clocks) > lease.marginMs) continue;
        const { code, reason } = cannotAsk(options, id);
        drop(id, lease.name, { why: 'expiring', code, reason });
      }
    },
  };
};
