import { FleetError } from '../../src/session/fleet-error.ts';
import type { PassagePlace } from '../../src/session/knowledge.ts';

/** A paragraph, a row of a table, a line: what a file is read into before it is cut. */
export interface Block {
  readonly text: string;
  readonly place: PassagePlace;
  /** A row of a table: never joined with the next. */
  readonly isRow?: boolean;
}

/** Why a file is not taken: one line, for whoever added it. */
export const refused = (name: string, why: string): FleetError => new FleetError('usage', `${name} ${why}`);

/** Without what no screen and no AI needs: characters that steer, hidden characters, blanks at the ends of lines. Line breaks stay. */
export const cleanText = (text: string, keepsTabs = false): string =>
  text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029\u0085\f\v]/g, '\n')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replaceAll('\t', keepsTabs ? '\t' : ' ')
    // Tags and directions can hide words from a person and not from an AI.
    .replace(/(?![\n\t])\p{Cc}|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu, '')
    .replace(/ +$/gm, '');

const longestHeading = 120;

export const headingOf = (text: string): string | null => {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain === '' ? null : plain.slice(0, longestHeading);
};
