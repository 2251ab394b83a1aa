import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Alerts, openAlerts } from '../../../src/alerts/open-alerts.ts';
import { createGroupRoom } from '../../../src/master/group/group-room.ts';
import type { MasterParts } from '../../../src/master/open-parts.ts';
import type { Banner } from '../../../src/protocol/fleet.ts';
import { parseSettings, type Settings } from '../../../src/settings/settings.ts';
import type { GoneServer, GroupView } from '../../../src/store/replica/group-watch.ts';
import { startReceiver } from '../../alerts/receiver.ts';
import { createFakeFleet as createDoor, type FakeFleet as FakeDoor, fakeRow } from '../../http/fake-fleet.ts';
import { createFakeFleet, type FakeFleet } from '../../support/fake-processes.ts';
import { until } from '../../support/until.ts';

let fleet: FakeFleet;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
const ends: (() => Promise<void> | void)[] = [];
let later = 0;
beforeEach(async () => {
  fleet = createFakeFleet();
  receiver = await startReceiver();
  later = 0;
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await receiver.close();
  fleet.end();
});

const since = 1_795_358_400_000;
const gone = (more: Partial<GoneServer> = {}): GoneServer => ({
  nodeId: 'f-2',
  name: 'vps-2',
  host: 'host-2',
  since,
  stopped: false,
  mournedHere: true,
  sessions: [
    { id: 'id-m', name: 'mercado', failover: 'manual', takenBy: null, leaseLasts: true },
    { id: 'id-p', name: 'padaria', failover: 'auto', takenBy: 'vps-3', leaseLasts: false },
  ],
  ...more,
});

/** A master that hears of its group what a test says; `raw`: its settings. */
const master = (raw: Record<string, string> = {}) => {
  const settings: Settings = parseSettings({
    SUPABASE_URL: 'https://abc.supabase.co',
    ALERT_WEBHOOK_URL: `${receiver.url}/hook`,
    ...raw,
  });
  const door: FakeDoor = createDoor(fakeRow('loja'));
  const banners = new Map<string, Banner>();
  const show = (): void => door.update({ banners: [...banners.values()] });
  let hear: (view: GroupView) => readonly string[] = () => [];
  const quiet = (): void => undefined;
  const room = createGroupRoom({
    settings,
    secrets: {},
    store: fleet.store,
    book: fleet.book,
    replica: { onGroup: (listener: typeof hear) => (hear = listener) },
    state: {
      setGroup: (group: NonNullable<ReturnType<FakeDoor['getSnapshot']>['group']>) => door.update({ group }),
      setGoneIncidents: (incidents: ReturnType<FakeDoor['getSnapshot']>['incidents']) => door.update({ incidents }),
      setBanner: (banner: Omit<Banner, 'since'>) => {
        banners.set(banner.id, { ...banner, since });
        show();
      },
      clearBanner: (id: string) => {
        banners.delete(id);
        show();
      },
    },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    now: () => Date.now() + later,
  } as unknown as MasterParts);
  void room.begin(door);
  const alerts: Alerts = openAlerts({
    fleet: door,
    store: fleet.store,
    settings,
    secrets: {},
    language: settings.FLEET_LANG ?? 'en',
    setLight: quiet,
    now: () => Date.now() + later,
    log: quiet,
  });
  const end = async (): Promise<void> => {
    await alerts.close();
    await room.close({ kind: 'stop', sessions: false });
  };
  ends.push(end);
  return { door, room, end, hear: (...servers: GoneServer[]) => hear({ doors: [], gone: servers }) };
};
const texts = (): readonly string[] =>
  receiver.received.map(({ body }) =>
    String((JSON.parse(Buffer.from(body, 'latin1').toString()) as { text: string }).text),
  );
const isOpenProblem = (): boolean => (fleet.store.meta.get('alert_state') ?? '').includes('incident:');

