import type { Backoff } from '../../pace/backoff.ts';
import { type Failover, type LeaseTerm, leaseTerms } from '../../session/failover.ts';
import type { Bytes, CpuPercent, Milliseconds } from '../../session/units.ts';

/** Every number that health decisions rest on, as data. A test or an operator's file replaces any part of it. */

export interface BackoffPolicy extends Required<Backoff> {
  /** Connected for this long, a session begins again at the first delay. */
  readonly stableMs: Milliseconds;
}

export interface NetworkPolicy extends Required<Backoff> {
  /** The outside counts as unreached after this many probes in a row. */
  readonly unreachedProbes: number;
}

export interface BreakerPolicy {
  /** More restarts than this within the window open the breaker. */
  readonly maxRestarts: number;
  readonly windowMs: Milliseconds;
}

export interface BudgetPolicy {
  /** Automatic restarts of the whole fleet within the window. */
  readonly maxRestarts: number;
  readonly windowMs: Milliseconds;
}

/** How many sessions start at the same time (`start-pace.ts`). */
export interface StartPolicy {
  /** Cores that the start of a session without a browser keeps busy; one with a browser counts as one. */
  readonly lightCores: number;
  /** Never more starts at once than this many a core, however idle it is. */
  readonly mostPerCore: number;
  /** Cores are idle below this. */
  readonly busyPercent: CpuPercent;
  /** Percent of the last ten seconds in which somebody waited for memory: above this one starts after the other. */
  readonly memoryPressure: number;
  /** A connected session whose event loop is this late would keep its customers waiting: fewer start at once. */
  readonly lagMs: Milliseconds;
  /** The last starts took this many times longer than sharing the cores explains: fewer start at once. */
  readonly slowdown: number;
}

export interface AdmissionPolicy {
  /** Assumed cost of a session before any was measured. */
  readonly assumedBytes: Bytes;
  /** The same of one without a browser. */
  readonly assumedLightBytes: Bytes;
  /** Just started, it has not taken all that it will, whatever state it is in. */
  readonly growingMs: Milliseconds;
  /** Sessions younger than this have not shown their cost yet. */
  readonly settledMs: Milliseconds;
  /** Measured sessions needed before the measure replaces the assumption. */
  readonly fewestMeasured: number;
  /** Memory that is never given away: this share of all, and at least `reserveBytes`. */
  readonly reserveShare: number;
  readonly reserveBytes: Bytes;
  /** Open files that a session costs PM2's daemon or the master. */
  readonly descriptorsOfSession: number;
  /** Open files of either without a session. */
  readonly descriptorsOfFleet: number;
  /** Open files that no session may take: for clients, for what is read now and then. */
  readonly descriptorsKept: number;
}

export interface IncidentPolicy {
  /** Failures within this time belong together. */
  readonly windowMs: Milliseconds;
  /** Both must be reached. */
  readonly fewestSessions: number;
  /** Of the sessions that should be connected, 0 to 1. */
  readonly share: number;
  /** The trial session must stay connected for this long. */
  readonly stableMs: Milliseconds;
  /** A trial that did not connect by then has failed. */
  readonly trialMs: Milliseconds;
  readonly firstTrialMs: Milliseconds;
  readonly trialFactor: number;
  readonly maxTrialMs: Milliseconds;
  /** This share of its sessions back by themselves lifts it without a trial. */
  readonly backShare: number;
}

/** Servers that share a Supabase. */
export interface NodePolicy {
  /** One that was silent for longer is gone, and people are told. */
  readonly graceMs: Milliseconds;
}

export const diskMeasures = [
  'warn',
  'cut-logs',
  'prune-caches',
  'pause-backups',
  'release-reserve',
  'stop-replies',
] as const;
/** In the order of sacrifice: the inbox, which is never given up, comes after the last. */
export type DiskMeasure = (typeof diskMeasures)[number];

export interface DiskPolicy {
  /** Percent of the disk at which each measure begins. */
  readonly at: Readonly<Record<DiskMeasure, number>>;
  /** A measure ends this many points of percent below its beginning. */
  readonly hysteresis: number;
  /** On a large disk a high percentage is no danger: a measure waits until less than this is free. */
  readonly onlyBelowFree: Readonly<Record<DiskMeasure, Bytes>>;
  /** Size of the file that is given up for the database when the disk is nearly full. */
  readonly reserveBytes: Bytes;
}

export interface SessionPolicy {
  /** Workers report this often. */
  readonly heartbeatEveryMs: Milliseconds;
  /** Silent on the bus for this long: ask `GET /health`. */
  readonly heartbeatLateMs: Milliseconds;
  /** From `starting` to a QR, a code or a connection. */
  readonly startDeadlineMs: Milliseconds;
  /** History of a new login may take this long. */
  readonly syncDeadlineMs: Milliseconds;
  /** The worker retries by itself; after this long its browser is rebuilt. */
  readonly offlineRebuildMs: Milliseconds;
  /** Codes shown before the browser closes and a person has to ask for new ones. */
  readonly maxQrCodes: number;
  /** A crashed or hung page has this long to come back by the worker's own reload. */
  readonly pageGraceMs: Milliseconds;
  readonly memorySoftBytes: Bytes;
  readonly memoryHardBytes: Bytes;
  /** A soft limit passed so soon after the start is too low for the session: restarting would not help. */
  readonly memorySettledMs: Milliseconds;
  readonly cpuStuckPercent: CpuPercent;
  readonly cpuStuckMs: Milliseconds;
  readonly loopLagMs: Milliseconds;
  readonly loopLagForMs: Milliseconds;
  /** After this many times its window a condition is acted on even while conversations are in flight. */
  readonly impatience: number;
  readonly profileWarnBytes: Bytes;
  /** Caches can only be pruned while the browser is closed: above this it is closed for that when nothing is in flight. */
  readonly profilePruneBytes: Bytes;
  /** Silence longer than this many times the session's own longest usual gap, and never less than `deafFloorMs`. */
  readonly deafFactor: number;
  readonly deafFloorMs: Milliseconds;
  /** Failed probes in a row before "connected" is called deaf. */
  readonly deafProbes: number;
}

