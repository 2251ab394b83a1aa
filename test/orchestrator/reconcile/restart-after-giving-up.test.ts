import { afterEach, expect, test } from 'vitest';
import { createFakeFleet, type FakeFleet } from '../../support/fake-processes.ts';
import { until } from '../../support/until.ts';

let fleet: FakeFleet;
afterEach(() => {
  expect(fleet.problems).toEqual([]);
  fleet.end();
});

test('R on GAVE UP starts anew: what crashed before does not count, and every try has its number', async () => {
  fleet = createFakeFleet();
  const session = fleet.add('crashy');
  const runs = () => fleet.workers.has('session:crashy');
  const crashUntilGivenUp = async () => {
    const attempts: number[] = [];
    for (let crash = 0; session.state !== 'failed'; crash += 1) {
      await until(() => runs() || session.state === 'failed', { what: `start ${crash}` });
      if (!runs()) break;
      fleet.says('crashy', 'qr');
      fleet.dies('crashy', 1);
      await until(() => session.state !== 'qr');
      attempts.push(session.attempt);
    }
    return attempts;
  };
  fleet.orchestrator.want(session, 'running');
  const first = await crashUntilGivenUp();
  expect(first.slice(0, 3)).toEqual([1, 2, 3]);
  expect(session.reasonCode).toBe('gave-up');
  fleet.orchestrator.want(session, 'running', { again: true });
  expect(session.attempt).toBe(0);
  const second = await crashUntilGivenUp();
  // As many tries as the first time: the breaker had forgotten.
  expect(second).toEqual(first);
});
