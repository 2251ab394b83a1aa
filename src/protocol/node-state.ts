import type { FleetSnapshot, Light, NodeState } from './fleet.ts';

const severity: Readonly<Record<Light['status'], number>> = { bad: 3, warn: 2, ok: 1, off: 0 };

/** A fleet as one node of several, by what it says of itself. */
export const nodeStateOf = ({ fleet, sessions }: FleetSnapshot): NodeState => {
  const { store, ai, alerts } = fleet.health;
  const [worst] = [store, ai, alerts].toSorted((a, b) => severity[b.status] - severity[a.status]);
  return {
    name: fleet.host,
    fleetId: fleet.fleetId,
    isHere: true,
    host: fleet.host,
    version: fleet.version,
    sessions: sessions.length,
    state: 'open',
    since: fleet.startedAt,
    reason: null,
    light: { status: worst?.status ?? 'off', reason: worst?.reason ?? null },
    ...(fleet.access === undefined ? {} : { access: fleet.access }),
  };
};
