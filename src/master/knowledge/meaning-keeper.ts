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
  close(): void;
}

export const createMeaningKeeper = (parts: Pick<MeaningParts, 'book' | 'jobs' | 'now' | 'store'>): MeaningKeeper => {
  const { book, jobs, now, store } = parts;
  const meaning = createMeaningStore(store.database);
  /** As of the last look. */
  let hasSome: ReadonlySet<string> = new Set(meaning.sessions());

  const begin = ({ stored: { id, name } }: ManagedSession, more: { readonly erases?: true } = {}): void => {
    if (more.erases !== true && jobs.find('vectors', name) !== null) return;
    jobs.add({ kind: 'vectors', args: { sessionName: name, sessionId: id, ...more }, actor: 'master' });
  };

  // Whoever turns it off and on again, to have all of them made anew, does not wait between for a look.
  const unwatch = book.onChange((session) => {
    if (hasSome.size === 0) return;
    for (const one of session === null ? book.all() : [session]) {
      const { id, config } = one.stored;
      if (!hasSome.has(id) || embeddingModelOf(config.ai) !== null) continue;
      hasSome = new Set([...hasSome].filter((other) => other !== id));
      begin(one, { erases: true });
    }
  });

  const isDue = ({ stored }: ManagedSession): boolean => {
    const wanted = embeddingModelOf(stored.config.ai);
    if (wanted === null) return hasSome.has(stored.id);
    if (meaning.missing(stored.id, wanted.key) === null) return false;
    const problem = meaning.measure(stored.id, wanted.key)?.problem ?? null;
    return problem === null || problem.revision !== stored.revision || now() - problem.at >= againAfter;
  };

  return {
    look: () => {
      hasSome = new Set(meaning.sessions());
      for (const session of book.all()) if (isDue(session)) begin(session);
      // Written by a job while its session was erased.
      for (const id of hasSome) if (book.byId(id) === null) meaning.eraseOthers(id, null, 1);
    },
    isMaking: ({ stored }) => jobs.find('vectors', stored.name) !== null,
    close: unwatch,
  };
};
