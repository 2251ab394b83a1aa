import type { DoorConnection, Fleet } from '../../protocol/door.ts';
import type { FleetSnapshot } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { type Ask, requestOfMerged } from './merged-requests.ts';
import { createSnapshotMerger, type Merged } from './merged-snapshot.ts';
import type { NodePart } from './node-part.ts';

export interface MergedNode {
  readonly name: string;
  /** 0: this machine's own fleet. */
  readonly number: number;
  /** Nobody named it here: it was found. */
  readonly found?: boolean;
  /** Its door; lost, it looks for its node by itself. */
  readonly fleet: Fleet;
}

/** Throws `unavailable` from a door that was never open: there is nothing of it to show. */
const snapshotOf = (fleet: Fleet) => {
  try {
    return fleet.getSnapshot();
  } catch (error) {
    if (error instanceof FleetError && error.code === 'unavailable') return null;
    throw error;
  }
};

const partOf = ({ name, number, found = false, fleet }: MergedNode): NodePart => ({
  name,
  number,
  found,
  snapshot: snapshotOf(fleet),
  connection: fleet.connection(),
});

const isSameConnection = (a: DoorConnection, b: DoorConnection): boolean =>
  a.state === 'lost' && b.state === 'lost' ? a.since === b.since && a.reason === b.reason : a.state === b.state;

const isSamePart = (a: NodePart | undefined, b: NodePart): boolean =>
  a !== undefined &&
  a.name === b.name &&
  a.number === b.number &&
  a.snapshot === b.snapshot &&
  isSameConnection(a.connection, b.connection);

/** Nodes come and go while it is open. */
export interface GrowingFleet {
  readonly fleet: Fleet;
  add(node: MergedNode): void;
  /** Its door stays open: whoever opened it closes it. */
  remove(number: number): void;
  parts(): readonly NodePart[];
}

/** Lost is what has no node any more: since this machine's own went where it is among them, else since the last one did. */
const connectionOf = (nodes: readonly MergedNode[]): DoorConnection => {
  const all = nodes.map(({ fleet }) => fleet.connection());
  const lost = all.filter((each) => each.state === 'lost');
  const here = lost.filter(({ elsewhere }) => elsewhere !== true);
  const [first, ...more] = here.length > 0 ? here : lost;
  if (first === undefined || lost.length < all.length) return { state: 'open' };
  return more.reduce((latest, each) => (each.since > latest.since ? each : latest), first);
};

/** Several nodes as one `Fleet`, of which more may be found. Where this machine's own is alone, it is shown as it is. */
export const createGrowingFleet = (first: readonly MergedNode[]): GrowingFleet => {
  const merge = createSnapshotMerger();
  const listeners = new Set<() => void>();
  const nodes: { readonly node: MergedNode; readonly unsubscribe: () => void }[] = [];
  let parts: readonly NodePart[] = [];
  let merged: Merged | null = null;
  let sequence = 0;
  let stale = true;

  const tell = (): void => {
    stale = true;
    for (const listener of [...listeners]) listener();
  };
  const open = (node: MergedNode): void => {
    nodes.push({ node, unsubscribe: node.fleet.subscribe(tell) });
  };
  for (const node of first) open(node);

  const alone = (): Fleet | null => {
    const [only] = nodes;
    return nodes.length === 1 && only?.node.number === 0 ? only.node.fleet : null;
  };
  const current = (): Merged => {
    if (stale) {
      stale = false;
      const now = nodes.map(({ node }) => partOf(node));
      if (merged === null || now.length !== parts.length || now.some((part, at) => !isSamePart(parts[at], part))) {
        parts = now;
        sequence += 1;
        merged = merge(parts, sequence);
      }
    }
    if (merged === null) throw new FleetError('unavailable', 'no node was reached yet');
    return merged;
  };
  /** Rises on, whether one or several are shown. */
  const shown = (): FleetSnapshot => {
    const snapshot = alone()?.getSnapshot() ?? current().snapshot;
    sequence = Math.max(sequence, snapshot.sequence);
    return snapshot;
  };

  const ask: Ask = async (part, method, params) => {
    const node = nodes.find((each) => each.node.number === part.number)?.node;
    if (node === undefined) throw new FleetError('failed', `${part.name} is not open here`);
    try {
      return await node.fleet.request(method, params);
    } catch (error) {
      if (!(error instanceof FleetError) || error.code !== 'unavailable') throw error;
      throw new FleetError(error.code, `${part.name}: ${error.message}`, { cause: error });
    }
  };

  const fleet: Fleet = {
    getSnapshot: shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    request: (method, params) => alone()?.request(method, params) ?? requestOfMerged(current(), ask, method, params),
    connection: () => connectionOf(nodes.map(({ node }) => node)),
    close: async () => {
      for (const { unsubscribe } of nodes) unsubscribe();
      await Promise.all(nodes.map(({ node }) => node.fleet.close()));
    },
  };

  return {
    fleet,
    add: (node) => {
      open(node);
      tell();
    },
    remove: (number) => {
      const at = nodes.findIndex(({ node }) => node.number === number);
      if (at < 0) return;
      for (const { unsubscribe } of nodes.splice(at, 1)) unsubscribe();
      tell();
    },
    parts: () => nodes.map(({ node }) => partOf(node)),
  };
};

/** Several nodes as one `Fleet`: a row's `node` says where it is, and what is asked of it goes there. Closes their doors. */
export const createMergedFleet = (nodes: readonly MergedNode[]): Fleet => createGrowingFleet(nodes).fleet;
