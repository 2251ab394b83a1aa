import { availableParallelism } from 'node:os';
import { encrypt } from '../backup/encryption.ts';
import type { HomeMark } from '../home/home-mark.ts';
import type { HomePaths } from '../home/home-paths.ts';
import type { Logger } from '../log/logger.ts';
import type { FleetParts } from '../orchestrator/door/fleet-parts.ts';
import { workerScript } from '../orchestrator/process/entry-scripts.ts';
import { createPortAllocator, type PortAllocator } from '../orchestrator/process/port-allocator.ts';
import { connectProcessManager, type ProcessManager } from '../orchestrator/process/process-manager.ts';
import { createWorkerRunner } from '../orchestrator/process/worker-runner.ts';
import type { SealArchive } from '../orchestrator/profile/login-archive.ts';
import { createSessionOrchestrator, type SessionOrchestrator } from '../orchestrator/reconcile/session-orchestrator.ts';
import { createFleetState, type FleetState } from '../orchestrator/state/fleet-state.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import { createSessionBook, type SessionBook } from '../orchestrator/state/session-book.ts';
import { readPolicies } from '../orchestrator/watch/policies-file.ts';
import type { FleetInfo } from '../protocol/fleet.ts';
import type { MasterConfig } from '../protocol/launch-request.ts';
import { fleetModels } from '../session/default-models.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { AiProviderName } from '../session/session-config.ts';
import { serverName } from '../settings/server-name.ts';
import { parseSettings, type Secrets, type Settings } from '../settings/settings.ts';
import { settingsFingerprint } from '../settings/settings-fingerprint.ts';
import { fleetTimeZone } from '../settings/time-zone.ts';
import { version } from '../settings/version.ts';
import { refuseLostStore } from '../store/integrity/lost-store.ts';
import { openStore, type Store } from '../store/store.ts';
import { storeFaultOf } from '../store/store-fault.ts';
import { createStoreFaults, type StoreFaults } from '../store/store-faults.ts';
import { bundleSetup } from './bundles/bundle-setup.ts';
import { createLoginTravel, type LoginTravel } from './bundles/login-travel.ts';
import type { OpenLogins } from './bundles/open-logins.ts';
import { type Checkpointer, createCheckpointer } from './checkpoint/checkpointer.ts';
import { createDescriptorReader, type DescriptorReader } from './descriptor-reader.ts';
import { createJobBoard } from './jobs/job-board.ts';
import { createJobRunner, type JobRunner } from './jobs/job-runner.ts';
import type { MasterEnding } from './master-end.ts';
import { openReplicaRoom, type ReplicaRoom } from './replica-room.ts';
import { createResourceLoop, type ResourceLoop } from './resource-loop.ts';
import { workerEnvironment } from './worker-environment.ts';
import { createWorkerEvents } from './worker-events.ts';

/** What every room of the master is made of. Nothing of it acts by itself before its room begins. */
export interface MasterParts extends FleetParts {
  /** How it was started. */
  readonly config: MasterConfig;
  readonly secrets: Secrets;
  /** Shows that FLEET_HOME went away. */
  readonly home: HomeMark;
  readonly log: Logger;
  /** The same log, for those that take one function. */
  readonly logLine: LogLine;
  readonly policies: ReturnType<typeof readPolicies>;
  readonly pm2: ProcessManager;
  readonly replica: ReplicaRoom;
  readonly resources: ResourceLoop;
  readonly jobs: JobRunner;
  /** Null: no login travels. */
  readonly logins: OpenLogins | null;
  readonly travel: LoginTravel;
  readonly checkpointer: Checkpointer;
  /** Open files of PM2's daemon and of this master. */
  readonly descriptors: DescriptorReader;
  /** What the store says of itself, statement by statement. */
  readonly storeFaults: StoreFaults;
}

