import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import { type DescriptorRoom, descriptorsFor, moreSessionsWithin, raiseLimit } from './descriptor-room.ts';
import type { AdmissionPolicy } from './policies.ts';

/** Who may start now, who waits and why, and how many more would fit. Pure. */

export interface SessionCost {
  readonly bytes: Bytes;
  /** From sessions that run here, not assumed. */
  readonly isMeasured: boolean;
}

/** A running session as far as its memory matters. */
export interface MeasuredSession {
  /** PSS of its tree, else RSS; null when not known. */
  readonly memoryBytes: Bytes | null;
  /** Starting, waiting for a scan or syncing: it has not shown its cost yet. */
  readonly isStarting: boolean;
  readonly upMs: Milliseconds;
  /** Without a browser. */
  readonly isLight?: boolean;
}

/** What one more session of this kind will cost: the upper quartile of the settled ones, else the assumption. */
export const sessionCost = (
  running: readonly MeasuredSession[],
  policy: AdmissionPolicy,
  isLight = false,
): SessionCost => {
  const settled = running
    .filter((session) => (session.isLight ?? false) === isLight)
    .filter((session) => !session.isStarting && session.upMs >= policy.settledMs)
    .map((session) => session.memoryBytes ?? 0)
    .filter((bytes) => bytes > 0)
    .sort((a, b) => a - b);
  const quartile = settled[Math.min(settled.length - 1, Math.floor(settled.length * 0.75))];
  return quartile === undefined || settled.length < policy.fewestMeasured
    ? { bytes: isLight ? policy.assumedLightBytes : policy.assumedBytes, isMeasured: false }
    : { bytes: quartile, isMeasured: true };
};

export interface MachineRoom {
  readonly memoryTotal: Bytes;
  /** Memory that could still be used now. */
  readonly memoryAvailable: Bytes;
}

type Costs = (isLight: boolean) => SessionCost;

const costsOf = (running: readonly MeasuredSession[], policy: AdmissionPolicy): Costs => {
  const light = sessionCost(running, policy, true);
  const whole = sessionCost(running, policy);

  return (isLight) => (isLight ? light : whole);
};

/** Memory that may be given to new sessions: without the reserve, and without what young ones are still going to take. */
const freeForSessions = (
  machine: MachineRoom,
  running: readonly MeasuredSession[],
  costs: Costs,
  policy: AdmissionPolicy,
): Bytes => {
  const reserve = Math.max(policy.reserveBytes, machine.memoryTotal * policy.reserveShare);
  const promised = running
    .filter((session) => session.isStarting || session.upMs < policy.growingMs)
    .reduce((sum, session) => {
      const { bytes } = costs(session.isLight ?? false);
      return sum + Math.max(0, bytes - (session.memoryBytes ?? 0));
    }, 0);
  return Math.max(0, machine.memoryAvailable - reserve - promised);
};

/** "Room for N more": how many sessions fit into memory now. MAX_SESSIONS is not looked at. */
export const roomFor = (
  machine: MachineRoom,
  running: readonly MeasuredSession[],
  policy: AdmissionPolicy,
): { readonly sessions: number; readonly isMeasured: boolean; readonly costBytes: Bytes } => {
  const costs = costsOf(running, policy);
  const cost = costs(false);
  const sessions = Math.floor(freeForSessions(machine, running, costs, policy) / cost.bytes);
  return { sessions, isMeasured: cost.isMeasured, costBytes: cost.bytes };
};

export interface StartCandidate {
  readonly id: string;
  /** A person asked for it just now: it goes before what the program brings back by itself. */
  readonly byPerson: boolean;
  /** How long it was connected in its last life; the longest go first. */
  readonly connectedMs: Milliseconds;
  readonly requestedAt: EpochMs;
  /** Without a browser. */
  readonly isLight?: boolean;
  /** Cores that its start keeps busy; 1 where it is not said. */
  readonly startCores?: number;
}

/** The order of starting: by a person first, then the longest connected, then who asked first, then by id. */
const startOrder = (a: StartCandidate, b: StartCandidate): number =>
  Number(b.byPerson) - Number(a.byPerson) ||
  b.connectedMs - a.connectedMs ||
  a.requestedAt - b.requestedAt ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export type QueueReasonCode = 'max-sessions' | 'descriptors' | 'memory' | 'starting-limit';

export interface QueuedStart {
  readonly id: string;
  /** 1 is the next. */
  readonly position: number;
  readonly reasonCode: QueueReasonCode;
  /** One English line for a person. */
  readonly reason: string;
  readonly evidence: Readonly<Record<string, number | boolean>>;
}

