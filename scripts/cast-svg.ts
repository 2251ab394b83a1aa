import { runSvg, type Size, svgOf } from './screen-svg.ts';
import type { Ground, SeenCell } from './terminal-colors.ts';

/** A recording as one SVG: the first picture, and over it, each from its moment on, what changed. CSS alone plays it, again and again. */

export interface CastFrame {
  readonly seconds: number;
  readonly rows: readonly (readonly SeenCell[])[];
}

/** Cells between two changes that are drawn again: a word that begins anew looks better than one of two halves. */
const widestGap = 3;

const isSame = (one: SeenCell | undefined, other: SeenCell | undefined): boolean =>
  one?.char === other?.char && one?.ink === other?.ink && one?.paper === other?.paper && one?.bold === other?.bold;

const isBlank = (cell: SeenCell | undefined): boolean => cell?.char.trim() === '';

/** What lies over the row as it was: runs of cells that differ, each to the ends of its words. */
const changedRuns = (
  before: readonly SeenCell[],
  after: readonly SeenCell[],
): readonly (readonly [start: number, end: number])[] => {
  const runs: [start: number, end: number][] = [];
  for (let column = 0; column < after.length; column += 1) {
    if (isSame(before[column], after[column])) continue;
    let start = column;
    while (start > 0 && !isBlank(after[start - 1]) && !isBlank(before[start - 1])) start -= 1;
    let end = column + 1;
    while (end < after.length && !(isBlank(after[end]) && isSame(before[end], after[end]))) end += 1;
    const last = runs.at(-1);
    if (last !== undefined && start - last[1] <= widestGap) last[1] = end;
    else runs.push([start, end]);
    column = end - 1;
  }
  return runs;
};

const changes = (before: CastFrame, after: CastFrame, ground: Ground): string =>
  after.rows
    .map((cells, row) =>
      changedRuns(before.rows[row] ?? [], cells)
        .map(([start, end]) => runSvg(cells.slice(start, end), row, start, ground))
        .join(''),
    )
    .join('');

const whole = (frame: CastFrame, ground: Ground): string =>
  frame.rows.map((cells, row) => runSvg(cells, row, 0, ground)).join('\n');

export const stillSvg = (frame: CastFrame, size: Size, ground: Ground): string =>
  svgOf(whole(frame, ground), size, ground);

export const animatedSvg = (frames: readonly CastFrame[], seconds: number, size: Size, ground: Ground): string => {
  const [first] = frames;
  if (first === undefined) throw new Error('a recording needs a picture');
  let drawn = whole(first, ground);
  let style = `g{visibility:hidden;animation:${seconds.toFixed(1)}s step-end infinite}`;
  let shown = first;
  let count = 0;
  for (const frame of frames.slice(1)) {
    const change = changes(shown, frame, ground);
    if (change === '') continue;
    count += 1;
    const at = ((frame.seconds / seconds) * 100).toFixed(2);
    style += `@keyframes f${count}{0%{visibility:hidden}${at}%,to{visibility:visible}}.f${count}{animation-name:f${count}}`;
    drawn += `\n<g class="f${count}">${change}</g>`;
    shown = frame;
  }
  // Who asked for less motion sees the first picture.
  return svgOf(drawn, size, ground, `${style}@media(prefers-reduced-motion:reduce){g{animation:none!important}}`);
};
