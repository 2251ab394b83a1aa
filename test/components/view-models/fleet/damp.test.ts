import { describe, expect, it } from 'vitest';
import { dampCpu } from '../../../../components/view-models/fleet/damp.ts';
import { now, sessionRow } from '../../support/fake-fleet.ts';

describe('numbers in a frame', () => {
  it('show a new CPU value at most every two seconds', () => {
    const row = (cpu: number) => [
      sessionRow('aa', {
        resources: {
          cpuPercent: cpu,
          memoryBytes: 1,
          memoryIsPss: true,
          rssBytes: 1,
          processes: 1,
          orphans: 0,
          memoryTrend: [],
        },
      }),
    ];
    const first = dampCpu(new Map(), row(1), now);
    const second = dampCpu(first, row(9), now + 1000);
    expect(second.get('id-aa')?.value).toBe(1);
    expect(dampCpu(second, row(9), now + 2000).get('id-aa')?.value).toBe(9);
  });
});
