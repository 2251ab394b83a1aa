import { availableParallelism, hostname } from 'node:os';
import { type HomePaths, profileDir } from '../home/home-paths.ts';
import type { Logger } from '../log/logger.ts';
import { createCodeMethods } from '../orchestrator/door/code-methods.ts';
import { createConfigMethods } from '../orchestrator/door/config-methods.ts';
import { createConversationMethods } from '../orchestrator/door/conversation-methods.ts';
import { createFleet } from '../orchestrator/door/fleet.ts';
import type { FleetHandlers, FleetParts } from '../orchestrator/door/fleet-parts.ts';
import { createLifecycleMethods } from '../orchestrator/door/lifecycle-methods.ts';
import { createRemovalMethods } from '../orchestrator/door/removal-methods.ts';
import { workerScript } from '../orchestrator/process/entry-scripts.ts';
import { createPortAllocator } from '../orchestrator/process/port-allocator.ts';
import { connectProcessManager, type ProcessManager } from '../orchestrator/process/process-manager.ts';
import { createWorkerRunner } from '../orchestrator/process/worker-runner.ts';
import { pruneLoginArchives } from '../orchestrator/profile/login-archive.ts';
import { sizeOf } from '../orchestrator/profile/profile-size.ts';
import { createSessionOrchestrator, type SessionOrchestrator } from '../orchestrator/reconcile/session-orchestrator.ts';
import { createFleetState, type FleetState } from '../orchestrator/state/fleet-state.ts';
import { createSessionBook } from '../orchestrator/state/session-book.ts';
import { createHealthMonitor } from '../orchestrator/watch/health-monitor.ts';
import { createIncidentMonitor } from '../orchestrator/watch/incident-monitor.ts';
import { probeOutside } from '../orchestrator/watch/incident-probes.ts';
import { readPolicies } from '../orchestrator/watch/policies-file.ts';
import { cleanEnvironment } from '../protocol/clean-environment.ts';
import type { Fleet } from '../protocol/door.ts';
import type { MasterConfig } from '../protocol/launch-request.ts';
import { fleetModels } from '../session/default-models.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { AiProviderName } from '../session/session-config.ts';
import { readSessionKeys, writeSessionKey } from '../settings/session-keys.ts';
import { parseSettings, type Secrets, type Settings, settingNames, settingsFingerprint } from '../settings/settings.ts';
import { version } from '../settings/version.ts';
import { openStore, type Store } from '../store/store.ts';
import { masterLog } from './master-files.ts';
import { openReplicaRoom, type ReplicaRoom } from './replica-room.ts';
import { type ResourceLoop, startResourceLoop } from './resource-loop.ts';

/** Everything of a fleet that lives in the master, put together. */
export interface OpenFleet {
  readonly fleet: Fleet;
  readonly parts: FleetParts;
  readonly pm2: ProcessManager;
  readonly store: Store;
  readonly settings: Settings;
  readonly state: FleetState;
  readonly orchestrator: SessionOrchestrator;
  readonly replica: ReplicaRoom;
  /** Takes over what runs, brings the rest to its desired state, and begins to look. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

/** Workers have no use for these, and PM2's record keeps whatever they are given. */
const notForWorkers =
  /^(ALERT_|BACKUP_|SUPABASE_|PORT$|PUBLIC_URL$|FLEET_HOST$|BASE_PORT$|MAX_SESSIONS$|PM2_HOME$|SESSION_NAME$|SINGLE_SESSION_MODE$)/;

const workerEnvironment = (config: MasterConfig, paths: HomePaths): Record<string, string> => ({
  ...cleanEnvironment(process.env),
  ...Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = config.raw[name];
      return value === undefined || notForWorkers.test(name) ? [] : [[name, value]];
    }),
  ),
  PM2_LOG_DIR: paths.logs,
  FLEET_HOME: paths.home,
});

const pruneEvery = 6 * 3_600_000;

/** The model that a row shows; what answers without a service has none. */
const modelOf = (settings: Settings, provider: AiProviderName): string =>
  provider === 'openai' || provider === 'gemini' ? fleetModels(settings)[provider] : '';

