import type { IUnicodeVersionProvider, Terminal } from '@xterm/headless';
import stringWidth from 'string-width';

/**
 * Columns as the terminals of today count them: emoji take two. xterm.js by itself goes by Unicode 6, where they took one, and every cell
 * behind them would stand a column too far left.
 */

const widths = new Map<number, 0 | 1 | 2>();
const widthOf = (codepoint: number): 0 | 1 | 2 => {
  if (codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0)) return 0;
  if (codepoint < 0x300) return 1;
  let width = widths.get(codepoint);
  if (width === undefined) {
    width = Math.min(2, stringWidth(String.fromCodePoint(codepoint))) as 0 | 1 | 2;
    widths.set(codepoint, width);
  }
  return width;
};

/** What xterm.js keeps of a character: the state of a grapheme (none here), its columns, and whether it joins the one before. */
const propertiesOf = (width: number, joins: boolean): number => (width << 1) | Number(joins);

const provider: IUnicodeVersionProvider = {
  version: 'modern',
  wcwidth: widthOf,
  charProperties: (codepoint, preceding) => {
    const width = widthOf(codepoint);
    const before = (preceding >> 1) & 3;
    return width === 0 && before > 0 ? propertiesOf(before, true) : propertiesOf(width, false);
  },
};

export const countAsToday = (terminal: Terminal): void => {
  terminal.unicode.register(provider);
  terminal.unicode.activeVersion = provider.version;
};
