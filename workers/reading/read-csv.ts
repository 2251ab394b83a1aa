import { longestPassage } from '../../src/session/knowledge.ts';
import { type Block, headingOf, refused } from './blocks.ts';

/** Tables as files of lines: each row a passage `header: value`, so that a price is never without what it is the price of. */

// Where two part a table equally well, a comma stands in its numbers (`45,00`).
const separators = [';', '\t', '|', ','] as const;
type Separator = (typeof separators)[number];

const mostColumns = 200;
const lookedAt = 50;
const longestHeader = 80;

/** Rows of cells. A quote that is never closed is a character like others. */
export function* rowsOf(text: string, separator: Separator): Generator<readonly string[]> {
  let row: string[] = [];
  let at = 0;
  const cellEnd = new RegExp(separator === '|' ? String.raw`[|\n]` : `[${separator}\n]`, 'g');

  while (at <= text.length) {
    let cell: string;
    let end: number;
    const close = text[at] === '"' ? closingQuote(text, at, separator) : -1;
    if (close > 0) {
      cell = text.slice(at + 1, close).replaceAll('""', '"');
      end = close + 1;
      while (text[end] === ' ') end += 1;
    } else {
      cellEnd.lastIndex = at;
      end = cellEnd.exec(text)?.index ?? text.length;
      cell = text.slice(at, end);
    }
    row.push(cell.trim());
    if (end >= text.length || text[end] === '\n') {
      if (row.some((one) => one !== '')) yield row;
      row = [];
    }
    at = end + 1;
    if (end >= text.length) return;
  }
}

/** Where a quoted cell ends: a quote before a separator, a line's end or the text's; -1: it does not. */
const closingQuote = (text: string, from: number, separator: string): number => {
  for (let at = text.indexOf('"', from + 1); at > 0; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] === '"') {
      at += 1;
      continue;
    }
    let next = at + 1;
    while (text[next] === ' ') next += 1;
    return next >= text.length || text[next] === separator || text[next] === '\n' ? at : -1;
  }
  return -1;
};

const firstRows = (text: string, separator: Separator): readonly (readonly string[])[] => {
  const rows: (readonly string[])[] = [];
  for (const row of rowsOf(text, separator)) {
    rows.push(row);
    if (rows.length === lookedAt) break;
  }
  return rows;
};

/** How many cells most rows have; of two as frequent the larger. */
const usualWidth = (rows: readonly (readonly string[])[]): number => {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || b - a)[0]?.[0] ?? 0;
};

/** The one by which most rows have the same number of cells, and more than one. */
export const separatorOf = (text: string): Separator => {
  const head = text.slice(0, 200_000);
  let best: { readonly separator: Separator; readonly score: number } = { separator: ',', score: 0 };
  // What Excel writes above the table where the separator is not the country's.
  const said = /^sep=(.)\n/i.exec(head)?.[1];
  if (said !== undefined && (separators as readonly string[]).includes(said)) return said as Separator;
  for (const separator of separators) {
    const rows = firstRows(head, separator);
    const width = usualWidth(rows);
    const even = rows.filter((row) => row.length === width).length / Math.max(1, rows.length);
    const score = width < 2 ? 0 : even * Math.min(width, 20);
    if (score > best.score) best = { separator, score };
  }
  return best.separator;
};

/** Throws `usage` where there is no table. */
export function* tableBlocks(name: string, whole: string): Generator<Block> {
  const text = whole.replace(/^sep=.\n/i, '');
  const separator = separatorOf(whole);
  const width = usualWidth(firstRows(text, separator));
  let headers: readonly string[] | null = null;
  let row = 0;

  for (const cells of rowsOf(text, separator)) {
    if (cells.length > mostColumns)
      throw refused(name, `has a row of ${cells.length} columns; at most ${mostColumns} are taken.`);
    // What stands above a table, in one cell: its title.
    if (headers === null && width > 1 && cells.filter((cell) => cell !== '').length === 1) {
      yield { text: cells.join('').trim(), place: {} };
      continue;
    }
    if (headers === null) {
      headers = cells.map((cell, index) => headingOf(cell)?.slice(0, longestHeader) ?? `#${index + 1}`);
      continue;
    }
    row += 1;
    const known = headers;
    const lines = cells.flatMap((cell, index) => (cell === '' ? [] : [`${known[index] ?? `#${index + 1}`}: ${cell}`]));
    yield { text: lines.join('\n'), place: { row }, isRow: true };
  }
  // A list without a second row is its own header.
  if (row === 0 && headers !== null)
    yield { text: headers.join('\n').slice(0, longestPassage), place: { row: 1 }, isRow: true };
}
