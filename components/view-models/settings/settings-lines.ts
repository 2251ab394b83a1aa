import type { SessionDetails } from '../../../src/protocol/fleet.ts';
import { presets } from '../../../src/session/session-config.ts';
import { type PresetName, presetTimings } from '../../../src/session/timing-presets.ts';
import { durationText } from '../../../src/words/written/duration.ts';
import { settingInWords, settingText } from '../../../src/words/written/setting-value.ts';
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
import { type SectionId, type Setting, type SettingRow, sections, settingValue, settingWords } from './settings.ts';

/** Settings on the screen: sections at the left, what stands in them at the right, one sentence for the one under the cursor. */

const sidebarFrom = 100;
const sidebarWidth = 26;

/** What the person types or chooses at the moment, as it is shown and as it reads; null: nothing. */
export type Edited = { readonly shown: string; readonly text: string } | null;

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
    setting,
    isUnset,
  }: { readonly name: string; readonly value: string; readonly setting: Setting | null; readonly isUnset: boolean },
  view: View,
  { width, isCursor, isEdited }: { readonly width: number; readonly isCursor: boolean; readonly isEdited: boolean },
): Line => {
  const at = width >= 84 ? 32 : Math.min(28, Math.floor(width / 2));
  const { settingWords: words } = view.t;
  const otherwise = setting?.otherwise ?? null;
  // While it is typed, and where nothing is set, a unit would be read as a part of it.
  const units: Readonly<Record<string, string>> = view.t.settingUnit;
  const unit = isUnset || isEdited || setting === null ? '' : (units[setting.key] ?? '');
  const differs =
    otherwise === null ? '' : words.otherwise(otherwise === '' ? words.none : otherwise, setting?.preset ?? null);
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
      ...(unit === '' ? [] : [place(at + textWidth(value) + 1, unit, 'muted')]),
      ...(hasRoom ? [rightOf(differs, width - 1, 'muted')] : []),
    ],
    width,
  );
  return isCursor ? onGround(line, isEdited ? 'field' : 'cursor', width) : line;
};

/** The rhythm of the preset that is set or pointed at, before it is taken; empty where there is none. */
const presetBrings = ({ key }: Setting, text: string, view: View): string => {
  if (key !== 'timing_config.preset') return '';
  const chosen = settingValue(key, text, view.language);
  const preset = presets.find((name): name is PresetName => name === chosen);
  if (preset === undefined) return '';

  const timing = presetTimings[preset];
  const told = (ms: number | undefined): string => durationText(ms ?? 0, view.language);
  const hours = timing.openingHours ?? null;
  return view.t.settingWords.presetBrings({
    quiet: told(timing.quietMs),
    most: told(timing.maxWaitMs),
    reads: told(timing.readingDelayMs),
    letters: timing.charactersPerSecond ?? 0,
    hours: hours === null ? null : settingInWords('timing_config.openingHours', hours, view.language),
  });
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
      value: edited?.shown ?? (isUnset ? settings.unset : value),
      setting: row.kind === 'setting' ? row.setting : null,
      isUnset,
    },
    view,
    { width, isCursor, isEdited: edited !== null },
  );
  if (!isCursor || words.does === '') return [field];
  const below = (text: string): readonly Line[] =>
    wrapText(text, Math.max(10, width - 4)).map((part): Line => [span('  '), span(part, 'muted')]);
  const technical = row.kind === 'setting' ? `  ${row.setting.key}` : '';
  const does = below(words.does);
  const last = does.at(-1) ?? emptyLine;
  const room = width - 2 - textWidth(words.does);
  const isOneLine = does.length === 1 && room >= technical.length + 2;
  const brings = row.kind === 'setting' ? presetBrings(row.setting, edited?.text ?? value, view) : '';
  return [
    field,
    ...(isOneLine && technical !== '' ? [[...last, span(technical, 'muted')]] : does),
    ...(brings === '' ? [] : below(brings)),
  ];
};

