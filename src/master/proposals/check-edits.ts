import { createHash } from 'node:crypto';
import { maxInstructions } from '../../session/instructions.ts';
import { maskMarks, maskPersons } from '../../session/mask-persons.ts';
import { plainLines } from '../../session/plain-text.ts';
import type { EditProblem, ProposedEdit, RefusedEdit } from '../../session/proposal.ts';
import {
  collapsed,
  figuresIn,
  givingWords,
  type Known,
  knownOf,
  linksIn,
  runsOf,
  type ShownFrom,
  wordsOf,
} from './known-facts.ts';

/**
 * What of an AI's edits may be shown to a person at all. Customers write what stands in lessons, so nothing is left to the AI's good will:
 * what rests on no word of the owner's, names somebody, repeats a customer or brings figures of its own is refused here. Pure.
 */

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
const shortestName = 3;

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

/** Any of our marks, and what an AI makes of one in another language. */
const marks = /\[(?:name|number|e-?mail|document|key|nome|n[uú]mero|documento|chave|nombre|clave)\]/iu;
const fences = /<<<|>>>/;

/** Numbers and names of customers that what is added would carry; the business's own stand in its instructions. */
const personIn = (text: string, { numbers, words: own, lessons }: Known): string | null => {
  const added = numbers.reduce((rest, number) => rest.replaceAll(number, ' '), text);
  const masked = maskPersons(added);
  const mark = Object.values(maskMarks).find((one) => masked.includes(one));
  if (mark !== undefined) return mark;

  const addedWords = new Set(wordsOf(added));
  for (const { person } of lessons) {
    const name = person.names
      .flatMap((name) => wordsOf(name ?? ''))
      .find((word) => word.length >= shortestName && addedWords.has(word) && !own.has(word));
    // Not the name itself: what is refused is kept, and shown.
    if (name !== undefined) return maskMarks.name;
    if (maskPersons(added, { names: [], phone: person.phone }) !== masked) return maskMarks.number;
  }
  return null;
};

const customerWordsIn = (added: string, { ownRuns, customerRuns }: Known): boolean =>
  [...runsOf(added)].some((run) => customerRuns.has(run) && !ownRuns.has(run));

/** A figure, a gift or a link that neither the instructions nor a person of the business gave. */
const unknownIn = (added: string, known: Known, owners: string): string | null => {
  const figures = new Set([...known.figures, ...figuresIn(owners)]);
  const links = new Set([...known.links, ...linksIn(owners)]);
  const said = new Set(wordsOf(owners));
  return (
    wordsOf(added).find((word) => givingWords.has(word) && !known.words.has(word) && !said.has(word)) ??
    figuresIn(added).find((figure) => !figures.has(figure)) ??
    linksIn(added).find((link) => !links.has(link)) ??
    null
  );
};

/** Where a passage stands, blanks and line breaks aside; two places at most. No pattern is made of what an AI wrote. */
const placesOf = (within: Known['passages'], find: string): readonly (readonly [from: number, to: number])[] => {
  const wanted = collapsed(find.trim()).text;
  const first = within.text.indexOf(wanted);
  if (wanted === '' || first === -1) return [];

  const other = within.text.indexOf(wanted, first + wanted.length);
  return [first, other]
    .filter((place) => place !== -1)
    .map((place) => [within.at[place] ?? 0, (within.at[place + wanted.length - 1] ?? 0) + 1] as const);
};

interface Placed extends ProposedEdit {
  readonly from: number;
  readonly to: number;
}

type Checked = { readonly placed: Placed } | { readonly problem: EditProblem; readonly what?: string };

/** Where it would stand, or why it cannot. */
const placeOf = (edit: ProposedEdit, { base, passages }: Known): Checked => {
  const find = edit.find.trim();
  // Instructions that are empty have no passage.
  if (base.trim() === '')
    return find === '' ? { placed: { ...edit, find: '', from: 0, to: base.length } } : { problem: 'not-found' };
  if (find === '') return { problem: 'not-found' };

  const [place, other] = placesOf(passages, find);
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
  const known = knownOf(base, lessons);
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
