import { type Beat, createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { version } from '../settings/version.ts';
import type { MasterParts } from './open-parts.ts';

/** Shows a banner while workers run another version than their master: after an upgrade they go on as they were. */

const lookEvery: Milliseconds = 5000;
const bannerId = 'worker-versions';

export const createVersionWatch = ({ book, state, logLine }: Pick<MasterParts, 'book' | 'state' | 'logLine'>): Beat => {
  let shown = '';

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

  return createBeat({
    look,
    everyMs: lookEvery,
    withinMs: lookEvery,
    onProblem: (error) => logLine('warn', 'versions of workers could not be compared', { error: messageOf(error) }),
  });
};