type LogLine = (
  level: 'debug' | 'info' | 'warn' | 'error',
  text: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

export interface MasterOptions {
  readonly paths: HomePaths;
  readonly config: MasterConfig;
  readonly secrets: Secrets;
  readonly home: HomeMark;
  readonly log: Logger;
  readonly ending: MasterEnding;
}

/** The model that a row shows; what answers without a service has none. */
const modelOf = (settings: Settings, provider: AiProviderName): string =>
  provider === 'openai' || provider === 'gemini' ? fleetModels(settings)[provider] : '';

const sealWith = (passphrase: string | undefined): SealArchive | null =>
  passphrase === undefined ? null : (source) => encrypt(source, passphrase);

/** The fleet's line before anything was measured or asked. */
const firstInfo = (options: MasterOptions, settings: Settings, store: Store): FleetInfo => ({
  fleetId: store.fleetId,
  version,
  host: serverName(settings),
  node: serverName(settings),
  timeZone: fleetTimeZone(settings),
  demo: options.config.demo,
  home: options.paths.home,
  masterPid: process.pid,
  startedAt: Date.now(),
  settingsFingerprint: settingsFingerprint(settings, options.secrets),
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

type ForLogins = Pick<MasterParts, 'settings' | 'store' | 'book' | 'jobs' | 'replica' | 'now'>;

/** Before any session starts: one of them may wait for its login. */
const openTravellingLogins = async (
  { paths, config, secrets, log }: MasterOptions,
  parts: ForLogins,
): Promise<OpenLogins | null> => {
  const setup = bundleSetup(parts.settings, secrets, config.demo);
  if (!setup.ready) return null;

  // A fleet without a group loads none of it.
  const { openLogins } = await import('./bundles/open-logins.ts');
  const { store, book, jobs, replica, now } = parts;
  const isElsewhere = (session: ManagedSession): boolean => replica.nodeOf(session) !== null;
  return openLogins(setup, {
    host: serverName(parts.settings),
    paths,
    store,
    book,
    jobs,
    log,
    now,
    epochOf: replica.epochOf,
    isElsewhere,
  });
};

/** What lies on disk and what is seen of it: needs no process. */
const openBooks = async (options: MasterOptions, store: Store, storeFaults: StoreFaults) => {
  const { paths, config, secrets, home, log } = options;
  const now = Date.now;
  const settings = parseSettings(config.raw);
  const logLine: LogLine = (level, text, fields) => log[level](text, fields);

  const policies = readPolicies(paths);
  const book: SessionBook = createSessionBook(store, now, (error) =>
    log.warn('the store does not take an entry', { error: messageOf(error) }),
  );
  const travel = createLoginTravel();
  const replica = await openReplicaRoom({
    settings,
    secrets,
    paths,
    store,
    book,
    lease: policies.lease,
    graceMs: policies.node.graceMs,
    demo: config.demo,
    travel,
    now,
    log,
  });
  const state: FleetState = createFleetState({
    store,
    book,
    info: firstInfo(options, settings, store),
    defaultModel: (provider) => modelOf(settings, provider),
    nodeOf: replica.nodeOf,
    memorySoftBytes: policies.session.memorySoftBytes,
    now,
    onProblem: (error) => {
      // Once a second; what is wrong with the store is said once (store-watch-room.ts).
      if (storeFaultOf(error) === null) log.error('the fleet could not be looked at', { error: messageOf(error) });
    },
  });
  const resources = createResourceLoop({
    paths,
    sessions: book.all,
    maxSessions: settings.MAX_SESSIONS,
    publish: state.setResources,
    onProblem: (error) => log.warn('the machine could not be measured', { error: messageOf(error) }),
    now,
  });

  const board = createJobBoard(state.setJobs, now);
  const jobs = createJobRunner({ store, board, now, log: logLine });
  const logins = await openTravellingLogins(options, { settings, store, book, jobs, replica, now });
  if (logins !== null) travel.serve(logins.travel);
  const checkpointer = createCheckpointer(store.database, logLine);
  const descriptors = createDescriptorReader(paths);
  return {
    paths,
    config,
    secrets,
    home,
    settings,
    policies,
    store,
    book,
    replica,
    state,
    resources,
    jobs,
    logins,
    travel,
    forgetLogin: travel.forget,
    checkpointer,
    descriptors,
    storeFaults,
    demo: config.demo,
    sealArchive: sealWith(secrets.BACKUP_PASSPHRASE),
    log,
    logLine,
    now,
  };
};

type Books = Awaited<ReturnType<typeof openBooks>>;

const createOrchestrator = (
  { config }: MasterOptions,
  books: Books,
  pm2: ProcessManager,
  ports: PortAllocator,
): SessionOrchestrator => {
  const { paths, settings, store, book, replica, resources, descriptors, demo, logLine, now } = books;

  const runner = createWorkerRunner({
    paths,
    store,
    book,
    pm2,
    ports,
    script: config.workerScript ?? workerScript(),
    environment: workerEnvironment(config, paths),
    demo,
    now,
  });

  return createSessionOrchestrator({
    store,
    book,
    pm2,
    ports,
    runner,
    maxSessions: settings.MAX_SESSIONS,
    startingAtOnce: Math.max(1, availableParallelism()),
    room: () => ({
      machine: resources.machine(),
      memoryOf: resources.memoryOf,
      descriptors: descriptors.room(),
    }),
    policies: books.policies,
    ...(replica.permit === undefined ? {} : { permit: replica.permit }),
    now,
    log: logLine,
  });
};

/** PM2, and the sessions as its processes. */
const openProcesses = async (
  options: MasterOptions,
  books: Books,
): Promise<Pick<MasterParts, 'pm2' | 'orchestrator'>> => {
  const ports = createPortAllocator(books.settings.BASE_PORT);
  const events = createWorkerEvents(() => options.ending.ask({ kind: 'daemon-lost' }));

  const pm2 = await connectProcessManager(options.paths, { mayStartDaemon: false, listeners: events.listeners });
  try {
    const orchestrator = createOrchestrator(options, books, pm2, ports);
    events.deliverTo(orchestrator);

    return { pm2, orchestrator };
  } catch (error) {
    await pm2.close();
    throw error;
  }
};

/** Throws `FleetError`, and leaves nothing open then. */
export const openParts = async (options: MasterOptions): Promise<MasterParts> => {
  // An empty store beside logins and backups would be an empty fleet, and nobody would be told.
  refuseLostStore(options.paths);
  const storeFaults = createStoreFaults();
  const store = openStore(options.paths.database, { onFault: storeFaults.report });
  try {
    const books = await openBooks(options, store, storeFaults);
    const processes = await openProcesses(options, books);

    return { ...books, ...processes };
  } catch (error) {
    store.close();
    throw error instanceof FleetError ? error : new FleetError('failed', messageOf(error), { cause: error });
  }
};
