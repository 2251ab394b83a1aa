import { profileDir } from '../home/home-paths.ts';
import { pruneLoginArchives } from '../orchestrator/profile/login-archive.ts';
import { sizeOf } from '../orchestrator/profile/profile-size.ts';
import { createHealthMonitor } from '../orchestrator/watch/health-monitor.ts';
import { createHistoryKeeper } from '../orchestrator/watch/history-keeper.ts';
import { createIncidentMonitor, type IncidentMonitor } from '../orchestrator/watch/incident-monitor.ts';
import { probeOutside } from '../orchestrator/watch/incident-probes.ts';
import { createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { fleetTimeZone } from '../settings/time-zone.ts';
import { storeFaultOf } from '../store/store-fault.ts';
import { createGroupRoom } from './group/group-room.ts';
import type { MasterParts } from './open-parts.ts';
import { plainRoom, type Room } from './room.ts';

/** The rooms without which there is no fleet: what is stored and seen, the sessions as processes, their health and their incidents. */

const pruneEvery: Milliseconds = 6 * 3_600_000;
/** Whoever stopped the sessions has closed the replica; else the workers go on, and it says only a short goodbye. */
const replicaGoodbyeWithin: Milliseconds = 500;
const shownIncidents = 50;

const createGroundRooms = ({ store, checkpointer, pm2, state, resources, log }: MasterParts): readonly Room[] => [
  plainRoom({ close: () => store.close() }),
  plainRoom({
    begin: () => {
      store.database.leaveCheckpoints();
      checkpointer.begin();
    },
    close: () => checkpointer.close(),
  }),
  plainRoom({
    close: async () => {
      try {
        await pm2.close();
      } catch (error) {
        log.warn('PM2 did not say goodbye', { error: messageOf(error) });
      }
    },
  }),
  plainRoom({ begin: () => state.begin(), close: () => state.close() }),
  plainRoom({ begin: () => resources.begin(), close: () => resources.close() }),
];

/** Takes over what runs and brings the rest to its desired state. */
const createSessionsRoom = ({ orchestrator }: MasterParts, incidents: IncidentMonitor): Room =>
  plainRoom({
    begin: async () => {
      incidents.restore();
      await orchestrator.begin();
    },
    close: () => orchestrator.close(),
  });

/** Removes login archives that are past their days, now and then. */
const createArchivesRoom = ({ paths, log, now }: MasterParts): Room => {
  const beat = createBeat({
    look: () => {
      const removed = pruneLoginArchives(paths, now());
      if (removed > 0) log.info('old login archives were removed', { removed });
    },
    everyMs: pruneEvery,
    firstMs: 0,
    withinMs: pruneEvery,
    onProblem: (error) => log.warn('old login archives could not be removed', { error: messageOf(error) }),
    unref: true,
  });

  return plainRoom({ begin: beat.begin, close: beat.close });
};

const createHealthRoom = (parts: MasterParts): Room => {
  const { paths, book, orchestrator, store, state, resources, policies, logLine, now } = parts;
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
    log: logLine,
  });

  return plainRoom({ begin: () => health.begin(), close: () => health.close() });
};

const createHistoryRoom = ({ store, book, state, resources, settings, log, now }: MasterParts): Room => {
  const keeper = createHistoryKeeper({
    store,
    book,
    timeZone: fleetTimeZone(settings),
    rowOf: state.row,
    memoryOf: resources.memoryOf,
    publish: state.setHistory,
    now,
    onProblem: (error) => {
      // What is wrong with the store is said once (store-watch-room.ts).
      if (storeFaultOf(error) === null) log.warn('the past could not be kept', { error: messageOf(error) });
    },
  });

  return plainRoom({ begin: keeper.begin, close: keeper.close });
};

const createIncidents = (parts: MasterParts): IncidentMonitor =>
  createIncidentMonitor({
    store: parts.store,
    book: parts.book,
    orchestrator: parts.orchestrator,
    publish: parts.state.setIncidents,
    probe: () => probeOutside(process.env['ZAP_TEST_PROBE_URL']),
    policy: parts.policies.incident,
    network: parts.policies.network,
    language: parts.settings.FLEET_LANG ?? 'pt-BR',
    now: parts.now,
    log: parts.logLine,
  });

export interface CoreRooms {
  readonly replica: Room<'storeStatus' | 'storePush' | 'storePull' | 'storeAdopt'>;
  readonly incidents: Room<'incidents'>;
  readonly inOrder: readonly Room[];
}

export const createCoreRooms = (parts: MasterParts): CoreRooms => {
  const monitor = createIncidents(parts);
  const group = createGroupRoom(parts);

  const replica: CoreRooms['replica'] = {
    methods: parts.replica.methods(parts),
    begin: () => parts.replica.begin(parts),
    close: (end) =>
      parts.replica.close({ keepLeases: true, goodbye: end.kind === 'stop', within: replicaGoodbyeWithin }),
  };
  const incidents: CoreRooms['incidents'] = {
    methods: {
      incidents: ({ limit = shownIncidents }) => ({
        incidents: [...monitor.history(limit), ...group.goneHistory(limit)].sort((a, b) => b.id - a.id).slice(0, limit),
      }),
    },
    begin: () => monitor.begin(),
    close: () => monitor.close(),
  };

  const inOrder = [
    ...createGroundRooms(parts),
    createHistoryRoom(parts),
    createSessionsRoom(parts, monitor),
    // Hears what the replica is told, so it listens first.
    group,
    replica,
    createArchivesRoom(parts),
    createHealthRoom(parts),
    incidents,
  ];
  return { replica, incidents, inOrder };
};
