import { expect, test } from 'vitest';
import { firstAnswer } from '../../src/master/first-answer.ts';
import { FleetError } from '../../src/session/fleet-error.ts';

const silent = (): Promise<never> => Promise.reject(new FleetError('unavailable', 'the master does not answer'));

const late = (): Promise<never> =>
  Promise.reject(new FleetError('timeout', 'the master did not open its socket within 25 s'));

test('a master that is late, or says nothing yet, is tried again as long as there is time', async () => {
  const answers = [late, silent, () => Promise.resolve('the door')];
  expect(await firstAnswer(() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')))).toBe('the door');
  expect(answers).toEqual([]);
});

test('when the time is over it ends as the last try did', async () => {
  let tries = 0;
  let clock = 0;
  const connect = (): Promise<never> => {
    tries += 1;
    clock += 10_000;
    return silent();
  };
  await expect(firstAnswer(connect, { within: 20_000, now: () => clock })).rejects.toThrow('does not answer');
  expect(tries).toBe(2);
});

test('what more time does not mend ends at once', async () => {
  let tries = 0;
  const connect = (): Promise<never> => {
    tries += 1;
    return Promise.reject(new FleetError('usage', 'FLEET_HOME is wrong'));
  };
  await expect(firstAnswer(connect)).rejects.toThrow('FLEET_HOME is wrong');
  expect(tries).toBe(1);
});
