import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChaosFleet, createChaosFleet } from '../chaos/chaos-fleet.ts';
import { breakAndHeal, fastFaults, type Healed, printTable } from '../chaos/faults.ts';

/** The faults that heal within seconds, on a real fleet with real processes; the rest is `npm run test:chaos`. */
let fleet: ChaosFleet;
const healed: Healed[] = [];

beforeAll(async () => {
  fleet = await createChaosFleet({ sessions: 3 });
  fleet.traffic.start(250);
});
afterAll(async () => {
  process.stdout.write(`\n${printTable(healed)}\n`);
  expect(await fleet.end()).toEqual([]);
});

test.each(fastFaults.map((fault) => [fault.name, fault] as const))('%s', async (_name, fault) => {
  healed.push(await breakAndHeal(fleet, fault, fleet.names[healed.length % fleet.names.length] ?? ''));
});

test('every message that came meanwhile was answered exactly once', async () => {
  fleet.traffic.stop();
  await fleet.traffic.settled();
  await fleet.heal(20_000);
  expect(fleet.traffic.count()).toBeGreaterThan(30);
  expect(fleet.audit()).toEqual([]);
});
