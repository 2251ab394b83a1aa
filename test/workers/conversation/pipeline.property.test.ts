import { afterAll, expect, test } from 'vitest';
import { playWorld, removeWorlds } from './pipeline-world.ts';
import type { Violation } from './world-checks.ts';

/**
 * The promise: every inbound message ends exactly once as answered, held, unanswered or unknown, under whatever address of its customer it comes;
 * whoever got nothing stands in silence, nobody else does; no part goes out twice; parts of a chat
 * go out in order; whatever crashes, faults and doubles come between any two steps.
 *
 * PIPELINE_RUNS raises the number of worlds, PIPELINE_SEED chooses the first; a failure names its seed.
 */

const runs = Number(process.env['PIPELINE_RUNS'] ?? 300);
const firstSeed = Number(process.env['PIPELINE_SEED'] ?? 20_261_122);
const timeout = Math.max(300_000, runs * 300);

afterAll(removeWorlds);

test(`the promise holds in ${runs} random worlds`, { timeout }, async () => {
  const violations: Violation[] = [];
  const totals = { crashes: 0, inbound: 0, sent: 0 };
  const outcomes: Record<string, number> = {};
  for (let run = 0; run < runs && violations.length === 0; run += 1) {
    const world = await playWorld(firstSeed + run);
    violations.push(...world.violations);
    totals.crashes += world.crashes;
    totals.inbound += world.inbound;
    totals.sent += world.sent;
    for (const [outcome, count] of Object.entries(world.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  }
  console.log(`seeds from ${firstSeed}, ${runs} worlds:`, JSON.stringify({ ...totals, ...outcomes }));
  expect(violations).toEqual([]);
  // A play in which nothing happens proves nothing.
  expect(totals.crashes).toBeGreaterThan(runs / 2);
  expect(totals.inbound).toBeGreaterThan(runs * 3);
  expect(outcomes['answered'] ?? 0).toBeGreaterThan(totals.inbound / 2);
});
