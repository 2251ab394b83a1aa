import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { createVolumes, type FleetContainer, hardened, mustDocker, runFleet, type Volumes } from './docker.ts';
import { deliveredBy, linkSession, nameOf, phoneOf } from './linked-fleet.ts';
import { openPhoneNetwork, type PhoneNetwork } from './phone-network.ts';

/** Ten sessions with real browsers, stopped by `docker stop` (10 s, Docker's and Easy Panel's own grace) while customers write. */

const sessions = Array.from({ length: 10 }, (_, index) => index + 1);
const customers = ['5521911110001', '5521911110002', '5521911110003'];

let network: PhoneNetwork;
let volumes: Volumes;
let container: FleetContainer;

beforeAll(async () => {
  network = await openPhoneNetwork();
  volumes = await createVolumes();
  container = await runFleet({
    volumes,
    flags: [...hardened, '--network', network.name],
    environment: { BROWSER_ARGS: JSON.stringify(network.browserArgs) },
  });
  await container.ready();
  for (const index of sessions) await linkSession(container, network, index);
});
afterAll(async () => {
  await container?.remove();
  await volumes.remove();
  await network.close();
});

/** Every customer writes one message to every session. Gives the texts by session. */
const write = async (round: string): Promise<void> => {
  for (const index of sessions) {
    for (const from of customers)
      await network.web.deliver({ phone: phoneOf(index), from, text: `${round} ${nameOf(index)} ${from.slice(-1)}` });
  }
};
const expected = (index: number, rounds: readonly string[]): string[] =>
  rounds.flatMap((round) => customers.map((from) => `${round} ${nameOf(index)} ${from.slice(-1)}`)).sort();
/** What was said, taken apart: messages that came close together are answered together. */
const said = async (index: number): Promise<string[]> =>
  (await deliveredBy(network, index)).flatMap((text) => text.split('\n')).sort();

test('docker stop within 10 s while thirty customers wait: every message is answered, none twice, nobody logs in again', async () => {
  await write('antes');
  // In the middle of it: some were answered, some are being answered, some only arrived.
  await until(async () => (await said(1)).length > 0, { within: 30_000, every: 20, what: 'the first answers' });
  const began = performance.now();
  await mustDocker('stop', container.id);
  const seconds = (performance.now() - began) / 1000;
  const [exitCode, killed] = (
    await mustDocker('inspect', '--format', '{{.State.ExitCode}} {{.State.OOMKilled}}', container.id)
  ).split(' ');
  // Killed after the grace would be 137.
  expect({ exitCode, killed }).toEqual({ exitCode: '0', killed: 'false' });
  console.log(`docker stop with ten sessions: ${seconds.toFixed(1)} s`);
  await write('durante');
  await container.start();
  await container.become(sessions.map(nameOf), 'connected', 180_000);
  for (const index of sessions) {
    await until(async () => (await said(index)).length >= expected(index, ['antes', 'durante']).length, {
      within: 60_000,
      every: 250,
      what: `all answers of ${nameOf(index)}`,
    }).catch(() => undefined);
    expect(await said(index)).toEqual(expected(index, ['antes', 'durante']));
  }
});
