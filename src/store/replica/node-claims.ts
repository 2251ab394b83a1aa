import { plainText } from '../../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { movesSchema } from './node-moves.ts';
import { comingKey, comingValue } from './open-rows.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { RpcAnswer, SupabaseDoor } from './supabase-door.ts';
import type { Transfer } from './transfer.ts';

/** What this server says of itself to the others that share its Supabase. */
export interface NodeFacts {
  /** Its name for people; one that several have is said. */
  readonly name: string;
  readonly version: string;
  /** Of the working store: a session whose server has a newer one is not claimed. */
  readonly schema: number;
  readonly labels: readonly string[];
  /** Active rows that no server ran yet are taken in and started. */
  readonly adopts: boolean;
  /** Sessions that fit beside those that run or wait for a place here. */
  readonly room: () => number;
  readonly running: () => number;
}

export interface NodeClaimsOptions {
  readonly door: SupabaseDoor;
  readonly replica: ReplicaStore;
  readonly transfer: Transfer;
  readonly nodeId: string;
  readonly host: string;
  readonly facts: NodeFacts;
  /** Other servers that our workers heed: they end with their leases. */
  readonly heeded: () => number;
  readonly sessionOf: (name: string) => { readonly id: string } | null;
  readonly now: () => EpochMs;
  readonly log: (level: 'info' | 'warn', text: string) => void;
  /** The session is this server's now, and wants to run. */
  readonly onClaimed: (claimed: ClaimedSession) => void;
  /** A person moved it here. */
  readonly onArrived: (arrived: ClaimedSession & { readonly runs: boolean }) => void;
  /** Somebody asks that this server is drained; told with every round, `asked` is another number each time. */
  readonly onDrainAsked: (asked: EpochMs) => void;
}

export interface ClaimedSession {
  readonly sessionId: string;
  readonly name: string;
  readonly from: string | null;
}

type OtherNode = RpcAnswer<'zap_fleet_beat'>[number];
type Heard = RpcAnswer<'zap_fleet_round'>;

/** Which file of the migrations nodes came with, as `zap_fleet_hello` says it. */
const nodesSchema = 3;
const goneAfter: Milliseconds = 180_000;
const aliveWithin: Milliseconds = 60_000;

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, 5).map(plainText).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
};

/** What a person should know of the servers, the worst first; null: nothing. */
const problemOf = (others: readonly OtherNode[], name: string): string | null => {
  const twin = others.find((one) => one.name === name && one.silent_seconds * 1000 < aliveWithin);
  if (twin !== undefined)
    return `two servers call themselves ${plainText(name)} (${plainText(twin.host ?? '?')} is the other): set FLEET_NODE on one of them, and restart it.`;

  const gone = others.find((one) => one.silent_seconds * 1000 > goneAfter && one.manual.length > 0);
  if (gone === undefined) return null;
  const minutes = Math.floor(gone.silent_seconds / 60);
  return `the server ${plainText(gone.name)} was not heard of for ${minutes} min, and a person decides where ${listed(gone.manual)} runs (failover manual). When it is off for good: zap-fleet start ${plainText(gone.manual[0] ?? '')} --take-over`;
};

/** Says what this server is, hears of the others, and takes sessions that want to run and that nobody runs. */
export const createNodeClaims = (options: NodeClaimsOptions) => {
  const { door, replica, transfer, nodeId, host, facts } = options;
  /** Those that a person should know of. */
  let others: readonly OtherNode[] = [];

  /** It is this server's: its history is fetched before it runs here, and what was said there since. */
  const bring = async (
    { session_name, epoch, previous, previous_name }: RpcAnswer<'zap_fleet_claim'>[number],
    coming: 'whole' | 'in-doubt',
  ): Promise<ClaimedSession> => {
    const known = options.sessionOf(session_name);
    const id = known?.id ?? (await transfer.adopt(session_name, coming));
    if (known !== null && previous !== null) replica.setState(comingKey(id), comingValue[coming]);
    replica.known(id, session_name);
    replica.update(id, { homeNode: nodeId, homeHost: host, leaseEpoch: epoch });

    const from = previous_name ?? previous;
    return { sessionId: id, name: session_name, from: from === null ? null : plainText(from) };
  };

  const notTakenIn = (name: string, error: unknown): void =>
    options.log('warn', `${plainText(name)} could not be taken in: ${String(error)}`);

  const takeArrivals = async (room: number): Promise<number> => {
    let running = 0;
    for (const coming of await door.call('zap_fleet_move_take', { p_node: nodeId, p_room: room })) {
      if (coming.runs) running += 1;
      try {
        const arrived = await bring(coming, 'whole');
        options.onArrived({ ...arrived, runs: coming.runs });
        // From here on it is known in this store: it goes on here whatever happens.
        await door.call('zap_fleet_move_settled', { p_node: nodeId, p_session_name: coming.session_name });
      } catch (error) {
        // It is given once more, until the server that it comes from takes it back.
        notTakenIn(coming.session_name, error);
      }
    }
    return running;
  };

  const takeLeft = async (room: number): Promise<void> => {
    for (const claim of await door.call('zap_fleet_claim', { p_node: nodeId, p_room: room })) {
      try {
        options.onClaimed(await bring(claim, 'in-doubt'));
      } catch (error) {
        // Its lease ends by itself, and another server takes it.
        notTakenIn(claim.session_name, error);
      }
    }
  };

  const hear = async (beat: Readonly<Record<string, unknown>>): Promise<Heard> => {
    const said = { p_node: nodeId, p_host: host, p_beat: beat };
    if (door.schema() >= movesSchema) return door.call('zap_fleet_round', said);
    return { others: await door.call('zap_fleet_beat', said), draining: false, drain_asked: null, coming: 0 };
  };

  return {
    /** One round; call it again and again, never two at the same time. */
    round: async (): Promise<void> => {
      if (door.schema() < nodesSchema) return;
      let room = Math.max(0, Math.floor(facts.room()));
      const { name, version, schema, labels, adopts } = facts;
      const beat = { name, version, schema, labels, adopts, room, running: facts.running(), others: options.heeded() };
      const heard = await hear(beat);
      others = heard.others;

      if (heard.drain_asked !== null) options.onDrainAsked(heard.drain_asked);
      if (heard.coming > 0) room -= await takeArrivals(room);
      if (room > 0) await takeLeft(room);
    },
    /** `told`: servers of which something is said elsewhere. */
    problem: (told: ReadonlySet<string> = new Set()): string | null =>
      problemOf(
        others.filter(({ node_id: id, name }) => name === facts.name || !told.has(id)),
        facts.name,
      ),
  };
};
