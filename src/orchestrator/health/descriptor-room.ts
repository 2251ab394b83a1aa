import type { AdmissionPolicy } from './policies.ts';

/** How many sessions the limit of open files (`ulimit -n`) is enough for. Pure. */

/** Of the process that has the least left: PM2's daemon or the master. */
export interface DescriptorRoom {
  readonly limit: number;
  readonly used: number;
}

export const sessionsWithin = (limit: number, policy: AdmissionPolicy): number =>
  Math.max(0, Math.floor((limit - policy.descriptorsOfFleet) / policy.descriptorsOfSession));

export const descriptorsFor = (sessions: number, policy: AdmissionPolicy): number =>
  policy.descriptorsOfFleet + sessions * policy.descriptorsOfSession;

/** How many more than the `running` ones; what is open besides them counts, too. Never below zero. */
export const moreSessionsWithin = (room: DescriptorRoom, running: number, policy: AdmissionPolicy): number => {
  const byLimit = sessionsWithin(room.limit, policy) - running;
  const byUse = Math.floor((room.limit - room.used - policy.descriptorsKept) / policy.descriptorsOfSession);
  return Math.max(0, Math.min(byLimit, byUse));
};

/** Where the limit is raised. */
export const raiseLimit = (needed: number): string =>
  `raise it to ${needed} at least: ulimit -n, LimitNOFILE in systemd, --ulimit nofile in Docker`;
