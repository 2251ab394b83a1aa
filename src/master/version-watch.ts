import type { FleetParts } from '../orchestrator/door/fleet-parts.ts';
import type { Milliseconds } from '../session/units.ts';
import { version } from '../settings/version.ts';

/** Shows a banner while workers run another version than their master: after an upgrade they go on as they were. */

const lookEvery: Milliseconds = 5000;
const bannerId = 'worker-versions';

export const createVersionWatch = ({ book, state }: Pick<FleetParts, 'book' | 'state'>) => {
  let shown = '';
  let timer: NodeJS.Timeout | null = null;

  const look = (): void => {
    const others = book
      .all()
      .flatMap(({ worker, vitals }) => (worker === null || vitals === null ? [] : [vitals.version]))
      .filter((each) => each !== version);
    const oldest = [...others].sort()[0];
    const text =
      oldest === undefined
        ? ''
        : `${others.length} workers run ${oldest}, the master runs ${version}: zap-fleet upgrade`;
    if (text === shown) return;

    shown = text;
    if (oldest === undefined) state.clearBanner(bannerId);
    else
      state.setBanner({
        id: bannerId,
        level: 'warn',
        code: bannerId,
        text,
        values: { workers: others.length, worker: oldest, master: version },
      });
  };

  return {
    begin: (): void => {
      timer = setInterval(look, lookEvery);
    },
    close: (): void => {
      if (timer !== null) clearInterval(timer);
    },
  };
};
