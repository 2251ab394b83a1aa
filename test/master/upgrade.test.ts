import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandContext } from '../../src/cli/commands/command.ts';
import { upgrade } from '../../src/cli/commands/local/upgrade.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { version } from '../../src/settings/version.ts';
import { createRealFleet, type RealFleet, rowNamed } from '../support/real-fleet.ts';
import { until } from '../support/until.ts';

const names = ['sul-1', 'sul-2', 'sul-3'];
let real: RealFleet;
let fleet: Fleet;

const run = async (options: Record<string, string | boolean> = {}) => {
  const said: string[] = [];
  const context = {
    connect: async () => fleet,
    look: async () => fleet,
    print: (text: string) => said.push(text),
    warn: (text: string) => said.push(text),
    signal: new AbortController().signal,
  } as unknown as CommandContext;
  const spec = upgrade({ version, backWithin: 5000, replaceMaster: async () => undefined });
  return { code: await spec.run(context, [], { settle: '0', ...options }), said: said.join('\n') };
};
const versions = () => names.map((name) => rowNamed(fleet, name).workerVersion);
const pids = () => names.map((name) => rowNamed(fleet, name).pid);

beforeAll(async () => {
  real = createRealFleet();
  fleet = await real.open();
  for (const name of names) {
    real.put(name, 'linked');
    real.put(name, 'worker-version', '0.9.0');
    await fleet.request('create', { name, engine: 'simulated' });
  }
  await Promise.all(names.map((name) => fleet.request('start', { name })));
  await until(() => versions().every((each) => each === '0.9.0'), { what: 'three old workers' });
});
afterAll(async () => {
  expect(await real.end()).toEqual([]);
});

test('workers of another version are a banner, and --dry-run only shows them', async () => {
  await until(() => fleet.getSnapshot().banners.some(({ id }) => id === 'worker-versions'), { what: 'the banner' });
  const before = pids();
  expect((await run({ dryRun: true })).said).toContain('sul-2  0.9.0');
  expect(pids()).toEqual(before);
});

test('an upgrade that goes wrong halts at its first session and touches no other', async () => {
  const before = pids();
  // What was installed is still the old program: no worker comes back with the new one.
  const { code, said } = await run();
  expect(code).toBe(1);
  expect(said).toContain('halted at');
  expect(said).toContain('2 sessions were not touched');
  expect(pids().filter((pid, index) => pid === before[index])).toHaveLength(2);
});

test('one session, then the rest, each back before the next; then the banner goes', async () => {
  for (const name of names) real.put(name, 'worker-version', version);
  const { code, said } = await run();
  expect(said).toContain(`3/3`);
  expect(code).toBe(0);
  expect(versions()).toEqual([version, version, version]);
  expect(names.map((name) => rowNamed(fleet, name).state)).toEqual(['connected', 'connected', 'connected']);
  await until(() => !fleet.getSnapshot().banners.some(({ id }) => id === 'worker-versions'), { what: 'no banner' });
  expect((await run()).said).toBe(`Everything runs ${version} already.`);
});
