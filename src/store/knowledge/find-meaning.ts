import { anotherLength, leastCloseness, textsPerCall, wrongCount } from '../../session/embeddings.ts';
import type { Meant, MeantPassage } from '../../session/knowledge.ts';
import { cosineAt, type SmallVector, writeCosines } from '../../session/small-vectors.ts';
import type { Database } from '../database.ts';
import { eachBlock, type VectorBlock } from './held-vectors.ts';

/** Passages that are near to a question in meaning: all vectors of its session are looked at, one after the other. */

/** More would only be left out of an answer. */
const mostMeant = 12;

interface Measure {
  readonly dimensions: number;
  readonly floor: number;
  readonly anchors: Uint8Array;
}

export const createMeaningFinder = (database: Database) => {
  const measureOf = (sessionId: string, key: string): Measure | null =>
    database.get<Measure>(
      'SELECT dimensions, floor, anchors FROM knowledge_meaning WHERE session_id = ? AND model = ? AND floor IS NOT NULL',
      sessionId,
      key,
    ) ?? null;

  return {
    /** Whether any passage has a vector of this kind: a question need not be asked for where none has. */
    has: (sessionId: string, key: string): boolean => measureOf(sessionId, key) !== null,

    /**
     * Nearest first. `asked`: the question alone, and last as it is looked for, which may be the same. What cannot be compared with the passages'
     * is a problem, for a person to read.
     */
    nearest: (sessionId: string, key: string, asked: readonly SmallVector[]): Meant => {
      const measure = measureOf(sessionId, key);
      const [alone] = asked;
      const question = asked.at(-1);
      if (measure === null) return { passages: [], problem: null };
      if (alone === undefined || question === undefined) return { passages: null, problem: wrongCount };
      const { dimensions, floor, anchors } = measure;
      const other = asked.find(({ bytes }) => bytes.length !== dimensions);
      if (other !== undefined) return { passages: null, problem: anotherLength(other.bytes.length, dimensions) };
      if (question.inverse === 0) return { passages: [], problem: null };
      const room = Math.max(0.01, 1 - floor);
      const closenessOf = (cosine: number): number => Math.min(1, Math.max(0, (cosine - floor) / room));

      const found: MeantPassage[] = [];
      let least = floor + leastCloseness * room;
      const note = ({ file, version, first, count, vectors }: VectorBlock, row: number, cosine: number): void => {
        const ofAlone = alone === question ? cosine : cosineAt(vectors, count, row, alone);
        found.push({ file, version, n: first + row, closeness: closenessOf(cosine), alone: closenessOf(ofAlone) });
        found.sort((x, y) => y.closeness - x.closeness);
        if (found.length <= mostMeant) return;
        found.pop();
        least = floor + (found.at(-1)?.closeness ?? 0) * room;
      };

      let cosines = new Float64Array(textsPerCall);
      eachBlock(database, { sessionId, key, dimensions, anchors }, (block) => {
        if (block.count > cosines.length) cosines = new Float64Array(block.count);
        writeCosines(block.vectors, block.count, question, cosines);
        for (let row = 0; row < block.count; row += 1)
          if ((cosines[row] as number) > least) note(block, row, cosines[row] as number);
      });
      return { passages: found, problem: null };
    },
  };
};
export type MeaningFinder = ReturnType<typeof createMeaningFinder>;
