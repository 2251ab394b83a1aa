import { type Cell, lineOfCells } from './charts/rows.ts';
import { type Line, lineWidth, span, textWidth } from './line.ts';

/** `text` over `line` from `column` on; both of signs that take one column each. */
export const overlaid = (line: Line, column: number, text: Line): Line => {
  const cellsOf = (spans: Line): Cell[] =>
    spans.flatMap(({ text: part, tone }) => [...part].map((char) => ({ char, tone })));
  const under = cellsOf(line);
  while (under.length < column) under.push({ char: ' ', tone: 'plain' });
  const over = cellsOf(text);
  return lineOfCells([...under.slice(0, column), ...over, ...under.slice(column + over.length)]);
};

/** The line with its last column at `width`. */
export const atRight = (line: Line, width: number): Line => {
  const gap = width - lineWidth(line);
  return gap > 0 ? [span(' '.repeat(gap)), ...line] : line;
};

/** A rule of exactly `width` columns with a title in it: `── November ─────`. */
export const titledRule = (title: Line, width: number, right: Line = []): Line => {
  const used = 4 + lineWidth(title) + (right.length === 0 ? 0 : lineWidth(right) + 3);
  return [
    span('─ ', 'faint'),
    ...title,
    span(' ', 'faint'),
    span('─'.repeat(Math.max(0, width - used + 1)), 'faint'),
    ...(right.length === 0 ? [] : [span(' '), ...right, span(' ─', 'faint')]),
  ];
};

export const widestOf = (texts: readonly string[]): number => Math.max(0, ...texts.map(textWidth));
