import { afterEach, expect, test } from 'vitest';
import { profileDir } from '../../../src/home/home-paths.ts';
import { parseSessionName } from '../../../src/session/session-name.ts';
import { endFamilies, startFamily } from '../../resources/support/families.ts';
import { createFakeFleet, type FakeFleet } from '../../support/fake-processes.ts';
import { until } from '../../support/until.ts';

let fleet: FakeFleet;
afterEach(async () => {
  await endFamilies();
  expect(fleet.problems).toEqual([]);
  fleet.end();
});

const runs = (name: string): boolean => fleet.workers.has(`session:${name}`);
const removed = (name: string): number =>
  fleet.store.events.list({ sessionName: name, limit: 50 }).filter(({ kind }) => kind === 'leftover-removed').length;

/** A browser that names the profile, and whose worker was killed. */
const leaveBrowser = async (name: string): Promise<void> => {
  const family = await startFamily(profileDir(fleet.paths, parseSessionName(name)));
  await family.killWorker();
};

test.each([
  ['that this master started', async () => undefined],
  ['that it took over', () => fleet.nextMaster()],
])(
  'the browser of a killed worker %s is ended before the next start, whatever look the start before it made',
  async (_, before) => {
    fleet = createFakeFleet();
    for (const name of ['killed', 'other']) fleet.orchestrator.want(fleet.add(name), 'running');
    await until(() => runs('killed') && runs('other'));
    await before();
    // A look at all processes that others may share, from before the browser was left.
    fleet.orchestrator.want(fleet.add('new'), 'running');
    await until(() => runs('new'));

    await leaveBrowser('killed');
    fleet.dies('killed', 1);
    await until(() => removed('killed') === 1, { what: 'the browser of its last worker ended' });
    await until(() => runs('killed'));
    expect(removed('other')).toBe(0);
  },
);

test('one that was left before this master began is ended before the first start', async () => {
  fleet = createFakeFleet();
  const session = fleet.add('left');
  await leaveBrowser('left');
  fleet.orchestrator.want(session, 'running');
  await until(() => runs('left'));
  expect(removed('left')).toBe(1);
});
