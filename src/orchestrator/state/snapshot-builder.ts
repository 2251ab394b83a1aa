import type {
  Banner,
  FleetInfo,
  FleetSnapshot,
  FleetTrends,
  Incident,
  SessionResources,
  SessionRow,
} from '../../protocol/fleet.ts';
import type { GroupState } from '../../protocol/group.ts';
import type { CanaryStanding } from '../../session/canary.ts';
import type { JobProgress } from '../../session/job.ts';
import type { ProbeStanding } from '../../session/probe.ts';
import type { FleetEvent } from '../../session/records.ts';
import type { AiProviderName } from '../../session/session-config.ts';
import type { StoreFaultCode } from '../../session/store-trouble.ts';
import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import type { SessionActivity, SessionNormal } from '../../store/activity-queries.ts';
import type { Store } from '../../store/store.ts';
import { storeFaultOf } from '../../store/store-fault.ts';
import type { ManagedSession } from './managed-session.ts';
import type { SessionBook } from './session-book.ts';
import { keepIdentity, type RowHistory, rowOf } from './session-row.ts';

/** What others say of the fleet, as it stands now: the builder reads it each time. */
export interface FleetFacts {
  info: FleetInfo;
  resources: ReadonlyMap<string, SessionResources>;
  incidents: readonly Incident[];
  /** Of other servers that are gone. */
  goneIncidents: readonly Incident[];
  readonly banners: Map<string, Banner>;
  jobs: readonly JobProgress[];
  /** What is wrong with the store. What was read of it before is shown on. */
  storeFault: StoreFaultCode | null;
  /** What each session did over time, and all of them together. */
  history: ReadonlyMap<string, RowHistory>;
  trends: FleetTrends | null;
  /** Of the sessions that a mystery customer asks. */
  probes: ReadonlyMap<string, ProbeStanding>;
  /** Of the sessions that a change is tried in. */
  canaries: ReadonlyMap<string, CanaryStanding>;
  /** Null: nothing is shared with another server. */
  group: GroupState | null;
}

/** Makes snapshots of what the book, the store and the facts say; whatever did not change keeps its identity. */
export interface SnapshotBuilder {
  row(session: ManagedSession): SessionRow;
  activityOf(sessionId: string): SessionActivity | null;
  /** Reads from the store what sessions did. */
  readActivity(): void;
  /** `before` itself when nothing has changed. */
  build(sequence: number, before: FleetSnapshot | null): FleetSnapshot;
}

/** What is normal for an hour changes slowly. */
const normalEvery: Milliseconds = 300_000;
const shownEvents = 50;

/** The AI services of the fleet in one light: what one of them refuses is said; `off` when no session uses one. */
const aiLightOf = (sessions: readonly SessionRow[]): FleetInfo['health']['ai'] => {
  const asking = sessions.filter(({ provider }) => provider !== 'echo' && provider !== 'none');
  const worst = asking.find(({ ai }) => ai.status === 'bad') ?? asking.find(({ ai }) => ai.status === 'warn') ?? null;
  if (worst !== null) return { status: worst.ai.status, reason: worst.ai.reason, code: worst.ai.code };
  return { status: asking.length === 0 ? 'off' : 'ok', reason: null };
};

const sumOf = (activity: ReadonlyMap<string, SessionActivity>) => {
  const sum = { messagesIn: 0, messagesOut: 0, costUsd: 0 };
  for (const each of activity.values()) {
    sum.messagesIn += each.receivedLastMinute;
    sum.messagesOut += each.sentLastMinute;
    sum.costUsd += each.costTodayUsd;
  }

  return sum;
};

export const createSnapshotBuilder = (options: {
  readonly store: Store;
  readonly book: SessionBook;
  readonly facts: FleetFacts;
  readonly defaultModel: (provider: AiProviderName) => string;
  /** The server that has a session, when that is another one. */
  readonly nodeOf?: (session: ManagedSession) => string | null;
  /** Above it a session is restarted at rest. */
  readonly memorySoftBytes?: Bytes;
  readonly now: () => EpochMs;
}): SnapshotBuilder => {
  const { store, book, facts, now } = options;
  let activity: ReadonlyMap<string, SessionActivity> = new Map();
  let normal: ReadonlyMap<string, SessionNormal> = new Map();
  let normalAt = Number.NEGATIVE_INFINITY;
  let events: readonly FleetEvent[] = [];
  let rows: ReadonlyMap<string, SessionRow> = new Map();

  const row = (session: ManagedSession): SessionRow => {
    const { id } = session.stored;
    const fresh = rowOf(session, {
      activity: activity.get(id) ?? null,
      normal: normal.get(id) ?? null,
      resources: facts.resources.get(id) ?? null,
      history: facts.history.get(id) ?? null,
      probe: facts.probes.get(id) ?? null,
      canary: facts.canaries.get(id) ?? null,
      memorySoftBytes: options.memorySoftBytes ?? null,
      defaultModel: options.defaultModel,
      node: options.nodeOf?.(session) ?? null,
      storeFault: facts.storeFault,
      now: now(),
    });
    const before = rows.get(id);

    return before === undefined ? fresh : keepIdentity(before, fresh);
  };

  const readEvents = (): void => {
    const newest = events[0]?.id ?? 0;
    try {
      if (store.events.newestId() === newest) return;

      events = keepIdentity(events, store.events.list({ limit: shownEvents }));
    } catch (error) {
      // A store at fault must not keep the snapshot back that says so.
      if (storeFaultOf(error) === null) throw error;
    }
  };

  return {
    row,
    activityOf: (sessionId) => activity.get(sessionId) ?? null,
    readActivity: () => {
      const ids = book.all().map((session) => session.stored.id);
      activity = store.activity.activityOf(ids, now());
      if (now() - normalAt < normalEvery && now() >= normalAt) return;

      normalAt = now();
      normal = store.activity.normalOf(ids, now());
    },
    build: (sequence, before) => {
      readEvents();
      const sessions = book
        .all()
        .map(row)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      rows = new Map(sessions.map((each) => [each.id, each]));

      const { info } = facts;
      const { messagesIn, messagesOut, costUsd } = sumOf(activity);
      const fresh: FleetSnapshot = {
        sequence,
        fleet: {
          ...info,
          health: { ...info.health, ai: aiLightOf(sessions) },
          messagesPerMinute: { in: messagesIn, out: messagesOut },
          aiToday: { costUsd, budgetUsd: info.aiToday.budgetUsd },
        },
        sessions,
        // This server's own first: what can be done about it can be done here.
        incidents: [...facts.incidents, ...facts.goneIncidents],
        banners: [...facts.banners.values()],
        jobs: facts.jobs,
        events,
        trends: facts.trends,
        ...(facts.group === null ? {} : { group: facts.group }),
      };
      if (before === null) return fresh;

      const kept = keepIdentity(before, { ...fresh, sequence: before.sequence });
      return kept === before ? before : { ...kept, sequence };
    },
  };
};
