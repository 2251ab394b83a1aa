import { describe, expect, test } from 'vitest';
import { createDiskForecast } from '../../src/resources/disk-forecast.ts';
import { createMeanHistory } from '../../src/resources/mean-history.ts';
import { kernelUnits, parseProcStat } from '../../src/resources/proc-stat.ts';
import { namesProfile, profileArgument } from '../../src/resources/profile-argument.ts';
import { parsePs } from '../../src/resources/ps-processes.ts';
import { createPssReader } from '../../src/resources/pss-reader.ts';
import { ownersOf } from '../../src/resources/tree-owners.ts';

describe('a stat line', () => {
  const line = (name: string) =>
    Buffer.from(
      `4711 (${name}) S 12 4711 4711 0 -1 4194304 1 2 3 4 150 50 7 8 20 0 11 0 987654 1000000 2500 18446744073709551615 1 1\n`,
    );

  test.each([
    ['node', 'node'],
    ['a) S 1 (b', 'a) S 1 (b'],
    ['\u001b[31mred', '?[31mred'],
  ])('is read whatever the process calls itself: %j', (name, shown) => {
    const bytes = line(name);
    expect(parseProcStat(bytes, bytes.length)).toEqual({
      pid: 4711,
      ppid: 12,
      state: 'S',
      cpuTicks: 200,
      startTicks: 987_654,
      rssPages: 2500,
      name: shown,
    });
  });

  test('that is none gives null', () => {
    for (const text of ['', 'x', '12 (', '12 (a) S 1 2'])
      expect(parseProcStat(Buffer.from(text), text.length)).toBeNull();
  });

  test('kernel units come from the auxiliary vector', () => {
    const auxv = Buffer.alloc(48);
    for (const [i, value] of [6n, 16_384n, 17n, 250n, 0n, 0n].entries()) auxv.writeBigUInt64LE(value, i * 8);
    expect(kernelUnits(auxv)).toEqual({ pageBytes: 16_384, ticksPerSecond: 250 });
    expect(kernelUnits(null)).toEqual({ pageBytes: 4096, ticksPerSecond: 100 });
  });
});

describe('the profile a process names', () => {
  const found = (commandLine: string, name = 'chrome') => profileArgument(commandLine, name);

  test.each([
    ['chrome\0--a\0--user-data-dir=/f/tokens/joao\0about:blank\0', '/f/tokens/joao', true],
    ['chrome\0--user-data-dir=/f/tokens/joao/\0', '/f/tokens/joao', true],
    ['chrome --type=renderer --user-data-dir=/f/tokens/joao --x\0', '/f/tokens/joao', true],
    ['chrome --user-data-dir=/f/my tokens/joao --x', '/f/my tokens/joao', true],
    ['chrome\0--user-data-dir=/f/tokens/joao-2\0', '/f/tokens/joao', false],
    ['chrome\0--user-data-dir=/f/tokens/joao x\0', '/f/tokens/joao', false],
    ['chrome --user-data-dir=/f/tokens/joao-2 --x', '/f/tokens/joao', false],
    ['chrome\0--not--user-data-dir=/f/tokens/joao\0', '/f/tokens/joao', false],
  ])('%j', (commandLine, directory, named) => {
    const profile = found(commandLine);
    expect(profile !== null && namesProfile(profile, directory)).toBe(named);
  });

  test('somebody who looks for a browser is none', () =>
    expect(found('pgrep\0-f\0--user-data-dir=/f/tokens/joao\0', 'pgrep')).toBeNull());
});

describe('owners', () => {
  const process = (pid: number, ppid: number, directory?: string) =>
    [pid, { pid, ppid, profile: directory === undefined ? null : { value: directory, exact: true } }] as const;
  const never = () => null;

  test('by links first, then by profile, and a loop of stale links ends', () => {
    const all = new Map([
      process(10, 2),
      process(11, 10, '/b'),
      process(12, 11),
      process(20, 1, '/b'),
      process(21, 20),
      process(30, 31),
      process(31, 30),
    ]);
    const owners = ownersOf(
      all,
      [
        { key: 'a', pid: 10, profileDir: '/a' },
        { key: 'b', pid: null, profileDir: '/b' },
      ],
      never,
    );
    expect(
      Object.fromEntries([...owners].map(([pid, { key, orphan }]) => [pid, `${key}${orphan ? ' orphan' : ''}`])),
    ).toEqual({
      10: 'a',
      11: 'a',
      12: 'a',
      20: 'b orphan',
      21: 'b orphan',
    });
  });

  test('a session below another one keeps its own', () => {
    const owners = ownersOf(
      new Map([process(10, 2), process(11, 10), process(12, 11)]),
      [
        { key: 'a', pid: 10, profileDir: '/a' },
        { key: 'b', pid: 11, profileDir: '/b' },
      ],
      never,
    );
    expect([owners.get(10)?.key, owners.get(11)?.key, owners.get(12)?.key]).toEqual(['a', 'b', 'b']);
  });
});

