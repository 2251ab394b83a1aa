import { existsSync, statSync } from 'node:fs';
import { type HomePaths, masterLock, profileLock } from '../home/home-paths.ts';
import { isLocked } from '../home/lock.ts';
import { allCanaries, newestCanary } from '../master/canary/canary-summary.ts';
import { masterLog } from '../master/master-files.ts';
import { probeLineOf } from '../master/probes/probe-lines.ts';
import { probeStandingOf } from '../master/probes/probe-standing.ts';
import { newestProposal, proposalLines } from '../master/proposals/proposal-view.ts';
import { newestRehearsal } from '../master/rehearsal/newest-rehearsal.ts';
import { replicaProblem } from '../master/replica-problem.ts';
import { createFileReads } from '../orchestrator/door/file-methods.ts';
import type { FleetHandlers } from '../orchestrator/door/handlers.ts';
import { createHistoryMethods } from '../orchestrator/door/history-methods.ts';
import { createKnowledgeReads } from '../orchestrator/door/knowledge-methods.ts';
import { createLessonMethods } from '../orchestrator/door/lesson-methods.ts';
import { createRecordMethods } from '../orchestrator/door/record-methods.ts';
import { detailsOf, versionOf } from '../orchestrator/door/session-details.ts';
import { sessionIdOf } from '../orchestrator/door/session-id-of.ts';
import { silencesOf } from '../orchestrator/door/silence-methods.ts';
import { createManagedSession } from '../orchestrator/state/managed-session.ts';
import { createSessionBook, type SessionBook } from '../orchestrator/state/session-book.ts';
import { createSnapshotBuilder, type SnapshotBuilder } from '../orchestrator/state/snapshot-builder.ts';
import type { Fleet } from '../protocol/door.ts';
import type { FleetInfo, SessionDetails, StoreStatus } from '../protocol/fleet.ts';
import { type FleetMethod, fleetRequests } from '../protocol/fleet-api.ts';
import { fleetModels } from '../session/default-models.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { SessionState } from '../session/session-state.ts';
import type { EpochMs } from '../session/units.ts';
import { readAiKeys } from '../settings/ai-keys.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { serverName } from '../settings/server-name.ts';
import { settingsFingerprint } from '../settings/settings-fingerprint.ts';
import { fleetTimeZone } from '../settings/time-zone.ts';
import { version } from '../settings/version.ts';
import { refuseLostStore } from '../store/integrity/lost-store.ts';
import { openStoreToRead } from '../store/read-store.ts';
import { createReplicaCursor } from '../store/replica/replica-cursor.ts';
import type { StoredSession } from '../store/session-store.ts';
import type { Store } from '../store/store.ts';
import { firstIssue } from '../words/first-issue.ts';
import { createStoppedChanges } from './stopped-changes.ts';

/**
 * A fleet without a master, for whoever looks: the door's queries are answered from the store and the logs, both opened to be read. No
 * process is started and no file is made.
 */

/** These were so before the fleet was stopped, and will be when it runs again. */
const lasting: ReadonlySet<SessionState> = new Set(['failed', 'logged_out', 'held', 'waiting', 'stopped']);

const isHeld = (lock: string): boolean => existsSync(lock) && isLocked(lock);