export const openFleet = async (options: {
  readonly paths: HomePaths;
  readonly config: MasterConfig;
  readonly secrets: Secrets;
  readonly log: Logger;
  /** Methods that rooms above serve: links, alerts, backup. */
  readonly extensions?: (parts: FleetParts, replica: ReplicaRoom) => readonly FleetHandlers[];
  readonly onMasterStop: (sessions: boolean) => void;
  readonly onDaemonLost: () => void;
}): Promise<OpenFleet> => {
  const { paths, config, secrets, log } = options;
  const now = Date.now;
  const settings = parseSettings(config.raw);
  const policies = readPolicies(paths);
  const say = (
    level: 'debug' | 'info' | 'warn' | 'error',
    text: string,
    fields?: Readonly<Record<string, unknown>>,
  ): void => log[level](text, fields);
  const store = openStore(paths.database);
  let pm2: ProcessManager | null = null;
  try {
    const book = createSessionBook(store, now, (error) =>
      log.warn('the disk does not take an entry', { error: messageOf(error) }),
    );
    const ports = createPortAllocator(settings.BASE_PORT);
    const replica = await openReplicaRoom({ settings, secrets, store, book, demo: config.demo, now, log });
    // Made later, and asked only then.
    const listening: { orchestrator: SessionOrchestrator | null; resources: ResourceLoop | null } = {
      orchestrator: null,
      resources: null,
    };
    pm2 = await connectProcessManager(paths, {
      mayStartDaemon: false,
      listeners: {
        onProcess: (event) => listening.orchestrator?.onProcess(event),
        onMessage: (type, data) => listening.orchestrator?.onMessage(type, data),
        onLost: options.onDaemonLost,
      },
    });
    const runner = createWorkerRunner({
      paths,
      store,
      book,
      pm2,
      ports,
      script: config.workerScript ?? workerScript(),
      environment: workerEnvironment(config, paths),
      demo: config.demo,
      now,
    });
    const orchestrator = createSessionOrchestrator({
      store,
      book,
      pm2,
      ports,
      runner,
      maxSessions: settings.MAX_SESSIONS,
      startingAtOnce: Math.max(1, availableParallelism()),
      room: () => ({
        machine: listening.resources?.machine() ?? null,
        memoryOf: (id) => listening.resources?.memoryOf(id) ?? null,
      }),
      policies,
      ...(replica.permit === undefined ? {} : { permit: replica.permit }),
      now,
      log: say,
    });
    listening.orchestrator = orchestrator;
    const state = createFleetState({
      store,
      book,
      info: {
        fleetId: store.fleetId,
        version,
        host: hostname(),
        demo: config.demo,
        home: paths.home,
        masterPid: process.pid,
        startedAt: now(),
        settingsFingerprint: settingsFingerprint(settings, secrets),
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
      },
      defaultModel: (provider) => modelOf(settings, provider),
      nodeOf: replica.nodeOf,
      now,
      onProblem: (error) => log.error('the fleet could not be looked at', { error: messageOf(error) }),
    });
    const parts: FleetParts = { paths, settings, store, book, orchestrator, state, demo: config.demo, now };
    const incidents = createIncidentMonitor({
      store,
      book,
      orchestrator,
      publish: state.setIncidents,
      probe: () => probeOutside(process.env['ZAP_TEST_PROBE_URL']),
      policy: policies.incident,
      language: settings.FLEET_LANG ?? 'pt-BR',
      now,
      log: say,
    });
    const masterMethods: FleetHandlers = {
      incidents: ({ limit }) => ({ incidents: incidents.history(limit ?? 50) }),
      masterStop: ({ sessions, actor }) => {
        book.record(null, {
          level: 'info',
          kind: 'master-stop-asked',
          text: sessions ? 'the fleet is stopped' : 'the master is stopped; the bots go on',
          evidence: { sessions },
          actor: actor ?? 'you',
        });
        options.onMasterStop(sessions);
        return { stopping: true };
      },
      logLevel: async ({ name, level }) => {
        if (name === null) log.setLevel(level);
        else await orchestrator.ask(book.get(name), { command: 'log-level', level }, 10_000);
        return { level };
      },
    };
    const fleet = createFleet({
      state,
      handlers: [
        createLifecycleMethods(parts),
        createRemovalMethods(parts),
        createCodeMethods(parts),
        createConfigMethods(parts, {
          has: (session) => readSessionKeys(paths)[session.id] !== undefined,
          set: (session, key) => {
            if (key !== null) log.addSecret(key);
            writeSessionKey(paths, session.id, key);
          },
        }),
        createConversationMethods(parts, masterLog(paths)),
        masterMethods,
        replica.methods(parts),
        ...(options.extensions?.(parts, replica) ?? []),
      ],
      log: say,
    });
    const connected = pm2;
    const resources = startResourceLoop({
      paths,
      sessions: book.all,
      publish: state.setResources,
      onProblem: (error) => log.warn('the machine could not be measured', { error: messageOf(error) }),
      now,
    });
    listening.resources = resources;
    const prune = (): void => {
      try {
        const removed = pruneLoginArchives(paths, now());
        if (removed > 0) log.info('old login archives were removed', { removed });
      } catch (error) {
        log.warn('old login archives could not be removed', { error: messageOf(error) });
      }
    };
    const pruning = setInterval(prune, pruneEvery);
    pruning.unref();
    const health = createHealthMonitor({
      book,
      orchestrator,
      store,
      activityOf: state.activityOf,
      costOf: (id) => {
        const memoryBytes = resources.memoryOf(id);
        return memoryBytes === null ? null : { memoryBytes, cpuPercent: resources.sampleOf(id)?.cpuPercent ?? 0 };
      },
      profileBytesOf: ({ name }) => sizeOf(profileDir(paths, name)),
      policy: policies.session,
      now,
      log: say,
    });
    return {
      fleet,
      parts,
      pm2,
      store,
      settings,
      state,
      orchestrator,
      replica,
      begin: async () => {
        incidents.restore();
        await orchestrator.begin();
        replica.begin(parts);
        prune();
        health.begin();
        incidents.begin();
        state.begin();
        // The first client sees what was taken over, not what was stored.
        state.flush();
      },
      close: async () => {
        await fleet.close();
        // Whoever stopped the sessions has closed it; else the workers go on.
        await replica.close({ keepLeases: true, within: 500 });
        clearInterval(pruning);
        await health.close();
        incidents.close();
        await resources.close();
        orchestrator.close();
        state.close();
        try {
          await connected.close();
        } catch (error) {
          log.warn('PM2 did not say goodbye', { error: messageOf(error) });
        }
        store.close();
      },
    };
  } catch (error) {
    await pm2?.close();
    store.close();
    throw error instanceof FleetError ? error : new FleetError('failed', messageOf(error), { cause: error });
  }
};
