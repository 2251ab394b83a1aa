import { plainText } from '../../../src/session/plain-text.ts';

/**
 * Text from outside on its way to the AI. Square brackets belong to the program's own notes; whatever a customer, a file or an ad says
 * is given with round ones, so that nothing from outside closes a note or looks like one. Pure.
 */

const withoutNotes = (text: string): string =>
  // Their full-width and corner twins look the same to a model.
  text.replace(/[[［⟦〚]/gu, '(').replace(/[\]］⟧〛]/gu, ')');

/** At most `longest` characters, none of them torn; what is missing is said. */
export const bounded = (text: string, longest: number): string => {
  if (text.length <= longest) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
  return `${text.slice(0, end).trimEnd()}… (${text.length - end} more characters)`;
};

/** What a customer wrote, with its lines; no note of the program can be imitated in it. */
export const ownWords = (text: string, longest: number): string =>
  bounded(withoutNotes(text.replace(/\r\n?/g, '\n').replaceAll('\0', '')), longest);

/** A name, a title, a caption inside a note: one plain line. */
export const insideNote = (text: string, longest: number): string =>
  bounded(withoutNotes(plainText(text)).replaceAll('⏎', ' ').replace(/\s+/g, ' ').trim(), longest);

/** In quotation marks, so that it is seen where it ends; empty for nothing. */
export const quotedInNote = (text: string, longest: number): string => {
  const inside = insideNote(text, longest).replace(/["“”„]/gu, "'");
  return inside === '' ? '' : `"${inside}"`;
};

/** Lines of a file inside a note: each is marked, so that none begins a line of its own. A single line stands as it is. */
export const linesInNote = (text: string, longest: number): string => {
  const lines = ownWords(text.trim(), longest)
    .split('\n')
    .map((line) => insideNote(line, longest));
  return lines.length === 1 ? (lines[0] ?? '') : `\n${lines.map((line) => `> ${line}`).join('\n')}\n`;
};
