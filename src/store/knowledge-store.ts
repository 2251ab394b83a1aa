import type { UsedFile } from '../session/knowledge.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';
import { createArrivingFiles } from './knowledge/arriving-files.ts';
import { createPassageFinder } from './knowledge/find-passages.ts';
import { createGoneFiles } from './knowledge/gone-files.ts';
import { createKnowledgeUses } from './knowledge/knowledge-uses.ts';
import { createKnownFiles } from './knowledge/known-files.ts';

export type { NewFile, NewPassage } from './knowledge/arriving-files.ts';

/**
 * What sessions know from files. Only the master writes them; a worker opens no more of it than it needs (knowledge/find-passages.ts,
 * knowledge/knowledge-uses.ts), and only where its session knows something.
 */
export const createKnowledgeStore = (database: Database) => {
  const known = createKnownFiles(database);
  const uses = createKnowledgeUses(database);

  return {
    file: known.file,
    passages: known.passages,
    ...createPassageFinder(database),
    ...createArrivingFiles(database, known),
    ...createGoneFiles(database),
    gaps: uses.gaps,

    files: (sessionId: string, now: EpochMs): readonly UsedFile[] => {
      const used = uses.usedOf(sessionId, now);
      return known.all(sessionId).map((one) => ({ ...one, used: used.get(one.name) ?? 0 }));
    },
  };
};
export type KnowledgeStore = ReturnType<typeof createKnowledgeStore>;
