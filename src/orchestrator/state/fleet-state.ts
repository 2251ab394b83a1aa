import type {
  Banner,
  FleetInfo,
  FleetSnapshot,
  Incident,
  Light,
  MachineInfo,
  SessionResources,
  SessionRow,
} from '../../protocol/fleet.ts';
import type { FleetEvent } from '../../session/records.ts';
import type { AiProviderName } from '../../session/session-config.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { SessionActivity, SessionNormal } from '../../store/activity-queries.ts';
import type { Store } from '../../store/store.ts';
import type { ManagedSession } from './managed-session.ts';
import type { SessionBook } from './session-book.ts';
import { keepIdentity, rowOf } from './session-row.ts';

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
  setResources(resources: ReadonlyMap<string, SessionResources>, machine: MachineInfo | null): void;
  setIncidents(incidents: readonly Incident[]): void;
  setBanner(banner: Omit<Banner, 'since'>): void;
  clearBanner(id: string): void;
  /** Changes parts of the fleet's line: lights, API address. */
  setInfo(changes: Partial<FleetInfo>): void;
  /** Reads activity and new events from the store, now and once a second. */
  begin(): void;
  close(): void;
}

const refreshEvery: Milliseconds = 1000;
/** What is normal for an hour changes slowly. */
const normalEvery: Milliseconds = 300_000;
/** Changes within this time become one snapshot: at most 20 a second reach a client. */
const foldWithin: Milliseconds = 50;
const shownEvents = 50;

/** The AI services of the fleet in one light: what one of them refuses is said; `off` when no session uses one. */
const aiLightOf = (sessions: readonly SessionRow[]): Light => {
  const asking = sessions.filter(({ provider }) => provider === 'openai' || provider === 'gemini');
  const worst = asking.find(({ ai }) => ai.status === 'bad') ?? asking.find(({ ai }) => ai.status === 'warn') ?? null;
  if (worst !== null) return { status: worst.ai.status, reason: worst.ai.reason };
  return { status: asking.length === 0 ? 'off' : 'ok', reason: null };
};

export const createFleetState = (options: {
  readonly store: Store;
  readonly book: SessionBook;
  readonly info: FleetInfo;
  readonly defaultModel: (provider: AiProviderName) => string;
  /** The server that has a session, when that is another one. */
  readonly nodeOf?: (session: ManagedSession) => string | null;
  readonly now: () => EpochMs;
  readonly onProblem: (error: unknown) => void;
}): FleetState => {
  const { store, book, now } = options;
  const listeners = new Set<() => void>();
  let info = options.info;
  let activity: ReadonlyMap<string, SessionActivity> = new Map();
  let normal: ReadonlyMap<string, SessionNormal> = new Map();
  let normalAt = Number.NEGATIVE_INFINITY;
  let resources: ReadonlyMap<string, SessionResources> = new Map();
  let incidents: readonly Incident[] = [];
  const banners = new Map<string, Banner>();
  let events: readonly FleetEvent[] = [];
  let rows: ReadonlyMap<string, SessionRow> = new Map();
  let folding: NodeJS.Timeout | null = null;
  let refreshing: NodeJS.Timeout | null = null;
  let dataVersion: unknown = null;

  const buildRow = (session: ManagedSession): SessionRow => {
    const { id } = session.stored;
    const fresh = rowOf(session, {
      activity: activity.get(id) ?? null,
      normal: normal.get(id) ?? null,
      resources: resources.get(id) ?? null,
      defaultModel: options.defaultModel,
      node: options.nodeOf?.(session) ?? null,
      now: now(),
    });
    const before = rows.get(id);
    return before === undefined ? fresh : keepIdentity(before, fresh);
  };

  const readEvents = (): void => {
    const newest = events[0]?.id ?? 0;
    if (store.events.newestId() === newest) return;
    events = keepIdentity(events, store.events.list({ limit: shownEvents }));
  };

  const readActivity = (): void => {
    const ids = book.all().map((session) => session.stored.id);
    activity = store.activity.activityOf(ids, now());
    if (now() - normalAt >= normalEvery || now() < normalAt) {
      normalAt = now();
      normal = store.activity.normalOf(ids, now());
    }
  };

  const build = (sequence: number, before: FleetSnapshot | null): FleetSnapshot => {
    readEvents();
    const sessions = book
      .all()
      .map(buildRow)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    rows = new Map(sessions.map((row) => [row.id, row]));
    let messagesIn = 0;
    let messagesOut = 0;
    let costUsd = 0;
    for (const each of activity.values()) {
      messagesIn += each.receivedLastMinute;
      messagesOut += each.sentLastMinute;
      costUsd += each.costTodayUsd;
    }
    const fresh: FleetSnapshot = {
      sequence,
      fleet: {
        ...info,
        health: { ...info.health, ai: aiLightOf(sessions) },
        messagesPerMinute: { in: messagesIn, out: messagesOut },
        aiToday: { costUsd, budgetUsd: info.aiToday.budgetUsd },
      },
      sessions,
      incidents,
      banners: [...banners.values()],
      events,
    };
    if (before === null) return fresh;
    const kept = keepIdentity(before, { ...fresh, sequence: before.sequence });
    return kept === before ? before : { ...kept, sequence };
  };

  let snapshot = build(1, null);

  const fold = (): void => {
    folding = null;
    try {
      const next = build(snapshot.sequence + 1, snapshot);
      if (next === snapshot) return;
      snapshot = next;
    } catch (error) {
      // The store refused for a moment; the next second tries again.
      options.onProblem(error);
      return;
    }
    for (const listener of [...listeners]) listener();
  };
  const touch = (): void => {
    folding ??= setTimeout(fold, foldWithin);
  };
  const unsubscribe = book.onChange(touch);

  const refresh = (): void => {
    try {
      // Rises when another process has written; our own writes are told by the book.
      const version = store.database.get<{ data_version: number }>('PRAGMA data_version')?.data_version;
      if (version !== dataVersion) {
        dataVersion = version;
        book.refresh();
      }
      readActivity();
      touch();
    } catch (error) {
      options.onProblem(error);
    }
  };

  return {
    getSnapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    row: buildRow,
    touch,
    flush: () => {
      if (folding === null) return;
      clearTimeout(folding);
      fold();
    },
    activityOf: (sessionId) => activity.get(sessionId) ?? null,
    setResources: (next, machine) => {
      resources = next;
      info = keepIdentity(info, { ...info, machine });
      touch();
    },
    setIncidents: (next) => {
      incidents = next;
      touch();
    },
    setBanner: (banner) => {
      const old = banners.get(banner.id);
      banners.set(banner.id, { ...banner, since: old?.since ?? now() });
      touch();
    },
    clearBanner: (id) => {
      if (banners.delete(id)) touch();
    },
    setInfo: (changes) => {
      info = { ...info, ...changes };
      touch();
    },
    begin: () => {
      refresh();
      refreshing = setInterval(refresh, refreshEvery);
    },
    close: () => {
      unsubscribe();
      if (folding !== null) clearTimeout(folding);
      if (refreshing !== null) clearInterval(refreshing);
      folding = null;
      refreshing = null;
    },
  };
};
