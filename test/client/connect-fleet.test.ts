import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { connectFleet } from '../../src/client/connect-fleet.ts';
import { createRealFleet, type RealFleet } from '../support/real-fleet.ts';

let real: RealFleet;
afterEach(async () => {
  expect(await real.end()).toEqual([]);
});

test('without a master and without leave to start one, that is said', async () => {
  real = createRealFleet();
  await expect(connectFleet(real.loaded, { launch: null })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('no master runs'),
  });
});

test('why a master cannot start reaches whoever asked, in its own words; mended, it starts', async () => {
  real = createRealFleet();
  const database = new DatabaseSync(real.paths.database);
  database.exec('PRAGMA user_version = 999');
  await expect(real.open()).rejects.toThrow(/written by a newer zap-fleet/);
  // Nobody tries again and again meanwhile.
  expect(real.masters()).toEqual([]);
  database.exec('PRAGMA user_version = 0');
  database.close();
  const fleet = await real.open();
  expect(fleet.getSnapshot().sessions).toEqual([]);
});

test('a client with other settings sees it as a banner and changes nothing', async () => {
  real = createRealFleet();
  await real.open();
  const settings = { ...real.loaded.settings, MAX_SESSIONS: 3 };
  const other = await connectFleet({ ...real.loaded, settings }, { launch: null });
  const { banners, fleet } = other.getSnapshot();
  expect(banners.map((banner) => banner.code)).toEqual(['settings-mismatch']);
  expect(fleet.maxSessions).toBe(10);
  await other.close();
});
