import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guardDisk } from '../../../src/orchestrator/health/diskguard.ts';
import type { DiskMeasure } from '../../../src/orchestrator/health/policies.ts';
import { defaultPolicies, diskMeasures } from '../../../src/orchestrator/health/policies.ts';

const policy = defaultPolicies.disk;
const small = (percent: number) => ({ totalBytes: 50_000_000, availableBytes: 500_000 * (100 - percent) });

describe('disk guard', () => {
  test('gives up one thing after the other, replies last', () => {
    const active = (percent: number) => guardDisk(small(percent), [], policy).active;
    expect(active(80)).toEqual([]);
    expect(active(86)).toEqual(['warn']);
    expect(active(91)).toEqual(['warn', 'cut-logs']);
    expect(active(96)).toEqual(['warn', 'cut-logs', 'prune-caches', 'pause-backups']);
    expect(active(99.5)).toEqual([...diskMeasures]);
  });

  test('says what it did and what comes', () => {
    expect(guardDisk(small(96), [], policy).text).toBe(
      'Disk 96%: logs cut, caches pruned, backups paused; at 99% replies wait',
    );
    expect(guardDisk(small(99.5), [], policy).text).toContain('replies wait, messages are still stored');
    expect(guardDisk(small(86), [], policy).text).toBe('Disk 86%');
    expect(guardDisk(small(50), [], policy).text).toBeNull();
  });

  test('does not flicker at a line, and tells what ended', () => {
    const before = guardDisk(small(90.2), [], policy).active;
    expect(guardDisk(small(89.5), before, policy)).toMatchObject({ started: [], ended: [] });
    expect(guardDisk(small(88), before, policy)).toMatchObject({ ended: ['cut-logs'] });
    expect(guardDisk(small(91), ['warn'], policy).started).toEqual(['cut-logs']);
  });

  test('a large disk with much room left is no danger', () =>
    expect(guardDisk({ totalBytes: 10e12, availableBytes: 100e9 }, [], policy).active).toEqual([]));

  test('always a part of the order from its beginning, whatever was before', () => {
    fc.assert(
      fc.property(fc.nat(1e13), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), (totalBytes, share, n) => {
        const before: DiskMeasure[] = diskMeasures.slice(0, n);
        const { active } = guardDisk({ totalBytes, availableBytes: totalBytes * share }, before, policy);
        expect(active).toEqual(diskMeasures.slice(0, active.length));
      }),
    );
  });
});
