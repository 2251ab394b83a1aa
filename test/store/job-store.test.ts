import { expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { createJobStore } from '../../src/store/job-store.ts';
import { noon, temporaryStore } from './support.ts';

/** A job store that tells for each write whether it waits for the disk. */
const watchedJobs = () => {
  const { database } = temporaryStore();
  const levels: unknown[] = [];
  const watched: Database = {
    ...database,
    slice: (work) => database.slice(() => work()),
    run: (sql, ...values) => {
      levels.push(database.prepare('PRAGMA synchronous').get()?.['synchronous']);
      return database.run(sql, ...values);
    },
  };
  return { jobs: createJobStore(watched), levels };
};
const normal = 1;
const full = 2;

test('only the beginning and the end of a job wait for the disk: how far it is does not', () => {
  const { jobs, levels } = watchedJobs();

  const { id } = jobs.add({ kind: 'retention', args: {}, actor: 'you' }, noon);
  jobs.progress(id, { done: 1, total: 2, step: 'a' }, noon + 1);
  jobs.keep(id, { seen: 1 });
  expect(jobs.get(id)).toMatchObject({ done: 1, total: 2, step: 'a', result: { seen: 1 } });
  jobs.stumbled(id, 'why', noon + 2);
  jobs.finish(id, {}, noon + 3);

  expect(levels).toEqual([full, normal, normal, full, full]);
});
