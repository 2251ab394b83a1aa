import type { NewPart, PromisedFile } from '../../../src/store/outbox/outbox-rows.ts';

type Part = Omit<NewPart, 'notBefore'>;

/** The parts of an answer with its files where the model put them. Pure. */
export const withFilesAround = (parts: readonly Part[], files: readonly PromisedFile[]): readonly Part[] => {
  const at = (place: PromisedFile['place']): readonly Part[] =>
    files.filter((file) => file.place === place).map(({ name, caption }) => ({ text: caption, file: name }));
  return [...at('before'), ...parts, ...at('after')];
};
