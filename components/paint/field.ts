import { lineBreakMark, plainText } from '../../src/session/plain-text.ts';
import { cut, cutLine, type Line, onGround, span, textWidth } from './line.ts';

/** A text field: text, and the cursor counted in characters. Pure. */

export interface Field {
  readonly text: string;
  readonly cursor: number;
}

export const emptyField: Field = { text: '', cursor: 0 };
export const fieldOf = (text: string): Field => ({ text, cursor: [...text].length });

const longestText = 4000;

const insertPlain = (field: Field, text: string, max: number): Field => {
  const added = [...text];
  const characters = [...field.text];
  const room = Math.max(0, max - characters.length);
  const taken = added.slice(0, room);
  characters.splice(field.cursor, 0, ...taken);
  return { text: characters.join(''), cursor: field.cursor + taken.length };
};

const outerBreaks = new RegExp(`^${lineBreakMark}+|${lineBreakMark}+$`, 'gu');
const innerBreaks = new RegExp(` *${lineBreakMark}+ *`, 'gu');

/** Into a field of one line. A key is often copied with the break behind it, an address in two lines: neither break belongs to what is meant. */
export const insertText = (field: Field, text: string, max = longestText): Field =>
  insertPlain(field, plainText(text).replace(outerBreaks, '').replace(innerBreaks, ' '), max);

/** Into a field whose text may have several lines: a mark stands for each break until `writtenText` takes it. */
export const insertLines = (field: Field, text: string, max = longestText): Field =>
  insertPlain(field, plainText(text), max);

/** What was written, with line breaks in place of their marks: what goes on to others, a customer among them, has no mark in it. */
export const writtenText = (text: string): string => text.replaceAll(lineBreakMark, '\n');

/** What a key does in a field; null when it is not the field's business. */
export const editField = (field: Field, key: { readonly name: string; readonly text: string }): Field | null => {
  const characters = [...field.text];
  switch (key.name) {
    case 'left':
      return { ...field, cursor: Math.max(0, field.cursor - 1) };
    case 'right':
      return { ...field, cursor: Math.min(characters.length, field.cursor + 1) };
    case 'home':
      return { ...field, cursor: 0 };
    case 'end':
      return { ...field, cursor: characters.length };
    case 'backspace':
      if (field.cursor === 0) return field;
      characters.splice(field.cursor - 1, 1);
      return { text: characters.join(''), cursor: field.cursor - 1 };
    case 'delete':
      characters.splice(field.cursor, 1);
      return { text: characters.join(''), cursor: field.cursor };
    case 'ctrl+u':
      return emptyField;
    default:
      return key.text === '' ? null : insertText(field, key.text);
  }
};

/** The text with a cursor mark, at most `width` columns, the part around the cursor. `mask`: every character as an asterisk. */
export const showField = (field: Field, width: number, mask = false): string => {
  const characters = [...field.text];
  const shown = mask ? characters.map(() => '*') : characters;
  const before = shown.slice(0, field.cursor).join('');
  const after = shown.slice(field.cursor).join('');
  const text = `${before}_${after}`;
  if (textWidth(text) <= width) return text;
  let start = 0;
  while (start < field.cursor && textWidth(`${shown.slice(start, field.cursor).join('')}_`) > width) start += 1;
  return cut(`${shown.slice(start, field.cursor).join('')}_${after}`, width, '');
};

/** What is typed, with a cursor while keys go there; what is still missing behind it. */
export const fieldLine = (shown: string, width: number, { focused = true, rest = '' } = {}): Line => {
  const at = focused ? shown.lastIndexOf('_') : -1;
  const spans: Line =
    at < 0
      ? [span(` ${shown}`, focused ? 'bold' : 'plain')]
      : [span(` ${shown.slice(0, at)}`, 'bold'), span('_', 'p:accent'), span(shown.slice(at + 1), 'bold')];
  return onGround(cutLine([...spans, span(rest, 'muted')], width), 'field', width);
};

interface FieldRow {
  readonly from: number;
  readonly to: number;
}

/** Where the rows of a text begin and end that is written over several: at breaks, between words, and within a word that is too long. */
const fieldRows = (characters: readonly string[], width: number): readonly FieldRow[] => {
  const rows: FieldRow[] = [];
  let from = 0;
  let used = 0;
  let word = 0;
  for (const [at, character] of characters.entries()) {
    const wide = textWidth(character);
    if (used + wide > width && at > from) {
      const to = word > from ? word : at;
      rows.push({ from, to });
      from = to;
      used = textWidth(characters.slice(from, at).join(''));
    }
    used += wide;
    if (character === ' ') word = at + 1;
    if (character !== lineBreakMark) continue;

    rows.push({ from, to: at + 1 });
    from = at + 1;
    used = 0;
  }
  return [...rows, { from, to: characters.length }];
};

/** The last one that begins at the cursor or before it. */
const cursorRow = (rows: readonly FieldRow[], { cursor }: Field): number =>
  rows.findLastIndex(({ from }) => from <= cursor);

/** The text over several rows, with its cursor: at most `most` of them, those around the cursor. One column stays free for it. */
export const fieldLines = (field: Field, width: number, most: number): readonly Line[] => {
  const characters = [...field.text];
  const rows = fieldRows(characters, width - 2);
  const cursorAt = cursorRow(rows, field);
  const top = Math.max(0, Math.min(cursorAt - Math.floor(most / 2), rows.length - most));
  const shownRows = rows.slice(top, top + most);
  return shownRows.map(({ from, to }, index): Line => {
    const text = (start: number, end: number): string => characters.slice(start, end).join('');
    const parts: Line =
      top + index === cursorAt
        ? [span(` ${text(from, field.cursor)}`, 'bold'), span('_', 'p:accent'), span(text(field.cursor, to), 'bold')]
        : [span(` ${text(from, to)}`, 'bold')];
    return onGround(cutLine(parts, width), 'field', width);
  });
};

/** The cursor a row up or down, as far in as it was; null: there is no row. */
export const moveRow = (field: Field, width: number, step: 1 | -1): Field | null => {
  const rows = fieldRows([...field.text], width - 2);
  const at = cursorRow(rows, field);
  const [now, next] = [rows[at], rows[at + step]];
  if (now === undefined || next === undefined) return null;

  const isLast = at + step === rows.length - 1;
  return { ...field, cursor: Math.min(next.from + field.cursor - now.from, isLast ? next.to : next.to - 1) };
};
