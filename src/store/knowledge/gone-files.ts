import type { Database } from '../database.ts';

/** Erasing what a session does not know from any more. */

/** Pages of the index that one step of tidying works on. */
const mergedPages = 16;

export const createGoneFiles = (database: Database) => ({
  /** What a master before this one did not finish, and what belongs to sessions that are gone. */
  abandonAll: (): void =>
    database.transaction(() => {
      database.run(`UPDATE knowledge_files SET state = 'gone' WHERE state = 'arriving'`);
      database.run(
        `UPDATE knowledge_files SET state = 'gone' WHERE state = 'current' AND session_id NOT IN (SELECT id FROM sessions)`,
      );
    }),

  /** Erases text of versions that are gone; how many rows. The last version's row stays for its number, while its session does. */
  sweep: (atMost: number): number =>
    database.slice(() => {
      const erased = database.run(
        `DELETE FROM knowledge_passages WHERE id IN (SELECT p.id FROM knowledge_files f CROSS JOIN knowledge_passages p
           ON p.session_id = f.session_id AND p.file = f.name AND p.version = f.version WHERE f.state = 'gone' LIMIT ?)`,
        atMost,
      ).changes;
      if (erased > 0) return erased;
      return database.run(
        `DELETE FROM knowledge_files WHERE state = 'gone' AND (session_id NOT IN (SELECT id FROM sessions)
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
