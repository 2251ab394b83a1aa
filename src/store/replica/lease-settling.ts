import type { LeaseTerm } from '../../session/failover.ts';
import { type Fence, type FenceMoment, leftOf } from '../../session/fence.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';
import { cannotAskReason, failoverAwayReason, runsElsewhereReason } from '../../session/verdict.ts';
import type { CannotAsk, HeldLease, HeldLeases, LeaseLost, LeasesOptions } from './lease-types.ts';
import type { ReplicaSession } from './replica-sessions.ts';
import type { RpcAnswer } from './supabase-door.ts';

/** What an answer of Supabase, or its absence, means for a lease of this server. */

/** How many other servers were seen in this Supabase lately, as far as this one has heard. */
export const othersOf = ({ others, replica }: Pick<LeasesOptions, 'others' | 'replica'>): number =>
  Math.max(others(), replica.others());

export const endOf = ({ epoch, until, monotonicUntil }: HeldLease): Fence => ({
  epoch,
  wallUntil: until,
  monotonicUntil,
});

/** How long a session's lease lasts and how it is kept: its failover says it, also when somebody changes it meanwhile. */
export const termOf = ({ timing, replica }: Pick<LeasesOptions, 'timing' | 'replica'>, sessionId: string): LeaseTerm =>
  replica.failoverOf(sessionId) === 'auto' ? timing.auto : timing;

/** A lease of this length, counted from before Supabase was asked: it ends before Supabase gives it to another. */
export const leaseFrom = (name: string, epoch: number, asked: FenceMoment, term: LeaseTerm): HeldLease => ({
  name,
  epoch,
  until: asked.wall + term.leaseMs,
  monotonicUntil: asked.monotonic + term.leaseMs,
  marginMs: term.marginMs,
});

/** Why a session does not run while nobody can be asked. */
export const cannotAsk = (
  { replica }: Pick<LeasesOptions, 'replica'>,
  sessionId: string,
): { readonly code: CannotAsk; readonly reason: string } =>
  replica.failoverOf(sessionId) === 'auto'
    ? {
        code: failoverAwayReason,
        reason:
          'Supabase is away, and another server may take it by now: that is the price of failover auto. It starts when Supabase is back.',
      }
    : {
        code: cannotAskReason,
        reason:
          'Supabase is away, so nobody can say whether it runs on another server. It starts when Supabase is back.',
      };

/** The end of a lease for the store: the next master has no other word of it while Supabase is away. */
export const storedEnd = ({ bootId }: Pick<LeasesOptions, 'bootId'>, lease: HeldLease) => ({
  leaseUntil: lease.until,
  leaseMonotonicUntil: lease.monotonicUntil,
  leaseBoot: bootId,
});

/**
 * What is left of a lease that an earlier master was given. In another boot of the machine nothing is: its wall clock may have begun
 * anywhere, and no other one went on.
 */
export const leftOfStored = (
  { bootId, clocks }: Pick<LeasesOptions, 'bootId' | 'clocks'>,
  known: Pick<ReplicaSession, 'leaseUntil' | 'leaseMonotonicUntil' | 'leaseBoot'>,
): Milliseconds => {
  if (bootId === null || known.leaseBoot !== bootId) return 0;
  return leftOf({ epoch: 0, wallUntil: known.leaseUntil, monotonicUntil: known.leaseMonotonicUntil }, clocks);
};

/**
 * What a worker is handed down. Alone nothing limits it: nobody could take the session, and a master that died at night would leave every
 * customer without an answer an hour later.
 */
export const fenceOf = (options: Pick<LeasesOptions, 'others' | 'replica'>, lease: HeldLease): Fence | null =>
  othersOf(options) === 0 ? null : endOf(lease);

export const createLeaseSettling = (options: LeasesOptions, held: HeldLeases) => {
  const { store, replica, door, nodeId, host, now } = options;

  const drop = (
    sessionId: string,
    name: string,
    { why, code, reason }: Pick<LeaseLost, 'why' | 'code' | 'reason'>,
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
    options.onLost({ sessionId, name, why, code, reason });
  };

  /** An emptied Supabase, or a lease begun while it was away: nobody else has it, so it is taken properly. False: it is lost. */
  const takeAgain = async (id: string, lease: HeldLease, asked: FenceMoment): Promise<boolean> => {
    const term = termOf(options, id);
    const again = await door.call('zap_fleet_lease_take', {
      p_node: nodeId,
      p_host: host,
      p_session_name: lease.name,
      p_seconds: Math.ceil(term.leaseMs / 1000),
      p_force: false,
    });
    if (!again.taken) return held.get(id) !== lease;
    if (held.get(id) !== lease) {
      // Given back, or taken by a start, while we asked: what came of it is nobody's.
      await door.call('zap_fleet_lease_release', {
        p_node: nodeId,
        p_leases: [{ session_name: lease.name, epoch: again.epoch }],
      });
      return true;
    }

    const anew = leaseFrom(lease.name, again.epoch, asked, term);
    replica.update(id, {
      homeNode: nodeId,
      homeHost: host,
      leaseEpoch: again.epoch,
      ...storedEnd(options, anew),
    });
    held.set(id, anew);
    options.onFence(id, fenceOf(options, anew));
    replica.touch(id);
    return true;
  };

  const settle = async (
    id: string,
    lease: HeldLease,
    { asked, term }: { readonly asked: FenceMoment; readonly term: LeaseTerm },
    answer: RpcAnswer<'zap_fleet_lease_renew'>[number],
  ): Promise<void> => {
    if (answer.renewed) {
      Object.assign(lease, leaseFrom(lease.name, lease.epoch, asked, term));
      replica.update(id, storedEnd(options, lease));
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
      {
        why: 'taken',
        code: runsElsewhereReason,
        reason: `${lease.name} was taken over by the server ${where}; it stops here so that customers are not answered twice.`,
      },
      where,
    );
  };

  return { drop, settle };
};
