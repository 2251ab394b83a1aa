import { FleetError } from '../../session/fleet-error.ts';
import { givenBounds, type KnowledgeFile } from '../../session/knowledge.ts';
import { plainText } from '../../session/plain-text.ts';
import { createKnowledgeStore } from '../../store/knowledge-store.ts';
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

export const createKnowledgeReads = (
  parts: Pick<FleetParts, 'book' | 'store' | 'now'>,
): MethodsOf<'knowledge' | 'knowledgeFile' | 'knowledgeSearch' | 'knowledgeGaps'> => {
  const { book, store, now } = parts;
  const knowledge = createKnowledgeStore(store.database);
  const idOf = (name: string): string => book.get(name).stored.id;
  const fileOf = (name: string, file: string): KnowledgeFile => {
    const found = knowledge.file(idOf(name), file.normalize('NFC'));
    if (found === null) throw noSuchFile(name, file);
    return found;
  };

  return {
    knowledge: ({ name }) => ({ files: knowledge.files(idOf(name), now()) }),
    knowledgeFile: ({ name, file, from, limit }) => {
      const found = fileOf(name, file);
      return { file: found, passages: knowledge.passages(idOf(name), found.name, from ?? 1, limit ?? usualPassages) };
    },
    knowledgeSearch: ({ name, text }) => knowledge.find(idOf(name), { text }, givenBounds),
    knowledgeGaps: ({ name, limit }) => ({ gaps: knowledge.gaps(idOf(name), limit ?? usualGaps) }),
  };
};
