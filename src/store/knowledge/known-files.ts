import type { KnowledgeFile, Passage, PassagePlace } from '../../session/knowledge.ts';
import type { Database } from '../database.ts';

/** Files as they are known now, and their passages. */

const columns = 'name, version, kind, bytes, characters, passages, added_at AS addedAt, actor';

export const createKnownFiles = (database: Database) => ({
  file: (sessionId: string, name: string): KnowledgeFile | null =>
    database.get<KnowledgeFile>(
      `SELECT ${columns} FROM knowledge_files WHERE session_id = ? AND name = ? AND state = 'current'`,
      sessionId,
      name,
    ) ?? null,

  all: (sessionId: string): readonly KnowledgeFile[] =>
    database.all<KnowledgeFile>(
      `SELECT ${columns} FROM knowledge_files WHERE session_id = ? AND state = 'current' ORDER BY name`,
      sessionId,
    ),

  /** From passage `from` on, in the file's order. */
  passages: (sessionId: string, name: string, from: number, limit: number): readonly Passage[] =>
    database
      .all<Omit<Passage, 'place'> & { place: string }>(
        `SELECT p.file, p.version, p.n, p.place, p.text FROM knowledge_passages p
         JOIN knowledge_files f ON f.session_id = p.session_id AND f.name = p.file AND f.version = p.version
         WHERE p.session_id = ? AND p.file = ? AND f.state = 'current' AND p.n >= ? ORDER BY p.n LIMIT ?`,
        sessionId,
        name,
        from,
        limit,
      )
      .map((row) => ({ ...row, place: JSON.parse(row.place) as PassagePlace })),
});
export type KnownFiles = ReturnType<typeof createKnownFiles>;
