import { cutLine, emptyLine, type Line, lineWidth, span } from './line.ts';
import type { Tone } from './tone.ts';

/** Rounded boxes: only what stands side by side is boxed; a list runs from edge to edge. */

export interface BoxInput {
  /** In the upper border, at the left and at the right. */
  readonly title: Line;
  readonly right?: Line;
  readonly width: number;
  /** With both borders. */
  readonly rows: number;
  /** Of the border. */
  readonly tone?: Tone;
  readonly content: readonly Line[];
}

/** A line of exactly `width` columns. */
export const fitted = (line: Line, width: number): Line => {
  const shown = cutLine(line, width);
  const rest = width - lineWidth(shown);
  return rest > 0 ? [...shown, span(' '.repeat(rest))] : shown;
};

const upperBorder = ({ title, right = emptyLine, width, tone = 'faint' }: BoxInput): Line => {
  const room = Math.max(0, width - 2);
  const end = right.length === 0 ? emptyLine : [span(' '), ...right, span(' '), span('─', tone)];
  const endWidth = Math.min(lineWidth(end), room);
  const start = title.length === 0 ? emptyLine : [span('─', tone), span(' '), ...title, span(' ')];
  const shownStart = cutLine(start, Math.max(0, room - endWidth));
  const rule = Math.max(0, room - endWidth - lineWidth(shownStart));
  return [span('╭', tone), ...shownStart, span('─'.repeat(rule), tone), ...cutLine(end, room), span('╮', tone)];
};

/** `rows` lines of exactly `width` columns; the content starts two columns inside and is cut where it is too long. */
export const boxed = (input: BoxInput): readonly Line[] => {
  const { width, rows, tone = 'faint', content } = input;
  const inner = Math.max(0, width - 4);
  const body = Array.from({ length: Math.max(0, rows - 2) }, (_, index) => [
    span('│ ', tone),
    ...fitted(content[index] ?? emptyLine, inner),
    span(' │', tone),
  ]);
  return [upperBorder(input), ...body, [span(`╰${'─'.repeat(Math.max(0, width - 2))}╯`, tone)]];
};

/** Blocks of lines beside each other, each as wide as it says, `gap` columns between them. */
export const sideBySide = (
  blocks: readonly { readonly width: number; readonly lines: readonly Line[] }[],
  gap = 1,
): readonly Line[] => {
  const rows = Math.max(0, ...blocks.map(({ lines }) => lines.length));
  return Array.from({ length: rows }, (_, row) =>
    blocks.flatMap(({ width, lines }, index) => [
      ...(index === 0 || gap === 0 ? [] : [span(' '.repeat(gap))]),
      ...fitted(lines[row] ?? emptyLine, width),
    ]),
  );
};
