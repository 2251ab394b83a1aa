import { plainText } from '../../src/session/plain-text.ts';
import { cut, cutLine, type Line, onGround, span, textWidth } from './line.ts';

/** A text field of one line: text, and the cursor counted in characters. Pure. */

export interface Field {
  readonly text: string;
  readonly cursor: number;
}

export const emptyField: Field = { text: '', cursor: 0 };
export const fieldOf = (text: string): Field => ({ text, cursor: [...text].length });

export const insertText = (field: Field, text: string, max = 4000): Field => {
  const added = [...plainText(text)];
  const characters = [...field.text];
  const room = Math.max(0, max - characters.length);
  const taken = added.slice(0, room);
  characters.splice(field.cursor, 0, ...taken);
  return { text: characters.join(''), cursor: field.cursor + taken.length };
};

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
