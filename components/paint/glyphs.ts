import stringWidth from 'string-width';

/**
 * The signs of the screens. All take one column by every count of widths, and none has a form as an emoji. Screens write the full ones;
 * paint exchanges them one for one where a terminal's font or encoding has fewer.
 */

/** `full`; `safe`: what Consolas, PuTTY and a bare console have; `ascii`: no UTF-8. */
export const glyphSets = ['full', 'safe', 'ascii'] as const;
export type GlyphSet = (typeof glyphSets)[number];

export const glyph = {
  answers: '●',
  starting: '◐',
  recovers: '↻',
  needsYou: '▲',
  wantsYou: '◆',
  gaveUp: '✕',
  watches: '◎',
  off: '○',
  done: '✓',
  cursor: '▌',
  edge: '▎',
  customerEdge: '▎',
  botEdge: '▐',
  enter: '↵',
  heavy: '━',
  heavyHalf: '╸',
  light: '─',
  dashed: '╌',
  tick: '┃',
  budget: '┊',
  more: '…',
  path: '›',
  arrow: '→',
  up: '↑',
  down: '↓',
  nowMark: '▾',
  nothing: '–',
  dot: '·',
  file: '▤',
} as const;

/** Heights of a column in eighths, from nothing. */
export const eighths = ' ▁▂▃▄▅▆▇█';

const safe: Readonly<Record<string, string>> = {
  '◐': '○',
  '↻': '≈',
  '◆': '♦',
  '✕': 'x',
  '◎': '○',
  '✓': '√',
  '▤': '■',
  '▎': '│',
  '╸': '■',
  '╌': '·',
  '┊': '│',
  '┃': '│',
  '▾': '▼',
  '↵': '→',
  '╭': '┌',
  '╮': '┐',
  '╰': '└',
  '╯': '┘',
  '▁': '_',
  '▂': '_',
  '▃': '▄',
  '▅': '▄',
  '▆': '▄',
  '▇': '█',
};

const ascii: Readonly<Record<string, string>> = {
  '●': '.',
  '◐': 'o',
  '↻': '~',
  '▲': '!',
  '◆': '?',
  '✕': 'x',
  '◎': '=',
  '○': '-',
  '✓': '*',
  '▤': '#',
  '▌': '>',
  '▎': '|',
  '▐': '|',
  '↵': '>',
  // Where a customer's words begin a new line, as verses are set in a row.
  '⏎': '/',
  '━': '=',
  '╸': '-',
  '─': '-',
  '╌': '-',
  '┃': '#',
  '│': '|',
  '┊': ':',
  '…': '+',
  '›': '>',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '▸': '>',
  '▾': 'v',
  '–': '-',
  '—': '-',
  '·': '-',
  '“': '"',
  '”': '"',
  '’': "'",
  '×': 'x',
  '╭': '.',
  '╮': '.',
  '╰': "'",
  '╯': "'",
  '├': '|',
  '┤': '|',
  '▀': '"',
  '▁': '.',
  '▂': '_',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '#',
  '█': '#',
  '░': ':',
  '▒': '+',
  '▓': '*',
  '■': '#',
  '≈': '~',
};

/** Braille has dots and no meaning by itself: a cell with any dot in its lower half is half full. */
const brailleAs = (char: string, half: string, full: string): string => {
  const dots = (char.codePointAt(0) ?? 0x2800) - 0x2800;
  let count = 0;
  for (let bit = 0; bit < 8; bit += 1) count += (dots >> bit) & 1;
  return count === 0 ? ' ' : count > 4 ? full : half;
};

const isBraille = (char: string): boolean => char >= '\u2800' && char <= '\u28ff';

const inSafe = (char: string): string => (isBraille(char) ? brailleAs(char, '▄', '█') : (safe[char] ?? char));

const inAscii = (char: string): string => {
  if (char >= ' ' && char <= '~') return char;
  if (isBraille(char)) return brailleAs(char, '=', '#');
  const known = ascii[char];
  if (known !== undefined) return known;
  const plain = char.normalize('NFD').replace(/\p{Mark}/gu, '');
  if (/^[\x20-\x7e]*$/.test(plain)) return plain;
  // One mark a sign, and what stands to its right keeps its column.
  const width = stringWidth(char);
  return width === 0 ? '' : '?'.padEnd(width);
};

const onlyAscii = /^[\x20-\x7e]*$/;

/** A text in the signs that the terminal has; column for column for our own glyphs. */
export const inGlyphs = (text: string, set: GlyphSet): string => {
  if (set === 'full' || onlyAscii.test(text)) return text;
  let out = '';
  for (const char of text.normalize('NFC')) out += set === 'safe' ? inSafe(char) : inAscii(char);
  return out;
};