type Block = Pick<QueuedStart, 'reasonCode' | 'reason' | 'evidence'>;

export interface AdmissionInput {
  readonly candidates: readonly StartCandidate[];
  /** All that have a worker now, of whatever state: they count for MAX_SESSIONS. */
  readonly running: readonly MeasuredSession[];
  /** Sessions coming up now (`starting` only: one that waits for a scan has come up). */
  readonly starting: number;
  /** Cores that these keep busy. */
  readonly startingCores: number;
  readonly maxSessions: number;
  /** How many cores starts may keep busy now (`start-pace.ts`); at least one session starts at a time. */
  readonly cores: number;
  /** Null: not measured yet, memory does not hold anybody back. */
  readonly machine: MachineRoom | null;
  /** Null: not known, and nobody is held back for it. */
  readonly descriptors: DescriptorRoom | null;
}

export interface Admission {
  /** Ids to start now, in this order. */
  readonly start: readonly string[];
  readonly queued: readonly QueuedStart[];
}

const MB = (bytes: Bytes): number => Math.round(bytes / 1_000_000);

/** Sorts the candidates into those that start now and those that wait. Never overtakes: who waits for memory holds all behind it. */
export const admit = (input: AdmissionInput, policy: AdmissionPolicy): Admission => {
  const costs = costsOf(input.running, policy);
  let free = input.machine === null ? null : freeForSessions(input.machine, input.running, costs, policy);
  let running = input.running.length;
  const { descriptors } = input;
  const mostByDescriptors =
    descriptors === null ? Number.POSITIVE_INFINITY : running + moreSessionsWithin(descriptors, running, policy);
  let { starting, startingCores } = input;
  const start: string[] = [];
  const queued: QueuedStart[] = [];
  let ahead: Block | null = null;

  const block = (cost: SessionCost, cores: number): Block | null => {
    if (running >= input.maxSessions)
      return {
        reasonCode: 'max-sessions',
        reason: `${running} run, MAX_SESSIONS is ${input.maxSessions}: stop one or raise it`,
        evidence: { running, maxSessions: input.maxSessions },
      };
    // Not even the first one: what takes the last of them is PM2's daemon, and all go with it.
    if (descriptors !== null && running >= mostByDescriptors)
      return {
        reasonCode: 'descriptors',
        reason: `${descriptors.used} of ${descriptors.limit} open files are in use, enough for ${mostByDescriptors} sessions: ${raiseLimit(descriptorsFor(running + input.candidates.length, policy))}`,
        evidence: { used: descriptors.used, limit: descriptors.limit, sessions: mostByDescriptors },
      };
    // With nothing running there is nobody to wait for: the first one always may try.
    if (free !== null && free < cost.bytes && running > 0)
      return {
        reasonCode: 'memory',
        reason: `memory is short: ${MB(free)} MB free for sessions, one costs ${MB(cost.bytes)} MB here`,
        evidence: { freeBytes: free, costBytes: cost.bytes, isMeasured: cost.isMeasured },
      };
    if (starting > 0 && startingCores + cores > input.cores)
      return {
        reasonCode: 'starting-limit',
        reason: `${starting} ${starting === 1 ? 'session starts' : 'sessions start'}, as many at once as this machine bears now`,
        evidence: { starting, startingCores, cores: input.cores },
      };
    return null;
  };

  for (const candidate of [...input.candidates].sort(startOrder)) {
    const cost = costs(candidate.isLight ?? false);
    const cores = candidate.startCores ?? 1;
    const blocked: Block | null = block(cost, cores) ?? ahead;
    if (blocked !== null) {
      // A small one does not slip past a large one that waits: with enough of them that would never start.
      ahead ??= blocked;
      queued.push({ id: candidate.id, position: queued.length + 1, ...blocked });
      continue;
    }
    start.push(candidate.id);
    running++;
    starting++;
    startingCores += cores;
    if (free !== null) free -= cost.bytes;
  }
  return { start, queued };
};

/** Ids that have to stop and queue because MAX_SESSIONS was lowered: the shortest connected ones. */
export const surplus = (
  running: readonly { readonly id: string; readonly connectedMs: Milliseconds }[],
  maxSessions: number,
): readonly string[] =>
  [...running]
    .sort((a, b) => b.connectedMs - a.connectedMs || (a.id < b.id ? -1 : 1))
    .slice(Math.max(0, maxSessions))
    .map((session) => session.id);
