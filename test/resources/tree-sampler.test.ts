import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasProc } from '../../src/resources/linux-processes.ts';
import {
  createSharedLook,
  findProfileProcesses,
  isAlive,
  type ProcessLook,
  signalProcess,
} from '../../src/resources/orphans.ts';
import type { TreeSample, TreeSampler, TreeSamplerOptions } from '../../src/resources/tree-sampler.ts';
import { createTreeSampler } from '../../src/resources/tree-sampler.ts';
import { isOnPath, writeStandIn } from '../support/stand-in-programs.ts';
import { until } from '../support/until.ts';
import { endExactly, endFamilies, startFamily } from './support/families.ts';

const home = mkdtempSync(join(tmpdir(), 'zf-tree-'));
const programs = mkdtempSync(join(tmpdir(), 'zf-tree-programs-'));
const path = process.env['PATH'] ?? '';
beforeAll(() => {
  if (isOnPath('ps')) return;
  writeStandIn('ps', programs);
  process.env['PATH'] = `${programs}:${path}`;
});
afterAll(() => {
  process.env['PATH'] = path;
  rmSync(programs, { recursive: true });
});
const samplers: TreeSampler[] = [];
const sampler = (options: TreeSamplerOptions): TreeSampler => {
  const made = createTreeSampler(options);
  samplers.push(made);
  return made;
};
afterEach(async () => {
  for (const made of samplers.splice(0)) made.close();
  await endFamilies();
  rmSync(home, { recursive: true, force: true });
});

const MiB = 1024 ** 2;
const pids = (list: readonly { readonly pid: number }[]) => list.map(({ pid }) => pid).sort((a, b) => a - b);
const sorted = (...list: number[]) => list.sort((a, b) => a - b);
const only = async (from: TreeSampler, key: string, pid: number | null, profileDir: string): Promise<TreeSample> => {
  const found = (await from.sample([{ key, pid, profileDir }])).get(key);
  if (found === undefined) throw new Error(`no sample of ${key}`);
  return found;
};

describe.each(['proc', 'ps'] as const)('the tree of a session, by %s', (way) => {
  test('is the worker and everything below, apart from other sessions', async () => {
    const [a, b] = await Promise.all([startFamily(join(home, 'a')), startFamily(join(home, 'b'))]);
    const samples = await sampler({ way }).sample([
      { key: 'a', pid: a.worker, profileDir: join(home, 'a') },
      { key: 'b', pid: b.worker, profileDir: join(home, 'b') },
    ]);
    expect(pids(samples.get('a')?.processes ?? [])).toEqual(sorted(a.worker, a.browser, a.grandchild));
    expect(pids(samples.get('b')?.processes ?? [])).toEqual(sorted(b.worker, b.browser, b.grandchild));
    expect(samples.get('a')).toMatchObject({ rootAlive: true, orphans: [] });
    expect(samples.get('a')?.processes[0]?.name).toBe('node');
    // Worker and browser are Node, at least 35 MB each on this side of its start: neither alone is as large as both.
    expect(samples.get('a')?.rssBytes).toBeGreaterThan(60 * MiB);
  });

  test('keeps the browser that outlived its worker, as orphans, with what is below it', async () => {
    const profileDir = join(home, 'a');
    const family = await startFamily(profileDir);
    await family.killWorker();
    const fresh = sampler({ way });
    const found = await until(
      async () => {
        const sample = await only(fresh, 'a', family.worker, profileDir);
        return sample.orphans.length === 2 ? sample : null;
      },
      { what: 'two orphans' },
    );
    expect(found.rootAlive).toBe(false);
    expect(found.processes).toEqual([]);
    expect(pids(found.orphans)).toEqual(sorted(family.browser, family.grandchild));
    expect((await only(fresh, 'a', null, profileDir)).orphans).toHaveLength(2);
    expect((await only(fresh, 'other', null, join(home, 'other'))).orphans).toEqual([]);
  });

  test('remembers a process whose parents are all dead and that names no profile', async () => {
    const profileDir = join(home, 'a');
    const family = await startFamily(profileDir);
    const watching = sampler({ way });
    await only(watching, 'a', family.worker, profileDir);
    process.kill(family.browser, 'SIGKILL');
    await family.killWorker();
    const found = await until(
      async () => {
        const sample = await only(watching, 'a', null, profileDir);
        return sample.orphans.length === 1 ? sample.orphans : null;
      },
      { what: 'the grandchild alone' },
    );
    expect(pids(found)).toEqual([family.grandchild]);
  });

  test('counts the CPU of the tree', async () => {
    const profileDir = join(home, 'a');
    const family = await startFamily(profileDir);
    const watching = sampler({ way });
    await only(watching, 'a', family.worker, profileDir);
    expect(watching.cpuDay('a').every((mean) => mean === null)).toBe(true);
    // Longer than anybody looks: on a machine that is lent to others, seconds pass without a share of it that would show.
    family.order('burn 120000');
    const busy = await until(
      async () => {
        const { cpuPercent } = await only(watching, 'a', family.worker, profileDir);
        return cpuPercent > 20 ? cpuPercent : null;
      },
      { what: 'the burning to show', every: 300 },
    );
    expect(busy).toBeLessThan(400);
    const day = watching.cpuDay('a');
    expect(day).toHaveLength(288);
    expect(day.slice(0, -2).every((mean) => mean === null)).toBe(true);
    expect(Math.max(...day.slice(-2).map((mean) => mean ?? 0))).toBeGreaterThan(0);
  });

  test('sees memory grow', async () => {
    const profileDir = join(home, 'a');
    const family = await startFamily(profileDir);
    const watching = sampler({ way, pssEveryMs: 0, pssBudgetMs: 1000 });
    const before = await only(watching, 'a', family.worker, profileDir);
    family.order('grow 100');
    const after = await until(
      async () => {
        const sample = await only(watching, 'a', family.worker, profileDir);
        return sample.rssBytes > before.rssBytes + 90 * MiB ? sample : null;
      },
      { what: '100 MB more', every: 100 },
    );
    if (way === 'ps') {
      expect(after.pssBytes).toBeNull();
      return;
    }
    // Worker and browser share node's own pages, so PSS is less than RSS and what was allocated is in both.
    expect(after.pssBytes).toBeGreaterThan((before.pssBytes ?? 0) + 80 * MiB);
    expect(after.pssBytes).toBeLessThan(after.rssBytes);
    expect(after.memoryTrend).toHaveLength(8);
    expect(after.memoryTrend.at(-1)).toBeGreaterThan(0);
  });
});

