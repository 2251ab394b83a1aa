import type { FleetInfo } from '../../protocol/fleet.ts';
import type { Peer } from '../../protocol/group.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { EpochMs } from '../../session/units.ts';
import type { RemoteFleet } from '../remote-fleet.ts';
import type { NodePart } from './node-part.ts';

/** Which server a found door leads to, and what that one is called here. */

export interface FoundNode {
  readonly peer: Peer;
  readonly remote: RemoteFleet;
  /** What it is called here; null: it is not shown. */
  name: string | null;
  wasOpen: boolean;
  /** Since when nobody finds it any more; null: it is found. */
  missingSince: EpochMs | null;
}

/** Null: it was never reached. */
export const infoOf = ({ fleet }: RemoteFleet): FleetInfo | null => {
  try {
    return fleet.getSnapshot().fleet;
  } catch (error) {
    if (error instanceof FleetError && error.code === 'unavailable') return null;
    throw error;
  }
};

export const isAnswering = ({ fleet }: RemoteFleet): boolean => fleet.connection().state === 'open';

export const isSameMaster = (a: FleetInfo, b: FleetInfo): boolean =>
  a.fleetId === b.fleetId && a.host === b.host && a.masterPid === b.masterPid && a.startedAt === b.startedAt;

/**
 * The fleet of the part that is this very server: its master by another way, or itself at the address where it answers now. Null: none. Two
 * masters of one fleet, which a copy of its data makes, are both shown.
 */
export const shownAlready = ({ peer, remote }: FoundNode, others: readonly NodePart[]): string | null => {
  const info = infoOf(remote);
  const answering = others.filter(({ connection }) => connection.state === 'open');
  const twin = answering.find(({ snapshot }) => {
    if (snapshot === null) return false;
    if (info === null || !isAnswering(remote)) return snapshot.fleet.fleetId === (info?.fleetId ?? peer.key);
    return isSameMaster(snapshot.fleet, info);
  });
  return twin?.snapshot?.fleet.fleetId ?? null;
};

/** What of a server's name can stand behind the `@` of a session's. */
const asName = (text: string): string =>
  plainText(text)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 48) || 'node';

/** Its own name, else the one that its group knows, else its address. */
export const shownName = (peer: Peer, info: Pick<FleetInfo, 'node' | 'host'> | null): string =>
  asName(info?.node ?? info?.host ?? peer.name ?? new URL(peer.url).hostname.replace(/^\[|\]$/g, ''));

/** Told apart from those that have its name already. */
export const foundName = ({ peer, remote }: FoundNode, taken: readonly { readonly name: string }[]): string => {
  const wanted = shownName(peer, infoOf(remote));
  const names = new Set(taken.map(({ name }) => name));
  if (!names.has(wanted)) return wanted;

  let n = 2;
  while (names.has(`${wanted}-${n}`)) n += 1;
  return `${wanted}-${n}`;
};
