// Stands in for Ink's `line-update.js` inside the bundle (scripts/frame-plugins.mjs): of a changed line only the runs of cells that differ
// are written, each with the one SGR in force there. Ink writes from the first changed cell to the end of the line and replays every
// colour before it, which costs seven times the bytes on a row of many colours (docs/decisions/dashboard.md).
import stringWidth from 'string-width';
import { blankFrom, cellsOf, change, esc, nothing, written } from './line-cells.mjs';
import { plainCharacters, segmenter } from './segmenter-on-demand.mjs';

const sgr = new RegExp(`${esc}\\[[\\d;]*m`, 'g');
const sgrBetween = new RegExp(`(${esc}\\[[\\d;]*m)`);
const plain = new RegExp(`^[${plainCharacters}]*$`);
/** Cells between two runs that may be written again instead of jumped over. */
const widestGap = 4;

/** Runs of cells that differ, as pairs of where they begin and end. */
const runsOf = (before, after) => {
  const runs = [];
  const length = Math.max(before.text.length, after.text.length);
  for (let index = 0; index < length; index += 1) {
    const isSame =
      (before.text[index] ?? ' ') === (after.text[index] ?? ' ') &&
      (before.looks[index] ?? nothing) === (after.looks[index] ?? nothing);
    if (isSame) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.end === index) last.end = index + 1;
    else runs.push({ start: index, end: index + 1 });
  }
  return runs;
};

const jumpTo = (column) => (column === 0 ? '\r' : `${esc}[${column + 1}G`);

const onlyWhatDiffers = (before, after) => {
  const end = blankFrom(after);
  let out = '';
  let style = nothing;
  let column = -1;
  for (const run of runsOf(before, after)) {
    const isErased = run.end > end && run.end - Math.max(run.start, end) > 3;
    const jump = jumpTo(run.start);
    const gap =
      column >= 0 && run.start - column <= widestGap && run.start < end
        ? written(after, column, run.start, style)
        : null;
    if (gap !== null && gap.out.length <= jump.length) {
      out += gap.out;
      style = gap.style;
    } else out += jump;

    const piece = written(after, run.start, isErased ? Math.max(run.start, end) : run.end, style);
    out += piece.out;
    style = piece.style;
    column = run.end;
    // Nothing but blanks is left of the line: whatever stood there is erased at once.
    if (isErased) {
      out += `${change(style, nothing)}${esc}[K`;
      style = nothing;
      break;
    }
  }
  return out + change(style, nothing);
};

/** Controls that are no SGR. */
const moves = new RegExp(`${esc}(?!\\[[\\d;]*m)|[\\u0000-\\u001a\\u001c-\\u001f\\u007f-\\u009f]`);
const plainOne = new RegExp(`^[${plainCharacters}]$`);

/** Plain cells and others by turns. */
const runsOfKinds = (piece) => {
  const runs = [];
  for (const { segment } of segmenter.segment(piece)) {
    const isPlain = plainOne.test(segment);
    const last = runs.at(-1);
    if (last?.isPlain === isPlain) last.text += segment;
    else runs.push({ isPlain, text: segment });
  }
  return runs;
};

/**
 * A whole line whose columns hold on terminals that count another width for a sign than we do: its cells are blanked first, and after it
 * the cursor is put where the line goes on. Anything that moves the cursor by itself is left as it is.
 */
export const steadyLine = (line) => {
  if (plain.test(line.replace(sgr, '')) || moves.test(line)) return line;
  let out = '';
  let column = 0;
  for (const piece of line.split(sgrBetween)) {
    if (piece.startsWith(esc)) {
      out += piece;
      continue;
    }
    for (const { isPlain, text } of runsOfKinds(piece)) {
      const width = stringWidth(text);
      out += isPlain ? text : `${' '.repeat(width)}${jumpTo(column)}${text}${jumpTo(column + width)}`;
      column += width;
    }
  }
  return out;
};

/** The same for all lines of a frame. */
export const steadyFrame = (frame) => frame.split('\n').map(steadyLine).join('\n');

/** What makes `previous`, which stands on the cursor's row of a terminal of `columns`, look like `next`. */
// biome-ignore lint/style/noDefaultExport: it stands in for Ink's module, which has one
export default function lineUpdate(previous, next, columns) {
  const whole = `${esc}[G${esc}[K${steadyLine(next)}`;
  if (!(columns >= 1)) return whole;

  const after = cellsOf(next);
  const before = after === null ? null : cellsOf(previous);
  if (after === null || before === null || before.text.length > columns || after.text.length > columns) return whole;

  const parts = onlyWhatDiffers(before, after);
  return parts.length <= whole.length ? parts : whole;
}
