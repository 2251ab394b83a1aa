import type { SessionDetails } from '../../../src/protocol/fleet.ts';
import { durationText } from '../../../src/words/written/duration.ts';
import { fitted } from '../../paint/box.ts';
import { glyph } from '../../paint/glyphs.ts';
import {
  cutLine,
  emptyLine,
  fillRows,
  type Line,
  layout,
  onGround,
  place,
  rightOf,
  span,
  textLine,
  textWidth,
  wrapText,
} from '../../paint/line.ts';
import type { View } from '../view.ts';
import { doesLines, weekLines } from './hours-week.ts';
import { type SectionId, type SettingRow, sections, settingWords } from './settings.ts';

/** Settings on the screen: sections at the left, what stands in them at the right, one sentence for the one under the cursor. */

const sidebarFrom = 100;
const sidebarWidth = 26;

/** What the person types at the moment, as it is shown; null: nothing. */
export type Edited = string | null;

const rule = (title: string, hint: string, width: number): Line => {
  const left = 5 + textWidth(title) + (hint === '' ? 0 : textWidth(hint) + 2);
  return [
    span('─ ', 'faint'),
    span(title, 'bold'),
    ...(hint === '' ? [] : [span(`  ${hint}`, 'muted')]),
    span(` ${'─'.repeat(Math.max(0, width - left + 2))}`, 'faint'),
  ];
};

const fieldLine = (
  {
    name,
    value,
    otherwise,
    isUnset,
  }: { readonly name: string; readonly value: string; readonly otherwise: string | null; readonly isUnset: boolean },
  view: View,
  { width, isCursor, isEdited }: { readonly width: number; readonly isCursor: boolean; readonly isEdited: boolean },
): Line => {
  const at = width >= 84 ? 32 : Math.min(28, Math.floor(width / 2));
  const { settingWords: words } = view.t;
  const differs = otherwise === null ? '' : words.otherwise(otherwise === '' ? words.none : otherwise);
  const hasRoom = differs !== '' && at + textWidth(value) + textWidth(differs) + 4 <= width && textWidth(differs) <= 30;
  const line = layout(
    [
      place(0, isCursor ? glyph.cursor : '', 'accent+'),
      { column: 2, text: name, width: at - 5, tone: isCursor ? 'bold' : 'plain' },
      place(at - 3, otherwise === null ? '' : glyph.answers, 'warn'),
      {
        column: at,
        text: value,
        tone: isUnset && !isEdited ? 'muted' : isCursor ? 'accent+' : 'bold',
        width: hasRoom ? width - at - textWidth(differs) - 2 : width - at,
      },
      ...(hasRoom ? [rightOf(differs, width - 1, 'muted')] : []),
    ],
    width,
  );
  return isCursor ? onGround(line, isEdited ? 'field' : 'cursor', width) : line;
};

const rowLines = (
  row: SettingRow,
  view: View,
  input: { readonly width: number; readonly isCursor: boolean; readonly edited: Edited },
): readonly Line[] => {
  const { width, isCursor, edited } = input;
  const { settingSection, settingWords: general, settings } = view.t;
  if (row.kind === 'heading') {
    const [title = '', hint = ''] = settingSection[row.section];
    return [emptyLine, rule(title, hint.length + title.length + 8 <= width ? hint : '', width)];
  }
  const words =
    row.kind === 'instructions'
      ? { name: general.prompt, does: general.promptDoes }
      : settingWords(row.setting.key, view);
  const value = row.kind === 'instructions' ? row.text : row.setting.value;
  const isUnset = value === '';
  const field = fieldLine(
    {
      name: words.name,
      value: edited ?? (isUnset ? settings.unset : value),
      otherwise: row.kind === 'setting' ? row.setting.otherwise : null,
      isUnset,
    },
    view,
    { width, isCursor, isEdited: edited !== null },
  );
  if (!isCursor || words.does === '') return [field];
  const technical = row.kind === 'setting' ? `  ${row.setting.key}` : '';
  const does = wrapText(words.does, Math.max(10, width - 4)).map((text): Line => [span('  '), span(text, 'muted')]);
  const last = does.at(-1) ?? emptyLine;
  const room = width - 2 - textWidth(words.does);
  const isOneLine = does.length === 1 && room >= technical.length + 2;
  return [field, ...(isOneLine && technical !== '' ? [[...last, span(technical, 'faint')]] : does)];
};