interface Drawn {
  readonly lines: readonly Line[];
  /** Where the row under the cursor begins and ends. */
  readonly from: number;
  readonly to: number;
  /** Where its section begins, with its heading. */
  readonly section: number;
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
  {
    cursor,
    edited,
    width,
    isWhole,
  }: { readonly cursor: number; readonly edited: Edited; readonly width: number; readonly isWhole: boolean },
): Drawn => {
  const lines: Line[] = [];
  let [from, to] = [0, 0];
  const starts = new Map<SectionId, number>();
  for (const [index, row] of rows.entries()) {
    const isCursor = index === cursor;
    // The blank line above a heading is not missed.
    if (row.kind === 'heading') starts.set(row.section, lines.length + 1);
    if (isCursor) from = lines.length;
    lines.push(...rowLines(row, view, { width, isCursor, edited: isCursor ? edited : null }));
    if (isCursor) to = lines.length;
    // What a section means together stands below it while the section is whole.
    if (isWhole && rows[index + 1]?.section !== row.section) lines.push(...below(row.section, details, view, width));
  }
  const section = starts.get(rows[cursor]?.section ?? 'who') ?? 0;
  return { lines: lines.map((line) => cutLine(line, width)), from, to, section };
};

/** Sections with a dot where something differs, the cursor's one marked. */
const sectionLines = (rows: readonly SettingRow[], view: View, section: SectionId): readonly Line[] => [
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
];

/** The rhythms by name, the chosen one marked. */
const presetLines = ({ config }: SessionDetails, view: View): readonly Line[] => [
  emptyLine,
  textLine(`  ${view.t.settingWords.presets}`, 'muted'),
  ...presets.map((name): Line => {
    const isChosen = config.timing.preset === name;
    return [
      span(`  ${isChosen ? glyph.answers : glyph.off} `, isChosen ? 'accent+' : 'muted'),
      span(settingText('timing_config.preset', name, view.language), isChosen ? 'bold' : 'muted'),
    ];
  }),
];

/** Beside the settings; the presets where they have room. */
const sidebar = (
  details: SessionDetails,
  rows: readonly SettingRow[],
  view: View,
  { section, height }: { readonly section: SectionId; readonly height: number },
): readonly Line[] => {
  const lines = [
    ...sectionLines(rows, view, section),
    [span(`  ${glyph.answers} `, 'warn'), span(view.t.settingWords.changed, 'muted')],
  ];
  const named = presetLines(details, view);
  return lines.length + named.length <= height ? [...lines, ...named] : lines;
};

export interface SettingsShown {
  /** Those that the search leaves, of `all`. */
  readonly rows: readonly SettingRow[];
  readonly all: readonly SettingRow[];
  readonly cursor: number;
  readonly edited: Edited;
  readonly height: number;
}

/** `height` lines of the window's width, the cursor's setting and its sentence among them. */
export const settingsLines = (
  details: SessionDetails,
  view: View,
  { rows, all, cursor, edited, height }: SettingsShown,
): readonly Line[] => {
  const hasSidebar = view.columns >= sidebarFrom;
  const width = view.columns - 1 - (hasSidebar ? sidebarWidth + 2 : 1);
  const isWhole = rows.length === all.length;
  const { lines, from, to, section: start } = drawn(details, rows, view, { cursor, edited, width, isWhole });
  const most = Math.max(0, lines.length - height);
  // A section is read from its heading on, as far as the cursor's row stands in the window then.
  const middle = Math.round((from + to - height) / 2);
  // However much stands below it, the row itself is seen.
  const wanted = from <= 3 && to <= height ? 0 : to - start <= height ? start : Math.min(from, middle);
  const shown = fillRows(lines.slice(Math.max(0, Math.min(most, wanted))), height);
  if (!hasSidebar) return shown.map((line) => [span(' '), ...line]);

  const section = rows[cursor]?.section ?? 'who';
  const left = fillRows(sidebar(details, all, view, { section, height }), height);
  return shown.map((line, index) => [...fitted(left[index] ?? emptyLine, sidebarWidth), span('│ ', 'faint'), ...line]);
};
