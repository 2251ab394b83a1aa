import type { Failover } from '../../session/failover.ts';
import { plainText } from '../../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { asFailure, ReplicaFailure } from './replica-failure.ts';
import type { RpcAnswer, SupabaseDoor } from './supabase-door.ts';

/** What this server tells the others of itself beside its beat, and what becomes of what they tell. */
export interface GroupFacts {
  /** This machine with this data directory: the same over a restart, another one for a copy. */
  readonly instance: string;
  /** Where its door is reached; null: it is not said. */
  readonly doorUrl: string | null;
  /** Silent for longer, it is gone. */
  readonly graceMs: Milliseconds;
  /** It has a way to tell people. */
  readonly alerts: boolean;
  /** What the group's key gives with this salt; null: it has none. */
  readonly keyCheck: (salt: string) => Promise<string | null>;
  /** Answers with the servers of whose end people were told from here. */
  readonly onGroup: (view: GroupView) => readonly string[];
}

/** The others, as this server heard of them last. */
export interface GroupView {
  readonly doors: readonly GroupDoor[];
  readonly gone: readonly GoneServer[];
}
export interface GroupDoor {
  readonly nodeId: string;
  readonly name: string;
  readonly url: string;
}
export interface GoneServer {
  readonly nodeId: string;
  readonly name: string;
  readonly host: string | null;
  /** It was heard of last then. */
  readonly since: EpochMs;
  /** It said goodbye, and something of it waits. */
  readonly stopped: boolean;
  /** This server is the one that tells people. */
  readonly mournedHere: boolean;
  readonly sessions: readonly {
    readonly id: string | null;
    readonly name: string;
    readonly failover: Failover;
    readonly takenBy: string | null;
    readonly leaseLasts: boolean;
  }[];
}

export interface GroupWatchOptions {
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly host: string;
  readonly facts: GroupFacts;
  /** Others are asked about no more often than this. */
  readonly everyMs: Milliseconds;
  readonly askMs: Milliseconds;
  readonly now: () => EpochMs;
  /** Another machine speaks as this server: nothing may run here. */
  readonly onRefused: (reason: string) => void;
}

/** Which file of the migrations groups came with, as `zap_fleet_hello` says it. */
const groupSchema = 5;
/** Whoever was heard of within this time lives: six looks of the other one. */
const instanceSeconds = 30;

const text = (value: string): string => plainText(value).slice(0, 200);

const goneOf = (row: NonNullable<RpcAnswer<'zap_fleet_group'>['gone']>[number]): GoneServer => ({
  nodeId: row.node_id,
  name: text(row.name),
  host: row.host === null ? null : text(row.host),
  since: row.since,
  stopped: row.stopped,
  mournedHere: row.mourned_here === true,
  sessions: row.sessions.map((one) => ({
    id: one.id,
    name: text(one.name),
    failover: one.failover === 'auto' ? 'auto' : 'manual',
    takenBy: one.taken_by === null ? null : text(one.taken_by),
    leaseLasts: one.lease_lasts,
  })),
});

/** The others of the group, and whether this machine is the one that speaks as this server. */
export const createGroupWatch = (options: GroupWatchOptions) => {
  const { door, nodeId, host, facts, now } = options;
  let askedAt: EpochMs | null = null;
  let doors: readonly GroupDoor[] = [];
  let doorsAre: string | null = null;
  let salt: string | null = null;
  let otherKeys: readonly string[] = [];
  let mourned: readonly string[] = [];
  /** When Supabase said last that this machine speaks as this server. */
  let oursAt: EpochMs | null = null;
  let refusal: string | null = null;
  let asking: Promise<void> | null = null;

  const settleInstance = ({
    ours,
    host: other,
    silent_seconds: seconds = 0,
  }: RpcAnswer<'zap_fleet_instance'>): void => {
    if (ours) {
      oursAt = now();
      refusal = null;
      return;
    }
    oursAt = null;
    refusal = `another machine (${text(other ?? '?')}, heard of ${seconds} s ago) runs from a copy of this data directory: nothing runs here, so that no customer is answered twice. End one of the two: zap-fleet master stop. To make this one a server of its own: an empty FLEET_HOME, and store adopt.`;
    options.onRefused(refusal);
  };

  /** Older migrations know of no instances: then nobody can say. */
  const askInstance = async (withinMs?: Milliseconds): Promise<void> => {
    try {
      const asked = { p_node: nodeId, p_host: host, p_instance: facts.instance, p_seconds: instanceSeconds };
      settleInstance(await door.call('zap_fleet_instance', asked, withinMs));
    } catch (error) {
      if (asFailure(error).kind !== 'refused') throw error;
    }
  };

  const hear = async (): Promise<void> => {
    const check = salt === null ? null : await facts.keyCheck(salt);
    const answer = await door.call('zap_fleet_group', {
      p_node: nodeId,
      p_host: host,
      p_said: {
        instance: facts.instance,
        instance_seconds: instanceSeconds,
        door: facts.doorUrl,
        grace: Math.ceil(facts.graceMs / 1000),
        alerts: facts.alerts,
        key_check: check,
        mourned,
        doors_are: doorsAre,
      },
    });
    settleInstance(answer.instance);
    if (refusal !== null) return;

    salt = answer.salt ?? salt;
    otherKeys = answer.other_keys ?? [];
    if (answer.doors != null) {
      doors = answer.doors.map((one) => ({ nodeId: one.node_id, name: text(one.name), url: one.door }));
      doorsAre = answer.doors_are ?? null;
    }
    mourned = facts.onGroup({ doors, gone: (answer.gone ?? []).map(goneOf) });
  };

  const refuse = (): void => {
    if (refusal !== null) throw new ReplicaFailure('refused', refusal);
  };

  return {
    /** Before anything is sent: throws where another machine speaks as this server. */
    greet: async (): Promise<void> => {
      await askInstance();
      refuse();
    },

    /** One round; call it again and again, never two at the same time. */
    round: async (): Promise<void> => {
      if (door.schema() < groupSchema) return;
      if (askedAt !== null && now() >= askedAt && now() - askedAt < options.everyMs) return;
      askedAt = now();
      // What it says of itself counts from the first round on, its key from the second.
      const isFirst = salt === null;
      await hear();
      if (isFirst && refusal === null && salt !== null) await hear();
      refuse();
    },

    /** Why nothing may run here; null: it may, or nobody can say. Waits a moment for the answer when it is old. */
    refusal: async (): Promise<string | null> => {
      if (oursAt !== null && Math.abs(now() - oursAt) < instanceSeconds * 1000) return null;
      asking ??= askInstance(options.askMs)
        .catch((error: unknown) => {
          // Away: what is known decides, as for the lease itself.
          asFailure(error);
        })
        .finally(() => {
          asking = null;
        });
      await asking;
      return refusal;
    },

    isRefused: (): boolean => refusal !== null,

    goodbye: async (): Promise<void> => {
      if (refusal === null && door.schema() >= groupSchema)
        await door.call('zap_fleet_goodbye', { p_node: nodeId, p_instance: facts.instance });
    },

    /** What a person should know of the group; null: nothing. */
    problem: (): string | null => {
      if (otherKeys.length === 0) return null;
      return `${otherKeys.slice(0, 5).map(text).join(', ')} ${otherKeys.length === 1 ? 'has' : 'have'} another FLEET_GROUP_KEY than this server: no login can travel between them. Set the same one on all servers, and restart.`;
    },
  };
};
export type GroupWatch = ReturnType<typeof createGroupWatch>;