test('the way is chosen by what the machine has', () => {
  expect(sampler({}).way).toBe(hasProc() ? 'proc' : 'ps');
  expect(hasProc(join(home, 'nothing'))).toBe(false);
});

test('overlapping samples are taken one after the other', async () => {
  const family = await startFamily(join(home, 'a'));
  const root = [{ key: 'a', pid: family.worker, profileDir: join(home, 'a') }];
  const watching = sampler({});
  const all = await Promise.all([watching.sample(root), watching.sample(root), watching.sample(root)]);
  for (const samples of all) expect(samples.get('a')?.processes).toHaveLength(3);
});

test('nobody there is an empty tree', async () => {
  const sample = await only(sampler({}), 'a', null, join(home, 'nobody'));
  expect(sample).toMatchObject({
    rootAlive: false,
    cpuPercent: 0,
    rssBytes: 0,
    pssBytes: null,
    processes: [],
    orphans: [],
  });
  expect(sample.memoryTrend).toEqual(Array(8).fill(null));
});

describe('leftovers of a profile', () => {
  test('are found below no living worker, parents first, and ended exactly', async () => {
    const profileDir = join(home, 'a');
    const family = await startFamily(profileDir);
    expect(await findProfileProcesses(profileDir, family.worker)).toEqual([]);
    await family.killWorker();
    const found = await findProfileProcesses(profileDir);
    expect(found.map(({ pid }) => pid)).toEqual([family.browser, family.grandchild]);
    expect(await findProfileProcesses(join(home, 'b'))).toEqual([]);
    await endExactly(found);
    expect(await findProfileProcesses(profileDir)).toEqual([]);
  });

  test('many that start share a look for two seconds, and one that failed is not kept', async () => {
    let time = 0;
    const looks = [new Error('no /proc'), new Map(), new Map()];
    let reads = 0;
    const look = createSharedLook(
      async () => {
        const next = looks[reads];
        reads += 1;
        if (next instanceof Error) throw next;
        return next as ProcessLook;
      },
      () => time,
    );
    await expect(look()).rejects.toThrow('no /proc');
    const first = look();
    time = 2000;
    expect(await look()).toBe(await first);
    time = 2001;
    expect(await look()).toBe(looks[2]);
    expect(reads).toBe(3);
  });

  test('a reused pid is left alone', async () => {
    const family = await startFamily(join(home, 'a'));
    const other = { pid: family.browser, startTime: '1' };
    expect(await isAlive(other)).toBe(false);
    expect(await signalProcess(other, 'SIGKILL')).toBe('gone');
    process.kill(family.browser, 0);
    await expect(signalProcess({ pid: 1, startTime: '1' }, 'SIGKILL')).rejects.toThrow(RangeError);
  });
});