test('the output of ps is read, also where it is odd', () => {
  const listed = parsePs(
    [
      '    1     0 S  Sun Nov 22 20:00:00 2026 /sbin/init',
      ' 4711     1 Ss+ Mon Nov  2 08:01:02 2026 /opt/chrome/chrome --user-data-dir=/f/tokens/a --x',
      ' 4712     1 Z Mon Nov  2 08:01:02 2026 [chrome] <defunct>',
      'nonsense',
      '',
    ].join('\n'),
  );
  expect([...listed.keys()]).toEqual([1, 4711]);
  expect(listed.get(4711)).toMatchObject({ ppid: 1, name: 'chrome', startTime: 'Mon Nov 2 08:01:02 2026' });
});

describe('the mean of each stretch of time', () => {
  const bucketMs = 450_000;
  const lastHour = () => createMeanHistory({ buckets: 8, bucketMs });

  test('is kept with its holes, and moves on', () => {
    const history = lastHour();
    const at = (bucket: number) => bucket * bucketMs + 1;
    history.record('a', at(10), 100);
    history.record('a', at(10), 300);
    history.record('a', at(12), 500);
    expect(history.trend('a', at(12))).toEqual([null, null, null, null, null, 200, null, 500]);
    expect(history.trend('a', at(14))).toEqual([null, null, null, 200, null, 500, null, null]);
    history.record('a', at(19), 900);
    expect(history.trend('a', at(19))).toEqual([500, null, null, null, null, null, null, 900]);
    expect(history.trend('a', at(40))).toEqual(Array(8).fill(null));
    expect(history.trend('b', at(12))).toEqual(Array(8).fill(null));
  });

  test('does not grow: sessions that are gone are forgotten after the hour', () => {
    const history = lastHour();
    for (let i = 0; i < 1000; i++) history.record(`s${i}`, i * bucketMs, 1);
    expect(history.size).toBeLessThanOrEqual(9);
  });
});

describe('PSS', () => {
  const target = (pid: number, rssBytes: number, startTicks = 1) => ({ pid, startTicks, rssBytes });

  test('is read within its time, spread over the samples, oldest first', () => {
    let time = 0;
    const reads: number[] = [];
    const reader = createPssReader(
      10_000,
      (pid) => {
        reads.push(pid);
        time += 1;
        return 10;
      },
      () => time,
    );
    const targets = Array.from({ length: 10 }, (_, i) => target(i + 2, 100));
    for (let sample = 0; sample < 12; sample++) reader.refresh(targets, sample * 1000, 3);
    expect(reads.slice(0, 10)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(reads).toHaveLength(10);
  });

  test('of unread ones follows the read ones, when those are the larger part', () => {
    const reader = createPssReader(0, (pid) => (pid === 9 ? null : 40));
    reader.refresh([target(2, 100), target(9, 50)], 0, 1000);
    expect(reader.of([target(2, 100), target(9, 50)])).toBe(60);
    expect(reader.of([target(2, 100), target(9, 150)])).toBeNull();
    expect(reader.of([])).toBeNull();
  });

  test('follows growth between two reads, and forgets a pid that was reused', () => {
    const reader = createPssReader(10_000, () => 40);
    reader.refresh([target(2, 100)], 0, 1000);
    expect(reader.of([target(2, 180)])).toBe(120);
    expect(reader.of([target(2, 10)])).toBe(0);
    expect(reader.of([target(2, 100, 77)])).toBeNull();
  });
});

describe('days until the disk is full', () => {
  const hour = 3_600_000;

  test('follow its own pace', () => {
    const forecast = createDiskForecast();
    for (let i = 0; i <= 24; i++) forecast.note(i * hour, 1000 + i * 10);
    expect(forecast.daysUntilFull(480)).toBeCloseTo(2, 5);
    expect(forecast.daysUntilFull(0)).toBe(0);
  });

  test('are not known too early, when it empties, or a year away', () => {
    const young = createDiskForecast();
    for (let i = 0; i < 6; i++) young.note(i * 600_000, i * 1e9);
    expect(young.daysUntilFull(1e9)).toBeNull();
    const emptying = createDiskForecast();
    for (let i = 0; i < 20; i++) emptying.note(i * hour, 1000 - i);
    expect(emptying.daysUntilFull(1e9)).toBeNull();
    const slow = createDiskForecast();
    for (let i = 0; i < 20; i++) slow.note(i * hour, i);
    expect(slow.daysUntilFull(1e9)).toBeNull();
  });

  test('begin anew when the clock went back', () => {
    const forecast = createDiskForecast();
    for (let i = 0; i < 20; i++) forecast.note(1e12 + i * hour, i * 1000);
    forecast.note(1e11, 5);
    expect(forecast.daysUntilFull(1000)).toBeNull();
  });
});
