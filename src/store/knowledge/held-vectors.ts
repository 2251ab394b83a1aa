import { letGo } from '../../session/small-vectors.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { Database } from '../database.ts';

/**
 * Vectors of the session that was asked about last, kept for the questions that follow soon: reading them is a third of what a question costs.
 * Nobody asks: nothing is kept.
 */

export interface VectorBlock {
  readonly file: string;
  readonly version: number;
  readonly first: number;
  readonly count: number;
  readonly vectors: Uint8Array;
}

export interface VectorsOf {
  readonly sessionId: string;
  readonly key: string;
  readonly dimensions: number;
  /** What they are measured with; of vectors that were made anew it is another. */
  readonly anchors: Uint8Array;
}

/** More is read anew each time: a worker's memory has a bound. */
const mostHeld = 4 * 1024 * 1024;
/** While a chat goes on. */
const heldFor: Milliseconds = 60_000;

/** Vectors of files as they are known now: of a session, of one kind and length. */
export const currentVectors = `FROM knowledge_files f
  CROSS JOIN knowledge_vectors v ON v.session_id = f.session_id AND v.file = f.name AND v.version = f.version AND v.model = ?2
  WHERE f.session_id = ?1 AND f.state = 'current' AND v.dimensions = ?3`;
const listed = `SELECT v.rowid AS id, v.file, v.version, v.first, v.count, length(v.vectors) AS bytes ${currentVectors}`;
const read = `SELECT v.rowid AS id, v.file, v.version, v.first, v.count, v.vectors ${currentVectors}`;

interface ListedBlock extends Omit<VectorBlock, 'vectors'> {
  readonly id: number;
  readonly bytes: number;
}

interface Held {
  readonly of: VectorsOf;
  readonly blocks: Map<number, VectorBlock>;
  readonly timer: NodeJS.Timeout;
}
const heldOf = new WeakMap<Database, Held>();

/** Gives back what is kept. */
export const dropHeldVectors = (database: Database): void => {
  const held = heldOf.get(database);
  if (held === undefined) return;
  heldOf.delete(database);
  clearTimeout(held.timer);
  for (const { vectors } of held.blocks.values()) letGo(vectors);
};

const isSame = (one: VectorsOf, other: VectorsOf): boolean =>
  one.sessionId === other.sessionId &&
  one.key === other.key &&
  one.dimensions === other.dimensions &&
  Buffer.compare(one.anchors, other.anchors) === 0;

/** What is kept of these; whatever else was kept is given back. */
const holdingOf = (database: Database, of: VectorsOf): Held => {
  const known = heldOf.get(database);
  if (known !== undefined && isSame(known.of, of)) {
    known.timer.refresh();
    return known;
  }
  dropHeldVectors(database);
  const timer = setTimeout(() => dropHeldVectors(database), heldFor).unref();
  const held = { of, blocks: new Map<number, VectorBlock>(), timer };
  heldOf.set(database, held);
  return held;
};

const readBlock = (database: Database, { id, file, version, first, count }: ListedBlock): VectorBlock | null => {
  const row = database.get<{ vectors: Uint8Array }>('SELECT vectors FROM knowledge_vectors WHERE rowid = ?', id);
  return row === undefined ? null : { file, version, first, count, vectors: row.vectors };
};

const isAsListed = (one: VectorBlock | undefined, listedAs: ListedBlock): one is VectorBlock =>
  one !== undefined &&
  one.file === listedAs.file &&
  one.version === listedAs.version &&
  one.first === listedAs.first &&
  one.count === listedAs.count &&
  one.vectors.length === listedAs.bytes;

/** Calls `see` with each of them; its vectors are nobody's afterwards. */
export const eachBlock = (
  database: Database,
  of: VectorsOf,
  see: (block: VectorBlock) => void,
  most: number = mostHeld,
): void => {
  const { sessionId, key, dimensions } = of;
  const all = database.all<ListedBlock>(listed, sessionId, key, dimensions);
  const isHeld = all.reduce((sum, { bytes }) => sum + bytes, 0) <= most;
  if (!isHeld) dropHeldVectors(database);
  const blocks = isHeld ? holdingOf(database, of).blocks : null;
  // One after the other in one go: quicker than each by itself.
  if (blocks === null || blocks.size === 0) {
    const rows = database.prepare(read).iterate(sessionId, key, dimensions) as Iterable<unknown>;
    for (const { id, ...block } of rows as Iterable<VectorBlock & { readonly id: number }>) {
      see(block);
      if (blocks === null) letGo(block.vectors);
      else blocks.set(id, block);
    }
    return;
  }

  const known = new Map(blocks);
  blocks.clear();
  for (const one of all) {
    const kept = known.get(one.id);
    const block = isAsListed(kept, one) ? kept : readBlock(database, one);
    if (block === null) continue;
    if (block === kept) known.delete(one.id);
    blocks.set(one.id, block);
    see(block);
  }
  for (const { vectors } of known.values()) letGo(vectors);
};
