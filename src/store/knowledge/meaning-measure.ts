import { packVectors, type SmallVector, unpackVectors, writeCosines } from '../../session/small-vectors.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';

/**
 * What a session's vectors of one kind have in common: their length, and how near passages come to questions that have nothing to do with
 * them. Every model has its own idea of near, so that no figure of ours would do.
 */

export interface MeaningProblem {
  readonly code: string;
  readonly text: string;
  readonly at: EpochMs;
  /** Of the session's configuration, when it came up. */
  readonly revision: number;
}

export interface MeaningMeasure {
  readonly model: string;
  /** 0: no vector has come yet. */
  readonly dimensions: number;
  readonly anchors: readonly SmallVector[];
  readonly tops: readonly number[];
  readonly problem: MeaningProblem | null;
}

interface MeasureRow {
  readonly model: string;
  readonly dimensions: number;
  readonly anchors: Uint8Array | null;
  readonly tops: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly at: number | null;
  readonly revision: number | null;
}

/** Of the anchors so many are nearer than this: one that a business does know something of tells nothing. */
const usualAnchor = 0.7;

/** How near the nearest passage comes to a question about nothing of them. Null: nothing to measure with. */
const floorOf = (tops: readonly number[]): number | null =>
  tops.length === 0 ? null : (tops.toSorted((x, y) => x - y)[Math.floor(usualAnchor * tops.length)] ?? null);

/** How near the nearest passage comes to each anchor, with these passages more. */
export const raisedTops = (
  tops: readonly number[],
  anchors: readonly SmallVector[],
  packed: Uint8Array,
  count: number,
): readonly number[] => {
  const cosines = new Float64Array(count);
  return anchors.map((anchor, index) => {
    writeCosines(packed, count, anchor, cosines);
    return cosines.reduce((top, cosine) => Math.max(top, cosine), tops[index] ?? -1);
  });
};

export const createMeasures = (database: Database) => ({
  /** Null: nothing is known of this kind of vectors. */
  measure: (sessionId: string, key: string): MeaningMeasure | null => {
    const row = database.get<MeasureRow>(
      `SELECT model, dimensions, anchors, tops, problem_code AS code, problem AS text, problem_at AS at, problem_revision AS revision
       FROM knowledge_meaning WHERE session_id = ? AND model = ?`,
      sessionId,
      key,
    );
    if (row === undefined) return null;
    const { model, dimensions, anchors, code, text, at, revision } = row;
    const tops: readonly number[] = row.tops === null ? [] : JSON.parse(row.tops);
    return {
      model,
      dimensions,
      anchors: anchors === null ? [] : unpackVectors(anchors, tops.length, dimensions),
      tops,
      problem: code === null || text === null || at === null || revision === null ? null : { code, text, at, revision },
    };
  },

  /** Vectors of another kind have nothing in common with these. */
  beginMeasure: (sessionId: string, key: string, anchors: readonly SmallVector[]): void =>
    void database.run(
      `INSERT OR REPLACE INTO knowledge_meaning (session_id, model, dimensions, anchors, tops) VALUES (?, ?, ?, ?, ?)`,
      sessionId,
      key,
      anchors[0]?.bytes.length ?? 0,
      packVectors(anchors),
      JSON.stringify(anchors.map(() => -1)),
    ),

  setTops: (sessionId: string, key: string, tops: readonly number[]): void =>
    void database.run(
      'UPDATE knowledge_meaning SET tops = ?, floor = ? WHERE session_id = ? AND model = ?',
      JSON.stringify(tops),
      floorOf(tops.filter((top) => top > -1)),
      sessionId,
      key,
    ),

  /** Null: it is over. */
  setProblem: (sessionId: string, key: string, problem: MeaningProblem | null): void =>
    void database.run(
      `INSERT INTO knowledge_meaning (session_id, model, problem_code, problem, problem_at, problem_revision) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (session_id) DO UPDATE SET problem_code = excluded.problem_code, problem = excluded.problem,
         problem_at = excluded.problem_at, problem_revision = excluded.problem_revision WHERE model = excluded.model`,
      sessionId,
      key,
      problem?.code ?? null,
      problem?.text ?? null,
      problem?.at ?? null,
      problem?.revision ?? null,
    ),
});
