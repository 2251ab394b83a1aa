import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { sgrCodes } from '../../../components/paint/palette.ts';
import { type Ground, pairNames, roles, type Tone } from '../../../components/paint/tone.ts';
import type { Picture, PictureRow } from './picture.ts';

/**
 * Golden files: one a screen, with its pictures in every window and look. A row stands as it is read, and below it how its cells look, as
 * runs: `:3.11!b2.` is three plain cells, eleven of the pair `bad`, two plain ones; plain ones at the end are left out. The names of looks
 * stand in `styleNames`.
 *
 * A picture that follows from another one (the same screen on a light background) is told as what differs: which style and which sign
 * stands for which, and the rows that this does not explain.
 */

const roleLetters = {
  ok: 'o',
  calm: 'c',
  warn: 'w',
  bad: 'b',
  move: 'm',
  in: 'i',
  accent: 'a',
  muted: 'u',
  faint: 'f',
} as const satisfies Readonly<Record<(typeof roles)[number], string>>;

const groundMarks = { cursor: '>', field: '=', head: '^' } as const satisfies Readonly<Record<Ground, string>>;

/** As a terminal tells what these codes made. */
const styleFrom = (codes: readonly string[]): string => {
  const part = (start: string): string => codes.find((code) => code.startsWith(start))?.slice(start.length) ?? '';
  const paper = part('48;5;');
  const weights = `${codes.includes('1') ? 'b' : ''}${codes.includes('2') ? 'd' : ''}${codes.includes('7') ? 'i' : ''}`;
  return `${weights}${part('38;5;')}${paper === '' ? '' : `/${paper}`}` || '-';
};

