import { z } from 'zod';
import type {
  FoundPassage,
  KnowledgeFile,
  KnowledgeGap,
  MeaningState,
  Passage,
  UsedFile,
} from '../session/knowledge.ts';
import { actor, name } from './request-fields.ts';

/** What a session knows from files: requests of the door and their results. */

const fileName = z.string().min(1).max(400);

export const knowledgeRequests = {
  /** Files that a session knows from. */
  knowledge: z.strictObject({ name }),
  /** Passages of one file, from number `from` (1) on. */
  knowledgeFile: z.strictObject({
    name,
    file: fileName,
    from: z.number().int().min(1).optional(),
    limit: z.number().int().min(1).max(200).optional(),
  }),
  /** What an answer to this text would be given. */
  knowledgeSearch: z.strictObject({ name, text: z.string().max(10_000) }),
  /** What customers asked that nothing was found for, newest first. */
  knowledgeGaps: z.strictObject({ name, limit: z.number().int().min(1).max(200).optional() }),
  /** A part of a file in base64; without `upload` the first of a new one. */
  knowledgeUpload: z.strictObject({ name, upload: z.string().max(64).optional(), part: z.base64().max(1_000_000) }),
  /** Reads a file that was brought by `knowledgeUpload`; it takes the place of the one of its name. */
  knowledgeAdd: z.strictObject({ name, file: fileName, upload: z.string().max(64), actor }),
  knowledgeRemove: z.strictObject({ name, file: fileName, actor }),
} as const;

export interface KnowledgeResults {
  /** `meaning`: how far they are found by meaning, too; null: by words alone. */
  knowledge: { files: readonly UsedFile[]; meaning: MeaningState | null };
  knowledgeFile: { file: KnowledgeFile; passages: readonly Passage[] };
  /**
   * `isGap`: nothing of it fits, and a customer who asks so is counted among the gaps. `wordsAlone`: why meaning was not compared, although the
   * session is set so; null: nothing went wrong.
   */
  knowledgeSearch: { passages: readonly FoundPassage[]; isGap: boolean; wordsAlone: string | null };
  knowledgeGaps: { gaps: readonly KnowledgeGap[] };
  knowledgeUpload: { upload: string; bytes: number };
  knowledgeAdd: { file: KnowledgeFile };
  knowledgeRemove: { removed: true };
}
