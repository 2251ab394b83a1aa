import { type KnowledgeKind, knowledgeBounds } from '../../src/session/knowledge.ts';
import { type Block, refused } from './blocks.ts';
import { type CutPassage, cutPassages } from './cut.ts';
import { tableBlocks } from './read-csv.ts';
import { paragraphsOf, signatureOf, textOf } from './read-text.ts';

/** A file as passages. Libraries are loaded for the kinds that need one. */

export interface ReadKnowledge {
  readonly passages: readonly CutPassage[];
  readonly characters: number;
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  Buffer.from(bytes.subarray(0, 1024)).toString('latin1').includes(text);

const blocksOf = async (name: string, kind: KnowledgeKind, bytes: Uint8Array): Promise<Iterable<Block>> => {
  switch (kind) {
    case 'txt':
    case 'md':
      return paragraphsOf(textOf(name, bytes), kind === 'md');
    case 'csv':
      return tableBlocks(name, textOf(name, bytes, true));
    case 'pdf': {
      if (!startsWith(bytes, '%PDF-')) throw refused(name, `is no PDF, whatever its name says${seen(bytes)}.`);
      const { pdfBlocks } = await import('./read-pdf.ts');
      return pdfBlocks(name, bytes);
    }
    case 'docx': {
      const isOld = signatureOf(bytes) === 'an old Office document';
      if (isOld)
        throw refused(
          name,
          'is an old or an encrypted Word document. Save it as .docx without a password and add it again.',
        );
      if (bytes[0] !== 0x50 || bytes[1] !== 0x4b)
        throw refused(name, `is no Word document, whatever its name says${seen(bytes)}.`);
      const { docxBlocks } = await import('./read-docx.ts');
      return docxBlocks(name, bytes);
    }
  }
};

const seen = (bytes: Uint8Array): string => {
  const what = signatureOf(bytes);
  return what === null ? '' : `: it looks like ${what}`;
};

/** Throws `usage` with why it is not taken, in one line. */
export const readKnowledge = async (name: string, kind: KnowledgeKind, bytes: Uint8Array): Promise<ReadKnowledge> => {
  if (bytes.length > knowledgeBounds.fileBytes) throw refused(name, 'is too large.');
  const passages = cutPassages(await blocksOf(name, kind, bytes));
  const characters = passages.reduce((sum, { text }) => sum + text.length, 0);
  if (passages.length === 0) throw refused(name, 'has no text in it.');
  if (characters > knowledgeBounds.fileCharacters)
    throw refused(
      name,
      `has ${characters} characters of text; at most ${knowledgeBounds.fileCharacters} are taken. Part it.`,
    );
  if (passages.length > knowledgeBounds.filePassages)
    throw refused(
      name,
      `has ${passages.length} ${kind === 'csv' ? 'rows' : 'passages'}; at most ${knowledgeBounds.filePassages} are taken. Part it.`,
    );
  return { passages, characters };
};
