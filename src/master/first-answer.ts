import { FleetError } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';

/**
 * Three containers that began together on two busy cores needed more than the 25 s of one start and the 10 s of one hello: each ended, was
 * begun again, and made it worse.
 */
const answersWithin: Milliseconds = 120_000;

/**
 * The door of a master that this process starts: tried again while it is late or says nothing, because whoever gives up here ends the whole
 * container. Rejects as the last try did.
 */
export const firstAnswer = async <T>(
  startAndConnect: () => Promise<T>,
  { within = answersWithin, now = () => performance.now() }: { within?: Milliseconds; now?: () => number } = {},
): Promise<T> => {
  const deadline = now() + within;
  for (;;) {
    try {
      return await startAndConnect();
    } catch (error) {
      const isLate = error instanceof FleetError && (error.code === 'unavailable' || error.code === 'timeout');
      if (!isLate || now() >= deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
