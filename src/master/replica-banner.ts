import type { Banner } from '../protocol/fleet.ts';
import type { ReplicaStatus } from '../session/records.ts';
import type { EpochMs } from '../session/units.ts';
import { thousands } from '../words/figures.ts';

/** What the dashboard says of Supabase in the place of the machine's line; null while there is nothing to say. Pure. */

/** `14:02` in the fleet's time zone; one that is not known (`doctor` says so) falls back to the machine's. */
const clockOf = (at: EpochMs, timeZone: string | undefined): string => {
  const shape = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...shape, timeZone }).format(at);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat('en-GB', shape).format(at);
  }
};

export const replicaBanner = (
  info: ReplicaStatus,
  timeZone: string | undefined,
): Pick<Banner, 'level' | 'code' | 'text' | 'values'> | null => {
  const since = clockOf(info.since, timeZone);
  const waiting = thousands(info.waitingRows, 'en');
  // The banner's own language writes the number and says the reason.
  const values = { since, waiting: info.waitingRows, reason: info.reason ?? '' };
  if (info.status === 'away')
    return {
      level: 'warn',
      code: 'replica-away',
      text: `Supabase away since ${since}: ${waiting} writes wait here, none lost`,
      values,
    };
  if (info.status === 'refused')
    return {
      level: 'bad',
      code: 'replica-refused',
      text: `${info.reason ?? 'Supabase refuses'} (${waiting} writes wait here, none lost)`,
      values,
    };
  return info.reason === null ? null : { level: 'warn', code: 'replica-edit', text: info.reason, values };
};
