import { inSlices } from '../../pace/slices.ts';
import type { Database } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import type { JobKind } from './job-kind.ts';

/** Gives space of the database that nothing uses any more back to the disk, in slices. */

/** Below this much it is used again sooner than it is worth moving pages for. */
const worthPages = 4000;
const worthShare = 0.2;

const pragma = (database: Database, name: string): number =>
  Number(database.get<Record<string, number>>(`PRAGMA ${name}`)?.[name] ?? 0);

const incremental = 2;

/**
 * What a page costs depends on where it lies among the free ones: 0.02 to 0.08 ms of CPU in one run over 200,000 pages, and a slice that
 * had learnt from cheap ones held the loop for 240 ms.
 */
const mostPages = 64;

/** Whether much of the database is free. One of before that keeps no map of its pages gives nothing back while it runs. */
export const isVacuumDue = ({ database }: Store): boolean => {
  if (pragma(database, 'auto_vacuum') !== incremental) return false;
  const free = pragma(database, 'freelist_count');
  return free > worthPages && free > worthShare * pragma(database, 'page_count');
};

export const createVacuumJob = ({ database }: Store): JobKind => ({
  kind: 'vacuum',
  lane: 'store',
  insists: false,
  run: async ({ signal, progress }) => {
    const total = pragma(database, 'freelist_count');
    const slice = (atMost: number): number => {
      const before = pragma(database, 'freelist_count');
      database.slice(() => database.all(`PRAGMA incremental_vacuum(${atMost})`));
      return before - pragma(database, 'freelist_count');
    };
    let done = 0;
    for await (const freed of inSlices(slice, { signal, maxSize: mostPages })) {
      done += freed;
      progress({ done, total, step: 'pages' });
    }
    return { pages: done };
  },
});
