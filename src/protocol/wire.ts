import type { FleetSnapshot, FleetTrends, SessionRow } from './fleet.ts';

/**
 * Client ⇄ master over `run/master.sock`: one JSON object a line. The client says hello; the master answers with the whole snapshot
 * and then with deltas under the same sequence. A client that is slow or stopped is not queued for: it gets one delta, from what it
 * last took to the newest, when its socket drains.
 */

/** What a program speaks: itself and the version before it, so that dashboard and nodes are upgraded one after the other. */
export interface WireVersions {
  readonly newest: number;
  readonly oldest: number;
}
export const wireVersions: WireVersions = { newest: 1, oldest: 1 };

/**
 * The newest that both speak; null: there is none. A client from before versions were agreed on says one, and no oldest.
 */
export const agreedVersion = (
  ours: WireVersions,
  theirs: { readonly v: number; readonly oldest?: number | undefined },
): number | null => {
  const newest = Math.min(ours.newest, theirs.v);
  return newest < Math.max(ours.oldest, theirs.oldest ?? theirs.v) ? null : newest;
};

/** A line above this many bytes ends the connection: nothing of ours is that long. */
export const maxLineBytes = 8 * 1024 * 1024;

export type ClientMessage =
  | {
      readonly type: 'hello';
      readonly v: number;
      /** The oldest version that it speaks, too; left out where that is `v`. */
      readonly oldest?: number;
      readonly version: string;
      readonly subscribe: boolean;
      readonly pid: number;
    }
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown };

/** Top-level parts are present only when they changed. */
export interface SnapshotDelta {
  readonly sequence: number;
  readonly fleet?: FleetSnapshot['fleet'];
  readonly changed?: readonly SessionRow[];
  readonly removed?: readonly string[];
  readonly incidents?: FleetSnapshot['incidents'];
  readonly banners?: FleetSnapshot['banners'];
  readonly jobs?: FleetSnapshot['jobs'];
  readonly events?: FleetSnapshot['events'];
  readonly trends?: FleetTrends | null;
  readonly group?: FleetSnapshot['group'];
}

export type MasterMessage =
  | { readonly type: 'snapshot'; readonly v: number; readonly snapshot: FleetSnapshot }
  | { readonly type: 'delta'; readonly delta: SnapshotDelta }
  | { readonly type: 'response'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: 'refused'; readonly message: string };

/** What changed between two snapshots, by identity of the parts; null when nothing did. */
export const deltaBetween = (before: FleetSnapshot, after: FleetSnapshot): SnapshotDelta | null => {
  if (before === after) return null;
  const old = new Map(before.sessions.map((row) => [row.id, row]));
  const changed = after.sessions.filter((row) => old.get(row.id) !== row);
  const kept = new Set(after.sessions.map((row) => row.id));
  const removed = before.sessions.filter((row) => !kept.has(row.id)).map((row) => row.id);
  return {
    sequence: after.sequence,
    ...(before.fleet === after.fleet ? {} : { fleet: after.fleet }),
    ...(changed.length === 0 ? {} : { changed }),
    ...(removed.length === 0 ? {} : { removed }),
    ...(before.incidents === after.incidents ? {} : { incidents: after.incidents }),
    ...(before.banners === after.banners ? {} : { banners: after.banners }),
    ...(before.jobs === after.jobs ? {} : { jobs: after.jobs }),
    ...(before.events === after.events ? {} : { events: after.events }),
    ...(before.trends === after.trends ? {} : { trends: after.trends ?? null }),
    ...(before.group === after.group ? {} : { group: after.group ?? null }),
  };
};

/** A master that tells of no such part has none, not an `undefined` one. */
const optionalOf = <K extends 'trends' | 'group'>(
  key: K,
  before: FleetSnapshot,
  delta: SnapshotDelta,
): Pick<FleetSnapshot, K> | Record<never, never> => {
  const value = delta[key] === undefined ? before[key] : delta[key];
  return value === undefined ? {} : { [key]: value };
};

/** Applies a delta; rows that are not named keep their identity. */
export const applyDelta = (before: FleetSnapshot, delta: SnapshotDelta): FleetSnapshot => {
  let sessions = before.sessions;
  if (delta.changed !== undefined || delta.removed !== undefined) {
    const gone = new Set(delta.removed ?? []);
    const byId = new Map(sessions.filter((row) => !gone.has(row.id)).map((row) => [row.id, row]));
    for (const row of delta.changed ?? []) byId.set(row.id, row);
    sessions = [...byId.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return {
    sequence: delta.sequence,
    fleet: delta.fleet ?? before.fleet,
    sessions,
    incidents: delta.incidents ?? before.incidents,
    banners: delta.banners ?? before.banners,
    jobs: delta.jobs ?? before.jobs,
    events: delta.events ?? before.events,
    ...optionalOf('trends', before, delta),
    ...optionalOf('group', before, delta),
  };
};