/** When anything was written last: after that nobody has seen a session. */
const lastSignOf = ({ database }: HomePaths): EpochMs =>
  Math.max(...[database, `${database}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0));

/** What the store says was so when the master was there; a session whose worker is gone does not run, whatever was seen of it last. */
const asStopped = (stored: StoredSession, lastSign: EpochMs): StoredSession => {
  const wanted = stored.desiredState === 'running';
  if (lasting.has(stored.state) && !(stored.state === 'stopped' && wanted)) return stored;

  return {
    ...stored,
    state: 'stopped',
    stateSince: stored.state === 'stopped' ? stored.stateSince : Math.max(stored.stateSince, Math.floor(lastSign)),
    reasonCode: wanted ? 'fleet-stopped' : null,
    reason: wanted ? 'runs again with the fleet' : null,
  };
};

const infoOf = ({ settings, paths }: LoadedSettings, store: Store): FleetInfo => ({
  fleetId: store.fleetId,
  version,
  host: serverName(settings),
  node: serverName(settings),
  timeZone: '',
  demo: false,
  home: paths.home,
  masterPid: 0,
  startedAt: 0,
  settingsFingerprint: '',
  maxSessions: settings.MAX_SESSIONS,
  publicUrl: settings.PUBLIC_URL ?? null,
  apiUrl: null,
  machine: null,
  health: {
    store: { status: 'ok', reason: null },
    ai: { status: 'off', reason: null },
    alerts: { status: 'off', reason: null },
    replica: null,
  },
  messagesPerMinute: { in: 0, out: 0 },
  aiToday: { costUsd: 0, budgetUsd: settings.AI_DAILY_BUDGET_USD ?? null },
});

/** With what few ask for, when they do: the library of time zones takes 35 ms to wake and `crypto` 11, a sixth of an `ls`. */
const askedForLater = (info: FleetInfo, { settings, secrets }: LoadedSettings): FleetInfo => ({
  ...info,
  get timeZone() {
    return fleetTimeZone(settings);
  },
  get settingsFingerprint() {
    return settingsFingerprint(settings, secrets);
  },
});

const storeStatusOf = ({ settings, secrets }: LoadedSettings, store: Store): StoreStatus => {
  const problem = replicaProblem(settings, secrets);
  const configured = settings.SUPABASE_URL !== undefined && problem === null;
  const waitingRows = configured ? store.changes.countSince(createReplicaCursor(store.database).readFrom()) : 0;

  return {
    configured,
    problem,
    host: serverName(settings),
    replica: configured ? { status: 'away', since: Date.now(), waitingRows, reason: 'the fleet is stopped' } : null,
    offered: [],
  };
};

interface Parts {
  readonly loaded: LoadedSettings;
  readonly store: Store;
  readonly book: SessionBook;
  readonly builder: SnapshotBuilder;
}

const detailsOfSession = ({ loaded, store, book, builder }: Parts, name: string): SessionDetails =>
  detailsOf({ store, state: builder }, book.get(name), ({ id }) => readAiKeys(loaded.paths)[id] !== undefined);

/** The queries that need no master. */
const readersOf = ({ loaded, store, book, builder }: Parts): Partial<FleetHandlers> => {
  const { paths } = loaded;
  const parts = { paths, store, book, now: Date.now };
  const { totals, usage, chats, why, events, logs } = createRecordMethods(parts, masterLog(paths));

  return {
    totals,
    usage,
    chats,
    why,
    events,
    logs,
    ...createHistoryMethods({ ...parts, timeZone: fleetTimeZone(loaded.settings) }),
    session: ({ name }) => detailsOfSession({ loaded, store, book, builder }, name),
    code: ({ name }) => ({ qr: null, pairing: null, row: builder.row(book.get(name)) }),
    promptHistory: ({ name }) => {
      const session = book.get(name);
      const history = store.sessions.instructionsHistory(session.stored.id);
      return { versions: history.map((each) => versionOf(session, each)) };
    },
    silences: ({ name }) => silencesOf(parts, name),
    lessons: createLessonMethods(parts).lessons,
    canary: ({ name }) => newestCanary(store, sessionIdOf(parts, name), Date.now()),
    canaries: () => allCanaries(store, Date.now()),
    ...createKnowledgeReads(parts),
    ...createFileReads(parts),
    rehearsal: ({ name, limit }) => newestRehearsal(store, sessionIdOf(parts, name), limit),
    probes: ({ name }) => {
      const id = name === undefined ? null : book.get(name).stored.id;
      const timeZone = fleetTimeZone(loaded.settings);
      const plans = store.probes.plans().filter(({ sessionId }) => id === null || sessionId === id);
      return {
        probes: plans.map((plan) => {
          const fromName = book.byId(plan.fromId)?.stored.name ?? plan.fromId;
          const about = { fromName, timeZone, waitsFor: 'the fleet is stopped', now: Date.now() };
          return probeLineOf(parts, probeStandingOf(store, plan, about), plan);
        }),
      };
    },
    proposal: ({ name }) => ({ proposal: newestProposal(parts, book.get(name).stored) }),
    proposals: () => ({ proposals: proposalLines(parts, book) }),
    drafts: ({ name }) => ({ drafts: store.chats.drafts(name === undefined ? undefined : sessionIdOf(parts, name)) }),
    storeStatus: () => storeStatusOf(loaded, store),
  };
};

/** What may be said while nothing runs, and counts when it does. */
const changersOf = (parts: Parts): Partial<FleetHandlers> => {
  const { book, builder } = parts;
  const { paths } = parts.loaded;
  const lastSign = lastSignOf(paths);

  return createStoppedChanges({
    paths,
    get: (name) => book.get(name).stored,
    rowOf: (stored) => builder.row(createManagedSession(asStopped(stored, lastSign))),
    detailsOf: (name) => detailsOfSession(parts, name),
  });
};

const openBook = (store: Store, paths: HomePaths, alive: ReadonlySet<string>): SessionBook => {
  const lastSign = lastSignOf(paths);
  const list = (): StoredSession[] =>
    store.sessions.list().map((stored) => (alive.has(stored.name) ? stored : asStopped(stored, lastSign)));

  return createSessionBook({ ...store, sessions: { ...store.sessions, list } }, Date.now);
};

const wordsOf = (paths: HomePaths, alive: number): string => {
  if (isHeld(masterLock(paths)))
    return 'a master runs, but its door does not answer; this is what the store says. See: zap-fleet doctor';
  if (alive === 1) return 'no master runs; 1 bot goes on by itself, and nothing heals it. Start it with: zap-fleet';
  if (alive > 1)
    return `no master runs; ${alive} bots go on by themselves, and nothing heals them. Start it with: zap-fleet`;
  return 'the fleet is stopped';
};

const asRefusal = (error: unknown, paths: HomePaths): FleetError =>
  error instanceof FleetError
    ? error
    : new FleetError('failed', `cannot read ${paths.database}: ${messageOf(error)}. See: zap-fleet doctor`, {
        cause: error,
      });

const openParts = (loaded: LoadedSettings, store: Store): Parts & { readonly alive: ReadonlySet<string> } => {
  const { paths, settings } = loaded;
  const alive = new Set<string>(
    store.sessions.list().flatMap(({ name }) => (isHeld(profileLock(paths, name)) ? [name] : [])),
  );
  const book = openBook(store, paths, alive);
  const builder = createSnapshotBuilder({
    store,
    book,
    facts: {
      info: infoOf(loaded, store),
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
    },
    defaultModel: (provider) => (provider === 'openai' || provider === 'gemini' ? fleetModels(settings)[provider] : ''),
    now: Date.now,
  });
  builder.readActivity();

  return { loaded, store, book, builder, alive };
};

export interface StoppedFleet {
  readonly fleet: Fleet;
  /** How it stands, for a person. */
  readonly words: string;
  /** No master and no bot lives. */
  readonly isWhole: boolean;
}

/** `mayChange`: what a session does when it runs may be changed. Throws `failed` or `unavailable` when there is a store that cannot be read. */
export const openStoppedFleet = (
  loaded: LoadedSettings,
  options: { readonly mayChange: boolean } = { mayChange: false },
): StoppedFleet => {
  const { paths } = loaded;
  // An empty table would say that there never was a session.
  refuseLostStore(paths);
  const store = openStoreToRead(paths.database);
  try {
    const parts = openParts(loaded, store);
    let readers: Partial<FleetHandlers> | null = null;
    const readersNow = (): Partial<FleetHandlers> => {
      readers ??= { ...readersOf(parts), ...(options.mayChange ? changersOf(parts) : {}) };
      return readers;
    };
    const built = parts.builder.build(1, null);
    const snapshot = { ...built, fleet: askedForLater(built.fleet, loaded) };
    const words = wordsOf(paths, parts.alive.size);

    const fleet: Fleet = {
      getSnapshot: () => snapshot,
      subscribe: () => () => undefined,
      request: async (method: FleetMethod, params: unknown) => {
        // The handler of a method takes exactly what its schema gives.
        const read = readersNow()[method] as ((value: unknown) => unknown) | undefined;
        if (read === undefined) throw new FleetError('refused-by-state', `${words}. Start it with: zap-fleet`);

        const parsed = fleetRequests[method].safeParse(params);
        if (!parsed.success) throw new FleetError('usage', firstIssue(method, parsed.error));
        try {
          return (await read(parsed.data)) as never;
        } catch (error) {
          throw asRefusal(error, paths);
        }
      },
      connection: () => ({ state: 'lost', since: Date.now(), reason: words }),
      close: async () => store.close(),
    };
    return { fleet, words, isWhole: parts.alive.size === 0 && !isHeld(masterLock(paths)) };
  } catch (error) {
    store.close();
    throw asRefusal(error, paths);
  }
};
