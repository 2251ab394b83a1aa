import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fleet } from '../../src/protocol/door.ts';
import { createRealFleet, type RealFleet, rowNamed } from '../support/real-fleet.ts';
import { until } from '../support/until.ts';

let real: RealFleet;
let fleet: Fleet;
beforeAll(async () => {
  real = createRealFleet();
  fleet = await real.open();
});
afterAll(async () => {
  expect(await real.end()).toEqual([]);
});

test('create, start, scan, stop and start again, as rows show it', async () => {
  await fleet.request('create', { name: 'loja-1', label: 'Loja', engine: 'simulated', ai: 'echo' });
  const { row } = await fleet.request('start', { name: 'loja-1' });
  expect(row).toMatchObject({ state: 'qr', verdict: 'scan_qr', desiredState: 'running' });
  const code = await fleet.request('code', { name: 'loja-1', within: 5000 });
  expect(code.qr?.payload).toContain('2@loja-1');
  real.put('loja-1', 'linked');
  await until(() => rowNamed(fleet, 'loja-1').state === 'connected', { what: 'connected' });
  expect(real.isProfileLocked('loja-1')).toBe(true);
  const stopped = await fleet.request('stop', { name: 'loja-1' });
  expect(stopped.row).toMatchObject({ state: 'stopped', pid: null });
  expect(real.workers()).toEqual([]);
  expect(real.isProfileLocked('loja-1')).toBe(false);
  const again = await fleet.request('start', { name: 'loja-1' });
  expect(again.row.state).toBe('connected');
  const restarted = await fleet.request('restart', { name: 'loja-1' });
  expect(restarted.row.state).toBe('connected');
  expect(restarted.row.pid).not.toBe(again.row.pid);
});
