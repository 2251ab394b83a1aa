import { type KeyPress, keyName } from './key-name.ts';

/**
 * Characters that came in one read of the keyboard: a slow line, a busy machine and a program that only starts hand over together what
 * was typed one after the other.
 */

/** Nobody types more than that ahead: it was pasted, on a terminal that does not say so. */
const longestTypedAhead = 64;
export const isTypedAhead = (text: string): boolean => [...text].length <= longestTypedAhead;

const noKeys = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
};

const isControl = (character: string): boolean => character < ' ';

const pressOf = (character: string): KeyPress => {
  const name = keyName(character, noKeys);
  if (name !== character) return { name, text: character === ' ' ? ' ' : '' };
  // Ctrl and a letter: the letter's place in the alphabet.
  if (isControl(character)) return { name: `ctrl+${String.fromCharCode(character.charCodeAt(0) + 96)}`, text: '' };
  return { name: character, text: character };
};

/** `rest` is what was typed after it. An enter is one key, however the terminal sends it. */
export const firstKey = (text: string): { readonly key: KeyPress; readonly rest: string } => {
  const [character = ''] = text;
  const length = text.startsWith('\r\n') ? 2 : character.length;
  return { key: pressOf(character), rest: text.slice(length) };
};

/** What a field may take as text, up to the first key that is none. */
export const textBefore = (text: string): string => {
  const end = [...text].findIndex(isControl);
  return end === -1 ? text : [...text].slice(0, end).join('');
};
