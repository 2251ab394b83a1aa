import type { Banner, FleetSnapshot, Incident, NodeState, SessionRow } from '../../protocol/fleet.ts';
import { nodeStateOf } from '../../protocol/node-state.ts';
import type { JobProgress } from '../../session/job.ts';
import type { FleetEvent } from '../../session/records.ts';
import { findTwins, mergedBanners } from './merged-banners.ts';
import { mergedInfo, mergedTrends } from './merged-info.ts';
import { createMergedNames, type MergedNames, type Place, placesOf } from './merged-names.ts';
import type { NodePart } from './node-part.ts';
import { numberAmongNodes } from './numbers.ts';

export interface Merged {
  readonly snapshot: FleetSnapshot;
  readonly names: MergedNames;
  /** Without those that are another one's twin. */
  readonly nodes: readonly NodePart[];
}

const mostEvents = 50;

/** What was made of a row, for as long as all that it was made of stays: so rows keep their identity here, too. */
interface Made {
  readonly key: string;
  readonly row: SessionRow;
}

/** As it was when its node was last heard: nobody knows how it is. */
const lastKnown = (row: SessionRow, since: number): Partial<SessionRow> => ({
  verdict: 'unreachable',
  since,
  reasonCode: row.verdict,
  reason: null,
  qr: null,
  pairing: null,
  pending: null,
  nextTryAt: null,
});

const nodeState = ({ name, number, snapshot, connection }: NodePart): NodeState => {
  const lost = connection.state === 'lost' ? connection : null;
  const heard: NodeState =
    snapshot === null
      ? {
          name,
          isHere: number === 0,
          host: null,
          version: null,
          sessions: 0,
          state: 'lost',
          since: lost?.since ?? 0,
          reason: null,
          light: { status: 'off', reason: null },
        }
      : { ...nodeStateOf(snapshot), name, isHere: number === 0 };
  return lost === null ? heard : { ...heard, state: 'lost', since: lost.since, reason: lost.reason };
};

const byName = (a: SessionRow, b: SessionRow): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
/** The same list again where nothing of it changed: whoever draws it compares by identity. */
const kept = <T>(before: readonly T[] | undefined, after: readonly T[]): readonly T[] =>
  before !== undefined && before.length === after.length && before.every((each, at) => each === after[at])
    ? before
    : after;

/** Makes one fleet of several; null while none was heard. Rows, lists and parts keep their identity while nothing of them changes. */
export const createSnapshotMerger = () => {
  const rows = new WeakMap<SessionRow, Made>();
  const incidents = new WeakMap<Incident, Incident>();
  const events = new WeakMap<FleetEvent, FleetEvent>();
  let before: Merged | null = null;
  /** What banners and totals were made of. */
  let bannerKey = '';
  let nodesKey = '';
  let partsBefore: readonly NodePart[] = [];

  const rowOf = (place: Place, names: MergedNames): SessionRow => {
    const { node, row } = place;
    const lost = node.connection.state === 'lost' ? node.connection.since : null;
    const name = names.shown(place);
    const key = `${node.name} ${name} ${lost ?? ''}`;
    const known = rows.get(row);
    if (known?.key === key) return known.row;

    const made: SessionRow = {
      ...row,
      name,
      node: node.name,
      incidentId: row.incidentId === null ? null : numberAmongNodes(row.incidentId, node.number),
      ...(lost === null ? {} : lastKnown(row, lost)),
    };
    rows.set(row, { key, row: made });
    return made;
  };

  const incidentOf = (incident: Incident, node: NodePart): Incident => {
    const known = incidents.get(incident) ?? { ...incident, id: numberAmongNodes(incident.id, node.number) };
    incidents.set(incident, known);
    return known;
  };
  const eventOf = (event: FleetEvent, node: NodePart): FleetEvent => {
    const known = events.get(event) ?? { ...event, id: numberAmongNodes(event.id, node.number) };
    events.set(event, known);
    return known;
  };
  const jobOf = (job: JobProgress, { number }: NodePart): JobProgress => ({
    ...job,
    id: numberAmongNodes(job.id, number),
  });

  const bannersOf = (parts: readonly NodePart[], twins: ReturnType<typeof findTwins>): readonly Banner[] => {
    const made = mergedBanners(parts, twins);
    const key = JSON.stringify(made);
    if (before !== null && key === bannerKey) return before.snapshot.banners;
    bannerKey = key;
    return made;
  };

  const nodesOf = (parts: readonly NodePart[]): readonly NodeState[] => {
    const made = parts.map(nodeState);
    const key = JSON.stringify(made);
    const known = before?.snapshot.nodes;
    if (known !== undefined && key === nodesKey) return known;
    nodesKey = key;
    return made;
  };

  return (parts: readonly NodePart[], sequence: number): Merged | null => {
    const twins = findTwins(parts);
    const nodes = twins.length === 0 ? parts : parts.filter((part) => !twins.some(({ node }) => node === part));
    const open = nodes.filter(({ connection }) => connection.state === 'open');
    // What counts now is what answers now; where nothing does, what was known last.
    const counted = open.length > 0 ? open : nodes;
    const fleet = mergedInfo(counted);
    if (fleet === null) return null;

    const old = before?.snapshot;
    const places = placesOf(nodes);
    const names = createMergedNames(nodes, places);
    const changed = <K extends keyof FleetSnapshot>(part: K): boolean =>
      parts.length !== partsBefore.length ||
      parts.some(({ snapshot, connection }, at) => {
        const was = partsBefore[at];
        return snapshot?.[part] !== was?.snapshot?.[part] || connection.state !== was?.connection.state;
      });
    const trends = changed('trends') ? mergedTrends(counted) : old?.trends;
    const snapshot: FleetSnapshot = {
      sequence,
      fleet: changed('fleet') || old === undefined ? fleet : old.fleet,
      sessions: kept(old?.sessions, places.map((place) => rowOf(place, names)).sort(byName)),
      incidents: kept(
        old?.incidents,
        open.flatMap((node) => (node.snapshot?.incidents ?? []).map((each) => incidentOf(each, node))),
      ),
      banners: bannersOf(parts, twins),
      jobs: changed('jobs')
        ? open.flatMap((node) => (node.snapshot?.jobs ?? []).map((each) => jobOf(each, node)))
        : (old?.jobs ?? []),
      events: kept(
        old?.events,
        nodes
          .flatMap((node) => (node.snapshot?.events ?? []).map((each) => eventOf(each, node)))
          .sort((a, b) => b.at - a.at)
          .slice(0, mostEvents),
      ),
      nodes: nodesOf(parts),
      ...(trends === undefined ? {} : { trends }),
    };
    partsBefore = parts;
    before = { snapshot, names, nodes };
    return before;
  };
};
