import { endsWithin } from '../pace/deadline.ts';
import type { Milliseconds } from '../session/units.ts';
import { writeMasterStopped } from './master-files.ts';
import type { MasterParts } from './open-parts.ts';
import { plainRoom, type Room } from './room.ts';

/** Workers have 8 s to close their browsers; PM2 kills after 8.5 s. */
const drainWithin: Milliseconds = 8700;
/** A container is killed 10 s after it was told to stop. */
const replicaLeast: Milliseconds = 500;
const replicaMost: Milliseconds = 3000;

/** When the fleet is stopped on purpose: all sessions end at the same time, while clients still see them go. What is wanted stays. */
export const createDrainRoom = ({ paths, orchestrator, replica }: MasterParts): Room => {
  const drain = async (): Promise<void> => {
    const from = performance.now();
    await endsWithin(orchestrator.drain(), drainWithin);

    // The last words of the workers go along; then other servers may run the sessions.
    const left = drainWithin - (performance.now() - from);
    await replica.close({
      keepLeases: false,
      goodbye: true,
      within: Math.min(replicaMost, Math.max(replicaLeast, left)),
    });
  };

  return plainRoom({
    close: async (end) => {
      if (end.kind !== 'stop') return;
      if (end.sessions) await drain();
      writeMasterStopped(paths, end.sessions);
    },
  });
};
