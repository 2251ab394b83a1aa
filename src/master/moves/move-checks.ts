import { refuseWhileBusy } from '../../orchestrator/door/session-waits.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { type GroupNode, type MovingSession, moveObstacle, nodeNamed } from '../../session/group-node.ts';
import { plainText } from '../../session/plain-text.ts';
import type { NodeMoves } from '../../store/replica/node-moves.ts';
import { bundleSetup } from '../bundles/bundle-setup.ts';
import { staysBehind } from '../bundles/stays-behind.ts';
import type { MasterParts } from '../open-parts.ts';
import { asked, ownNode } from './move-work.ts';

/** What is looked at before anything is stopped: each a line that says what to do. */

export const noGroup = 'this server shares no Supabase with another';

/** The group. Throws why there is none. */
export const groupOf = ({ replica }: MasterParts): NodeMoves => {
  const { moves, problem } = replica;
  if (moves === null)
    throw new FleetError(
      'usage',
      problem ??
        'servers that share sessions share a Supabase: set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY on each, then restart (docs/supabase.md).',
    );
  if (!moves.isReady())
    throw new FleetError(
      'unavailable',
      'Supabase was not reached yet, or lacks file 10 of supabase/migrations. See: zap-fleet store status',
    );
  return moves;
};

export const targetNamed = (nodes: readonly GroupNode[], text: string): GroupNode => {
  const found = nodeNamed(nodes, text);
  if (found === 'several')
    throw new FleetError(
      'usage',
      `several servers call themselves ${plainText(text)}: set FLEET_NODE on them, and restart them.`,
    );
  if (found !== null) return found;

  const known = nodes.map(({ name }) => name).join(', ');
  throw new FleetError('usage', `no server of the group is called ${plainText(text)}. There are: ${known}`);
};

export const createMoveChecks = (parts: MasterParts) => {
  const { replica, settings, secrets, demo } = parts;
  const setup = bundleSetup(settings, secrets, demo);

  const refuseElsewhere = (session: ManagedSession): void => {
    const { name } = session.stored;
    const where = replica.nodeOf(session);
    if (where !== null)
      throw new FleetError('refused-by-state', `${name} is on ${where}, not here. Move it from there.`);
  };

  /** Why its login would not come along, so that it asks for a QR; null: it does, or there is none. */
  const qrNeeded = ({ stored }: ManagedSession): string | null =>
    stored.phone !== null && parts.logins === null && !setup.ready ? setup.problem : null;

  /** As a person moves it: a pin on a server follows, one on a label holds. */
  const movingOf = async (session: ManagedSession, group: NodeMoves): Promise<MovingSession> => {
    const { name, desiredState } = session.stored;
    const wanted = (await asked(group.look(name)))?.wantedNode ?? null;
    return {
      name,
      runs: desiredState === 'running',
      wantedNode: wanted?.startsWith('label:') === true ? wanted : null,
    };
  };

  return {
    /** Where it can go, and why not. */
    targets: async (session: ManagedSession) => {
      const group = groupOf(parts);
      refuseElsewhere(session);
      const nodes = await asked(group.nodes());
      const own = ownNode(nodes);
      const moving = await movingOf(session, group);
      const targets = nodes
        .filter(({ here }) => !here)
        .map((node) => ({ node, obstacle: moveObstacle(node, own, moving)?.text ?? null }));
      const inHand = staysBehind(parts.store, session.stored);
      const nothing = { tools: 0, files: 0, sends: 0, hooks: 0 };
      const goes = parts.logins === null ? { stays: inHand, travels: nothing } : { stays: nothing, travels: inHand };
      return { from: own.name, targets, asksForQr: qrNeeded(session), ...goes };
    },

    /** The server of that name, where it can go there. Throws otherwise. */
    target: async (session: ManagedSession, to: string, anyway: boolean): Promise<GroupNode> => {
      const group = groupOf(parts);
      refuseElsewhere(session);
      refuseWhileBusy(session);
      const nodes = await asked(group.nodes());
      const target = targetNamed(nodes, to);
      const obstacle = moveObstacle(target, ownNode(nodes), await movingOf(session, group));
      if (obstacle !== null) throw new FleetError('refused-by-state', obstacle.text);

      const qr = qrNeeded(session);
      if (qr !== null && !anyway)
        throw new FleetError(
          'refused-by-state',
          `the login of ${session.stored.name} does not travel, so ${target.name} will ask for a QR: ${qr} To move it all the same: --yes`,
        );
      return target;
    },
  };
};