/** How long what only the operator reads is kept, days; 0: for ever. */
export interface KeepPolicy {
  readonly eventsDays: number;
  readonly incidentsDays: number;
  readonly alertsDays: number;
  /** How answers came about (`why`). */
  readonly turnsDays: number;
}

export interface HealthPolicies {
  readonly session: SessionPolicy;
  readonly backoff: BackoffPolicy;
  /** Between tries of what the network keeps from working: for ever, counted by no breaker. */
  readonly network: NetworkPolicy;
  readonly breaker: BreakerPolicy;
  readonly budget: BudgetPolicy;
  readonly admission: AdmissionPolicy;
  readonly start: StartPolicy;
  readonly incident: IncidentPolicy;
  readonly disk: DiskPolicy;
  readonly keep: KeepPolicy;
  /** How long the right to run a session lasts and how it is kept, where servers share a Supabase. */
  readonly lease: Readonly<Record<Failover, LeaseTerm>>;
  readonly node: NodePolicy;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

export const defaultPolicies: HealthPolicies = {
  session: {
    heartbeatEveryMs: 5 * second,
    heartbeatLateMs: 20 * second,
    // First QR after 1.2 to 2 s on a free machine (measured); a loaded one with ten browsers starting is far slower.
    startDeadlineMs: 2 * minute,
    // The library gives up after 180 s by itself, too early for large accounts: stuck syncing is server issue #2512.
    syncDeadlineMs: 15 * minute,
    offlineRebuildMs: 10 * minute,
    maxQrCodes: 12,
    pageGraceMs: 45 * second,
    // An ordinary session is 176 to 241 MB; leaks climb for days to many GB (#2831, #2896).
    memorySoftBytes: 700 * MiB,
    memoryHardBytes: 1200 * MiB,
    memorySettledMs: 15 * minute,
    cpuStuckPercent: 90,
    cpuStuckMs: 5 * minute,
    loopLagMs: 2 * second,
    loopLagForMs: minute,
    impatience: 3,
    // Profiles of 1.8 GB after 48 h were seen (#2686).
    profileWarnBytes: 1 * GiB,
    profilePruneBytes: 2 * GiB,
    deafFactor: 4,
    deafFloorMs: 2 * hour,
    deafProbes: 3,
  },
  backoff: { firstMs: 2 * second, factor: 2, maxMs: 5 * minute, jitter: 0.2, stableMs: 10 * minute },
  network: { firstMs: 5 * second, factor: 2, maxMs: minute, jitter: 0.2, unreachedProbes: 2 },
  breaker: { maxRestarts: 5, windowMs: 10 * minute },
  budget: { maxRestarts: 30, windowMs: 10 * minute },
  admission: {
    // First headless-shell tree 220 MB PSS and a worker of 90 MB, measured.
    assumedBytes: 310 * 1_000_000,
    assumedLightBytes: 90 * 1_000_000,
    growingMs: 15 * second,
    settledMs: 2 * minute,
    fewestMeasured: 1,
    reserveShare: 0.05,
    reserveBytes: 256 * MiB,
    descriptorsOfSession: 8,
    descriptorsOfFleet: 64,
    descriptorsKept: 16,
  },
  start: {
    lightCores: 0.25,
    mostPerCore: 4,
    busyPercent: 85,
    memoryPressure: 10,
    lagMs: 250,
    slowdown: 3,
  },
  incident: {
    windowMs: 90 * second,
    fewestSessions: 3,
    share: 0.5,
    stableMs: minute,
    trialMs: 3 * minute,
    firstTrialMs: 2 * minute,
    trialFactor: 2,
    maxTrialMs: 15 * minute,
    backShare: 0.8,
  },
  disk: {
    at: {
      warn: 85,
      'cut-logs': 90,
      'prune-caches': 93,
      'pause-backups': 95,
      'release-reserve': 98,
      'stop-replies': 99,
    },
    hysteresis: 1,
    onlyBelowFree: {
      warn: 20 * GiB,
      'cut-logs': 10 * GiB,
      'prune-caches': 5 * GiB,
      'pause-backups': 5 * GiB,
      'release-reserve': 512 * MiB,
      'stop-replies': 256 * MiB,
    },
    reserveBytes: 32 * MiB,
  },
  keep: { eventsDays: 365, incidentsDays: 365, alertsDays: 365, turnsDays: 365 },
  lease: leaseTerms,
  // A container that is replaced is away for 33 s (measured on three engines), a lease that another may take lasts 90.
  node: { graceMs: 2 * minute },
};
