import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reserveFile } from '../../src/orchestrator/watch/disk-measures.ts';
import { openStore } from '../../src/store/store.ts';
import { until } from '../support/until.ts';
import { type ChaosFleet, createChaosFleet, quickPolicies } from './chaos-fleet.ts';

/** A disk that fills to its last byte, on a small tmpfs: replies wait, every message is stored, and all are answered when there is room. */
const MiB = 1024 ** 2;
let mount: string;
let fleet: ChaosFleet;

const outcomes = (): Record<string, number> => {
  const store = openStore(fleet.paths.database);
  try {
    const rows = store.database.all<{ outcome: string | null; n: number }>(
      "SELECT outcome, count(*) AS n FROM messages WHERE sender = 'customer' GROUP BY outcome",
    );
    return Object.fromEntries(rows.map(({ outcome, n }) => [outcome ?? 'none', n]));
  } finally {
    store.close();
  }
};

beforeAll(async () => {
  mount = mkdtempSync('/tmp/zfd-');
  // Only root may: without it this test says so instead of passing.
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', mount]);
  fleet = await createChaosFleet({
    sessions: 2,
    under: mount,
    policies: { ...quickPolicies, disk: { reserveBytes: 16 * MiB } },
    settings: { LOG_MAX_BYTES: '100000', LOG_LEVEL: 'info' },
  });
});
afterAll(async () => {
  expect(await fleet.end()).toEqual([]);
  execFileSync('umount', ['-l', mount]);
  rmSync(mount, { recursive: true, force: true });
});

test('a full disk: logs, caches, backups, reserve and replies are given up in order, and no message is lost', async () => {
  await until(() => existsSync(reserveFile(fleet.paths)), { what: 'the reserve' });
  const ballast = join(mount, 'ballast');
  const fill = async (leave: number): Promise<void> => {
    const { bavail, bsize } = await statfs(mount);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leave)), { flag: 'a' });
  };
  // Full but for three megabytes: the guard gives the reserve up, then that is filled, too.
  await fill(3 * MiB);
  await until(() => !existsSync(reserveFile(fleet.paths)), { within: 20_000, what: 'the reserve to be given up' });
  await until(() => fleet.fleet.getSnapshot().banners.some(({ id }) => id === 'disk'), { what: 'the banner' });
  await fill(3 * MiB);
  const store = openStore(fleet.paths.database);
  await until(() => store.meta.repliesStoppedAt() !== null, { within: 20_000, what: 'replies to stop' });
  store.close();
  for (let n = 0; n < 20; n += 1) await fleet.traffic.write(fleet.names[n % 2] ?? '');
  await until(() => (outcomes()['pending'] ?? 0) === 20, { within: 20_000, what: '20 stored messages that wait' });
  expect(fleet.traffic.unanswered()).toBe(20);
  rmSync(ballast);
  await fleet.heal(60_000);
  expect(fleet.audit()).toEqual([]);
  await until(() => existsSync(reserveFile(fleet.paths)), { within: 20_000, what: 'a new reserve' });
  expect(fleet.fleet.getSnapshot().banners.filter(({ id }) => id === 'disk')).toEqual([]);
  const kinds = fleet.events().map(({ kind }) => kind);
  expect(kinds).toContain('disk-low');
  expect(kinds).toContain('disk-better');
});
