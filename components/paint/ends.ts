import { cut, cutLine, type Line, lineWidth, span, textWidth } from './line.ts';

/** One piece at the left edge and one at the right, exactly `width` columns; the left one is cut first, with at least two columns between. */
export const bothEnds = (left: Line, right: Line, width: number): Line => {
  const end = cutLine(right, width);
  const room = width - lineWidth(end) - (end.length === 0 ? 0 : 2);
  const start = room > 0 ? cutLine(left, room) : [];
  const gap = width - lineWidth(start) - lineWidth(end);
  return gap > 0 ? [...start, span(' '.repeat(gap)), ...end] : [...start, ...end];
};

/** As many whole sentences as `width` columns hold; where not even the first fits it is cut. */
export const wholeSentences = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text;
  const sentences = text.split(/(?<=[.!?]) /);
  let shown = '';
  for (const each of sentences) {
    const next = shown === '' ? each : `${shown} ${each}`;
    if (textWidth(next) > width) break;
    shown = next;
  }
  return shown === '' ? cut(text, width) : shown;
};

/** Pieces one after the other with `gap` blanks between them; empty ones are left out. */
export const joined = (pieces: readonly Line[], gap: number): Line =>
  pieces
    .filter((piece) => piece.length > 0)
    .flatMap((piece, index) => (index === 0 || gap === 0 ? piece : [span(' '.repeat(gap)), ...piece]));

/** As many of the pieces, from the first on, as `width` columns hold. */
export const fitting = (pieces: readonly Line[], width: number, gap = 2): Line => {
  let shown: Line = [];
  for (const [index, piece] of pieces.entries()) {
    const next = index === 0 ? piece : joined([shown, piece], gap);
    if (lineWidth(next) > width) break;
    shown = next;
  }
  return shown;
};

/** The first of the lines that `width` columns hold; none where even the last does not fit. */
export const firstFitting = (lines: readonly Line[], width: number): Line =>
  lines.find((line) => lineWidth(line) <= width) ?? [];
