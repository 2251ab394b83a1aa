import type { EpochMs } from './units.ts';

/** What a session knows from files of its business: files, their passages, and what was looked up in vain. Pure. */

export const knowledgeKinds = ['txt', 'md', 'csv', 'pdf', 'docx'] as const;
export type KnowledgeKind = (typeof knowledgeKinds)[number];

/** Where a passage stands in its file; each counted from 1. */
export interface PassagePlace {
  readonly page?: number;
  readonly line?: number;
  /** Of a table, its header not counted. */
  readonly row?: number;
  /** The nearest heading above. */
  readonly heading?: string;
}

/** Characters that a passage has at most. Whatever is longer is cut at a sentence, a word, or where it must be. */
export const longestPassage = 900;

/** What is taken at most. A larger file is refused before it is read. */
export const knowledgeBounds = {
  fileBytes: 20 * 1024 * 1024,
  fileCharacters: 8_000_000,
  filePassages: 20_000,
  sessionFiles: 200,
  sessionPassages: 40_000,
} as const;

/** What one answer is given at most. */
export const givenBounds = { passages: 6, characters: 4000 } as const;

export interface KnowledgeFile {
  readonly name: string;
  /** Rises with every file of this name that is added, also after it was removed. */
  readonly version: number;
  readonly kind: KnowledgeKind;
  readonly bytes: number;
  readonly characters: number;
  readonly passages: number;
  readonly addedAt: EpochMs;
  readonly actor: string;
}

/** With how many answers of the last seven days were given a passage of it. */
export interface UsedFile extends KnowledgeFile {
  readonly used: number;
}

export interface Passage {
  readonly file: string;
  readonly version: number;
  /** Its number in the file, from 1. */
  readonly n: number;
  readonly place: PassagePlace;
  readonly text: string;
}

/** By what a passage was found, where meaning was compared, too. */
export const foundBys = ['words', 'meaning', 'both'] as const;
export type FoundBy = (typeof foundBys)[number];

/** A passage that fits a question: `share` of the question's words, by how rare they are, that stand in it (0 to 1). */
export interface FoundPassage extends Passage {
  readonly share: number;
  /** Left out: words alone were compared. */
  readonly by?: FoundBy;
}

/** A passage that means what was asked, by how much closer it is than what has nothing to do with it (0 to 1). */
export interface MeantPassage extends Pick<Passage, 'file' | 'version' | 'n'> {
  readonly closeness: number;
  /** To the question alone, without what was said before it: whether it answers that. */
  readonly alone: number;
}

/** What was found by meaning, for one question. */
export interface Meant {
  /** Nearest first; null: meaning was not compared. */
  readonly passages: readonly MeantPassage[] | null;
  /** Why it was not, in words, where it should have been. */
  readonly problem: string | null;
}

/** How far a session's passages have vectors, so that they are found by what they mean. */
export interface MeaningState {
  readonly model: string;
  /** Passages that have one, and passages in all. */
  readonly done: number;
  readonly total: number;
  /** Why they are not made now, in words; null: nothing keeps them. */
  readonly problem: string | null;
}

/** Questions that mean the same, as far as their words tell, and that nothing was found for. Names and numbers are masked. */
export interface KnowledgeGap {
  /** As it was asked last. */
  readonly question: string;
  /** How many customers asked it. */
  readonly customers: number;
  readonly times: number;
  readonly at: EpochMs;
}

/** Its passage fits a question so little that the question counts as one that nothing was found for. */
export const leastAnswered = 0.5;

const longestName = 120;

/** The name under which a file is kept: of a path its last part. Null: no name of a file. */
export const knowledgeName = (path: string): string | null => {
  const name = path.split(/[\\/]/).at(-1)?.normalize('NFC').trim() ?? '';
  if (name === '' || name === '.' || name === '..' || name.length > longestName) return null;
  return /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(name) ? null : name;
};

/** By the end of its name; null: none that is read. */
export const knowledgeKindOf = (name: string): KnowledgeKind | null => {
  const end = /\.([a-z]{2,8})$/i.exec(name)?.[1]?.toLowerCase();
  if (end === 'text') return 'txt';
  if (end === 'markdown') return 'md';
  return knowledgeKinds.find((kind) => kind === end) ?? null;
};
