import { plainText } from '../../session/plain-text.ts';
import type { EpochMs } from '../../session/units.ts';
import type { HeldLease, HeldLeases, LeaseLost, LeasesOptions } from './lease-types.ts';
import type { RpcAnswer } from './supabase-door.ts';

/** Keeping leases, and giving up those that cannot be kept. */
export const createLeaseRenewal = (options: LeasesOptions, held: HeldLeases) => {
  const { store, replica, door, nodeId, host, timing, now } = options;
  const seconds = Math.ceil(timing.leaseMs / 1000);

  const drop = (
    sessionId: string,
    name: string,
    why: LeaseLost['why'],
    reason: string,
    where: string | null = null,
  ): void => {
    held.delete(sessionId);
    store.events.add({
      at: now(),
      level: 'error',
      session: { id: sessionId, name },
      kind: `lease-${why}`,
      text: reason,
      evidence: { where },
      actor: 'supabase',
    });
    options.onLost({ sessionId, name, why, reason });
  };

  /** An emptied Supabase, or a lease begun while it was away: nobody else has it, so it is taken properly. Whether that worked. */
  const takeAgain = async (id: string, lease: HeldLease, asked: EpochMs): Promise<boolean> => {
    const again = await door.call('zap_fleet_lease_take', {
      p_node: nodeId,
      p_host: host,
      p_session_name: lease.name,
      p_seconds: seconds,
      p_force: false,
    });
    if (!again.taken) return false;

    const until = asked + timing.leaseMs;
    replica.update(id, { homeNode: nodeId, homeHost: host, leaseEpoch: again.epoch, leaseUntil: until });
    held.set(id, { name: lease.name, epoch: again.epoch, until });
    replica.touch(id);
    return true;
  };

  const settle = async (
    id: string,
    lease: HeldLease,
    asked: EpochMs,
    answer: RpcAnswer<'zap_fleet_lease_renew'>[number],
  ): Promise<void> => {
    if (answer.renewed) {
      lease.until = asked + timing.leaseMs;
      replica.update(id, { leaseUntil: lease.until });
      return;
    }
    const isFree = answer.node === null || answer.node === nodeId;
    if (isFree && (await takeAgain(id, lease, asked))) return;

    const where = plainText(answer.host ?? answer.node ?? 'unknown');
    replica.update(id, { homeNode: answer.node, homeHost: answer.host, leaseUntil: 0 });
    drop(
      id,
      lease.name,
      'taken',
      `${lease.name} was taken over by the server ${where}; it stops here so that customers are not answered twice.`,
      where,
    );
  };

  return {
    /** Renews all in one request; tells of those that are gone. */
    renew: async (): Promise<void> => {
      if (held.size === 0) return;

      const asked = now();
      const mine = [...held];
      const answers = await door.call('zap_fleet_lease_renew', {
        p_node: nodeId,
        p_leases: mine.map(([, one]) => ({ session_name: one.name, epoch: one.epoch })),
        p_seconds: seconds,
      });
      for (const [id, lease] of mine) {
        const answer = answers.find((one) => one.session_name === lease.name);
        // Released or taken anew while we asked.
        if (answer !== undefined && held.get(id) === lease) await settle(id, lease, asked, answer);
      }
    },

    /** Gives up leases that end soon and could not be renewed. Call every few seconds, whatever else happens. */
    watch: (): void => {
      if (Math.max(options.others(), Number(replica.state('others') ?? 0)) === 0) return;
      for (const [id, lease] of [...held]) {
        // 0: begun while Supabase was away and nobody else was known; the next contact asks properly.
        if (lease.until === 0 || now() < lease.until - timing.marginMs) continue;
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
