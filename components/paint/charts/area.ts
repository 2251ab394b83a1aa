import type { Line } from '../line.ts';
import type { Tone } from '../tone.ts';
import { blank, type Cell, lineOfCells } from './rows.ts';

/** The dots of a braille cell, left and right column, from the bottom up. */
const rising = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08],
] as const;
const hanging = rising.map((column) => [...column].reverse());

const cellOf = (heights: readonly (number | null)[], row: number, isHanging: boolean, tone: Tone): Cell => {
  let dots = 0;
  for (const [side, height] of heights.entries()) {
    const here = Math.max(0, Math.min(4, (height ?? 0) - row * 4));
    for (let dot = 0; dot < here; dot += 1) dots |= (isHanging ? hanging : rising)[side]?.[dot] ?? 0;
  }
  return dots === 0 ? blank : { char: String.fromCodePoint(0x2800 + dots), tone };
};

/**
 * `height` lines of `width` cells: two values a cell, four dots a row, the newest at the right; unknown (null) leaves its place empty, and
 * nothing is one dot. `hanging`: from the top down. `most`: the value that fills the height.
 */
export const area = (
  values: readonly (number | null)[],
  {
    width,
    height,
    tone,
    most,
    hanging: isHanging = false,
  }: {
    readonly width: number;
    readonly height: number;
    readonly tone: Tone;
    readonly most?: number;
    readonly hanging?: boolean;
  },
): readonly Line[] => {
  const shown = values.slice(-2 * width);
  const padded = [...Array.from({ length: 2 * width - shown.length }, () => null), ...shown];
  const scale = most ?? Math.max(1, ...shown.map((value) => value ?? 0));
  const heights = padded.map((value) =>
    value === null ? null : Math.max(1, Math.min(height * 4, Math.round((value / Math.max(scale, 1e-9)) * height * 4))),
  );

  return Array.from({ length: height }, (_, line) => {
    const row = isHanging ? line : height - 1 - line;
    return lineOfCells(
      Array.from({ length: width }, (_cell, column) =>
        cellOf(heights.slice(2 * column, 2 * column + 2), row, isHanging, tone),
      ),
    );
  });
};
