import { plainText } from '../../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { Store } from '../store.ts';
import { asFailure, type ReplicaFailure } from './replica-failure.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { SupabaseDoor } from './supabase-door.ts';

/** `granted`: this server may run the session. Otherwise why not, in words for its row. */
export type LeaseAnswer =
  | { readonly granted: true; readonly epoch: number; readonly asked: boolean }
  | { readonly granted: false; readonly code: 'runs-elsewhere' | 'cannot-ask'; readonly reason: string };

export interface LeaseLost {
  readonly sessionId: string;
  readonly name: string;
  /** `taken`: another server has it; `expiring`: it could not be renewed and another server may take it soon. */
  readonly why: 'taken' | 'expiring';
  readonly reason: string;
}

export interface LeaseTiming {
  /** How long a lease lasts without being renewed. */
  readonly leaseMs: Milliseconds;
  /** A lease that cannot be renewed is given up this long before it ends, so that Chromium is gone by then. */
  readonly marginMs: Milliseconds;
  /** Until a question about a lease is given up: a start waits for it. */
  readonly askMs: Milliseconds;
}

export interface LeasesOptions {
  readonly store: Store;
  readonly replica: ReplicaStore;
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly host: string;
  readonly timing: LeaseTiming;
  readonly now: () => EpochMs;
  /** Other fleets known in this Supabase. */
  readonly others: () => number;
  /** The last contact failed a moment ago: asking would only wait. */
  readonly isAway: () => boolean;
  readonly onTrouble: (failure: ReplicaFailure) => void;
  readonly onLost: (lost: LeaseLost) => void;
  /** A session has come from another server: its history is fetched before it runs. */
  readonly onMoved: (sessionId: string) => Promise<void>;
}

/**
 * Who may run a session. A lease lasts by the database's clock; we count it from before we asked, so ours always ends earlier.
 *
 * Away: the bots go on. A lease that cannot be renewed is given up before it ends only when other fleets share this Supabase: nobody else
 * could take it otherwise, and stopping would only leave customers without answers.
 */
export const createLeases = (options: LeasesOptions) => {
  const { store, replica, door, nodeId, host, timing, now } = options;
  const held = new Map<string, { readonly name: string; readonly epoch: number; until: EpochMs }>();
  const seconds = Math.ceil(timing.leaseMs / 1000);

  const elsewhere = (name: string, where: string | null | undefined): LeaseAnswer => ({
    granted: false,
    code: 'runs-elsewhere',
    reason: `runs on the server ${plainText(where ?? '') || 'unknown'}${where === host ? ' (another fleet on this machine)' : ''}. Stop it there first, or, when that server is gone for good: zap-fleet start ${name} --take-over`,
  });

  const withoutAsking = (sessionId: string, name: string): LeaseAnswer => {
    const known = replica.session(sessionId);
    const isOurs = known === null || known.homeNode === null || known.homeNode === nodeId;
    const others = Math.max(options.others(), Number(replica.state('others') ?? 0));
    const until = known?.leaseUntil ?? 0;
    if (isOurs && (others === 0 || until - timing.marginMs > now())) {
      held.set(sessionId, { name, epoch: known?.leaseEpoch ?? 0, until });
      return { granted: true, epoch: known?.leaseEpoch ?? 0, asked: false };
    }
    if (!isOurs) return elsewhere(name, known?.homeHost ?? known?.homeNode);
    return {
      granted: false,
      code: 'cannot-ask',
      reason: 'Supabase is away, so nobody can say whether it runs on another server. It starts when Supabase is back.',
    };
  };
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

  return {
    /**
     * Asks for the right to run a session; call before its worker starts. `force` takes it from another server: only when a person says
     * that server is gone. Never throws for an absent Supabase: then what is known decides.
     */
    take: async (sessionId: string, name: string, force = false): Promise<LeaseAnswer> => {
      if (options.isAway() && !force) return withoutAsking(sessionId, name);
      const asked = now();
      try {
        const answer = await door.call(
          'zap_fleet_lease_take',
          { p_node: nodeId, p_host: host, p_session_name: name, p_seconds: seconds, p_force: force },
          timing.askMs,
        );
        replica.known(sessionId, name);
        if (!answer.taken) {
          held.delete(sessionId);
          replica.update(sessionId, { homeNode: answer.node ?? null, homeHost: answer.host ?? null, leaseUntil: 0 });
          return elsewhere(name, answer.host ?? answer.node);
        }
        const before = answer.previous ?? null;
        // Kept until it is done: a history that was fetched in part is fetched to its end, whoever is at home by then.
        const moving = `moving:${sessionId}`;
        if (before !== null && before !== nodeId) replica.setState(moving, '1');
        if (replica.state(moving) !== null) {
          await options.onMoved(sessionId);
          replica.forgetState(moving);
        }
        const until = asked + timing.leaseMs;
        store.database.transaction(() => {
          replica.update(sessionId, { homeNode: nodeId, homeHost: host, leaseEpoch: answer.epoch, leaseUntil: until });
          replica.setHome(sessionId, nodeId);
        });
        held.set(sessionId, { name, epoch: answer.epoch, until });
        return { granted: true, epoch: answer.epoch, asked: true };
      } catch (error) {
        options.onTrouble(asFailure(error));
        return withoutAsking(sessionId, name);
      }
    },
    /** The session has stopped here: another server may start it at once. */
    release: async (sessionId: string): Promise<void> => {
      const lease = held.get(sessionId);
      held.delete(sessionId);
      if (lease === undefined) return;
      replica.update(sessionId, { leaseUntil: 0 });
      await door.call('zap_fleet_lease_release', {
        p_node: nodeId,
        p_leases: [{ session_name: lease.name, epoch: lease.epoch }],
      });
    },
    releaseAll: async (): Promise<void> => {
      if (held.size === 0) return;
      const leases = [...held.values()].map((one) => ({ session_name: one.name, epoch: one.epoch }));
      for (const id of held.keys()) replica.update(id, { leaseUntil: 0 });
      held.clear();
      await door.call('zap_fleet_lease_release', { p_node: nodeId, p_leases: leases });
    },
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
        if (answer === undefined || held.get(id) !== lease) continue;
        if (answer.renewed) {
          lease.until = asked + timing.leaseMs;
          replica.update(id, { leaseUntil: lease.until });
          continue;
        }
        // An emptied Supabase, or a lease begun while it was away: nobody else has it, so it is taken properly.
        if (answer.node === null || answer.node === nodeId) {
          const again = await door.call('zap_fleet_lease_take', {
            p_node: nodeId,
            p_host: host,
            p_session_name: lease.name,
            p_seconds: seconds,
            p_force: false,
          });
          if (again.taken) {
            replica.update(id, {
              homeNode: nodeId,
              homeHost: host,
              leaseEpoch: again.epoch,
              leaseUntil: asked + timing.leaseMs,
            });
            held.set(id, { name: lease.name, epoch: again.epoch, until: asked + timing.leaseMs });
            replica.touch(id);
            continue;
          }
        }
        const where = plainText(answer.host ?? answer.node ?? 'unknown');
        replica.update(id, { homeNode: answer.node, homeHost: answer.host, leaseUntil: 0 });
        drop(
          id,
          lease.name,
          'taken',
          `${lease.name} was taken over by the server ${where}; it stops here so that customers are not answered twice.`,
          where,
        );
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
    held: (): readonly string[] => [...held.keys()],
  };
};
export type Leases = ReturnType<typeof createLeases>;
