import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { EpochMs } from '../../../src/session/units.ts';

/** A dot lights up for one tick when a message passes: which way, by the counts of the row before and of this one. */

export type Passed = 'in' | 'out';

export interface Traffic {
  readonly seen: ReadonlyMap<string, Counts>;
  readonly lit: ReadonlyMap<string, { readonly way: Passed; readonly at: EpochMs }>;
}

interface Counts {
  readonly received: number;
  readonly sent: number;
  readonly last: EpochMs | null;
}

export const noTraffic: Traffic = { seen: new Map(), lit: new Map() };

/** Frames of live values come once a second: the next one puts it out. */
const litMs = 900;
/** So many new ones in a frame: more cost bytes and say no more. */
const mostNew = 10;

const countsOf = (row: SessionRow): Counts => ({
  received: row.receivedLastHour,
  sent: row.sentLastHour,
  last: row.lastMessageAt,
});

/** Null: nothing passed, or it is seen for the first time. */
const passedSince = (before: Counts | undefined, now: Counts): Passed | null => {
  // The counts of an hour also fall; the time of the last message only moves on.
  if (before === undefined || before.last === now.last || now.last === null) return null;
  return now.sent > before.sent && now.received <= before.received ? 'out' : 'in';
};

export const trafficOf = (before: Traffic, sessions: readonly SessionRow[], now: EpochMs): Traffic => {
  const seen = new Map<string, Counts>();
  const lit = new Map<string, { readonly way: Passed; readonly at: EpochMs }>();
  let left = mostNew;
  for (const row of sessions) {
    const counts = countsOf(row);
    seen.set(row.id, counts);
    const way = passedSince(before.seen.get(row.id), counts);
    const old = before.lit.get(row.id);
    if (way !== null && left > 0) {
      lit.set(row.id, { way, at: now });
      left -= 1;
    } else if (old !== undefined && now - old.at < litMs) lit.set(row.id, old);
  }
  return { seen, lit };
};
