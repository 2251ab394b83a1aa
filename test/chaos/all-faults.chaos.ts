import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChaosFleet, createChaosFleet } from './chaos-fleet.ts';
import { breakAndHeal, fastFaults, type Healed, printTable, slowFaults } from './faults.ts';
import { homeFaults } from './home-faults.ts';

/** Every fault once, then thirty at random, on a fleet of eight; customers write all the time. */
let fleet: ChaosFleet;
const healed: Healed[] = [];
const sessionFor = (n: number): string => fleet.names[n % fleet.names.length] ?? '';

beforeAll(async () => {
  fleet = await createChaosFleet({ sessions: 8 });
  fleet.traffic.start(300);
});
afterAll(async () => {
  process.stdout.write(`\n${printTable(healed)}\n`);
  expect(await fleet.end()).toEqual([]);
});

test.each([...slowFaults, ...homeFaults, ...fastFaults].map((fault) => [fault.name, fault] as const))(
  '%s',
  async (_name, fault) => {
    healed.push(await breakAndHeal(fleet, fault, sessionFor(healed.length)));
  },
);

test('every message that came meanwhile was answered exactly once', async () => {
  await fleet.heal(30_000);
  expect(fleet.audit()).toEqual([]);
});

test('thirty random faults in a row', { timeout: 1_500_000 }, async () => {
  const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 100_000);
  process.stdout.write(`\nCHAOS_SEED=${seed}\n`);
  let state = seed;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  // Those that take minutes by design were had above; thirty of them would only be waiting.
  const faults = [...fastFaults, ...[...slowFaults, ...homeFaults].filter(({ within }) => within <= 60_000)];
  for (let n = 0; n < 30; n += 1) {
    const fault = faults[next(faults.length)];
    if (fault === undefined) throw new Error('no fault');
    const result = await breakAndHeal(fleet, fault, sessionFor(next(8)));
    healed.push({ ...result, name: `random ${n + 1}: ${result.name}` });
  }
  fleet.traffic.stop();
  await fleet.traffic.settled();
  await fleet.heal(30_000);
  expect(fleet.audit()).toEqual([]);
});
