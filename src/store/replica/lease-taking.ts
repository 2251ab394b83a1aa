import type { LeaseTerm } from '../../session/failover.ts';
import { type FenceMoment, momentOf } from '../../session/fence.ts';
import { plainText } from '../../session/plain-text.ts';
import { cannotAsk, fenceOf, leaseFrom, leftOfStored, othersOf, storedEnd, termOf } from './lease-settling.ts';
import type { HeldLease, HeldLeases, LeaseAnswer, LeasesOptions } from './lease-types.ts';
import { comingKey, comingValue, leftWholeKey } from './open-rows.ts';
import { asFailure } from './replica-failure.ts';
import type { RpcAnswer } from './supabase-door.ts';
import { createTakenSessions } from './taken-sessions.ts';

/** Asking for the right to run a session. */
export const createLeaseTaking = (options: LeasesOptions, held: HeldLeases) => {
  const { store, replica, door, nodeId, host, timing, clocks } = options;
  const taken = createTakenSessions(replica);

  const elsewhere = (name: string, where: string | null | undefined): LeaseAnswer => ({
    granted: false,
    code: 'runs-elsewhere',
    reason: `runs on the server ${plainText(where ?? '') || 'unknown'}${where === host ? ' (another fleet on this machine)' : ''}. Stop it there first, or, when that server is gone for good: zap-fleet start ${name} --take-over`,
  });

  /** Who said `--take-over` is not told to say it. */
  const notTakenOver = (name: string, where: string | null | undefined): LeaseAnswer => ({
    granted: false,
    code: 'runs-elsewhere',
    reason: `Supabase could not be asked to give it to this server; as far as is known it runs on the server ${plainText(where ?? '') || 'unknown'}. When Supabase answers again: zap-fleet start ${name} --take-over`,
  });

  /** What is known decides while Supabase is away. */
  const withoutAsking = (sessionId: string, name: string, force: boolean): LeaseAnswer => {
    const known = replica.session(sessionId);
    const isOurs = known === null || known.homeNode === null || known.homeNode === nodeId;
    const others = othersOf(options);
    const epoch = known?.leaseEpoch ?? 0;
    const left = known === null ? 0 : leftOfStored(options, known);
    const { marginMs } = termOf(options, sessionId);
    if (isOurs && (others === 0 || left > marginMs)) {
      const { wall, monotonic } = momentOf(clocks);
      const until = (known?.leaseUntil ?? 0) === 0 ? 0 : wall + left;
      const lease = { name, epoch, until, monotonicUntil: monotonic + left, marginMs };
      held.set(sessionId, lease);
      return { granted: true, epoch, asked: false, fence: fenceOf(options, lease) };
    }
    if (!isOurs) return (force ? notTakenOver : elsewhere)(name, known?.homeHost ?? known?.homeNode);
    return { granted: false, ...cannotAsk(options, sessionId) };
  };

  /** A history that was fetched in part is fetched to its end, whoever is at home by then: kept until it is done. */
  const fetchMoved = async (sessionId: string, before: string | null): Promise<void> => {
    const moving = comingKey(sessionId);
    if (before !== null && before !== nodeId) replica.setState(moving, comingValue['in-doubt']);
    if (replica.state(moving) === null) return;

    await options.onMoved(sessionId);
    replica.forgetState(moving);
  };

  const markTaken = (sessionId: string, before: string | null): void => {
    // Of a question that was asked again Supabase says that it is ours since the first.
    const homes = [before, replica.session(sessionId)?.homeNode ?? null];
    if (homes.some((home) => home !== null && home !== nodeId)) taken.mark(sessionId);
  };

  const hold = (sessionId: string, lease: HeldLease): HeldLease => {
    store.database.transaction(() => {
      replica.update(sessionId, {
        homeNode: nodeId,
        homeHost: host,
        leaseEpoch: lease.epoch,
        ...storedEnd(options, lease),
      });
      replica.forgetState(leftWholeKey(sessionId));
      replica.setHome(sessionId, nodeId);
    });
    held.set(sessionId, lease);
    return lease;
  };

  const settle = async (
    sessionId: string,
    name: string,
    { asked, term }: { readonly asked: FenceMoment; readonly term: LeaseTerm },
    answer: RpcAnswer<'zap_fleet_lease_take'>,
  ): Promise<LeaseAnswer> => {
    replica.known(sessionId, name);
    if (!answer.taken) {
      held.delete(sessionId);
      replica.update(sessionId, { homeNode: answer.node ?? null, homeHost: answer.host ?? null, leaseUntil: 0 });
      return elsewhere(name, answer.host ?? answer.node);
    }

    const before = answer.previous ?? null;
    markTaken(sessionId, before);
    await fetchMoved(sessionId, before);
    const fence = fenceOf(options, hold(sessionId, leaseFrom(name, answer.epoch, asked, term)));
    return { granted: true, epoch: answer.epoch, asked: true, fence };
  };

  return async (sessionId: string, name: string, force = false): Promise<LeaseAnswer> => {
    if (options.isAway() && !force) return withoutAsking(sessionId, name, force);

    const asked = momentOf(clocks);
    const term = termOf(options, sessionId);
    try {
      const answer = await door.call(
        'zap_fleet_lease_take',
        {
          p_node: nodeId,
          p_host: host,
          p_session_name: name,
          p_seconds: Math.ceil(term.leaseMs / 1000),
          p_force: force,
        },
        timing.askMs,
      );
      return await settle(sessionId, name, { asked, term }, answer);
    } catch (error) {
      options.onTrouble(asFailure(error));
      return withoutAsking(sessionId, name, force);
    }
  };
};
