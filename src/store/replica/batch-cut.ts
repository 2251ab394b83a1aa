import type { ChangedRow, Changes, Tombstone } from '../changes.ts';

export interface BatchLimits {
  readonly rows: number;
  /** Characters of JSON at which a batch is closed. */
  readonly characters: number;
}

/** Whole rows in order of change, cut where the limits are reached; never empty when there is a change. */
export const cutChanges = (
  source: Changes,
  after: number,
  limits: BatchLimits,
): { changes: ChangedRow[]; tombstones: Tombstone[]; through: number } => {
  const newest = source.newest();
  const changes = source.since(after, limits.rows);
  const tombstones = source.tombstonesSince(after, limits.rows);
  let through = newest;
  if (changes.length >= limits.rows) through = Math.min(through, changes.at(-1)?.changeSeq ?? through);
  if (tombstones.length >= limits.rows) through = Math.min(through, tombstones.at(-1)?.changeSeq ?? through);
  let characters = 0;
  for (const change of changes) {
    characters += Object.values(change.row).reduce<number>(
      (sum, value) => sum + (typeof value === 'string' ? value.length : 8) + 20,
      0,
    );
    if (characters > limits.characters && change !== changes[0]) {
      through = Math.min(through, change.changeSeq - 1);
      break;
    }
  }
  return {
    changes: changes.filter((one) => one.changeSeq <= through),
    tombstones: tombstones.filter((one) => one.changeSeq <= through),
    through,
  };
};
