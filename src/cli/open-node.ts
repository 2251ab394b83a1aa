import { connectNode, type NodeDoor } from '../client/connect-node.ts';
import { foundPeers, namedPeers, peerDoor } from '../client/found-peers.ts';
import { addressText, isNodeAddress, parseNodeAddress } from '../client/node-address.ts';
import { type ListedNode, readNodeList } from '../client/node-list.ts';
import { nodeListFile } from '../home/home-paths.ts';
import type { Fleet } from '../protocol/door.ts';
import { FleetError } from '../session/fleet-error.ts';
import { nearestWord } from '../session/nearest-word.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { version } from '../settings/version.ts';

/** Asks for the token of that address, hidden; null when nobody can be asked. */
export type AskToken = (question: string) => Promise<string | null>;

const unknownNode = (name: string, nodes: readonly { readonly name: string }[]): FleetError => {
  const near = nearestWord(
    name,
    nodes.map((node) => node.name),
  );
  const help = near === null ? '' : ` Did you mean ${near}?`;
  return new FleetError('usage', `there is no node ${name}.${help} See: zap-fleet node ls`);
};

/** One that nobody listed and this machine's master found, by the name under which it is shown. */
const foundNamed = async (loaded: LoadedSettings, name: string, listed: readonly ListedNode[]): Promise<NodeDoor> => {
  const peers = await namedPeers(await foundPeers(loaded), loaded);
  const [peer, another] = peers.filter((each) => each.name === name);
  if (another !== undefined && peer !== undefined)
    throw new FleetError(
      'usage',
      `several servers call themselves ${name}: say its address, ${addressText(peer.door.address)} or ${addressText(another.door.address)}`,
    );
  if (peer === undefined) throw unknownNode(name, [...listed, ...peers]);
  return peer.door;
};

/** What `--node` names: one that is listed or was found, or an address. Throws `usage`. */
export const nodeNamed = async (loaded: LoadedSettings, given: string, ask: AskToken): Promise<NodeDoor> => {
  const nodes = readNodeList(nodeListFile(loaded.paths));
  if (!isNodeAddress(given)) {
    return nodes.find(({ name }) => name === given) ?? foundNamed(loaded, given, nodes);
  }

  const address = parseNodeAddress(given);
  const listed = nodes.find((node) => addressText(node.address) === addressText(address));
  if (listed !== undefined) return listed;
  if (address.kind === 'ssh') return { address, token: null };
  const found = (await foundPeers(loaded)).find(({ url }) => url === addressText(address));
  const door = found === undefined ? null : peerDoor(found, loaded);
  if (door !== null && door.token !== null) return door;

  const token = await ask(`Token of ${addressText(address)} (there: zap-fleet token): `);
  if (token === null || token.trim() === '')
    throw new FleetError('usage', `its token is needed. Once and for all: zap-fleet node add NAME ${given}`);
  return { address, token: token.trim() };
};

/** The open door of the node that `--node` names. Throws `usage`, or `unavailable` with what to do. */
export const openNode = async (loaded: LoadedSettings, given: string, ask: AskToken): Promise<Fleet> =>
  connectNode(await nodeNamed(loaded, given, ask), version);
