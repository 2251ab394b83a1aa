import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import { embeddingModelOf } from '../../session/embeddings.ts';
import type { Milliseconds } from '../../session/units.ts';
import { createMeaningStore } from '../../store/knowledge/meaning-store.ts';
import type { MeaningParts } from './make-vectors.ts';

/** Sees to it that vectors are made where they are wanted and missing, and erased where they are not wanted any more. */

/** What kept them is looked at again after this, or as soon as a person changes the session. */
const againAfter: Milliseconds = 15 * 60_000;

export interface MeaningKeeper {
  /** Begins what is due. */
  look(): void;
  isMaking(session: ManagedSession): boolean;
}

export const createMeaningKeeper = (parts: Pick<MeaningParts, 'book' | 'jobs' | 'now' | 'store'>): MeaningKeeper => {
  const { book, jobs, now, store } = parts;
  const meaning = createMeaningStore(store.database);

  const isDue = ({ stored }: ManagedSession, hasSome: ReadonlySet<string>): boolean => {
    const wanted = embeddingModelOf(stored.config.ai);
    if (wanted === null) return hasSome.has(stored.id);
    if (meaning.missing(stored.id, wanted.key) === null) return false;
    const problem = meaning.measure(stored.id, wanted.key)?.problem ?? null;
    return problem === null || problem.revision !== stored.revision || now() - problem.at >= againAfter;
  };

  return {
    look: () => {
      const hasSome = new Set(meaning.sessions());
      for (const session of book.all()) {
        const { id, name } = session.stored;
        if (!isDue(session, hasSome) || jobs.find('vectors', name) !== null) continue;
        jobs.add({ kind: 'vectors', args: { sessionName: name, sessionId: id }, actor: 'master' });
      }
      // Written by a job while its session was erased.
      for (const id of hasSome) if (book.byId(id) === null) meaning.eraseOthers(id, null, 1);
    },
    isMaking: ({ stored }) => jobs.find('vectors', stored.name) !== null,
  };
};
