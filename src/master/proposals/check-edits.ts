import { createHash } from 'node:crypto';
import { maxInstructions } from '../../session/instructions.ts';
import { type MaskedPerson, maskMarks, maskPersons } from '../../session/mask-persons.ts';
import { plainLines } from '../../session/plain-text.ts';
import type { EditProblem, ProposedEdit, RefusedEdit } from '../../session/proposal.ts';

/**
 * What of an AI's edits may be shown to a person at all. Customers write what stands in lessons, so nothing is left to the AI's good will:
 * what rests on no word of the owner's, names somebody, repeats a customer or brings figures of its own is refused here. Pure.
 */

/** What the edits were made of, in the order of their numbers, masked. */
export interface ShownFrom {
  readonly question: string;
  readonly owner: string | null;
  /** Whose talk it was. */
  readonly person: MaskedPerson;
}

export interface CheckedEdits {
  readonly edits: readonly ProposedEdit[];
  readonly refused: readonly RefusedEdit[];
  /** With all edits that may be shown. */
  readonly instructions: string;
}

const longestEdit = 3000;
const longestReason = 300;
const mostEdits = 8;
/** Characters, or a share of what there is: a change of a night is a small one. */
const growth = { least: 1500, share: 0.2 };
const shrinkage = { least: 500, share: 0.3 };
/** So many words one after the other are a customer's, not a rule's. */
const quotedWords = 6;
const shortestName = 3;

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const wordsOf = (text: string): readonly string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** What an edit takes out and puts in, without what stays at both ends, word by word. */
const middleOf = (find: string, replace: string): { readonly removed: string; readonly added: string } => {
  const [before, after] = [find.split(/(\s+)/), replace.split(/(\s+)/)];
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  return {
    removed: before.slice(start, before.length - end).join(''),
    added: after.slice(start, after.length - end).join(''),
  };
};

/** The same change is the same whatever it is anchored to, and however it is spaced. */
const hashOf = (find: string, replace: string): string => {
  const { removed, added } = middleOf(find, replace);
  return createHash('sha256')
    .update(`${wordsOf(removed).join(' ')}\0${wordsOf(added).join(' ')}`)
    .digest('hex');
};

/** `08:00`, `8h` and `8` are one figure; so are `48,00` and `48`. */
const figuresIn = (text: string): readonly string[] =>
  (text.normalize('NFKC').match(/\p{Nd}+(?:[.,:]\p{Nd}+)*/gu) ?? []).map((figure) =>
    figure.replace(/[.,:]0+$/, '').replace(/^0+(?=\p{Nd})/u, ''),
  );
const linksIn = (text: string): readonly string[] =>
  (
    text.match(
      /(?:https?:\/\/|www\.)\S+|[\p{L}\p{N}._-]+@[\p{L}\p{N}.-]+|@[\p{L}\p{N}._]{3,}|[\p{L}\p{N}-]+\.(?:com|net|org|br|me|io|ly|app|site|shop|store|link|info|co)(?![\p{L}\p{N}])\S*/giu,
    ) ?? []
  ).map(fold);

/**
 * Figures in words from ten on (smaller ones stand in any sentence), and what a business gives away: a customer who has the AI write "half
 * price" brings neither a digit nor his own words.
 */
const givingWords: ReadonlySet<string> = new Set(
  (
    'dez quinze vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem cento duzentos trezentos quinhentos mil metade dobro ' +
    'gratis gratuito gratuita gratuitos gratuitas graca desconto descontos brinde brindes cupom reembolso ' +
    'ten fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half double discount discounts refund refunds coupon voucher ' +
    'diez quince veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento mitad doble descuento descuentos regalo reembolsos'
  ).split(' '),
);

const runsOf = (text: string): ReadonlySet<string> => {
  const words = wordsOf(text);
  return new Set(
    Array.from({ length: Math.max(0, words.length - quotedWords + 1) }, (_, at) =>
      words.slice(at, at + quotedWords).join(' '),
    ),
  );
};

