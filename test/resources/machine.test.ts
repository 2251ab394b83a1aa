import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { ReadText } from '../../src/resources/cgroup.ts';
import { readCgroup } from '../../src/resources/cgroup.ts';
import { createMachineSampler, readTextOrNull } from '../../src/resources/machine.ts';
import { until } from '../support/until.ts';

const GiB = 1024 ** 3;
const from =
  (files: Record<string, string>): ReadText =>
  (path) =>
    files[path] ?? null;

const meminfo = `MemTotal:       ${8 * 1024 * 1024} kB\nMemFree:  1 kB\nMemAvailable:   ${3 * 1024 * 1024} kB\n`;

/** A container under cgroup v2 with its own namespace, as Docker makes it. */
const docker2 = (changes: Record<string, string> = {}) => ({
  '/proc/meminfo': meminfo,
  '/proc/stat': 'cpu  100 0 100 800 0 0 0 0 0 0\n',
  '/proc/self/cgroup': '0::/\n',
  '/proc/self/mountinfo': '600 500 0:30 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n',
  '/sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
  '/sys/fs/cgroup/memory.max': `${2 * GiB}\n`,
  '/sys/fs/cgroup/memory.current': `${1 * GiB}\n`,
  '/sys/fs/cgroup/memory.stat': `anon 5\ninactive_file ${0.25 * GiB}\nactive_file 7\n`,
  '/sys/fs/cgroup/cpu.max': '50000 100000\n',
  '/sys/fs/cgroup/cpu.stat': 'usage_usec 2000000\n',
  ...changes,
});

describe('cgroup v2', () => {
  test('limits and use of a container', () =>
    expect(readCgroup(from(docker2()))).toEqual({
      version: 2,
      memoryLimit: 2 * GiB,
      memoryUsed: 0.75 * GiB,
      cpuQuota: 0.5,
      cpuSeconds: 2,
    }));

  test('a limit of a parent counts, with what the parent uses', () => {
    const base = '/sys/fs/cgroup';
    const files = {
      '/proc/self/cgroup': '0::/system.slice/zap.service\n',
      '/proc/self/mountinfo': '30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      [`${base}/system.slice/zap.service/cgroup.controllers`]: '',
      [`${base}/system.slice/zap.service/memory.max`]: 'max\n',
      [`${base}/system.slice/zap.service/memory.current`]: '100\n',
      [`${base}/system.slice/memory.max`]: '5000\n',
      [`${base}/system.slice/memory.current`]: '4000\n',
      [`${base}/system.slice/zap.service/cpu.max`]: 'max 100000\n',
    };
    expect(readCgroup(from(files))).toMatchObject({ memoryLimit: 5000, memoryUsed: 4000, cpuQuota: null });
  });
});

describe('cgroup v1', () => {
  const files = {
    '/proc/self/cgroup': '9:name=systemd:/\n4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n0::/\n',
    '/proc/self/mountinfo':
      '35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n' +
      '32 31 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '3000\n',
    '/sys/fs/cgroup/memory/memory.stat': 'hierarchical_memory_limit 9000\ntotal_inactive_file 1000\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '150000\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage': '7000000000\n',
  };

  test('with the host path in the membership, and the limit of a parent', () =>
    expect(readCgroup(from(files))).toEqual({
      version: 1,
      memoryLimit: 9000,
      memoryUsed: 2000,
      cpuQuota: 1.5,
      cpuSeconds: 7,
    }));

  test('without any limit', () =>
    expect(
      readCgroup(
        from({
          ...files,
          '/sys/fs/cgroup/memory/memory.stat': 'hierarchical_memory_limit 9223372036854771712\n',
          '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
        }),
      ),
    ).toMatchObject({ memoryLimit: null, cpuQuota: null }));
});

describe('the machine', () => {
  test('in a container counts by its limits', async () => {
    const files = docker2();
    let time = 0;
    const machine = createMachineSampler({ diskPath: '/', readText: (path) => from(files)(path), clock: () => time });
    expect(await machine.sample()).toMatchObject({
      memoryTotal: 2 * GiB,
      memoryUsed: 0.75 * GiB,
      memoryAvailable: 1.25 * GiB,
      cores: 0.5,
      cpuPercent: 0,
    });
    time = 10_000;
    files['/sys/fs/cgroup/cpu.stat'] = 'usage_usec 4500000\n';
    // 2.5 s of CPU in 10 s on half a core: half of what there was.
    expect((await machine.sample()).cpuPercent).toBeCloseTo(50, 5);
  });

  test('gives no more than the host has left', async () => {
    const files = docker2({ '/proc/meminfo': meminfo.replace(String(3 * 1024 * 1024), '1024') });
    const machine = createMachineSampler({ diskPath: '/', readText: from(files) });
    expect((await machine.sample()).memoryAvailable).toBe(1024 * 1024);
  });

  test('without a limit counts the host', async () => {
    const files = docker2({ '/sys/fs/cgroup/memory.max': 'max\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' });
    const machine = createMachineSampler({ diskPath: '/', readText: (path) => from(files)(path) });
    expect(await machine.sample()).toMatchObject({
      memoryTotal: 8 * GiB,
      memoryUsed: 5 * GiB,
      cores: availableParallelism(),
    });
    files['/proc/stat'] = 'cpu  175 0 100 825 0 0 0 0 0 0\n';
    expect((await machine.sample()).cpuPercent).toBeCloseTo(75, 5);
  });

  test('is measured where there is no /proc at all', async () => {
    const machine = createMachineSampler({ diskPath: '/', readText: () => null });
    const { memoryTotal, memoryUsed, diskTotal, diskUsed, cpuPercent } = await machine.sample();
    expect(memoryTotal).toBeGreaterThan(memoryUsed);
    expect(diskTotal).toBeGreaterThan(diskUsed);
    expect(cpuPercent).toBe(0);
  });

  test('that we run on really answers, and its CPU moves', async () => {
    const machine = createMachineSampler({ diskPath: '/' });
    const first = await machine.sample();
    expect(first.memoryUsed).toBeGreaterThan(0);
    expect(first.memoryAvailable).toBeLessThanOrEqual(first.memoryTotal);
    expect(first.diskAvailable).toBeGreaterThan(0);
    const busy = await until(
      async () => {
        const end = performance.now() + 60;
        while (performance.now() < end);
        const { cpuPercent } = await machine.sample();
        return cpuPercent > 0 ? cpuPercent : null;
      },
      { what: 'CPU above zero' },
    );
    expect(busy).toBeLessThanOrEqual(100);
    await expect(createMachineSampler({ diskPath: '/no/such/place' }).sample()).rejects.toThrow('ENOENT');
  });

  test('a file that is not there is null', () => expect(readTextOrNull('/no/such/file')).toBeNull());
});
