import { leftOf, momentOf } from '../../session/fence.ts';
import type { Milliseconds } from '../../session/units.ts';
import { createLeaseSettling, endOf, othersOf } from './lease-settling.ts';
import type { HeldLease, HeldLeases, LeasesOptions } from './lease-types.ts';

/** Keeping leases, and giving up those that cannot be kept. */
export const createLeaseRenewal = (options: LeasesOptions, held: HeldLeases) => {
  const { door, nodeId, timing, clocks } = options;
  const { drop, settle } = createLeaseSettling(options, held);

  /** Asks for these in one request; tells of those that are gone. */
  const renewThese = async (mine: readonly (readonly [string, HeldLease])[], within?: Milliseconds): Promise<void> => {
    const asked = momentOf(clocks);
    const answers = await door.call(
      'zap_fleet_lease_renew',
      {
        p_node: nodeId,
        p_leases: mine.map(([, one]) => ({ session_name: one.name, epoch: one.epoch })),
        p_seconds: Math.ceil(timing.leaseMs / 1000),
      },
      within,
    );
    for (const [id, lease] of mine) {
      const answer = answers.find((one) => one.session_name === lease.name);
      // Released or taken anew while we asked.
      if (answer !== undefined && held.get(id) === lease) await settle(id, lease, asked, answer);
    }
  };

  return {
    renew: async (): Promise<void> => {
      if (held.size > 0) await renewThese([...held]);
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

    /** Gives up leases that end soon and could not be renewed. Call every few seconds while Supabase is away. */
    watch: (): void => {
      if (othersOf(options) === 0) return;
      for (const [id, lease] of [...held]) {
        if (lease.until === 0 || leftOf(endOf(lease), clocks) > timing.marginMs) continue;
        drop(
          id,
          lease.name,
          'expiring',
          `${lease.name} stops: Supabase was away for so long that another server may take it over.`,
        );
      }
    },
  };
};
