import type { DoorConnection, Fleet } from '../../protocol/door.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { requestOfMerged } from './merged-requests.ts';
import { createSnapshotMerger, type Merged } from './merged-snapshot.ts';
import type { NodePart } from './node-part.ts';

export interface MergedNode {
  readonly name: string;
  /** 0: this machine's own fleet. */
  readonly number: number;
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

const partOf = ({ name, number, fleet }: MergedNode): NodePart => ({
  name,
  number,
  snapshot: snapshotOf(fleet),
  connection: fleet.connection(),
});

const isSameConnection = (a: DoorConnection, b: DoorConnection): boolean =>
  a.state === 'lost' && b.state === 'lost' ? a.since === b.since && a.reason === b.reason : a.state === b.state;

const isSamePart = (a: NodePart | undefined, b: NodePart): boolean =>
  a !== undefined && a.snapshot === b.snapshot && isSameConnection(a.connection, b.connection);

/** Several nodes as one `Fleet`: a row's `node` says where it is, and what is asked of it goes there. Closes their doors. */
export const createMergedFleet = (nodes: readonly MergedNode[]): Fleet => {
  const merge = createSnapshotMerger();
  const listeners = new Set<() => void>();
  let parts: readonly NodePart[] = [];
  let merged: Merged | null = null;
  let sequence = 0;
  let stale = true;

  const current = (): Merged => {
    if (stale) {
      stale = false;
      const now = nodes.map(partOf);
      if (merged === null || now.some((part, at) => !isSamePart(parts[at], part))) {
        parts = now;
        sequence += 1;
        merged = merge(parts, sequence);
      }
    }
    if (merged === null) throw new FleetError('unavailable', 'no node was reached yet');
    return merged;
  };

  const unsubscribe = nodes.map(({ fleet }) =>
    fleet.subscribe(() => {
      stale = true;
      for (const listener of [...listeners]) listener();
    }),
  );

  /** Lost is what has no node any more; since the last one went. */
  const connection = (): DoorConnection => {
    const all = nodes.map(({ fleet }) => fleet.connection());
    const lost = all.filter((each) => each.state === 'lost');
    const [first] = lost;
    if (first === undefined || lost.length < all.length) return { state: 'open' };
    return lost.reduce((latest, each) => (each.since > latest.since ? each : latest), first);
  };

  return {
    getSnapshot: () => current().snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    request: (method, params) =>
      requestOfMerged(
        current(),
        async (part, its, own) => {
          const node = nodes.find(({ number }) => number === part.number);
          if (node === undefined) throw new FleetError('failed', `${part.name} is not open here`);
          try {
            return await node.fleet.request(its, own);
          } catch (error) {
            if (!(error instanceof FleetError) || error.code !== 'unavailable') throw error;
            throw new FleetError(error.code, `${part.name}: ${error.message}`, { cause: error });
          }
        },
        method,
        params,
      ),
    connection,
    close: async () => {
      for (const end of unsubscribe) end();
      await Promise.all(nodes.map(({ fleet }) => fleet.close()));
    },
  };
};
