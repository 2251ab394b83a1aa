import type { FoundBy, PassagePlace } from './knowledge.ts';

/** Where a passage stands, in words: `page 3, Delivery`, `row 12`. Pure. */

export interface PlaceWords {
  readonly page: (n: number) => string;
  readonly line: (n: number) => string;
  readonly row: (n: number) => string;
}

const english: PlaceWords = {
  page: (n) => `page ${n}`,
  line: (n) => `line ${n}`,
  row: (n) => `row ${n}`,
};

export const portuguesePlace: PlaceWords = {
  page: (n) => `página ${n}`,
  line: (n) => `linha ${n}`,
  row: (n) => `linha ${n} da tabela`,
};

/** Empty: nothing is known of it. */
export const placeWords = ({ page, line, row, heading }: PassagePlace, words: PlaceWords = english): string =>
  [
    page === undefined ? null : words.page(page),
    row === undefined ? null : words.row(row),
    line === undefined ? null : words.line(line),
    heading ?? null,
  ]
    .filter((part) => part !== null)
    .join(', ');

export type FoundWords = Readonly<Record<FoundBy, string>>;

const englishFound: FoundWords = {
  words: 'found by words',
  meaning: 'found by meaning',
  both: 'found by words and meaning',
};

export const portugueseFound: FoundWords = {
  words: 'achado por palavras',
  meaning: 'achado por sentido',
  both: 'achado por palavras e sentido',
};

/** Behind a place: `, found by meaning`. Empty: words alone were compared. */
export const foundWords = (by: FoundBy | undefined, words: FoundWords = englishFound): string =>
  by === undefined ? '' : `, ${words[by]}`;
