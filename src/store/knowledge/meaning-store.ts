import { createHash } from 'node:crypto';
import type { MeaningState, PassagePlace } from '../../session/knowledge.ts';
import { letGo, packVectors, type SmallVector, unpackVectors } from '../../session/small-vectors.ts';
import type { Database } from '../database.ts';
import { currentVectors } from './held-vectors.ts';
import { createMeasures, type MeaningMeasure, raisedTops } from './meaning-measure.ts';

/** Vectors of a session's passages as they are made: which are missing, and what of the version before can be kept. */

/** One that has no vectors of a kind yet, from passage `first` on. */
export interface MissingPart {
  readonly file: string;
  readonly version: number;
  readonly first: number;
}

export interface MissingText {
  /** As it is compared: with its heading. */
  readonly text: string;
  /** Stands for the text. */
  readonly mark: Buffer;
}

const markBytes = 8;

const markOfText = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, markBytes);

export const comparedText = (place: PassagePlace, text: string): string =>
  place.heading === undefined || text.startsWith(place.heading) ? text : `${place.heading}\n${text}`;

interface PartRow {
  readonly file: string;
  readonly version: number;
  readonly passages: number;
  readonly made: number;
}

/** Files as they are now, with how many of their passages have vectors of a kind: always the first ones. */
const parts = `SELECT f.name AS file, f.version, f.passages, (SELECT coalesce(sum(v.count), 0) FROM knowledge_vectors v
    WHERE v.session_id = f.session_id AND v.file = f.name AND v.version = f.version AND v.model = ?2) AS made
  FROM knowledge_files f WHERE f.session_id = ?1 AND f.state = 'current' ORDER BY f.name`;

/** Vectors that are there, gone through a block a step: there may be many. */
const createWalks = (database: Database, measures: ReturnType<typeof createMeasures>) => ({
  /** Vectors of the versions before, by the mark of their text, a block a step: a text that did not change keeps its own. */
  former: function* (sessionId: string, { file, version }: MissingPart, { model, dimensions }: MeaningMeasure) {
    const blocks = database.all<{ version: number; first: number }>(
      'SELECT version, first FROM knowledge_vectors WHERE session_id = ? AND file = ? AND version < ? AND model = ? AND dimensions = ?',
      sessionId,
      file,
      version,
      model,
      dimensions,
    );
    for (const block of blocks) {
      const found = database.get<{ count: number; texts: Uint8Array; vectors: Uint8Array }>(
        `SELECT count, texts, vectors FROM knowledge_vectors WHERE session_id = ? AND file = ? AND version = ? AND model = ? AND first = ?`,
        sessionId,
        file,
        block.version,
        model,
        block.first,
      );
      if (found === undefined) continue;
      const marks = Buffer.from(found.texts);
      yield unpackVectors(found.vectors, found.count, dimensions).map(
        (vector, row) => [marks.toString('hex', row * markBytes, (row + 1) * markBytes), vector] as const,
      );
    }
  },

  /** Measures anew what they have in common, a block a step, and writes it at the end: files that have gone count no more. */
  measureAgain: function* (sessionId: string, key: string) {
    const measure = measures.measure(sessionId, key);
    if (measure === null) return;
    let tops: readonly number[] = measure.anchors.map(() => -1);
    const blocks = database.all<{ file: string; version: number; first: number }>(
      `SELECT v.file, v.version, v.first ${currentVectors}`,
      sessionId,
      key,
      measure.dimensions,
    );
    for (const { file, version, first } of blocks) {
      const found = database.get<{ count: number; vectors: Uint8Array }>(
        `SELECT count, vectors FROM knowledge_vectors WHERE session_id = ? AND file = ? AND version = ? AND model = ? AND first = ?`,
        sessionId,
        file,
        version,
        key,
        first,
      );
      if (found !== undefined) {
        tops = raisedTops(tops, measure.anchors, found.vectors, found.count);
        letGo(found.vectors);
      }
      yield;
    }
    measures.setTops(sessionId, key, tops);
  },
});

