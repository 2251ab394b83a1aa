import { endsWithin } from '../../pace/deadline.ts';
import type { Fleet } from '../../protocol/door.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { nodeFleet } from '../connect-node.ts';
import { parseNodeAddress } from '../node-address.ts';
import type { ListedNode } from '../node-list.ts';
import { type FoundNodes, showFoundNodes } from './found-nodes.ts';
import { createGrowingFleet, type GrowingFleet, type MergedNode } from './merged-fleet.ts';

/** This machine's own fleet among the others. */
const homeNode = (fleet: Fleet, taken: readonly ListedNode[]): MergedNode => {
  const { node, host } = fleet.getSnapshot().fleet;
  const own = node ?? host;
  return { name: taken.some(({ name }) => name === own) ? 'here' : own, number: 0, fleet };
};

interface OpenOptions {
  readonly version: string;
  /** Who does not answer within this time is looked for meanwhile. */
  readonly waitMs: Milliseconds;
  /** What opens the doors of servers that this one's master finds; null: nobody said it. Left out: none is looked for. */
  readonly foundToken?: string | null;
  /** Told of a server that was found and could not even be tried. */
  readonly warn?: (text: string) => void;
}

const findMore = (
  growing: GrowingFleet,
  home: Fleet,
  listed: readonly ListedNode[],
  { foundToken, version, warn }: OpenOptions,
): FoundNodes | null => {
  if (foundToken === undefined) return null;
  const token = foundToken;
  return showFoundNodes({
    growing,
    home,
    listed,
    open: (url) => nodeFleet({ address: parseNodeAddress(url), token, isShared: true }, version),
    onProblem: ({ name, url }, error) => warn?.(`nothing of ${name ?? url} is shown: ${messageOf(error)}`),
  });
};

const withFound = (fleet: Fleet, found: FoundNodes): Fleet => ({
  ...fleet,
  close: async () => {
    await found.close();
    await fleet.close();
  },
});

/**
 * The listed nodes and, when given, this machine's fleet as one. Who does not answer within `waitMs` is looked for meanwhile and shown as
 * lost. Throws `unavailable` where nobody answers at all, with why.
 */
export const openMerged = async (
  home: Promise<Fleet> | null,
  listed: readonly ListedNode[],
  options: OpenOptions,
): Promise<Fleet> => {
  const remotes = await Promise.all(
    listed.map(async (node) => ({ node, remote: await nodeFleet(node, options.version) })),
  );
  const opening = remotes.map(async ({ remote }) => {
    const isOpen = (await remote.open()) === 'open';
    if (!isOpen) remote.keepTrying();
    return isOpen;
  });
  const all = Promise.all(opening);
  /** Resolves with the first that answers, or when none does; whoever cannot be reached is told by its connection. */
  const anyOne = Promise.race([
    all,
    ...opening.map(async (each) => ((await each) ? true : new Promise<never>(() => undefined))),
  ]);
  try {
    const own = home === null ? null : homeNode(await home, listed);
    if (own === null) await anyOne;
    const growing = createGrowingFleet([
      ...(own === null ? [] : [own]),
      ...remotes.map(({ node: { name, number }, remote: { fleet } }): MergedNode => ({ name, number, fleet })),
    ]);
    const found = own === null ? null : findMore(growing, own.fleet, listed, options);
    await endsWithin(Promise.all([all, found?.tried]), options.waitMs);

    growing.fleet.getSnapshot();
    return found === null ? growing.fleet : withFound(growing.fleet, found);
  } catch (error) {
    const reasons = remotes.flatMap(({ node, remote }) => {
      const connection = remote.fleet.connection();
      return connection.state === 'lost' ? [`${node.name}: ${connection.reason}`] : [];
    });
    await Promise.all(remotes.map(({ remote }) => remote.fleet.close()));
    if (home !== null || !(error instanceof FleetError) || error.code !== 'unavailable') throw error;
    throw new FleetError('unavailable', `no node answers. ${reasons.join('; ')}`);
  }
};
