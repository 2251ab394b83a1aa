import { connectNode, type NodeDoor } from '../client/connect-node.ts';
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

const unknownNode = (name: string, nodes: readonly ListedNode[]): FleetError => {
  const near = nearestWord(
    name,
    nodes.map((node) => node.name),
  );
  const help = near === null ? '' : ` Did you mean ${near}?`;
  return new FleetError('usage', `there is no node ${name}.${help} See: zap-fleet node ls`);
};

/** What `--node` names: one that is listed, or an address. Throws `usage`. */
export const nodeNamed = async (loaded: LoadedSettings, given: string, ask: AskToken): Promise<NodeDoor> => {
  const nodes = readNodeList(nodeListFile(loaded.paths));
  if (!isNodeAddress(given)) {
    const listed = nodes.find(({ name }) => name === given);
    if (listed === undefined) throw unknownNode(given, nodes);
    return listed;
  }

  const address = parseNodeAddress(given);
  const listed = nodes.find((node) => addressText(node.address) === addressText(address));
  if (listed !== undefined) return listed;
  if (address.kind === 'ssh') return { address, token: null };

  const token = await ask(`Token of ${addressText(address)} (there: zap-fleet token): `);
  if (token === null || token.trim() === '')
    throw new FleetError('usage', `its token is needed. Once and for all: zap-fleet node add NAME ${given}`);
  return { address, token: token.trim() };
};

/** The open door of the node that `--node` names. Throws `usage`, or `unavailable` with what to do. */
export const openNode = async (loaded: LoadedSettings, given: string, ask: AskToken): Promise<Fleet> =>
  connectNode(await nodeNamed(loaded, given, ask), version);
