import { createAlertsRoom } from './alerts-room.ts';
import { type BackupRoom, createBackupRoom } from './backup-room.ts';
import { type BundleRoom, createBundleRoom } from './bundles/bundle-room.ts';
import { type CanaryRoom, createCanaryRoom } from './canary-room.ts';
import { type CoreRooms, createCoreRooms } from './core-rooms.ts';
import { createDrainRoom } from './drain-room.ts';
import { createFileRoom, type FileRoom } from './file-room.ts';
import { createHookRoom, type HookRoom } from './hook-room.ts';
import { createHttpRoom, type HttpRoom } from './http-room.ts';
import { createJobsRoom, type JobsRoom } from './jobs-room.ts';
import { createKnowledgeRoom, type KnowledgeRoom } from './knowledge-room.ts';
import type { MasterEnding } from './master-end.ts';
import { createMoveRoom, type MoveRoom } from './moves/move-room.ts';
import type { MasterParts } from './open-parts.ts';
import { createProbeRoom, type ProbeRoom } from './probe-room.ts';
import { createProposalRoom, type ProposalRoom } from './proposal-room.ts';
import { createRehearsalRoom, type RehearsalRoom } from './rehearsal-room.ts';
import { type Room, roomsTogether } from './room.ts';
import { createSocketRoom } from './socket-room.ts';
import { createStoreWatchRoom } from './store-watch-room.ts';
import { createTryRoom, type TryRoom } from './try-room.ts';
import { createUpkeepRoom } from './upkeep-room.ts';

/** All rooms of the master: those that serve methods by name, and all of them in the order in which they begin. */
export interface MasterRooms extends Pick<CoreRooms, 'replica' | 'incidents'> {
  readonly backup: BackupRoom;
  readonly bundles: BundleRoom;
  readonly jobs: JobsRoom;
  readonly moves: MoveRoom;
  readonly tries: TryRoom;
  readonly rehearsals: RehearsalRoom;
  readonly proposals: ProposalRoom;
  readonly probes: ProbeRoom;
  readonly canaries: CanaryRoom;
  readonly knowledge: KnowledgeRoom;
  readonly files: FileRoom;
  readonly hooks: HookRoom;
  readonly alerts: Room<'alertTest'>;
  readonly http: HttpRoom;
  readonly inOrder: readonly Room[];
  readonly dismissClients: (why: string) => Promise<void>;
}

export const createMasterRooms = (parts: MasterParts, ending: MasterEnding): MasterRooms => {
  const core = createCoreRooms(parts);
  const backup = createBackupRoom(parts);
  const jobs = createJobsRoom(parts, { upcomingBackups: backup.upcoming, rewriteBackup: backup.rewrite });
  const bundles = createBundleRoom(parts);
  const moves = createMoveRoom(parts);
  const tries = createTryRoom(parts);
  const rehearsals = createRehearsalRoom(parts);
  const proposals = createProposalRoom(parts);
  const probes = createProbeRoom(parts);
  const canaries = createCanaryRoom(parts);
  const knowledge = createKnowledgeRoom(parts);
  const files = createFileRoom(parts);
  const hooks = createHookRoom(parts);
  const alerts = createAlertsRoom(parts);
  const socket = createSocketRoom(parts);
  const http = createHttpRoom(parts);

  const inOrder = [
    ...core.inOrder,
    // Its requests end after the jobs that make them.
    bundles,
    // Goes on with what the last master left; ends after whatever acts by itself, and before the store.
    jobs,
    // Both say goodbye at the same time, and before the fleet that answers them ends.
    roomsTogether([socket, http]),
    // Whatever acts by itself stops at once, and the sessions need not wait for it: they have the seconds that a container has.
    roomsTogether([
      createDrainRoom(parts),
      backup,
      createUpkeepRoom(parts, ending),
      createStoreWatchRoom(parts),
      alerts,
      tries,
      proposals,
      probes,
      canaries,
      knowledge,
      files,
      hooks,
      moves,
    ]),
  ];

  return {
    replica: core.replica,
    incidents: core.incidents,
    backup,
    bundles,
    jobs,
    moves,
    tries,
    rehearsals,
    proposals,
    probes,
    canaries,
    knowledge,
    files,
    hooks,
    alerts,
    http,
    inOrder,
    dismissClients: socket.dismissClients,
  };
};