interface Drawn {
  readonly lines: readonly Line[];
  /** Where the row under the cursor begins and ends. */
  readonly from: number;
  readonly to: number;
}

/** What a section shows below its fields. */
const below = (section: SectionId, details: SessionDetails, view: View, width: number): readonly Line[] => {
  const { timing } = details.config;
  if (section === 'hours') return [emptyLine, ...weekLines(timing, view, width).map((line) => [span('  '), ...line])];
  if (section !== 'rhythm') return [];
  const does = doesLines(timing, view, width - 2, (ms) => durationText(ms, view.language));
  return [emptyLine, textLine(`  ${view.t.settingWords.does}`, 'bold'), ...does.map((line) => [span('  '), ...line])];
};

const drawn = (
  details: SessionDetails,
  rows: readonly SettingRow[],
  view: View,
  { cursor, edited, width }: { readonly cursor: number; readonly edited: Edited; readonly width: number },
): Drawn => {
  const lines: Line[] = [];
  let [from, to] = [0, 0];
  for (const [index, row] of rows.entries()) {
    const isCursor = index === cursor;
    if (isCursor) from = lines.length;
    lines.push(...rowLines(row, view, { width, isCursor, edited: isCursor ? edited : null }));
    if (isCursor) to = lines.length;
    if (rows[index + 1]?.section !== row.section) lines.push(...below(row.section, details, view, width));
  }
  return { lines: lines.map((line) => cutLine(line, width)), from, to };
};

/** Sections with a dot where something differs, the cursor's one marked. */
const sidebar = (rows: readonly SettingRow[], view: View, section: SectionId): readonly Line[] => [
  emptyLine,
  ...(Object.keys(sections) as SectionId[]).flatMap((id): Line[] => {
    const [title = ''] = view.t.settingSection[id];
    const differs = rows.some((row) => row.kind === 'setting' && row.section === id && row.setting.otherwise !== null);
    const isHere = id === section;
    const line = layout(
      [
        place(0, isHere ? glyph.cursor : '', 'accent+'),
        { column: 2, text: title, width: sidebarWidth - 6, tone: isHere ? 'bold' : 'muted' },
        place(sidebarWidth - 3, differs ? glyph.answers : '', 'warn'),
      ],
      sidebarWidth - 1,
    );
    return [isHere ? onGround(line, 'cursor', sidebarWidth - 1) : line, emptyLine];
  }),
  emptyLine,
  [span(`  ${glyph.answers} `, 'warn'), span(view.t.settingWords.changed, 'muted')],
];

/** `rows` lines of the window's width, the cursor's setting and its sentence among them. */
export const settingsLines = (
  details: SessionDetails,
  rows: readonly SettingRow[],
  view: View,
  { cursor, edited, height }: { readonly cursor: number; readonly edited: Edited; readonly height: number },
): readonly Line[] => {
  const hasSidebar = view.columns >= sidebarFrom;
  const width = view.columns - 1 - (hasSidebar ? sidebarWidth + 2 : 1);
  const { lines, from, to } = drawn(details, rows, view, { cursor, edited, width });
  const most = Math.max(0, lines.length - height);
  // The heading before the first field is part of it.
  const wanted = from <= 3 ? 0 : Math.round((from + to - height) / 2);
  const shown = fillRows(lines.slice(Math.max(0, Math.min(most, wanted))), height);
  if (!hasSidebar) return shown.map((line) => [span(' '), ...line]);

  const left = fillRows(sidebar(rows, view, rows[cursor]?.section ?? 'who'), height);
  return shown.map((line, index) => [...fitted(left[index] ?? emptyLine, sidebarWidth), span('│ ', 'faint'), ...line]);
};
