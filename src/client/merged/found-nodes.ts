import type { Fleet } from '../../protocol/door.ts';
import type { Peer } from '../../protocol/group.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { addressText } from '../node-address.ts';
import type { ListedNode } from '../node-list.ts';
import type { RemoteFleet } from '../remote-fleet.ts';
import { type FoundNode, foundName, infoOf, isAnswering, shownAlready } from './found-identity.ts';
import type { GrowingFleet } from './merged-fleet.ts';

/** The door of a server that was found, not opened yet. Rejects with `usage` where the address is none that a token may go to. */
export type OpenPeer = (url: string) => Promise<RemoteFleet>;

export interface FoundNodesOptions {
  readonly growing: GrowingFleet;
  /** This machine's own fleet: its master finds the others. */
  readonly home: Fleet;
  readonly listed: readonly ListedNode[];
  readonly open: OpenPeer;
  /** One whose door could not even be tried, for a reason that nobody expected; the others are shown all the same. */
  readonly onProblem: (peer: Peer, error: unknown) => void;
  readonly now?: () => EpochMs;
  /** One that is not found any more and does not answer is shown for so long. */
  readonly keepMs?: Milliseconds;
  readonly lookMs?: Milliseconds;
}

export interface FoundNodes {
  /** All that were known at the start have answered, or been tried once. */
  readonly tried: Promise<void>;
  /** Ends what is not shown; what is shown ends with the fleet that shows it. */
  close(): Promise<void>;
}

const keepLost: Milliseconds = 600_000;
const lookEvery: Milliseconds = 5000;

/**
 * Opens the doors of the servers that this machine's master has found, and shows them beside what a person listed: each once, however many
 * ways lead to it. They come and go with what the master finds.
 */
export const showFoundNodes = (options: FoundNodesOptions): FoundNodes => {
  const { growing, home, listed, open } = options;
  const now = options.now ?? Date.now;
  const keepMs = options.keepMs ?? keepLost;
  const found = new Map<string, FoundNode>();
  /** Other ways to a server that is shown already, with its fleet: closed, until that way is lost. */
  const twins = new Map<string, { readonly peer: Peer; readonly fleetId: string }>();
  const opening = new Set<string>();
  const closing = new Set<Promise<void>>();
  let wanted: ReadonlyMap<string, Peer> = new Map();
  let seen: readonly Peer[] | undefined;
  let closed = false;

  const hide = (one: FoundNode): void => {
    if (one.name === null) return;
    one.name = null;
    growing.remove(one.peer.number);
  };
  const end = (one: FoundNode): void => {
    found.delete(one.peer.key);
    hide(one);
    const ending = one.remote.fleet.close().finally(() => closing.delete(ending));
    closing.add(ending);
  };

  /** Shows it under the name that it says; ends it where it is shown already. */
  const settle = (one: FoundNode): void => {
    if (closed || found.get(one.peer.key) !== one) return;
    const others = growing.parts().filter(({ number }) => number !== one.peer.number);
    const twinOf = shownAlready(one, others);
    if (twinOf !== null) {
      twins.set(one.peer.key, { peer: one.peer, fleetId: twinOf });
      end(one);
      return;
    }

    const name = foundName(one, [...listed, ...others]);
    if (one.name === name) return;
    hide(one);
    one.name = name;
    growing.add({ name, number: one.peer.number, found: true, fleet: one.remote.fleet });
  };

  const follow = async (peer: Peer): Promise<void> => {
    const remote = await open(peer.url);
    if (closed || !wanted.has(peer.key)) {
      await remote.fleet.close();
      return;
    }
    const one: FoundNode = { peer, remote, name: null, wasOpen: false, missingSince: null };
    found.set(peer.key, one);
    remote.fleet.subscribe(() => {
      if (isAnswering(remote) === one.wasOpen) return;
      one.wasOpen = !one.wasOpen;
      settle(one);
    });
    if ((await remote.open()) !== 'open') remote.keepTrying();
    settle(one);
  };
  const begin = async (peer: Peer): Promise<void> => {
    const { key } = peer;
    if (closed || found.has(key) || twins.has(key) || opening.has(key)) return;
    opening.add(key);
    try {
      await follow(peer);
    } catch (error) {
      // An address that is none: nothing is sent there. Whatever else one of them does, the others are shown.
      if (!(error instanceof FleetError)) options.onProblem(peer, error);
    } finally {
      opening.delete(key);
    }
  };

  const isListed = ({ url }: Peer): boolean => listed.some(({ address }) => addressText(address) === url);
  const sync = async (): Promise<void> => {
    seen = home.getSnapshot().group?.peers;
    wanted = new Map((seen ?? []).filter((peer) => !isListed(peer)).map((peer) => [peer.key, peer]));
    for (const one of [...found.values()]) {
      const peer = wanted.get(one.peer.key);
      // At another address it is opened anew.
      if (peer !== undefined && (peer.url !== one.peer.url || peer.number !== one.peer.number)) end(one);
      one.missingSince = peer === undefined ? (one.missingSince ?? now()) : null;
    }
    for (const key of [...twins.keys()]) if (!wanted.has(key)) twins.delete(key);
    await Promise.all([...wanted.values()].map(begin));
  };

  const look = (): void => {
    for (const one of [...found.values()]) {
      const isMissing = one.missingSince !== null && now() - one.missingSince >= keepMs;
      if (isMissing && !isAnswering(one.remote)) end(one);
      else if (infoOf(one.remote) !== null || one.name !== null) settle(one);
    }
    const answering = growing.parts().filter(({ connection }) => connection.state === 'open');
    for (const [key, { peer, fleetId }] of [...twins]) {
      if (answering.some(({ snapshot }) => snapshot?.fleet.fleetId === fleetId)) continue;
      twins.delete(key);
      void begin(peer);
    }
  };

  const unsubscribe = home.subscribe(() => {
    if (home.getSnapshot().group?.peers !== seen) void sync();
  });
  const timer = setInterval(look, options.lookMs ?? lookEvery);
  timer.unref();

  return {
    tried: sync(),
    close: async () => {
      closed = true;
      clearInterval(timer);
      unsubscribe();
      const hidden = [...found.values()].filter(({ name }) => name === null);
      await Promise.all([...hidden.map(({ remote }) => remote.fleet.close()), ...closing]);
    },
  };
};
