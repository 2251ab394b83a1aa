import { emptyLine, type Line, span } from './line.ts';
import { strong, type Tone } from './tone.ts';

/** Sentences and keys in the tones that they always have. */

/** A sentence whose numbers stand out: `9 customers` in bold and its own tone. */
export const withNumbers = (text: string, tone: Tone, numbers: Tone = strong(tone)): Line =>
  text
    .split(/(~?\$?\d[\d.,:]*(?:[a-zA-Z%]{1,2}\b|%)?)/)
    .map((part, index) => span(part, index % 2 === 1 ? numbers : tone))
    .filter((part) => part.text !== '');

/** Keys and what they do: `y yes   n esc no`. */
export const keyLine = (
  keys: readonly (readonly string[])[],
  gap = 3,
  { key = 'accent+', word = 'muted' }: { readonly key?: Tone; readonly word?: Tone } = {},
): Line =>
  keys.length === 0
    ? emptyLine
    : keys.flatMap(([name = '', what = ''], index) => [
        ...(index === 0 ? [] : [span(' '.repeat(gap))]),
        span(name, key),
        span(` ${what}`, word),
      ]);