/** `b` is the role `bad`, `B` the same in bold, `.` plain, `,` bold, `!bad2` a pair; before it what it stands on: `>b`. */
const styleNames: ReadonlyMap<string, string> = (() => {
  const dark = { colors: '256', background: 'dark' } as const;
  const names = new Map<string, string>([['-', '.']]);
  const add = (name: string, tone: Tone, ground?: Ground): void => {
    const style = styleFrom(sgrCodes(tone, ground, dark));
    if (!names.has(style)) names.set(style, name);
  };
  for (const ground of [undefined, 'cursor', 'field', 'head'] as const) {
    const mark = ground === undefined ? '' : groundMarks[ground];
    add(`${mark}.`, 'plain', ground);
    add(`${mark},`, 'bold', ground);
    for (const role of roles) {
      add(`${mark}${roleLetters[role]}`, role, ground);
      add(`${mark}${roleLetters[role].toUpperCase()}`, `${role}+`, ground);
    }
  }
  for (const pair of pairNames) {
    add(`!${pair}`, `p:${pair}`);
    // Blanks have no ink.
    const paper = styleFrom(sgrCodes(`p:${pair}`, undefined, dark)).replace(/^.*\//, '/');
    if (!names.has(paper)) names.set(paper, `!${pair}_`);
  }
  return names;
})();

const nameOf = (style: string): string => styleNames.get(style) ?? `{${style}}`;

const runsOf = (styles: readonly string[]): string => {
  let out = '';
  for (let from = 0; from < styles.length; ) {
    const style = styles[from] ?? '-';
    let to = from + 1;
    while (to < styles.length && styles[to] === style) to += 1;
    if (to === styles.length && style === '-') break;
    out += `${to - from === 1 ? '' : to - from}${nameOf(style)}`;
    from = to;
  }
  return out;
};

const rowText = ({ signs, styles }: PictureRow): readonly string[] => {
  const runs = runsOf(styles);
  return [`|${signs.join('').trimEnd()}`, ...(runs === '' ? [] : [`:${runs}`])];
};

const whole = (picture: Picture): readonly string[] => picture.flatMap(rowText);

/** What most often stands in one picture where `from` stands in the other one. */
const mostlyFor = (pairs: Iterable<readonly [from: string, to: string]>): ReadonlyMap<string, string> => {
  const counts = new Map<string, Map<string, number>>();
  for (const [from, to] of pairs) {
    const known = counts.get(from) ?? new Map<string, number>();
    known.set(to, (known.get(to) ?? 0) + 1);
    counts.set(from, known);
  }
  return new Map([...counts].map(([from, tos]) => [from, [...tos].sort((a, b) => b[1] - a[1])[0]?.[0] ?? from]));
};

function* cellPairs(
  one: Picture,
  other: Picture,
  part: keyof PictureRow,
): Generator<readonly [from: string, to: string]> {
  for (const [index, row] of one.entries())
    for (const [column, from] of row[part].entries()) yield [from, other[index]?.[part][column] ?? ''];
}

const isSame = (cells: readonly string[], base: readonly string[], mapped: ReadonlyMap<string, string>): boolean =>
  cells.every((cell, column) => cell === (mapped.get(base[column] ?? '') ?? base[column]));

const listed = (
  title: string,
  mapped: ReadonlyMap<string, string>,
  shown: (text: string) => string,
): readonly string[] => {
  const changed = [...mapped].filter(([from, to]) => from !== to).sort(([a], [b]) => (a < b ? -1 : 1));
  return changed.length === 0 ? [] : [`${title} ${changed.map(([from, to]) => `${shown(from)} ${to}`).join(', ')}`];
};

/** The picture that another one follows from. */
export interface Base {
  readonly name: string;
  readonly picture: Picture;
  /** What of it is told as one for another; the rest must be the same, or stands row by row. */
  readonly part: 'styles' | 'styles and signs' | null;
}

const nothingFor: ReadonlyMap<string, string> = new Map();

/** `picture` as what differs from `base`. */
const derived = (picture: Picture, { picture: base, part }: Base): readonly string[] => {
  const styles = part === null ? nothingFor : mostlyFor(cellPairs(base, picture, 'styles'));
  const signs = part === 'styles and signs' ? mostlyFor(cellPairs(base, picture, 'signs')) : nothingFor;
  const rows = picture.flatMap((row, index) => {
    const under = base[index] ?? { signs: [], styles: [] };
    const hasSigns = isSame(row.signs, under.signs, signs);
    const hasStyles = isSame(row.styles, under.styles, styles);
    if (hasSigns && hasStyles) return [];
    return [
      `row ${index}`,
      ...(hasSigns ? [] : [`|${row.signs.join('').trimEnd()}`]),
      ...(hasStyles ? [] : [`:${runsOf(row.styles)}`]),
    ];
  });
  return [...listed('styles', styles, nameOf), ...listed('signs', signs, (sign) => sign), ...rows];
};

export interface Drawn {
  readonly name: string;
  readonly picture: Picture;
  readonly from: Base | null;
}

export const goldenText = (all: readonly Drawn[]): string =>
  all
    .flatMap(({ name, picture, from }) =>
      from === null
        ? [`== ${name}`, ...whole(picture)]
        : [`== ${name}, as ${from.name} but`, ...derived(picture, from)],
    )
    .join('\n')
    .concat('\n');

const folder = fileURLToPath(new URL('../golden/', import.meta.url));
const isUpdated = (process.env['UPDATE_GOLDEN'] ?? '') !== '';

/** Compares what was drawn with the golden file of that name; `UPDATE_GOLDEN=1` writes the file instead. */
export const expectGolden = (name: string, all: readonly Drawn[]): void => {
  const file = `${folder}${name}.txt`;
  const text = goldenText(all);
  if (isUpdated) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
    return;
  }
  if (!existsSync(file)) throw new Error(`there is no picture ${name}: UPDATE_GOLDEN=1 makes it, then look at it`);
  expect(text, `${name} looks different (UPDATE_GOLDEN=1 when it is meant)`).toBe(readFileSync(file, 'utf8'));
};

/** The golden files that there are. */
export const goldenNames = (): readonly string[] =>
  readdirSync(folder)
    .map((file) => file.replace(/\.txt$/, ''))
    .sort();
