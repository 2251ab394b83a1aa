// A line of text and SGR as cells: what row-output.mjs and line-update.mjs know of a line, found out once for both. A frame of 50 changed rows made
// 12 MB of garbage when each of them, and Ink, cut its lines anew (docs/decisions/dashboard.md).
import { plainCharacters } from './segmenter-on-demand.mjs';

export const esc = '\u001b';
const sgr = new RegExp(`${esc}\\[([\\d;]*)m`, 'g');
/** One column each by every terminal's count. A line with anything else (wide, joined, control) has no cells here: columns would be guessed. */
const plain = new RegExp(`^[${plainCharacters}]*$`);

/** What SGR can set, each with the code that turns it off; bold and dim share theirs. */
const offCodes = ['22', '22', '23', '24', '27', '28', '29', '39', '49'];
const slotOf = { 1: 0, 2: 1, 3: 2, 4: 3, 7: 4, 8: 5, 9: 6 };
const foreground = 7;
const background = 8;

/** `next`: the styles that some parameters lead to from here, `ways`: the SGR to others; as far as they were asked for. */
const newStyle = (codes, key) => ({ codes, sgr: key, next: new Map(), ways: new Map() });
/** Whoever mixes colours anew all the time asks every style for another one. */
const mostKept = 256;
export const nothing = newStyle(
  offCodes.map(() => ''),
  '',
);

/** Two cells look alike when they have the same style object. */
let styles = new Map([['', nothing]]);
const styleOf = (codes) => {
  const key = codes.filter((code) => code !== '').join(';');
  let found = styles.get(key);
  if (found === undefined) {
    // A screen has some dozens; a program that mixes colours anew in every frame must not fill the memory.
    if (styles.size > 4096) {
      styles = new Map([['', nothing]]);
      nothing.next.clear();
      nothing.ways.clear();
    }
    found = newStyle(codes, key);
    styles.set(key, found);
  }
  return found;
};

const isBetween = (number, from, to) => number >= from && number <= to;

/** `style` after the parameters of one SGR; null: something that is not known here. */
const after = (style, parameters) => {
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

const applied = (style, parameters) => {
  let found = style.next.get(parameters);
  if (found === undefined) {
    found = after(style, parameters);
    if (style.next.size >= mostKept) style.next.clear();
    style.next.set(parameters, found);
  }
  return found;
};

/** Filled for one line after the other, so that only what a line needs is kept. */
const looksOfLine = [];

const cutLine = (line) => {
  let text = '';
  let style = nothing;
  let at = 0;
  const take = (end) => {
    const begin = text.length;
    text += line.slice(at, end);
    for (let index = begin; index < text.length; index += 1) looksOfLine[index] = style;
  };

  sgr.lastIndex = 0;
  for (let found = sgr.exec(line); found !== null; found = sgr.exec(line)) {
    take(found.index);
    style = applied(style, found[1]);
    if (style === null) return null;
    at = found.index + found[0].length;
  }
  take(line.length);
  return plain.test(text) ? { text, looks: looksOfLine.slice(0, text.length), end: style } : null;
};

/** What is new in this update is old in the next one. */
const known = new Map();

/** The text of a line, the style of each cell and the one in force at the end; null when it has anything but plain cells and SGR. */
export const cellsOf = (line) => {
  let cells = known.get(line);
  if (cells === undefined) {
    if (known.size >= 256) known.clear();
    cells = cutLine(line);
    known.set(line, cells);
  }
  return cells;
};

const wayTo = (from, to) => {
  const off = new Set();
  for (const [slot, code] of from.codes.entries()) if (code !== '' && to.codes[slot] === '') off.add(offCodes[slot]);
  const parts = [...off];
  for (const [slot, code] of to.codes.entries())
    if (code !== '' && (code !== from.codes[slot] || off.has(offCodes[slot]))) parts.push(code);

  const step = parts.join(';');
  const anew = `;${to.sgr}`;
  return `${esc}[${step.length <= anew.length ? step : anew}m`;
};

/** The shortest SGR that leads from one style to another. */
export const change = (from, to) => {
  if (from === to) return '';
  if (to === nothing) return `${esc}[m`;

  let way = from.ways.get(to);
  if (way === undefined) {
    way = wayTo(from, to);
    if (from.ways.size >= mostKept) from.ways.clear();
    from.ways.set(to, way);
  }
  return way;
};

/** A piece of a line that begins in the style `from`, and the style that it ends in. */
export const written = ({ text, looks }, start, end, from) => {
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

/** Where nothing but blanks of the terminal's own background follows. */
export const blankFrom = ({ text, looks }) => {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ' && looks[end - 1] === nothing) end -= 1;
  return end;
};

/**
 * Whether a line may stand as it is: its cells are known and one of them is seen, it ends every style, and blanks without one at its end are
 * the end of its text.
 */
export const isWholeLine = (line) => {
  const cells = cellsOf(line);
  if (cells === null || cells.end !== nothing) return false;

  const seen = blankFrom(cells);
  return seen > 0 && cells.text.length - seen === line.length - line.trimEnd().length;
};