export const createMeaningStore = (database: Database) => {
  const measures = createMeasures(database);
  const partsOf = (sessionId: string, key: string): readonly PartRow[] => database.all<PartRow>(parts, sessionId, key);

  return {
    ...measures,
    ...createWalks(database, measures),

    state: (sessionId: string, key: string): Pick<MeaningState, 'done' | 'total'> => {
      const all = partsOf(sessionId, key);
      return {
        done: all.reduce((sum, { made }) => sum + made, 0),
        total: all.reduce((sum, { passages }) => sum + passages, 0),
      };
    },

    /** Null: every passage has its vector. */
    missing: (sessionId: string, key: string): MissingPart | null => {
      const part = partsOf(sessionId, key).find(({ made, passages }) => made < passages);
      return part === undefined ? null : { file: part.file, version: part.version, first: part.made + 1 };
    },

    /** At most `limit` texts of it; none: the file has gone, or another version has taken its place. */
    textsOf: (sessionId: string, { file, version, first }: MissingPart, limit: number): readonly MissingText[] =>
      database
        .all<{ place: string; text: string }>(
          `SELECT p.place, p.text FROM knowledge_files f
           JOIN knowledge_passages p ON p.session_id = f.session_id AND p.file = f.name AND p.version = f.version
           WHERE f.session_id = ? AND f.name = ? AND f.version = ? AND f.state = 'current' AND p.n >= ? ORDER BY p.n LIMIT ?`,
          sessionId,
          file,
          version,
          first,
          limit,
        )
        .map((row) => {
          const text = comparedText(JSON.parse(row.place) as PassagePlace, row.text);
          return { text, mark: markOfText(text) };
        }),

    /** What they have in common is measured with them. False: another version of the file has come, or another kind of vectors. */
    write: (
      sessionId: string,
      part: MissingPart,
      key: string,
      made: readonly { readonly mark: Buffer; readonly vector: SmallVector }[],
    ): boolean =>
      database.slice(() => {
        const measure = measures.measure(sessionId, key);
        const isCurrent = database.get(
          `SELECT 1 FROM knowledge_files WHERE session_id = ? AND name = ? AND version = ? AND state = 'current'`,
          sessionId,
          part.file,
          part.version,
        );
        if (measure === null || isCurrent === undefined || made.length === 0) return false;
        const packed = packVectors(made.map(({ vector }) => vector));
        database.run(
          `INSERT OR REPLACE INTO knowledge_vectors (session_id, file, version, model, first, count, dimensions, texts, vectors)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          sessionId,
          part.file,
          part.version,
          key,
          part.first,
          made.length,
          measure.dimensions,
          Buffer.concat(made.map(({ mark }) => mark)),
          packed,
        );
        measures.setTops(sessionId, key, raisedTops(measure.tops, measure.anchors, packed, made.length));
        return true;
      }),

    /** Vectors of every other kind than `key`; null: all of them. How many rows. */
    eraseOthers: (sessionId: string, key: string | null, atMost: number): number =>
      database.slice(
        () =>
          database.run(
            `DELETE FROM knowledge_vectors WHERE rowid IN
               (SELECT rowid FROM knowledge_vectors WHERE session_id = ?1 AND model IS NOT ?2 LIMIT ?3)`,
            sessionId,
            key,
            atMost,
          ).changes +
          database.run('DELETE FROM knowledge_meaning WHERE session_id = ?1 AND model IS NOT ?2', sessionId, key)
            .changes,
      ),

    /** Sessions that have vectors, or have had trouble with them. */
    sessions: (): readonly string[] =>
      database.all<{ id: string }>('SELECT session_id AS id FROM knowledge_meaning').map(({ id }) => id),
  };
};
export type MeaningStore = ReturnType<typeof createMeaningStore>;
