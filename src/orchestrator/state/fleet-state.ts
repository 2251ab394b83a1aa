import { createBeat } from '../../pace/beat.ts';
import type {
  Banner,
  FleetInfo,
  FleetSnapshot,
  FleetTrends,
  Incident,
  MachineInfo,
  SessionResources,
  SessionRow,
} from '../../protocol/fleet.ts';
import type { GroupState } from '../../protocol/group.ts';
import type { CanaryStanding } from '../../session/canary.ts';
import type { JobProgress } from '../../session/job.ts';
import type { ProbeStanding } from '../../session/probe.ts';
import type { AiProviderName } from '../../session/session-config.ts';
import { type StoreFaultCode, storeFaultSentence } from '../../session/store-trouble.ts';
import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import type { SessionActivity } from '../../store/activity-queries.ts';
import type { Store } from '../../store/store.ts';
import type { ManagedSession } from './managed-session.ts';
import type { SessionBook } from './session-book.ts';
import { keepIdentity, type RowHistory } from './session-row.ts';
import { createSnapshotBuilder, type FleetFacts } from './snapshot-builder.ts';

/** Everything that is seen of the fleet, folded into one immutable snapshot. */
export interface FleetState {
  getSnapshot(): FleetSnapshot;
  subscribe(listener: () => void): () => void;
  /** The row as it is now, changes that were not yet published included. */
  row(session: ManagedSession): SessionRow;
  /** Publish soon: changes of one tick become one snapshot. */
  touch(): void;
  /** Publishes now what `touch` would publish soon: an answer never comes before what it is about. */
  flush(): void;
  activityOf(sessionId: string): SessionActivity | null;
  /** Reads activity from the store now, e.g. after a command that changed it. */
  readActivity(): void;
  setResources(resources: ReadonlyMap<string, SessionResources>, machine: MachineInfo | null): void;
  /** What rows and trends say of the past. */
  setHistory(history: ReadonlyMap<string, RowHistory>, trends: FleetTrends): void;
  /** What mystery customers found. */
  setProbes(probes: ReadonlyMap<string, ProbeStanding>): void;
  /** What runs in a part of the chats, or waits for a person to decide. */
  setCanaries(canaries: ReadonlyMap<string, CanaryStanding>): void;
  setIncidents(incidents: readonly Incident[]): void;
  /** Of other servers that are gone. */
  setGoneIncidents(incidents: readonly Incident[]): void;
  setJobs(jobs: readonly JobProgress[]): void;
  setGroup(group: GroupState): void;
  setBanner(banner: Omit<Banner, 'since'>): void;
  clearBanner(id: string): void;
  /** The light of the store, and what every row says while it is red; null: it is well. */
  setStoreFault(fault: StoreFaultCode | null): void;
  /** Changes parts of the fleet's line: lights, API address. */
  setInfo(changes: Partial<FleetInfo>): void;
  /** Reads activity and new events from the store, now and once a second. */
  begin(): void;
  close(): void;
}

export interface FleetStateOptions {
  readonly store: Store;
  readonly book: SessionBook;
  readonly info: FleetInfo;
  readonly defaultModel: (provider: AiProviderName) => string;
  /** The server that has a session, when that is another one. */
  readonly nodeOf?: (session: ManagedSession) => string | null;
  /** Above it a session is restarted at rest. */
  readonly memorySoftBytes?: Bytes;
  readonly now: () => EpochMs;
  readonly onProblem: (error: unknown) => void;
}

const refreshEvery: Milliseconds = 1000;
/** Changes within this time become one snapshot: at most 20 a second reach a client. */
const foldWithin: Milliseconds = 50;

/** Whether another process has written since the last call; our own writes are told by the book. */
const createWriteWatch = (store: Store): (() => boolean) => {
  let last: unknown = null;

  return () => {
    const version = store.database.get<{ data_version: number }>('PRAGMA data_version')?.data_version;
    const isNew = version !== last;
    last = version;

    return isNew;
  };
};

type FactSetters = Pick<FleetState, Extract<keyof FleetState, `set${string}`> | 'clearBanner'>;

/** What others know and rows are made of. */
const factSetters = (facts: FleetFacts, touch: () => void, now: () => EpochMs): FactSetters => {
  const setFact =
    <K extends 'incidents' | 'goneIncidents' | 'jobs' | 'group' | 'probes' | 'canaries'>(part: K) =>
    (next: FleetFacts[K]): void => {
      facts[part] = next;
      touch();
    };

  return {
    setResources: (next, machine) => {
      facts.resources = next;
      facts.info = keepIdentity(facts.info, { ...facts.info, machine });
      touch();
    },
    setHistory: (history, trends) => {
      facts.history = history;
      facts.trends = trends;
      touch();
    },
    setProbes: setFact('probes'),
    setCanaries: setFact('canaries'),
    setIncidents: setFact('incidents'),
    setGoneIncidents: setFact('goneIncidents'),
    setJobs: setFact('jobs'),
    setGroup: setFact('group'),
    setBanner: (banner) => {
      const old = facts.banners.get(banner.id);
      facts.banners.set(banner.id, { ...banner, since: old?.since ?? now() });
      touch();
    },
    clearBanner: (id) => {
      if (facts.banners.delete(id)) touch();
    },
    setStoreFault: (fault) => {
      facts.storeFault = fault;
      const store =
        fault === null
          ? ({ status: 'ok', reason: null } as const)
          : ({ status: 'bad', reason: storeFaultSentence(fault) } as const);
      facts.info = { ...facts.info, health: { ...facts.info.health, store } };
      touch();
    },
    setInfo: (changes) => {
      facts.info = { ...facts.info, ...changes };
      touch();
    },
  };
};

export const createFleetState = (options: FleetStateOptions): FleetState => {
  const { store, book, now, onProblem } = options;
  const facts: FleetFacts = {
    info: options.info,
    resources: new Map(),
    incidents: [],
    goneIncidents: [],
    banners: new Map(),
    jobs: [],
    storeFault: null,
    history: new Map(),
    trends: null,
    probes: new Map(),
    canaries: new Map(),
    group: null,
  };
  const builder = createSnapshotBuilder({ ...options, facts });
  const othersWrote = createWriteWatch(store);
  const listeners = new Set<() => void>();
  let folding: NodeJS.Timeout | null = null;
  let snapshot = builder.build(1, null);

  const fold = (): void => {
    folding = null;
    try {
      const next = builder.build(snapshot.sequence + 1, snapshot);
      if (next === snapshot) return;
      snapshot = next;
    } catch (error) {
      // The store refused for a moment; the next second tries again.
      onProblem(error);
      return;
    }
    for (const listener of [...listeners]) listener();
  };
  const touch = (): void => {
    folding ??= setTimeout(fold, foldWithin);
  };
  const unsubscribe = book.onChange(touch);

  const refresh = createBeat({
    look: () => {
      try {
        if (othersWrote()) book.refresh();
        builder.readActivity();
      } finally {
        // Also when the store refused: what is shown of it may just have changed.
        touch();
      }
    },
    everyMs: refreshEvery,
    firstMs: 0,
    withinMs: refreshEvery,
    onProblem,
  });

  return {
    getSnapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    row: builder.row,
    touch,
    flush: () => {
      if (folding === null) return;
      clearTimeout(folding);
      fold();
    },
    activityOf: builder.activityOf,
    readActivity: () => {
      builder.readActivity();
      touch();
    },
    ...factSetters(facts, touch, now),
    begin: refresh.begin,
    close: () => {
      unsubscribe();
      void refresh.close();
      if (folding !== null) clearTimeout(folding);
      folding = null;
    },
  };
};