/** Any of our marks, and what an AI makes of one in another language. */
const marks = /\[(?:name|number|e-?mail|document|key|nome|n[uú]mero|documento|chave|nombre|clave)\]/iu;
const fences = /<<<|>>>/;

interface Known {
  readonly base: string;
  readonly baseWords: ReadonlySet<string>;
  readonly lessons: readonly ShownFrom[];
}

/** What reads like a phone. */
const longNumbers = /[+(]{0,3}\p{Nd}[\p{Nd} ().\-–]{6,}\p{Nd}/gu;

/** Numbers and names of customers that what is added would carry; the business's own stand in its instructions. */
const personIn = (text: string, { base, baseWords, lessons }: Known): string | null => {
  const added = (base.match(longNumbers) ?? []).reduce((rest, own) => rest.replaceAll(own, ' '), text);
  const masked = maskPersons(added);
  const mark = Object.values(maskMarks).find((one) => masked.includes(one));
  if (mark !== undefined) return mark;

  const addedWords = new Set(wordsOf(added));
  for (const { person } of lessons) {
    const own = person.names
      .flatMap((name) => wordsOf(name ?? ''))
      .find((word) => word.length >= shortestName && addedWords.has(word) && !baseWords.has(word));
    // Not the name itself: what is refused is kept, and shown.
    if (own !== undefined) return maskMarks.name;
    if (maskPersons(added, { names: [], phone: person.phone }) !== masked) return maskMarks.number;
  }
  return null;
};

const customerWordsIn = (added: string, { base, lessons }: Known): boolean => {
  const known = runsOf([base, ...lessons.map(({ owner }) => owner ?? '')].join('\n'));
  const customers = new Set(lessons.flatMap(({ question }) => [...runsOf(question)]));
  return [...runsOf(added)].some((run) => customers.has(run) && !known.has(run));
};

/** A figure, a gift or a link that neither the instructions nor a person of the business gave. */
const unknownIn = (added: string, { base }: Known, owners: string): string | null => {
  const figures = new Set([...figuresIn(base), ...figuresIn(owners)]);
  const links = new Set([...linksIn(base), ...linksIn(owners)]);
  const said = new Set([...wordsOf(base), ...wordsOf(owners)]);
  return (
    wordsOf(added).find((word) => givingWords.has(word) && !said.has(word)) ??
    figuresIn(added).find((figure) => !figures.has(figure)) ??
    linksIn(added).find((link) => !links.has(link)) ??
    null
  );
};

/** Where a passage stands, blanks and line breaks aside; each place once. */
const placesOf = (base: string, find: string): readonly (readonly [from: number, to: number])[] => {
  const words = find.trim().split(/\s+/u);
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+');
  return [...base.matchAll(new RegExp(pattern, 'gu'))].map((match) => [match.index, match.index + match[0].length]);
};

interface Placed extends ProposedEdit {
  readonly from: number;
  readonly to: number;
}

type Checked = { readonly placed: Placed } | { readonly problem: EditProblem; readonly what?: string };

/** Where it would stand, or why it cannot. */
const placeOf = (edit: ProposedEdit, { base }: Known): Checked => {
  const find = edit.find.trim();
  // Instructions that are empty have no passage.
  if (base.trim() === '')
    return find === '' ? { placed: { ...edit, find: '', from: 0, to: base.length } } : { problem: 'not-found' };
  if (find === '') return { problem: 'not-found' };

  const [place, other] = placesOf(base, find);
  if (place === undefined) return { problem: 'not-found' };
  if (other !== undefined) return { problem: 'ambiguous' };
  const [from, to] = place;
  return { placed: { ...edit, find: base.slice(from, to), from, to } };
};

const checkOne = (given: ProposedEdit, known: Known, wasDropped: (hash: string) => boolean): Checked => {
  const replace = plainLines(given.replace).join('\n').trim();
  if (replace === '') return { problem: 'empty' };
  if (replace.length > longestEdit) return { problem: 'too-long', what: String(replace.length) };
  if (marks.test(replace) || fences.test(replace)) return { problem: 'mask' };

  const checked = placeOf({ ...given, replace }, known);
  if ('problem' in checked) return checked;
  const { placed } = checked;
  const { removed, added } = middleOf(placed.find, replace);
  if (removed.trim() === added.trim()) return { problem: 'unchanged' };

  const cited = [...new Set(given.lessons)].flatMap((number) => known.lessons[number - 1] ?? []);
  if (cited.length === 0) return { problem: 'no-lesson' };
  const owners = cited.flatMap(({ owner }) => owner ?? []);
  if (owners.length === 0) return { problem: 'no-owner' };

  const person = personIn(added, known);
  if (person !== null) return { problem: 'person', what: person };
  if (customerWordsIn(added, known)) return { problem: 'customer-words' };
  const unknown = unknownIn(added, known, owners.join('\n'));
  if (unknown !== null) return { problem: 'unknown-figure', what: unknown.slice(0, 40) };
  if (wasDropped(hashOf(placed.find, replace))) return { problem: 'dropped-before' };
  return { placed };
};

const applied = (base: string, edits: readonly Placed[]): string =>
  edits.toReversed().reduce((text, { from, to, replace }) => text.slice(0, from) + replace + text.slice(to), base);

const boundOf = (of: { readonly least: number; readonly share: number }, base: string): number =>
  Math.max(of.least, Math.floor(of.share * base.length));

/** Shown to a person, and made by whoever reads customers. */
const reasonOf = (reason: string, lessons: readonly ShownFrom[]): string => {
  const plain = plainLines(reason)
    .join(' ')
    .replace(/<<<|>>>/g, '')
    .trim();
  return lessons.reduce((text, { person }) => maskPersons(text, person), plain).slice(0, longestReason);
};

/** Edits in the order in which they stand in the instructions. `wasDropped`: a person did not want that change before. */
export const checkEdits = (
  base: string,
  proposed: readonly ProposedEdit[],
  lessons: readonly ShownFrom[],
  wasDropped: (hash: string) => boolean,
): CheckedEdits => {
  const known: Known = { base, baseWords: new Set(wordsOf(base)), lessons };
  const refused: RefusedEdit[] = proposed
    .slice(mostEdits)
    .map((): RefusedEdit => ({ problem: 'too-long', what: String(proposed.length) }));
  const refuse = (problem: EditProblem, what = ''): void => void refused.push({ problem, what });

  let kept: readonly Placed[] = [];
  for (const edit of proposed.slice(0, mostEdits)) {
    const checked = checkOne(edit, known, wasDropped);
    if ('problem' in checked) {
      refuse(checked.problem, checked.what);
      continue;
    }
    const { placed } = checked;
    if (kept.some(({ from, to }) => placed.from < to && from < placed.to)) {
      refuse('overlaps');
      continue;
    }
    const next = [...kept, placed].sort((a, b) => a.from - b.from);
    const length = applied(base, next).length;
    if (length > Math.min(maxInstructions, base.length + boundOf(growth, base))) refuse('grows', String(length));
    else if (length < base.length - boundOf(shrinkage, base)) refuse('shrinks', String(length));
    else kept = next;
  }

  return {
    edits: kept.map(({ find, replace, reason, lessons: numbers }) => ({
      find,
      replace,
      reason: reasonOf(reason, lessons),
      lessons: [...new Set(numbers)].filter((number) => lessons[number - 1] !== undefined).sort((a, b) => a - b),
    })),
    refused,
    instructions: applied(base, kept),
  };
};

/** How a change that a person drops is remembered. */
export const changeHashes = (edits: readonly ProposedEdit[]): readonly string[] =>
  edits.map(({ find, replace }) => hashOf(find, replace));
