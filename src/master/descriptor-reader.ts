import type { HomePaths } from '../home/home-paths.ts';
import type { DescriptorRoom } from '../orchestrator/health/descriptor-room.ts';
import { daemonPid } from '../orchestrator/watch/daemon-watch.ts';
import { descriptorUseOf } from '../resources/descriptor-limit.ts';

/** Of the one that has the least left; null where the system does not tell. */
export const readDescriptorRoom = (paths: HomePaths): DescriptorRoom | null => {
  const daemon = daemonPid(paths);
  const uses = [descriptorUseOf('self'), daemon === null ? null : descriptorUseOf(daemon)].filter(
    (use) => use !== null,
  );
  return uses.sort((a, b) => a.limit - a.used - (b.limit - b.used))[0] ?? null;
};

export interface DescriptorReader {
  /** As of the last look; null where nothing is known. */
  room(): DescriptorRoom | null;
  look(): void;
}

export const createDescriptorReader = (
  paths: HomePaths,
  read: (paths: HomePaths) => DescriptorRoom | null = readDescriptorRoom,
): DescriptorReader => {
  let room = read(paths);

  return {
    room: () => room,
    look: () => {
      room = read(paths);
    },
  };
};
