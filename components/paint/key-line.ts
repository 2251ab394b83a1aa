import { emptyLine, type Line, lineWidth, span } from './line.ts';
import { strong, type Tone } from './tone.ts';

/** Sentences and keys in the tones that they always have. */

/** A sentence whose numbers stand out: `9 customers` in bold and its own tone. */
export const withNumbers = (text: string, tone: Tone, numbers: Tone = strong(tone)): Line =>
  text
    .split(/(~?\$?\d[\d.,:]*(?:[a-zA-Z%]{1,2}\b|%)?)/)
    .map((part, index) => span(part, index % 2 === 1 ? numbers : tone))
    .filter((part) => part.text !== '');

/** Keys and what they do on as many lines as they need; none of them is cut in two. */
export const keyLines = (keys: readonly (readonly string[])[], width: number, gap = 3): readonly Line[] => {
  const lines: (readonly string[])[][] = [];
  for (const key of keys) {
    const last = lines.at(-1);
    if (last !== undefined && lineWidth(keyLine([...last, key], gap)) <= width) last.push(key);
    else lines.push([key]);
  }
  return lines.map((line) => keyLine(line, gap));
};

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
