import type { Bytes } from '../../session/units.ts';
import type { DiskMeasure, DiskPolicy } from './policies.ts';
import { diskMeasures } from './policies.ts';

/** What is given up, in which order, while the disk fills, so that the inbox never has to fail. Pure. */

export interface DiskGuard {
  /** In force now, in the order of sacrifice. */
  readonly active: readonly DiskMeasure[];
  readonly started: readonly DiskMeasure[];
  readonly ended: readonly DiskMeasure[];
  readonly percent: number;
  /** One English line for a person; null while nothing is wrong. */
  readonly text: string | null;
}

export interface DiskRoom {
  /** As `df` counts: used plus available. */
  readonly totalBytes: Bytes;
  readonly availableBytes: Bytes;
}

const words: Readonly<Record<DiskMeasure, string>> = {
  warn: '',
  'cut-logs': 'logs cut',
  'prune-caches': 'caches pruned',
  'pause-backups': 'backups paused',
  'release-reserve': 'reserve given up',
  'stop-replies': 'replies wait, messages are still stored',
};

/** Measures for the disk as it is now, with those in force before (empty at first), so that none flickers at its line. */
export const guardDisk = (disk: DiskRoom, before: readonly DiskMeasure[], policy: DiskPolicy): DiskGuard => {
  const percent = disk.totalBytes <= 0 ? 0 : 100 * (1 - disk.availableBytes / disk.totalBytes);
  const active = diskMeasures.filter((measure) => {
    const wasActive = before.includes(measure);
    const line = policy.at[measure] - (wasActive ? policy.hysteresis : 0);
    const floor = policy.onlyBelowFree[measure] * (wasActive ? 1.1 : 1);
    return percent >= line && disk.availableBytes < floor;
  });
  const done = active.map((measure) => words[measure]).filter((word) => word !== '');
  const next = active.includes('stop-replies') || !active.includes('pause-backups');
  const outlook = next ? '' : `; at ${policy.at['stop-replies']}% replies wait`;
  const list = done.length === 0 ? '' : `: ${done.join(', ')}${outlook}`;
  return {
    active,
    started: active.filter((measure) => !before.includes(measure)),
    ended: before.filter((measure) => !active.includes(measure)),
    percent,
    text: active.length === 0 ? null : `Disk ${Math.floor(percent)}%${list}`,
  };
};
