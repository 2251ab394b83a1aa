import type { Failover } from '../../session/failover.ts';
import { plainText } from '../../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { createInstanceGuard, instanceSeconds } from './instance-guard.ts';
import { otherKeysText } from './other-keys.ts';
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
  /** Servers that have another group key than this one, by name; told when they change. */
  readonly onOtherKeys: (names: readonly string[]) => void;
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
  /** Others are asked about no more often than this, in a large group less often. */
  readonly everyMs: Milliseconds;
  readonly others: () => number;
  readonly askMs: Milliseconds;
  readonly now: () => EpochMs;
  /** Another machine speaks as this server: nothing may run here. */
  readonly onRefused: (reason: string) => void;
}

/** Which file of the migrations groups came with, as `zap_fleet_hello` says it. */
const groupSchema = 5;
/**
 * What each is told of the others grows with the group, and so does the number of those who ask: with more than this they ask together as
 * often as so many do.
 */
const crowd = 50;
export const groupEvery = (everyMs: Milliseconds, others: number): Milliseconds =>
  everyMs * Math.max(1, others / crowd);
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
  let saidAt: EpochMs | null = null;
  let askedAt: EpochMs | null = null;
  let doors: readonly GroupDoor[] = [];
  let doorsAre: string | null = null;
  let salt: string | null = null;
  /** Null: nobody was asked yet. */
  let otherKeys: readonly string[] | null = null;
  let mourned: readonly string[] = [];
  let goneIds: ReadonlySet<string> = new Set();
  const isWithin = (since: EpochMs | null, ms: Milliseconds): boolean =>
    since !== null && now() >= since && now() - since < ms;
  const guard = createInstanceGuard({ ...options, instance: facts.instance });

  const hearKeys = (names: readonly string[]): void => {
    const before = otherKeys;
    otherKeys = names;
    if (before === null || names.join('\n') !== before.join('\n')) facts.onOtherKeys(names);
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
    guard.settle(answer.instance);
    if (guard.isRefused()) return;

    salt = answer.salt ?? salt;
    hearKeys((answer.other_keys ?? []).map(text));
    if (answer.doors != null) {
      doors = answer.doors.map((one) => ({ nodeId: one.node_id, name: text(one.name), url: one.door }));
      doorsAre = answer.doors_are ?? null;
    }
    const gone = (answer.gone ?? []).map(goneOf);
    goneIds = new Set(gone.map((one) => one.nodeId));
    mourned = facts.onGroup({ doors, gone });
  };

  return {
    greet: guard.greet,
    refusal: guard.refusal,
    isRefused: guard.isRefused,

    /** One round; call it again and again, never two at the same time. */
    round: async (): Promise<void> => {
      if (door.schema() < groupSchema) return;
      if (isWithin(saidAt, options.everyMs)) return;
      saidAt = now();
      if (isWithin(askedAt, groupEvery(options.everyMs, options.others()))) {
        await guard.greet();
        return;
      }
      askedAt = now();
      // What it says of itself counts from the first round on, its key from the second.
      const isFirst = salt === null;
      await hear();
      if (isFirst && !guard.isRefused() && salt !== null) await hear();
      guard.refuse();
    },

    isHeard: (): boolean => askedAt !== null,
    /** Servers that are told of as gone, or as stopped. */
    gone: (): ReadonlySet<string> => goneIds,
    goodbye: async (): Promise<void> => {
      if (!guard.isRefused() && door.schema() >= groupSchema)
        await door.call('zap_fleet_goodbye', { p_node: nodeId, p_instance: facts.instance });
    },

    /** What a person should know of the group; null: nothing. */
    problem: (): string | null => {
      if (otherKeys === null || otherKeys.length === 0) return null;
      return `${otherKeysText(otherKeys)}. Set the same one on all servers, and restart.`;
    },
  };
};
export type GroupWatch = ReturnType<typeof createGroupWatch>;
