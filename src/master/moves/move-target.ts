import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { type GroupNode, moveObstacle, roomiest } from '../../session/group-node.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';
import { type MoveWork, ownNode } from './move-work.ts';

/** Where a session goes for which nobody named a server. */

/** A server says every few seconds what fits there; what was given to it since is counted here. */
const roomKnownAfter: Milliseconds = 15_000;

export interface TargetSearch {
  readonly work: MoveWork;
  /** Why a session's login does not travel; null: it does. */
  readonly loginStays: string | null;
  /** Also what would ask for a QR there. */
  readonly anyway: boolean;
  /** What went where of late. */
  readonly given: { readonly to: string; readonly at: number }[];
}

const roomLeft = ({ given, work }: TargetSearch, node: GroupNode): GroupNode => {
  const lately = given.filter(({ to, at }) => to === node.nodeId && work.now() - at < roomKnownAfter).length;
  return { ...node, room: (node.room ?? 0) - lately };
};

/** The server with the most room that may have it, or why it stays. */
export const findTarget = async (
  search: TargetSearch,
  session: ManagedSession,
  nodes: readonly GroupNode[],
): Promise<GroupNode | string> => {
  const { work, anyway } = search;
  const { name } = session.stored;
  const needsLogin = work.logins === null && session.stored.phone !== null;
  if (needsLogin && !anyway)
    return `its login does not travel, so it would ask for a QR: ${search.loginStays ?? ''} To move it all the same: --yes`;

  const own = ownNode(nodes);
  const standing = await work.group.look(name);
  const wantedNode = standing?.wantedNode ?? null;
  if (wantedNode === own.name) return `it is wanted here (wanted_node in Supabase): zap-fleet move ${name} NODE`;

  const moving = { name, runs: true, wantedNode };
  const isWanted = (node: GroupNode): boolean =>
    wantedNode === null || wantedNode.startsWith('label:') || wantedNode === node.name;
  const others = nodes.filter((node) => !node.here && isWanted(node)).map((node) => roomLeft(search, node));
  const fitting = roomiest(others).filter((node) => moveObstacle(node, own, moving) === null);
  const [best] = fitting;
  if (best !== undefined) return best;
  if (others.length > 0) return 'no other server has room for it (zap-fleet node ls)';
  return wantedNode === null
    ? 'there is no other server in the group'
    : `the server that it is wanted on, ${plainText(wantedNode)}, is not there`;
};
