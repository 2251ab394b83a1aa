import { endsWithin } from '../pace/deadline.ts';
import type { FleetInfo } from '../protocol/fleet.ts';
import type { Peer } from '../protocol/group.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { mayFindOthers } from '../settings/discovery.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { version } from '../settings/version.ts';
import { connectRunning } from './connect-fleet.ts';
import { type NodeDoor, nodeFleet } from './connect-node.ts';
import { infoOf, shownName } from './merged/found-identity.ts';
import { parseNodeAddress } from './node-address.ts';

/** Servers that this machine's master has found and that nobody named here, for a command that means one of them. */

/** Who has not said its name by then is asked for by its address. */
const nameWithin: Milliseconds = 5000;

/** As a master that runs here knows them; nothing is started for it. */
export const foundPeers = async ({ paths, settings }: LoadedSettings): Promise<readonly Peer[]> => {
  if (!mayFindOthers(settings)) return [];
  const fleet = await connectRunning(paths, version);
  if (fleet === null) return [];
  try {
    return fleet.getSnapshot().group?.peers ?? [];
  } finally {
    await fleet.close();
  }
};

/** Its door opens with what this server's own opens with; null: its address is none that a token may go to. */
export const peerDoor = ({ url }: Peer, { secrets }: Pick<LoadedSettings, 'secrets'>): NodeDoor | null => {
  try {
    return { address: parseNodeAddress(url), token: secrets.FLEET_API_TOKEN ?? null, isShared: true };
  } catch (error) {
    if (error instanceof FleetError) return null;
    throw error;
  }
};

/** What it says of itself; null: it does not answer. */
const askInfo = async (door: NodeDoor): Promise<FleetInfo | null> => {
  if (door.token === null) return null;
  const remote = await nodeFleet(door, version);
  try {
    await endsWithin(remote.open(), nameWithin);
    return infoOf(remote);
  } finally {
    await remote.fleet.close();
  }
};

export interface NamedPeer {
  /** As dashboard and `ls` call it. */
  readonly name: string;
  readonly door: NodeDoor;
}

/** Each by the name that it says itself, asked at the same time. */
export const namedPeers = async (peers: readonly Peer[], loaded: LoadedSettings): Promise<readonly NamedPeer[]> => {
  const named = await Promise.all(
    peers.map(async (peer): Promise<NamedPeer | null> => {
      const door = peerDoor(peer, loaded);
      return door === null ? null : { name: shownName(peer, await askInfo(door)), door };
    }),
  );
  return named.filter((one) => one !== null);
};
