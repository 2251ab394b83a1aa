import { endsWithin } from '../../pace/deadline.ts';
import type { Fleet } from '../../protocol/door.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { Milliseconds } from '../../session/units.ts';
import { nodeFleet } from '../connect-node.ts';
import type { ListedNode } from '../node-list.ts';
import { createMergedFleet, type MergedNode } from './merged-fleet.ts';

/** This machine's own fleet among the others. */
const homeNode = (fleet: Fleet, taken: readonly ListedNode[]): MergedNode => {
  const { host } = fleet.getSnapshot().fleet;
  return { name: taken.some(({ name }) => name === host) ? 'here' : host, number: 0, fleet };
};

/**
 * The listed nodes and, when given, this machine's fleet as one. Who does not answer within `waitMs` is looked for meanwhile and shown as
 * lost. Throws `unavailable` where nobody answers at all, with why.
 */
export const openMerged = async (
  home: Promise<Fleet> | null,
  listed: readonly ListedNode[],
  options: { readonly version: string; readonly waitMs: Milliseconds },
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
    const own = home === null ? [] : [homeNode(await home, listed)];
    if (own.length === 0) await anyOne;
    await endsWithin(all, options.waitMs);

    const merged = createMergedFleet([
      ...own,
      ...remotes.map(({ node: { name, number }, remote: { fleet } }): MergedNode => ({ name, number, fleet })),
    ]);
    merged.getSnapshot();
    return merged;
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
