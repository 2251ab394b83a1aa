import type { MaskedPerson } from '../../session/mask-persons.ts';

/** What is read of instructions, lessons and edits to hold one against the other: words, figures, links, runs of words, places. Pure. */

/** What the edits were made of, in the order of their numbers, masked. */
export interface ShownFrom {
  readonly question: string;
  readonly owner: string | null;
  /** Whose talk it was. */
  readonly person: MaskedPerson;
}

/** So many words one after the other are a customer's, not a rule's. */
const quotedWords = 6;

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
export const wordsOf = (text: string): readonly string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** `08:00`, `8h` and `8` are one figure; so are `48,00` and `48`. */
export const figuresIn = (text: string): readonly string[] =>
  (text.normalize('NFKC').match(/\p{Nd}+(?:[.,:]\p{Nd}+)*/gu) ?? []).map((figure) =>
    figure.replace(/[.,:]0+$/, '').replace(/^0+(?=\p{Nd})/u, ''),
  );
export const linksIn = (text: string): readonly string[] =>
  (
    text.match(
      /(?:https?:\/\/|www\.)\S+|[\p{L}\p{N}._-]+@[\p{L}\p{N}.-]+|@[\p{L}\p{N}._]{3,}|[\p{L}\p{N}-]+\.(?:com|net|org|br|me|io|ly|app|site|shop|store|link|info|co)(?![\p{L}\p{N}])\S*/giu,
    ) ?? []
  ).map(fold);

/**
 * Figures in words from ten on (smaller ones stand in any sentence), and what a business gives away: a customer who has the AI write "half
 * price" brings neither a digit nor his own words.
 */
export const givingWords: ReadonlySet<string> = new Set(
  (
    'dez quinze vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem cento duzentos trezentos quinhentos mil metade dobro ' +
    'gratis gratuito gratuita gratuitos gratuitas graca desconto descontos brinde brindes cupom reembolso ' +
    'ten fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half double discount discounts refund refunds coupon voucher ' +
    'diez quince veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento mitad doble descuento descuentos regalo reembolsos'
  ).split(' '),
);

export const runsOf = (text: string): ReadonlySet<string> => {
  const words = wordsOf(text);
  return new Set(
    Array.from({ length: Math.max(0, words.length - quotedWords + 1) }, (_, at) =>
      words.slice(at, at + quotedWords).join(' '),
    ),
  );
};

/** What reads like a phone. */
const longNumbers = /[+(]{0,3}\p{Nd}[\p{Nd} ().\-–]{6,}\p{Nd}/gu;

/** Runs of blanks and line breaks as one blank, and where each character stood. */
export const collapsed = (text: string): { readonly text: string; readonly at: readonly number[] } => {
  const at: number[] = [];
  let out = '';
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index] ?? '';
    const isBlank = /\s/u.test(letter);
    if (isBlank && out.endsWith(' ')) continue;
    out += isBlank ? ' ' : letter;
    at.push(index);
  }
  return { text: out, at };
};

/** What every edit is held against, read once: instructions may be long. */
export const knownOf = (base: string, lessons: readonly ShownFrom[]) => ({
  base,
  lessons,
  passages: collapsed(base),
  words: new Set(wordsOf(base)),
  figures: figuresIn(base),
  links: linksIn(base),
  /** The business's own. */
  numbers: base.match(longNumbers) ?? [],
  ownRuns: runsOf([base, ...lessons.map(({ owner }) => owner ?? '')].join('\n')),
  customerRuns: new Set(lessons.flatMap(({ question }) => [...runsOf(question)])),
});
export type Known = ReturnType<typeof knownOf>;
