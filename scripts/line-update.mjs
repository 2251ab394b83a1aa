// Stands in for Ink's `line-update.js` inside the bundle (scripts/frame-plugins.mjs): of a changed line only the runs of cells that differ
// are written, each with the one SGR in force there. Ink writes from the first changed cell to the end of the line and replays every
// colour before it, which costs seven times the bytes on a row of many colours (docs/decisions/dashboard.md).
import stringWidth from 'string-width';
import { plainCharacters, segmenter } from './segmenter-on-demand.mjs';

const esc = '\u001b';
const sgr = new RegExp(`${esc}\\[([\\d;]*)m`, 'g');
const sgrBetween = new RegExp(`(${esc}\\[[\\d;]*m)`);
/** One column each by every terminal's count. A line with anything else (wide, joined, control) is written whole: columns would be guessed. */
const plain = new RegExp(`^[${plainCharacters}]*$`);
/** Cells between two runs that may be written again instead of jumped over. */
const widestGap = 4;

/** What SGR can set, each with the code that turns it off; bold and dim share theirs. */
const offCodes = ['22', '22', '23', '24', '27', '28', '29', '39', '49'];
const nothing = { codes: offCodes.map(() => ''), sgr: '' };
const slotOf = { 1: 0, 2: 1, 3: 2, 4: 3, 7: 4, 8: 5, 9: 6 };
const foreground = 7;
const background = 8;

/** Two cells look alike when they have the same style object. */
let styles = new Map([['', nothing]]);
const styleOf = (codes) => {
  const key = codes.filter((code) => code !== '').join(';');
  let found = styles.get(key);
  if (found === undefined) {
    // A screen has some dozens; a program that mixes colours anew in every frame must not fill the memory.
    if (styles.size > 4096) styles = new Map([['', nothing]]);
    found = { codes, sgr: key };
    styles.set(key, found);
  }
  return found;
};

const isBetween = (number, from, to) => number >= from && number <= to;

/** `style` after the parameters of one SGR; null: something that is not known here. */
const applied = (style, parameters) => {
  const parts = parameters.split(';');
  let codes = [...style.codes];
  for (let at = 0; at < parts.length; at += 1) {
    const number = Number(parts[at]);
    if (number === 0) codes = [...nothing.codes];
    else if (slotOf[number] !== undefined) codes[slotOf[number]] = String(number);
    else if (number === 38 || number === 48) {
      const length = parts[at + 1] === '5' ? 3 : parts[at + 1] === '2' ? 5 : 0;
      if (length === 0 || at + length > parts.length) return null;
      codes[number === 38 ? foreground : background] = parts.slice(at, at + length).join(';');
      at += length - 1;
    } else if (isBetween(number, 30, 37) || isBetween(number, 90, 97)) codes[foreground] = String(number);
    else if (isBetween(number, 40, 47) || isBetween(number, 100, 107)) codes[background] = String(number);
    else if (offCodes.includes(String(number)))
      codes = codes.map((code, slot) => (offCodes[slot] === String(number) ? '' : code));
    else return null;
  }
  return styleOf(codes);
};

const cutLine = (line) => {
  let text = '';
  const looks = [];
  let style = nothing;
  let at = 0;
  const take = (piece) => {
    text += piece;
    for (let index = 0; index < piece.length; index += 1) looks.push(style);
  };

  sgr.lastIndex = 0;
  for (let found = sgr.exec(line); found !== null; found = sgr.exec(line)) {
    take(line.slice(at, found.index));
    style = applied(style, found[1]);
    if (style === null) return null;
    at = found.index + found[0].length;
  }
  take(line.slice(at));
  return plain.test(text) ? { text, looks } : null;
};

/** What is new in this update is old in the next one. */
const known = new Map();

/** The text of a line and the style of each cell; null when it has anything but plain cells and SGR. */
const cellsOf = (line) => {
  let cells = known.get(line);
  if (cells === undefined) {
    if (known.size >= 256) known.clear();
    cells = cutLine(line);
    known.set(line, cells);
  }
  return cells;
};

/** The shortest SGR that leads from one style to another. */
const change = (from, to) => {
  if (from === to) return '';
  if (to === nothing) return `${esc}[m`;

  const off = new Set();
  for (const [slot, code] of from.codes.entries()) if (code !== '' && to.codes[slot] === '') off.add(offCodes[slot]);
  const parts = [...off];
  for (const [slot, code] of to.codes.entries())
    if (code !== '' && (code !== from.codes[slot] || off.has(offCodes[slot]))) parts.push(code);

  const step = parts.join(';');
  const anew = `;${to.sgr}`;
  return `${esc}[${step.length <= anew.length ? step : anew}m`;
};

/** A piece of a line that begins in the style `from`, and the style that it ends in. */
const written = ({ text, looks }, start, end, from) => {
  let out = '';
  let style = from;
  for (let index = start; index < end; index += 1) {
    const look = looks[index] ?? nothing;
    if (look !== style) {
      out += change(style, look);
      style = look;
    }
    out += text[index] ?? ' ';
  }
  return { out, style };
};

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

/** Where nothing but blanks of the terminal's own background follows. */
const blankFrom = ({ text, looks }) => {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ' && looks[end - 1] === nothing) end -= 1;
  return end;
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
