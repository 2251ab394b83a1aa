import type { AnswerKind, RuleFinding } from '../../../src/session/rehearsal.ts';
import { languageOf } from './language-of.ts';
import { figuresIn, pricesIn } from './prices.ts';
import { promisesIn } from './promises.ts';

/** What an answer does that needs no judge to be wrong. Pure. */

export interface CheckedAnswer {
  readonly kind: AnswerKind;
  readonly text: string;
  /** It was longer than what is sent. */
  readonly isCut: boolean;
  /** A tool did something for it, or would have: then it may say so. */
  readonly isDone?: boolean;
}

export interface CheckedAgainst {
  readonly instructions: string;
  /** What the customer wrote: the turn. */
  readonly question: string;
  /** What was said before, and the summary: a price that the customer was told may be said again. */
  readonly before: string;
  /** What the session's files say to it: their prices are known. */
  readonly material?: string;
  /** Where the customer's words are too few to tell his language, what he was answered in. */
  readonly answeredBefore: string;
  readonly forbidden: readonly string[];
  /** Each with alternatives: `abre|horário`. */
  readonly expect: readonly string[];
  readonly never: readonly string[];
  /** Characters; null: the usual bound. */
  readonly longest: number | null;
}

/** Four screens of a phone. */
const usualLongest = 1200;

/** Without accents, in small letters. */
const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** As a whole word or phrase, whatever its accents. */
const hasWord = (text: string, word: string): boolean =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped(folded(word).trim())}(?![\p{L}\p{N}])`, 'u').test(folded(text));

/** One of the alternatives stands in the text, also inside of a word: `abr` is in `abrimos`. */
const hasOne = (text: string, alternatives: string): boolean =>
  alternatives
    .split('|')
    .map((each) => folded(each).trim())
    .some((each) => each !== '' && folded(text).includes(each));

const findingsOfWords = (answer: CheckedAnswer, against: CheckedAgainst): readonly RuleFinding[] => {
  const { text } = answer;
  const known = new Set([
    ...figuresIn(against.instructions),
    ...figuresIn(against.question),
    ...figuresIn(against.before),
    ...figuresIn(against.material ?? ''),
  ]);
  const expected = languageOf(against.question) ?? languageOf(against.answeredBefore);
  const spoken = languageOf(text);
  const longest = against.longest ?? usualLongest;

  return [
    ...against.forbidden
      .filter((word) => hasWord(text, word))
      .map((what) => ({ rule: 'forbidden-word', what }) as const),
    ...pricesIn(text)
      .filter(({ cents }) => !known.has(cents))
      .map((price) => ({ rule: 'unknown-price', what: price.text }) as const),
    ...(expected !== null && spoken !== null && expected !== spoken
      ? [{ rule: 'other-language', what: spoken } as const]
      : []),
    ...(answer.isCut || text.length > longest ? [{ rule: 'too-long', what: String(text.length) } as const] : []),
    ...promisesIn(text, against.instructions, answer.isDone).map(
      (what) => ({ rule: 'promised-action', what }) as const,
    ),
    ...against.expect.filter((words) => !hasOne(text, words)).map((what) => ({ rule: 'missing-word', what }) as const),
    ...against.never.filter((words) => hasOne(text, words)).map((what) => ({ rule: 'unwanted-word', what }) as const),
  ];
};

export const checkAnswer = (answer: CheckedAnswer, against: CheckedAgainst): readonly RuleFinding[] => {
  switch (answer.kind) {
    case 'none':
      return [{ rule: 'no-answer', what: '' }];
    case 'person':
      // The customer gets the session's own sentence.
      return [];
    case 'words':
      return findingsOfWords(answer, against);
  }
};
