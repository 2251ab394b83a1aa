import { setImmediate as breathe } from 'node:timers/promises';
import type { ChangedRow, Changes, Tombstone } from '../changes.ts';

export interface BatchLimits {
  readonly rows: number;
  /** Characters of JSON at which a batch is closed. */
  readonly characters: number;
}

/** Rows that are read or made ready at once: the master answers between two pages. */
export const pageRows = 100;

const charactersOf = ({ row }: ChangedRow): number =>
  Object.values(row).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8) + 20, 0);

/**
 * Whole rows in order of change, cut where the limits are reached; never empty when there is a change. Read page by page: what changes
 * or is erased meanwhile has a newer number than `through`, and comes with a later batch.
 */
export const cutChanges = async (
  source: Changes,
  after: number,
  limits: BatchLimits,
): Promise<{ changes: ChangedRow[]; tombstones: Tombstone[]; through: number }> => {
  let through = source.newest();
  const tombstones = source.tombstonesSince(after, limits.rows);
  if (tombstones.length >= limits.rows) through = Math.min(through, tombstones.at(-1)?.changeSeq ?? through);

  const changes: ChangedRow[] = [];
  let characters = 0;
  for (let isWhole = false; !isWhole; ) {
    const wanted = Math.min(pageRows, limits.rows - changes.length);
    const page = source.since(changes.at(-1)?.changeSeq ?? after, wanted);
    isWhole = page.length < wanted;
    for (const change of page) {
      characters += charactersOf(change);
      if (characters > limits.characters && changes.length > 0) {
        through = Math.min(through, change.changeSeq - 1);
        isWhole = true;
        break;
      }
      changes.push(change);
    }

    if (changes.length >= limits.rows) {
      through = Math.min(through, changes.at(-1)?.changeSeq ?? through);
      isWhole = true;
    }
    await breathe();
  }

  return {
    changes: changes.filter((one) => one.changeSeq <= through),
    tombstones: tombstones.filter((one) => one.changeSeq <= through),
    through,
  };
};
