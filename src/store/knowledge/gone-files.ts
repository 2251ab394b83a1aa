import type { Database } from '../database.ts';

/** Erasing what a session does not know from any more. */

/** Pages of the index that one step of tidying works on. */
const mergedPages = 16;
/** Rows of vectors are large: so many of them are as much as a thousand passages. */
const mostVectors = 20;

/**
 * Vectors of versions that are gone. Those of the version before stay until all of the new one are made: a row that did not change has its
 * vector from there, and is not paid for again.
 */
const goneVectors = `SELECT v.rowid FROM knowledge_files f
  CROSS JOIN knowledge_vectors v ON v.session_id = f.session_id AND v.file = f.name AND v.version = f.version
  LEFT JOIN knowledge_files c ON c.session_id = f.session_id AND c.name = f.name AND c.state = 'current'
  WHERE f.state = 'gone' AND (c.version IS NULL OR c.passages <=
    (SELECT coalesce(sum(w.count), 0) FROM knowledge_vectors w
     WHERE w.session_id = v.session_id AND w.file = v.file AND w.version = c.version AND w.model = v.model))`;

const hasVectors = `EXISTS (SELECT 1 FROM knowledge_vectors v
  WHERE v.session_id = knowledge_files.session_id AND v.file = knowledge_files.name AND v.version = knowledge_files.version)`;

export const createGoneFiles = (database: Database) => ({
  /** What a master before this one did not finish, and what belongs to sessions that are gone. */
  abandonAll: (): void =>
    database.transaction(() => {
      database.run(`UPDATE knowledge_files SET state = 'gone' WHERE state = 'arriving'`);
      database.run(
        `UPDATE knowledge_files SET state = 'gone' WHERE state = 'current' AND session_id NOT IN (SELECT id FROM sessions)`,
      );
    }),

  /** Erases text and vectors of versions that are gone; how many rows. The last version's row stays for its number, while its session does. */
  sweep: (atMost: number): number =>
    database.slice(() => {
      const erased = database.run(
        `DELETE FROM knowledge_passages WHERE id IN (SELECT p.id FROM knowledge_files f CROSS JOIN knowledge_passages p
           ON p.session_id = f.session_id AND p.file = f.name AND p.version = f.version WHERE f.state = 'gone' LIMIT ?)`,
        atMost,
      ).changes;
      if (erased > 0) return erased;
      const vectors = database.run(
        `DELETE FROM knowledge_vectors WHERE rowid IN (${goneVectors} LIMIT ?)`,
        Math.min(atMost, mostVectors),
      ).changes;
      if (vectors > 0) return vectors;
      return database.run(
        `DELETE FROM knowledge_files WHERE state = 'gone' AND NOT ${hasVectors} AND (session_id NOT IN (SELECT id FROM sessions)
           OR EXISTS (SELECT 1 FROM knowledge_files n WHERE n.session_id = knowledge_files.session_id AND n.name = knowledge_files.name
                      AND n.version > knowledge_files.version))`,
      ).changes;
    }),

  /** One step towards an index without the words of what was erased; false: there is nothing left to do. */
  tidy: (isFirst: boolean): boolean =>
    database.slice(() => {
      const changes = (): number => database.get<{ n: number }>('SELECT total_changes() AS n')?.n ?? 0;
      const before = changes();
      database.run(
        `INSERT INTO knowledge_words (knowledge_words, rank) VALUES ('merge', ?)`,
        isFirst ? -mergedPages : mergedPages,
      );
      return changes() - before >= 2;
    }),
});