test('one alert names its sessions and what to do; a new master sends it not again; its return is one line', async () => {
  const first = master();
  first.hear(gone());
  expect(first.door.getSnapshot().incidents).toMatchObject([
    { blame: 'server-gone', endedAt: null, sessionIds: ['id-m', 'id-p'], gone: { node: 'vps-2' } },
  ]);
  await until(isOpenProblem, { what: 'the problem to be seen' });
  expect(first.hear(gone())).toEqual([]);
  later = 20_000;
  await until(() => receiver.received.length === 1, { what: 'the alert' });
  expect(texts()[0]).toMatch(
    /PROBLEM: Incident \d+: the server vps-2 is gone\. Needs you: mercado\. When that server is off for good: zap-fleet start mercado --take-over \(if it still lives.*Goes on elsewhere: padaria on vps-3\.$/,
  );
  await until(() => first.hear(gone()).length === 1, { what: 'it to be noted as told' });
  expect(first.hear(gone())).toEqual(['f-2']);
  await first.end();

  const next = master();
  // Before Supabase was heard of, too.
  expect(next.door.getSnapshot().incidents).toMatchObject([{ blame: 'server-gone', endedAt: null }]);
  expect(next.hear(gone())).toEqual(['f-2']);
  later = 600_000;
  next.hear();
  await until(() => receiver.received.length === 2, { what: 'the end' });
  expect(texts()[1]).toMatch(/^\[zap-fleet .*\] OVER after \d+m: Incident \d+: the server vps-2 is heard of again$/);
  expect(next.door.getSnapshot().incidents[0]?.endedAt).not.toBeNull();
  expect(next.room.goneHistory(10)).toHaveLength(1);
  expect(fleet.store.events.list({ limit: 10 }).map(({ kind }) => kind)).toEqual(['server-back', 'server-gone']);
});

test('where another server tells people there is a banner and no alert; in Portuguese', async () => {
  const one = master({ FLEET_LANG: 'pt-BR' });
  expect(one.hear(gone({ mournedHere: false }))).toEqual([]);
  const { banners, incidents, group } = one.door.getSnapshot();
  expect(incidents).toEqual([]);
  expect(banners).toMatchObject([
    {
      code: 'node-gone',
      level: 'warn',
      text: expect.stringContaining('the server vps-2 is gone. Needs you: mercado'),
      values: { leftPt: expect.stringContaining('Precisa de você: mercado') },
    },
  ]);
  expect(group?.gone).toMatchObject([{ id: 'f-2', name: 'vps-2', since, stopped: false }]);

  one.hear();
  expect(one.door.getSnapshot().banners).toEqual([]);
  expect(one.door.getSnapshot().group?.gone).toEqual([]);
});

test('the alert speaks the language of the fleet', async () => {
  const one = master({ FLEET_LANG: 'pt-BR' });
  one.hear(gone());
  await until(isOpenProblem, { what: 'the problem to be seen' });
  later = 20_000;
  await until(() => receiver.received.length === 1, { what: 'the alert' });
  expect(texts()[0]).toContain('o servidor vps-2 sumiu. Precisa de você: mercado.');
});

test('one that was stopped on purpose is said while something waits for it, and alerts nobody', async () => {
  const one = master();
  one.hear(gone({ stopped: true }));
  expect(one.door.getSnapshot().incidents).toEqual([]);
  expect(one.door.getSnapshot().banners).toMatchObject([
    {
      code: 'node-stopped',
      level: 'warn',
      text: 'the server vps-2 was stopped, and 1 of its sessions wait for it: mercado',
    },
  ]);
  // An incident of before ends with it, and what was told of nobody is recalled by nobody.
  later = 600_000;
  one.hear(gone());
  one.hear(gone({ stopped: true }));
  await until(() => !isOpenProblem(), { what: 'nothing to tell' });
  expect(receiver.received).toEqual([]);
});

test('incidents of this server stand beside it, and a damaged record hides none', () => {
  const one = master();
  fleet.store.incidents.add(1, '{');
  fleet.store.incidents.add(2, '{"state":{}}');
  one.hear(gone(), gone({ nodeId: 'f-9', name: 'vps-9', sessions: [] }));
  expect(one.door.getSnapshot().incidents.map(({ gone: server }) => server?.node)).toEqual(['vps-9', 'vps-2']);
  expect(one.door.getSnapshot().incidents[0]?.conclusion).toContain('It ran no session.');
  expect(one.room.goneHistory(10)).toHaveLength(2);
});
