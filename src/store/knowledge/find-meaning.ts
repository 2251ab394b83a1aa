import { leastCloseness } from '../../session/embeddings.ts';
import type { MeantPassage } from '../../session/knowledge.ts';
import { cosineAt, type SmallVector, seeCosines } from '../../session/small-vectors.ts';
import type { Database } from '../database.ts';

/** Passages that are near to a question in meaning: all vectors of its session are looked at, one after the other. */

/** More would only be left out of an answer. */
const mostMeant = 12;

interface Block {
  readonly file: string;
  readonly version: number;
  readonly first: number;
  readonly count: number;
  readonly vectors: Uint8Array;
}

/** Vectors of files as they are known now: of a session, of one kind and length. */
export const currentVectors = `FROM knowledge_files f
  CROSS JOIN knowledge_vectors v ON v.session_id = f.session_id AND v.file = f.name AND v.version = f.version AND v.model = ?2
  WHERE f.session_id = ?1 AND f.state = 'current' AND v.dimensions = ?3`;

const nearestBlocks = `SELECT v.file, v.version, v.first, v.count, v.vectors ${currentVectors}`;

export const createMeaningFinder = (database: Database) => {
  const measureOf = (sessionId: string, key: string): { readonly dimensions: number; readonly floor: number } | null =>
    database.get<{ dimensions: number; floor: number }>(
      'SELECT dimensions, floor FROM knowledge_meaning WHERE session_id = ? AND model = ? AND floor IS NOT NULL',
      sessionId,
      key,
    ) ?? null;

  return {
    /** Whether any passage has a vector of this kind: a question need not be asked for where none has. */
    has: (sessionId: string, key: string): boolean => measureOf(sessionId, key) !== null,

    /**
     * Nearest first. `asked`: the question alone, and last as it is looked for, which may be the same. One of another length than the
     * passages' is near to nothing.
     */
    nearest: (sessionId: string, key: string, asked: readonly SmallVector[]): readonly MeantPassage[] => {
      const measure = measureOf(sessionId, key);
      const [alone] = asked;
      const question = asked.at(-1);
      if (measure === null || alone === undefined || question === undefined) return [];
      const { dimensions, floor } = measure;
      if (asked.some(({ bytes }) => bytes.length !== dimensions) || question.inverse === 0) return [];
      const room = Math.max(0.01, 1 - floor);
      const closenessOf = (cosine: number): number => Math.min(1, Math.max(0, (cosine - floor) / room));

      const found: MeantPassage[] = [];
      let least = floor + leastCloseness * room;
      const blocks = database.prepare(nearestBlocks).iterate(sessionId, key, dimensions);
      for (const { file, version, first, count, vectors } of blocks as Iterable<unknown> as Iterable<Block>)
        seeCosines(vectors, count, question, (row, cosine) => {
          if (cosine <= least) return;
          const ofAlone = alone === question ? cosine : cosineAt(vectors, count, row, alone);
          found.push({
            file,
            version,
            n: first + row,
            closeness: closenessOf(cosine),
            alone: closenessOf(ofAlone),
          });
          found.sort((x, y) => y.closeness - x.closeness);
          if (found.length <= mostMeant) return;
          found.pop();
          least = floor + (found.at(-1)?.closeness ?? 0) * room;
        });
      return found;
    },
  };
};
export type MeaningFinder = ReturnType<typeof createMeaningFinder>;
