import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { EpochMs } from '../../../src/session/units.ts';

/** CPU as it is shown: the newest value, but a new one at most every two seconds, so that few bytes go to the terminal. */

const everyMs = 2000;

export type Damped = ReadonlyMap<string, { readonly value: number | null; readonly at: EpochMs }>;

export const dampCpu = (before: Damped, sessions: readonly SessionRow[], now: EpochMs): Damped => {
  const after = new Map<string, { readonly value: number | null; readonly at: EpochMs }>();
  for (const row of sessions) {
    const value = row.resources === null ? null : Math.round(row.resources.cpuPercent);
    const old = before.get(row.id);
    if (old !== undefined && (old.value === value || (value !== null && now - old.at < everyMs)))
      after.set(row.id, old);
    else after.set(row.id, { value, at: now });
  }
  return after;
};
