import { embeddingModelOf } from '../../session/embeddings.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { givenBounds, type KnowledgeFile, type MeaningState, type Meant } from '../../session/knowledge.ts';
import { plainText } from '../../session/plain-text.ts';
import { createMeaningStore } from '../../store/knowledge/meaning-store.ts';
import { createKnowledgeStore } from '../../store/knowledge-store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { FleetParts } from './fleet-parts.ts';
import type { MethodsOf } from './handlers.ts';

/** The methods of the door that look at what a session knows. */

const usualPassages = 20;
const usualGaps = 50;

export const noSuchFile = (session: string, file: string): FleetError =>
  new FleetError(
    'refused-by-state',
    `${session} knows no file ${JSON.stringify(plainText(file.slice(0, 120)))}. See: zap-fleet knowledge ls ${session}`,
  );

/** What is found by meaning: only a master can ask for it. */
export interface MeaningReads {
  readonly isMaking: (session: ManagedSession) => boolean;
  readonly meant: (session: ManagedSession, text: string) => Promise<Meant>;
}

const withoutMaster: MeaningReads = {
  isMaking: () => false,
  meant: async ({ stored }) => ({
    passages: null,
    problem: embeddingModelOf(stored.config.ai) === null ? null : 'no master runs',
  }),
};

export const createKnowledgeReads = (
  parts: Pick<FleetParts, 'book' | 'store' | 'now'>,
  meaning: MeaningReads = withoutMaster,
): MethodsOf<'knowledge' | 'knowledgeFile' | 'knowledgeSearch' | 'knowledgeGaps'> => {
  const { book, store, now } = parts;
  const knowledge = createKnowledgeStore(store.database);
  const vectors = createMeaningStore(store.database);
  /** Null: the session compares words alone. */
  const stateOf = (session: ManagedSession): MeaningState | null => {
    const { id, config } = session.stored;
    const wanted = embeddingModelOf(config.ai);
    if (wanted === null) return null;
    const { done, total } = vectors.state(id, wanted.key);
    const isWaiting = done < total && !meaning.isMaking(session);
    const problem = isWaiting ? (vectors.measure(id, wanted.key)?.problem ?? null) : null;
    return { model: wanted.model, done, total, problem: problem?.text ?? null };
  };
  const idOf = (name: string): string => book.get(name).stored.id;
  const fileOf = (name: string, file: string): KnowledgeFile => {
    const found = knowledge.file(idOf(name), file.normalize('NFC'));
    if (found === null) throw noSuchFile(name, file);
    return found;
  };

  return {
    knowledge: ({ name }) => ({ files: knowledge.files(idOf(name), now()), meaning: stateOf(book.get(name)) }),
    knowledgeFile: ({ name, file, from, limit }) => {
      const found = fileOf(name, file);
      return { file: found, passages: knowledge.passages(idOf(name), found.name, from ?? 1, limit ?? usualPassages) };
    },
    knowledgeSearch: async ({ name, text }) => {
      const { passages: meant, problem } = await meaning.meant(book.get(name), text);
      const found = knowledge.find(idOf(name), { text, ...(meant === null ? {} : { meant }) }, givenBounds);
      return { ...found, wordsAlone: problem };
    },
    knowledgeGaps: ({ name, limit }) => ({ gaps: knowledge.gaps(idOf(name), limit ?? usualGaps) }),
  };
};
