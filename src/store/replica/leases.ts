import type { Milliseconds } from '../../session/units.ts';
import { createLeaseRenewal } from './lease-renewal.ts';
import { othersOf, termOf } from './lease-settling.ts';
import { createLeaseTaking } from './lease-taking.ts';
import type { HeldLeases, LeasesOptions } from './lease-types.ts';
import { leftWholeKey } from './open-rows.ts';

/**
 * A renewal that overtook the giving back would hold the session for nobody. Supabase refuses that since file 6 of the migrations; before it only
 * the order helps.
 */
const renewalWithin: Milliseconds = 2000;

/**
 * Who may run a session. A lease lasts by the database's clock; we count it from before we asked, so ours always ends earlier.
 *
 * Away: the bots go on. A lease that cannot be renewed is given up before it ends only when other fleets share this Supabase: nobody else
 * could take it otherwise, and stopping would only leave customers without answers.
 */
export const createLeases = (options: LeasesOptions) => {
  const { store, replica, door, nodeId } = options;
  const held: HeldLeases = new Map();
  const renewal = createLeaseRenewal(options, held);

  return {
    /**
     * Asks for the right to run a session; call before its worker starts. `force` takes it from another server: only when a person says
     * that server is gone. Never throws for an absent Supabase: then what is known decides.
     */
    take: createLeaseTaking(options, held),
    ...renewal,

    /** The session has stopped here and is offered to another server: nothing here renews its lease any more. */
    letGo: async (sessionId: string): Promise<void> => {
      held.delete(sessionId);
      replica.update(sessionId, { leaseUntil: 0 });
      replica.setState(leftWholeKey(sessionId), '1');
      await renewal.hasEnded(renewalWithin);
    },
    /** The session has stopped here: another server may start it at once. */
    release: async (sessionId: string): Promise<void> => {
      const lease = held.get(sessionId);
      held.delete(sessionId);
      if (lease === undefined) return;
      replica.update(sessionId, { leaseUntil: 0 });
      await renewal.hasEnded(renewalWithin);
      await door.call('zap_fleet_lease_release', {
        p_node: nodeId,
        p_leases: [{ session_name: lease.name, epoch: lease.epoch }],
      });
    },
    /**
     * This fleet ends, for a moment or for good. Who waits for a session that ran here before would take it from a server that only starts
     * again: one with failover `auto` keeps its lease for its time once more, and is taken by somebody when that is over.
     */
    releaseAll: async (): Promise<void> => {
      if (held.size === 0) return;
      const isShared = othersOf(options) > 0;
      const all = [...held].map(([id, { name, epoch }]) => {
        const { leaseMs } = termOf(options, id);
        const isKept =
          isShared && replica.failoverOf(id) === 'auto' && store.sessions.byId(id)?.desiredState === 'running';
        return { isKept, row: { session_name: name, epoch }, seconds: Math.ceil(leaseMs / 1000) };
      });
      for (const id of held.keys()) replica.update(id, { leaseUntil: 0 });
      held.clear();
      await renewal.hasEnded(renewalWithin);

      const kept = all.filter(({ isKept }) => isKept);
      if (kept.length > 0)
        await door.call('zap_fleet_lease_renew', {
          p_node: nodeId,
          p_leases: kept.map(({ row, seconds }) => ({ ...row, seconds })),
          p_seconds: Math.max(...kept.map(({ seconds }) => seconds)),
        });
      const given = all.filter(({ isKept }) => !isKept).map(({ row }) => row);
      if (given.length > 0) await door.call('zap_fleet_lease_release', { p_node: nodeId, p_leases: given });
    },
    held: (): readonly string[] => [...held.keys()],
    /** Of the lease that is held; null: none, or one that Supabase was never asked for. */
    epochOf: (sessionId: string): number | null => held.get(sessionId)?.epoch || null,
  };
};
export type Leases = ReturnType<typeof createLeases>;
