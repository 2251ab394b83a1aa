import type { Banner, FleetInfo, FleetSnapshot } from '../../protocol/fleet.ts';
import { plainText } from '../../session/plain-text.ts';
import type { NodePart } from './node-part.ts';

/** What the nodes tell, each with its name, and what only whoever looks at all of them can tell. */

/** Servers that are told of as gone or stopped by those that answer. */
const toldAsGone = (nodes: readonly NodePart[]): ReadonlySet<string> =>
  new Set(
    nodes
      .filter(({ connection }) => connection.state === 'open')
      .flatMap(({ snapshot }) => snapshot?.group?.gone.map(({ id }) => id) ?? []),
  );

/** A node that does not answer: one banner, whatever it holds. */
const lostBanner = ({ name, snapshot, connection }: NodePart, gone: ReadonlySet<string>): readonly Banner[] => {
  if (connection.state === 'open' || gone.has(snapshot?.fleet.fleetId ?? '')) return [];
  const reason = plainText(connection.reason);
  const sessions = snapshot?.sessions.length ?? 0;
  const code = snapshot === null ? 'node-not-reached' : 'node-lost';
  return [
    {
      id: `node:${name}`,
      level: 'bad',
      code,
      text:
        snapshot === null
          ? `${name} was not reached yet: ${reason}.`
          : `${name} does not answer: ${reason}. ${sessions === 1 ? 'Its one session is shown as it was' : `Its ${sessions} sessions are shown as they were`}.`,
      since: connection.since,
      values: { node: name, sessions, reason },
    },
  ];
};

export interface Twin {
  readonly node: NodePart;
  readonly of: NodePart;
  /** The same master by two ways; else a second one with the same identity. */
  readonly isSame: boolean;
}

/** Nodes with the identity of one before them: listed twice, or started from a copy of its `data/`. */
export const findTwins = (nodes: readonly NodePart[]): readonly Twin[] => {
  const first = new Map<string, NodePart>();
  return nodes.flatMap((node): readonly Twin[] => {
    const fleet = node.snapshot?.fleet;
    if (fleet === undefined) return [];
    const of = first.get(fleet.fleetId);
    if (of === undefined) {
      first.set(fleet.fleetId, node);
      return [];
    }
    const other = of.snapshot?.fleet;
    const isSame =
      other?.host === fleet.host && other.masterPid === fleet.masterPid && other.startedAt === fleet.startedAt;
    return [{ node, of, isSame }];
  });
};

const twinBanner = ({ node, of, isSame }: Twin): Banner => ({
  id: `twin:${node.name}`,
  level: isSame ? 'warn' : 'bad',
  code: isSame ? 'node-twice' : 'node-copied',
  text: isSame
    ? `${of.name} and ${node.name} are the same fleet. To show it once: zap-fleet node remove ${node.name}`
    : `${node.name} runs from a copy of the data of ${of.name}: two fleets with the same sessions. End one: zap-fleet master stop`,
  since: node.snapshot?.fleet.startedAt ?? 0,
  values: { node: node.name, other: of.name },
});

/** Two servers that call themselves the same: a name says nothing any more, where sessions are pinned or moved by it. */
const sameNameBanners = (nodes: readonly NodePart[]): readonly Banner[] => {
  const first = new Map<string, FleetInfo>();
  return nodes.flatMap(({ snapshot }): readonly Banner[] => {
    const fleet = snapshot?.fleet;
    if (fleet?.node === undefined) return [];
    const of = first.get(fleet.node);
    if (of === undefined) {
      first.set(fleet.node, fleet);
      return [];
    }
    if (of.fleetId === fleet.fleetId) return [];
    const [name, host, other] = [fleet.node, of.host, fleet.host].map(plainText);
    return [
      {
        id: `one-name:${fleet.fleetId}`,
        level: 'warn',
        code: 'nodes-one-name',
        text: `two servers call themselves ${name} (${host} and ${other}): set FLEET_NODE on one of them, and restart it`,
        since: fleet.startedAt,
        values: { name: name ?? '', host: host ?? '', other: other ?? '' },
      },
    ];
  });
};

const ofNode = ({ name, snapshot }: NodePart): readonly Banner[] =>
  (snapshot as FleetSnapshot | null)?.banners.map((banner) => ({
    ...banner,
    id: `${name}:${banner.id}`,
    node: name,
  })) ?? [];

/** Which servers have an open incident of their end. */
const incidentsOf = (nodes: readonly NodePart[]): ReadonlySet<string> =>
  new Set(
    nodes.flatMap(({ snapshot, connection }) =>
      connection.state === 'open'
        ? (snapshot?.incidents ?? []).flatMap(({ endedAt, gone }) =>
            endedAt === null && gone != null ? [gone.node] : [],
          )
        : [],
    ),
  );

/** All servers tell of one that is gone: it is said once, and not beside its incident. */
const onceEach = (banners: readonly Banner[], incidents: ReadonlySet<string>): readonly Banner[] => {
  const said = new Set<string>();
  return banners.flatMap((banner): readonly Banner[] => {
    if (banner.code !== 'node-gone' && banner.code !== 'node-stopped') return [banner];
    const id = String(banner.values['nodeId']);
    if (said.has(id) || (banner.code === 'node-gone' && incidents.has(String(banner.values['node'])))) return [];
    said.add(id);
    const { node: _node, ...ofAll } = banner;
    return [ofAll];
  });
};

export const mergedBanners = (nodes: readonly NodePart[], twins: readonly Twin[]): readonly Banner[] => [
  ...nodes.flatMap((node) => lostBanner(node, toldAsGone(nodes))),
  // One that was found is shown once by itself.
  ...twins.filter(({ node, of, isSame }) => !isSame || !(node.found || of.found)).map(twinBanner),
  ...sameNameBanners(nodes),
  ...onceEach(
    nodes.flatMap((node) => (node.connection.state === 'open' ? ofNode(node) : [])),
    incidentsOf(nodes),
  ),
];
