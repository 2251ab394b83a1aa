import type { Fence, FenceMoment } from '../../session/fence.ts';
import { plainText } from '../../session/plain-text.ts';
import type { HeldLease, HeldLeases, LeaseLost, LeasesOptions } from './lease-types.ts';
import type { RpcAnswer } from './supabase-door.ts';

/** What an answer of Supabase, or its absence, means for a lease of this server. */

/** How many other servers were seen in this Supabase lately, as far as this one has heard. */
export const othersOf = ({ others, replica }: Pick<LeasesOptions, 'others' | 'replica'>): number =>
  Math.max(others(), Number(replica.state('others') ?? 0));

export const endOf = ({ epoch, until, monotonicUntil }: HeldLease): Fence => ({
  epoch,
  wallUntil: until,
  monotonicUntil,
});

/**
 * What a worker is handed down. Alone nothing limits it: nobody could take the session, and a master that died at night would leave every
 * customer without an answer an hour later.
 */
export const fenceOf = (options: Pick<LeasesOptions, 'others' | 'replica'>, lease: HeldLease): Fence | null =>
  othersOf(options) === 0 ? null : endOf(lease);

export const createLeaseSettling = (options: LeasesOptions, held: HeldLeases) => {
  const { store, replica, door, nodeId, host, timing, now } = options;

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
  const takeAgain = async (id: string, lease: HeldLease, asked: FenceMoment): Promise<boolean> => {
    const again = await door.call('zap_fleet_lease_take', {
      p_node: nodeId,
      p_host: host,
      p_session_name: lease.name,
      p_seconds: Math.ceil(timing.leaseMs / 1000),
      p_force: false,
    });
    if (!again.taken) return false;

    const until = asked.wall + timing.leaseMs;
    replica.update(id, { homeNode: nodeId, homeHost: host, leaseEpoch: again.epoch, leaseUntil: until });
    const anew = { name: lease.name, epoch: again.epoch, until, monotonicUntil: asked.monotonic + timing.leaseMs };
    held.set(id, anew);
    options.onFence(id, fenceOf(options, anew));
    replica.touch(id);
    return true;
  };

  const settle = async (
    id: string,
    lease: HeldLease,
    asked: FenceMoment,
    answer: RpcAnswer<'zap_fleet_lease_renew'>[number],
  ): Promise<void> => {
    if (answer.renewed) {
      lease.until = asked.wall + timing.leaseMs;
      lease.monotonicUntil = asked.monotonic + timing.leaseMs;
      replica.update(id, { leaseUntil: lease.until });
      options.onFence(id, fenceOf(options, lease));
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

  return { drop, settle };
};
