import { longestPassage, type PassagePlace } from '../../src/session/knowledge.ts';
import type { Block } from './blocks.ts';

/** Blocks as passages: short ones of one page and heading together, long ones in pieces. No character but blanks is lost. Pure. */

export interface CutPassage {
  readonly place: PassagePlace;
  readonly text: string;
}

/** A piece ends where a person would end it: at a paragraph, a sentence, a word; of the last part of its room. */
const ends: readonly RegExp[] = [/\n\s*\n/g, /\n/g, /[.!?…;:]["'”’)\]]*\s/gu, /\s/g];
const leastFilled = 0.4;

const lastEnd = (text: string, most: number): number => {
  const room = text.slice(0, most + 1);
  for (const end of ends) {
    let at = -1;
    for (const match of room.matchAll(end)) {
      const after = match.index + match[0].length;
      if (after <= most + 1 && after >= most * leastFilled) at = after;
    }
    if (at > 0) return at;
  }
  // No character is torn.
  return /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
};

/** `below`: how many lines under the first of the text it begins. */
interface Piece {
  readonly text: string;
  readonly below: number;
}

const piecesOf = (text: string, most: number): readonly Piece[] => {
  const pieces: Piece[] = [];
  let from = 0;
  let below = 0;
  while (from < text.length) {
    const rest = text.slice(from);
    const blank = rest.length - rest.trimStart().length;
    below += rest.slice(0, blank).split('\n').length - 1;
    from += blank;
    const left = text.slice(from);
    if (left === '') break;
    const end = left.trimEnd().length <= most ? left.length : lastEnd(left, most);
    pieces.push({ text: left.slice(0, end).trim(), below });
    below += left.slice(0, end).split('\n').length - 1;
    from += end;
  }
  return pieces;
};

const isTogether = (one: PassagePlace, other: PassagePlace): boolean =>
  one.page === other.page && one.heading === other.heading;

export const cutPassages = (blocks: Iterable<Block>, most: number = longestPassage): readonly CutPassage[] => {
  const passages: CutPassage[] = [];
  let open: { place: PassagePlace; text: string } | null = null;
  const close = (): void => {
    if (open !== null) passages.push(open);
    open = null;
  };

  for (const { text, place, isRow = false } of blocks) {
    for (const { text: piece, below } of piecesOf(text, most)) {
      if (open !== null && !isRow && isTogether(open.place, place) && open.text.length + 1 + piece.length <= most) {
        open.text += `\n${piece}`;
        continue;
      }
      close();
      open = { place: place.line === undefined ? place : { ...place, line: place.line + below }, text: piece };
      if (isRow) close();
    }
  }
  close();
  return passages;
};
