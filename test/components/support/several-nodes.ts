import { createSnapshotMerger } from '../../../src/client/merged/merged-snapshot.ts';
import type { NodePart } from '../../../src/client/merged/node-part.ts';
import type { DoorConnection } from '../../../src/protocol/door.ts';
import type { FleetSnapshot } from '../../../src/protocol/fleet.ts';
import { exampleFleet } from './example-fleets.ts';
import { minutes, now } from './fake-fleet.ts';

/** The example fleet as three machines that one dashboard shows: every third session is on each. */

const open: DoorConnection = { state: 'open' };

const partOf = (whole: FleetSnapshot, at: number, connection: DoorConnection): NodePart => {
  const name = `vps-sp${at + 1}`;
  return {
    name,
    number: at,
    connection,
    snapshot: {
      ...whole,
      sessions: whole.sessions.filter((_, index) => index % 3 === at),
      incidents: at === 0 ? whole.incidents : [],
      banners: at === 0 ? whole.banners : [],
      events: whole.events.filter((_, index) => index % 3 === at),
      fleet: { ...whole.fleet, fleetId: `fleet-${name}`, host: name },
    },
  };
};

/** `lost`: the second one has not answered for three minutes. */
export const severalNodes = (kind: 'bad' | 'calm', lost: boolean): FleetSnapshot => {
  const whole = exampleFleet(kind, 12);
  const gone: DoorConnection = {
    state: 'lost',
    since: now - minutes(3),
    reason: 'vps-sp2 cannot be reached from here',
  };
  const merged = createSnapshotMerger()(
    [0, 1, 2].map((at) => partOf(whole, at, lost && at === 1 ? gone : open)),
    1,
  );
  if (merged === null) throw new Error('no node was heard');
  return merged.snapshot;
};
