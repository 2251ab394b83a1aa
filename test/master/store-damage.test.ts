import { existsSync, readFileSync, renameSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { masterLog } from '../../src/master/master-files.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { openStore } from '../../src/store/store.ts';
import { startReceiver } from '../alerts/receiver.ts';
import { damagePages, pagesOf } from '../support/damage.ts';
import { createRealFleet, type RealFleet, rowNamed } from '../support/real-fleet.ts';
import { until } from '../support/until.ts';

/** A real master whose real database is damaged while it runs. */

const names = ['otica-visao', 'pet-amigo'];
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let real: RealFleet;
let fleet: Fleet;

beforeAll(async () => {
  receiver = await startReceiver();
  real = createRealFleet({ ALERT_WEBHOOK_URL: receiver.url });
  fleet = await real.open();
  for (const name of names) {
    real.put(name, 'linked');
    await fleet.request('create', { name, engine: 'simulated' });
    await fleet.request('start', { name });
  }
  await until(() => names.every((name) => rowNamed(fleet, name).state === 'connected'), { what: 'two sessions' });
});
afterAll(async () => {
  expect(await real.end()).toEqual([]);
  await receiver.close();
});

const alerts = (): readonly string[] => receiver.received.map(({ body }) => body);
const light = () => fleet.getSnapshot().fleet.health.store;
const verdicts = () => names.map((name) => rowNamed(fleet, name).verdict);
const banner = (id: string) => fleet.getSnapshot().banners.find((one) => one.id === id);
const ready = async (): Promise<unknown[]> => {
  const url = await until(() => fleet.getSnapshot().fleet.apiUrl, { what: 'the API' });
  const answer = await fetch(`${url}/readyz`);
  return [answer.status, await answer.json()];
};

/** Everything is in the file itself; pages of what the master reads every second are overwritten. */
const damage = async (table: string): Promise<() => void> => {
  const store = openStore(real.paths.database);
  // Whoever reads at that moment keeps the log.
  await until(() => store.database.checkpoint('truncate'), { what: 'the log to be empty' });
  const undo = damagePages(real.paths.database, pagesOf(real.paths.database, table));
  store.meta.set('test', String(Date.now()));
  store.close();
  return undo;
};

test('a store that is well: light, verdicts and /readyz say so', async () => {
  expect(light()).toEqual({ status: 'ok', reason: null });
  expect(verdicts()).toEqual(['connected', 'connected']);
  expect(await ready()).toEqual([200, { status: 'ready' }]);
});

test('pages that are overwritten while it runs: said everywhere, lived through, and over when the store is well again', async () => {
  const { masterPid } = fleet.getSnapshot().fleet;
  const undo = await damage('events');
  await until(() => light().status === 'bad', { within: 15_000, what: 'a red light' });
  expect(light().reason).toMatch(/database is damaged.*zap-fleet store repair/);
  await until(() => verdicts().every((verdict) => verdict === 'not_receiving'), { what: 'the verdicts' });
  expect(rowNamed(fleet, 'pet-amigo')).toMatchObject({ state: 'connected', reasonCode: 'store-corrupt' });
  expect(await ready()).toEqual([503, { status: 'not ready', reason: 'store' }]);
  expect(banner('store-broken')).toMatchObject({ level: 'bad', values: { fault: 'corrupt' } });
  expect(readFileSync(masterLog(real.paths), 'utf8')).toMatch(/the database is damaged/);

  // Nobody needs the store to be told of it, and one is enough.
  await until(() => alerts().length > 0, { within: 20_000, what: 'the alert' });
  expect(alerts()).toHaveLength(1);
  expect(alerts()[0]).toMatch(/PROBLEM: the database is damaged/);

  undo();
  await until(() => light().status === 'ok', { within: 40_000, what: 'a green light' });
  await until(() => verdicts().every((verdict) => verdict === 'connected'), { what: 'the verdicts' });
  expect(await ready()).toEqual([200, { status: 'ready' }]);
  expect(banner('store-broken')).toBeUndefined();
  await until(() => alerts().length === 2, { within: 15_000, what: 'the end of the alert' });
  expect(alerts()[1]).toMatch(/OVER/);
  expect(fleet.getSnapshot().fleet.masterPid).toBe(masterPid);
  await until(() => fleet.getSnapshot().events.some(({ kind }) => kind === 'store-well'), { what: 'the event' });
});

test('the file taken away while it runs: said, nothing made in its place, and over when it is back', async () => {
  const { database } = real.paths;
  renameSync(database, `${database}.away`);
  await until(() => light().status === 'bad', { within: 15_000, what: 'a red light' });
  expect(rowNamed(fleet, 'pet-amigo').reasonCode).toBe('store-gone');
  expect(existsSync(database)).toBe(false);
  renameSync(`${database}.away`, database);
  await until(() => light().status === 'ok', { within: 40_000, what: 'a green light' });
});

test('a session can be stopped while the store is damaged, and started when it is well again', async () => {
  const undo = await damage('events');
  await until(() => light().status === 'bad', { within: 15_000, what: 'a red light' });
  await fleet.request('stop', { name: 'pet-amigo' });
  expect(rowNamed(fleet, 'pet-amigo')).toMatchObject({ state: 'stopped', verdict: 'stopped', pid: null });
  undo();
  await until(() => light().status === 'ok', { within: 40_000, what: 'a green light' });
  await fleet.request('start', { name: 'pet-amigo' });
  await until(() => rowNamed(fleet, 'pet-amigo').verdict === 'connected', { what: 'it to connect' });
  // Nothing of all this ended a worker that nobody stopped.
  expect(rowNamed(fleet, 'otica-visao').restarts).toBe(0);
});

test('the next start is refused where the database is gone beside logins, in one line that says what to do', async () => {
  await fleet.request('masterStop', { sessions: true });
  await until(() => real.masters().length === 0, { within: 20_000, what: 'the end of the master' });
  const { database } = real.paths;
  renameSync(database, `${database}.away`);
  await expect(real.open()).rejects.toThrow(/2 logins, no database: .*fleet\.db is missing.*store repair --empty/);
  expect(existsSync(database)).toBe(false);
  renameSync(`${database}.away`, database);
  fleet = await real.open();
  expect(fleet.getSnapshot().sessions.map(({ name }) => name)).toEqual(names);
});
