import stringWidth from 'string-width';
import { cellText, graphemesOf, isOneColumnEach } from '../../src/session/cell-text.ts';
import type { Ground, Tone } from './tone.ts';

/**
 * Lines of a screen as data: spans of text with a tone, placed on exact columns. Painting (colours, terminals without them) is the
 * theme's business, so that every screen can be tested as plain text.
 */

export type { Tone } from './tone.ts';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
  /** The bar that lies under it. */
  readonly on?: Ground;
}

export type Line = readonly Span[];

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text, tone });

export const textLine = (text: string, tone: Tone = 'plain'): Line => (text === '' ? [] : [{ text, tone }]);

export const emptyLine: Line = [];

const firstGrapheme = (text: string): string => {
  for (const { segment } of graphemesOf(text)) return segment;
  return '';
};

/** Whether a letter is an emoji is asked of an expression that tries all of them: 20 µs, in every frame that shows it. */
const knownWidths = new Map<string, number>();
const mostKnown = 4096;
const graphemeWidth = (grapheme: string): number => {
  let width = knownWidths.get(grapheme);
  if (width === undefined) {
    if (knownWidths.size >= mostKnown) knownWidths.clear();
    width = stringWidth(grapheme);
    knownWidths.set(grapheme, width);
  }
  return width;
};

/** Columns that a text takes on the screen, as it is painted (`cellText`) and as Ink counts them: where two count differently, a row breaks. */
export const textWidth = (text: string): number => {
  if (isOneColumnEach(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(cellText(text))) width += graphemeWidth(segment);
  return width;
};

/** At most `width` columns of `text`, as it is painted; what is cut off is marked by `mark`. */
export const cut = (text: string, width: number, mark = '…'): string => {
  if (width <= 0) return '';
  const shown = cellText(text);
  if (isOneColumnEach(shown)) {
    if (shown.length <= width) return shown;
    return width <= mark.length ? shown.slice(0, width) : shown.slice(0, width - mark.length) + mark;
  }
  if (textWidth(shown) <= width) return shown;
  let result = '';
  let used = 0;
  const room = width - mark.length;
  for (const { segment } of graphemesOf(shown)) {
    const next = graphemeWidth(segment);
    if (used + next > room) break;
    result += segment;
    used += next;
  }
  return result + mark;
};

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)));
export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - textWidth(text))) + text;

export interface Placed {
  readonly column: number;
  readonly text: string;
  readonly tone?: Tone;
  /** Cuts and, when right-aligned, pads to this many columns. */
  readonly width?: number;
  readonly align?: 'left' | 'right';
}

export const place = (column: number, text: string, tone: Tone = 'plain'): Placed => ({ column, text, tone });

/** A line of its own, as pieces that begin at `column`. */
export const placeLine = (column: number, line: Line): readonly Placed[] => {
  let at = column;
  return line.map(({ text, tone }) => {
    const piece = place(at, text, tone);
    at += textWidth(text);
    return piece;
  });
};

/** Puts pieces on their columns, in ascending order; each is cut before the next one begins and before `width`. */
export const layout = (pieces: readonly Placed[], width: number): Line => {
  const spans: Span[] = [];
  let column = 0;
  const shown = pieces.filter((piece) => piece.text !== '');
  for (const [index, piece] of shown.entries()) {
    const next = shown[index + 1];
    const start = Math.max(piece.column, column);
    const limit = Math.min(width, piece.width === undefined ? width : piece.column + piece.width);
    const end = next === undefined ? limit : Math.min(limit, Math.max(next.column, start));
    let text = cut(piece.text, end - start);
    if (piece.align === 'right' && piece.width !== undefined) text = padStart(text, piece.width);
    if (text === '') continue;
    if (start > column) spans.push(span(' '.repeat(start - column)));
    spans.push(span(text, piece.tone ?? 'plain'));
    column = start + textWidth(text);
  }
  return spans;
};

/** A piece whose last column is `lastColumn`. */
export const rightOf = (text: string, lastColumn: number, tone: Tone = 'plain'): Placed =>
  place(Math.max(0, lastColumn + 1 - textWidth(text)), text, tone);

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + textWidth(text), 0);

/** At most `width` columns of a line. */
export const cutLine = (line: Line, width: number): Line => {
  if (lineWidth(line) <= width) return line;
  const spans: Span[] = [];
  let room = width;
  for (const part of line) {
    if (room <= 0) break;
    const piece = cut(part.text, room);
    spans.push({ ...part, text: piece });
    room -= textWidth(piece);
  }
  return spans;
};

/** At most `most` of the lines of one text, each of at most `width` columns; that it goes on is said at the end of the last. */
export const firstLines = (lines: readonly Line[], most: number, width: number): readonly Line[] => {
  const last = lines[most - 1];
  if (lines.length <= most || last === undefined) return lines.slice(0, Math.max(0, most));
  const end = last.at(-1) ?? span('');
  return [...lines.slice(0, most - 1), cutLine([...last.slice(0, -1), { ...end, text: `${end.text} …` }], width)];
};

/** Every plain or muted span of the line in `tone`; those with a colour of their own keep it. */
export const toned = (line: Line, tone: Tone): Line =>
  line.map((part) => (part.tone === 'plain' || part.tone === 'muted' ? { ...part, tone } : part));

/** A bar of `width` columns under a line; pairs keep their own background. */
export const onGround = (line: Line, ground: Ground, width: number): Line => {
  const rest = width - lineWidth(line);
  const whole = rest > 0 ? [...line, span(' '.repeat(rest))] : line;
  return whole.map((part) => ({ ...part, on: ground }));
};

/** Breaks a text into lines of at most `width` columns at blanks, or hard where a word is longer. */
export const wrapText = (text: string, width: number): readonly string[] => {
  if (width <= 0) return [];
  if (textWidth(text) <= width) return [cellText(text)];
  const lines: string[] = [];
  let current = '';
  for (const word of cellText(text).split(' ')) {
    let rest = word;
    const joined = current === '' ? rest : `${current} ${rest}`;
    if (textWidth(joined) <= width) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    while (textWidth(rest) > width) {
      const head = cut(rest, width, '');
      // One sign that is wider than a whole line: a plus stands for it.
      if (head === '') rest = `+${rest.slice(firstGrapheme(rest).length)}`;
      else {
        lines.push(head);
        rest = rest.slice(head.length);
      }
    }
    current = rest;
  }
  if (current !== '') lines.push(current);
  return lines;
};

/** Exactly `rows` lines: the rest is cut or filled with empty ones. */
export const fillRows = (lines: readonly Line[], rows: number): readonly Line[] => {
  if (lines.length === rows) return lines;
  if (lines.length > rows) return lines.slice(0, Math.max(0, rows));
  return [...lines, ...Array.from({ length: rows - lines.length }, () => emptyLine)];
};
