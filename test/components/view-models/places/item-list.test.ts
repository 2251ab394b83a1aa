import { describe, expect, it } from 'vitest';
import { type Line, lineWidth } from '../../../../components/paint/line.ts';
import { fileTexts } from '../../../../components/texts/file-texts.ts';
import { hookTexts } from '../../../../components/texts/hook-texts.ts';
import { toolTexts } from '../../../../components/texts/tool-texts.ts';
import { nodeColumns } from '../../../../components/view-models/nodes.ts';
import { fileColumns } from '../../../../components/view-models/places/files.ts';
import { hookColumns } from '../../../../components/view-models/places/hooks.ts';
import { factLines } from '../../../../components/view-models/places/item-detail.ts';
import {
  type Item,
  type ItemColumn,
  itemLines,
  itemRows,
} from '../../../../components/view-models/places/item-list.ts';
import { toolColumns } from '../../../../components/view-models/places/tools.ts';
import { viewAt } from '../../support/view.ts';

const languages = ['en', 'pt-BR'] as const;
const text = (line: Line | undefined): string => (line ?? []).map((part) => part.text).join('');

type Columns = readonly ItemColumn<string>[];
type Head = Readonly<Record<string, string>>;

/** Every list that is made of columns, with its headings. */
const lists = (language: (typeof languages)[number]): readonly (readonly [string, Columns, Head])[] => [
  ['tools', toolColumns as Columns, toolTexts(language).tools.head],
  ['files', fileColumns as Columns, fileTexts(language).head],
  ['hooks', hookColumns as Columns, hookTexts(language).head],
  ['nodes', nodeColumns as Columns, viewAt(120, 40, { language }).t.nodes.head],
];

/** What a stranger can put into a cell. */
const wide = 'Cardápio 👩‍👩‍👧‍👦 🇧🇷 漢字の店 مرحبا e mais um pouco para não caber';
const itemOf = (columns: Columns, cell: string): Item<string> => ({
  sign: ['●', 'ok'],
  trouble: 'bad',
  cells: Object.fromEntries(columns.map(({ key }) => [key, cell])),
});

describe('a list of what a session has', () => {
  it.each(languages)(
    'cuts no heading and breaks no row, however wide the window and whatever stands in it (%s)',
    (language) => {
      for (const [name, columns, head] of lists(language))
        for (let width = 38; width <= 200; width += 9)
          for (const total of [2, 6]) {
            const items = Array.from({ length: total }, () => itemOf(columns, wide));
            const lines = itemLines({ columns, head, items, cursor: null, top: 0, rows: 3, width });
            const where = `${name} in ${width} columns`;
            for (const line of lines) expect(lineWidth(line), where).toBeLessThanOrEqual(width);
            const shown = text(lines[0]).trim().split(/ {2,}/);
            for (const heading of shown) expect(Object.values(head), `${where}: ${heading}`).toContain(heading);
            // All cells of a column stand below each other.
            expect(new Set(lines.slice(1).map((line) => lineWidth(line))).size, where).toBe(1);
          }
    },
  );

  it('gives up the least telling columns first, and its name never', () => {
    const head = toolTexts('en').tools.head;
    const items = [itemOf(toolColumns as Columns, 'x')];
    const headings = (width: number): string =>
      text(itemLines({ columns: toolColumns as Columns, head, items, cursor: null, top: 0, rows: 1, width })[0]);
    expect(headings(119)).toMatch(/tool +kind +calls 24 h +failed +last +leads to/);
    expect(headings(60)).toMatch(/tool +kind +calls 24 h +failed +last$/);
    expect(headings(39)).toMatch(/^ {4}tool +calls 24 h +failed$/);
  });

  it('shows where one is in a long one, and an edge beside what wants a person', () => {
    const columns = hookColumns as Columns;
    const items = Array.from({ length: 40 }, () => itemOf(columns, 'x'));
    const head = hookTexts('en').head;
    const lines = itemLines({ columns, head, items, cursor: 21, top: 20, rows: 10, width: 119 });
    expect(lines).toHaveLength(11);
    expect(lines.slice(1).map((line) => text(line).slice(0, 1))).toEqual([...'▎▌▎▎▎▎▎▎▎▎']);
    expect(lines.slice(1).some((line) => text(line).endsWith('┃'))).toBe(true);
  });

  it('keeps room for what is said of one, and a row for the list in the lowest window', () => {
    expect(itemRows(3, 34, 11)).toBe(3);
    expect(itemRows(60, 34, 11)).toBe(22);
    expect(itemRows(60, 10, 11)).toBe(5);
    expect(itemRows(60, 2, 11)).toBe(1);
    expect(itemRows(0, 34, 11)).toBe(1);
  });

  it('wraps a fact under itself, and leaves its name out where there is no room for both', () => {
    const facts = [
      ['takes', 'day, time, guests?'],
      ['address', 'https://agenda.example.com/a/rather/long/way book me a visit'],
    ] as const;
    expect(factLines(facts, 54).map(text)).toEqual([
      'takes    day, time, guests?',
      'address  https://agenda.example.com/a/rather/long/way',
      '         book me a visit',
    ]);
    expect(factLines(facts, 36).map(text)).toEqual([
      'day, time, guests?',
      'https://agenda.example.com/a/rather/',
      'long/way book me a visit',
    ]);
  });
});
