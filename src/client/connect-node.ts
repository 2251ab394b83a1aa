import type { Fleet } from '../protocol/door.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { DoorWay } from './door-way.ts';
import type { NodeAddress } from './node-address.ts';
import type { Retries } from './reconnect.ts';
import { createRemoteFleet, type RemoteFleet } from './remote-fleet.ts';

export interface NodeDoor {
  readonly address: NodeAddress;
  readonly token: string | null;
  /** The token is the group's. */
  readonly isShared?: boolean;
}

/** A node far away is asked less often than this machine's own master, and one that refuses us seldom: it counts wrong tokens. */
const retries: Retries = { firstMs: 500, maxMs: 10_000, refusedMs: 60_000 };
/** ssh waits 10 s for its connection alone. */
const answerWithin: Milliseconds = 25_000;

/** What speaks to it is loaded only where it is used. */
const wayTo = async ({ address, token, isShared }: NodeDoor): Promise<DoorWay> => {
  if (address.kind === 'ssh') return (await import('./ssh-way.ts')).sshWay(address);
  if (token === null)
    throw new FleetError(
      'unauthorized',
      `${address.url} opens with its token. Its own is printed there by: zap-fleet token`,
    );
  return (await import('./web-way.ts')).webWay(address, token, isShared);
};

/** The door of a node, not opened yet. */
export const nodeFleet = async (node: NodeDoor, version: string): Promise<RemoteFleet> =>
  createRemoteFleet({
    way: await wayTo(node),
    retries,
    helloWithin: answerWithin,
    version,
    // Its settings are its own.
    fingerprint: () => null,
    relaunch: null,
    elsewhere: true,
  });

/** The open door of one node; lost, it is looked for until `close`. Throws `unavailable` with what to do. */
export const connectNode = async (node: NodeDoor, version: string): Promise<Fleet> => {
  const { fleet, open } = await nodeFleet(node, version);
  const result = await open();
  if (result === 'open') return fleet;

  const connection = fleet.connection();
  await fleet.close();
  const reason = typeof result === 'object' ? result.refused : connection.state === 'lost' ? connection.reason : '';
  throw new FleetError('unavailable', reason);
};
