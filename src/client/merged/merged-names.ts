import type { SessionRow } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { SessionName } from '../../session/session-name.ts';
import { unknownSession } from '../../session/unknown-session.ts';
import type { NodePart } from './node-part.ts';

/** Where a session is found: its node, and how it is called there. */
export interface Place {
  readonly node: NodePart;
  readonly row: SessionRow;
}

export interface MergedNames {
  /** What stands on the screen: a name, or `name@node` where several nodes have one of it. */
  shown(place: Place): SessionName;
  /** Throws `no-such-session`, or `usage` where the name is on several nodes. */
  find(name: string): Place;
  /** The node of `…@node`; null: none is named. */
  nodeIn(name: string): NodePart | null;
}

/** A session that several nodes know is the one where it runs. */
const rank = ({ node, row }: Place): number =>
  (node.connection.state === 'open' ? 4 : 0) +
  (row.verdict === 'elsewhere' ? 0 : 2) +
  (row.desiredState === 'running' ? 1 : 0);

/** Every session once, where it is. */
export const placesOf = (nodes: readonly NodePart[]): readonly Place[] => {
  const byId = new Map<string, Place>();
  for (const node of nodes)
    for (const row of node.snapshot?.sessions ?? []) {
      const place = { node, row };
      const before = byId.get(row.id);
      if (before === undefined || rank(place) > rank(before)) byId.set(row.id, place);
    }
  return [...byId.values()];
};

const nodesWith = (name: string, places: readonly Place[]): string =>
  places
    .filter(({ row }) => row.name === name)
    .map(({ node }) => `${name}@${node.name}`)
    .join(' or ');

export const createMergedNames = (nodes: readonly NodePart[], places: readonly Place[]): MergedNames => {
  const counts = new Map<string, number>();
  for (const { row } of places) counts.set(row.name, (counts.get(row.name) ?? 0) + 1);

  const shown = ({ node, row }: Place): SessionName =>
    (counts.get(row.name) ?? 0) > 1 ? (`${row.name}@${node.name}` as SessionName) : row.name;
  const nodeIn = (name: string): NodePart | null => {
    const at = name.lastIndexOf('@');
    return at < 0 ? null : (nodes.find((node) => node.name === name.slice(at + 1)) ?? null);
  };

  const unknown = (name: string): FleetError => {
    const error = unknownSession(name, places.map(shown));
    const silent = nodes.filter(({ connection }) => connection.state === 'lost').map((node) => node.name);
    return silent.length === 0
      ? error
      : new FleetError('no-such-session', `${error.message} No answer now from ${silent.join(', ')}.`);
  };

  return {
    shown,
    nodeIn,
    find: (name) => {
      const count = counts.get(name) ?? 0;
      if (count > 1) throw new FleetError('usage', `${name} is on several nodes: say ${nodesWith(name, places)}`);

      const node = nodeIn(name);
      const own = node === null ? name : name.slice(0, name.lastIndexOf('@'));
      const place = places.find(({ node: its, row }) => row.name === own && (node === null || its === node));
      if (place === undefined) throw unknown(name);
      return place;
    },
  };
};
