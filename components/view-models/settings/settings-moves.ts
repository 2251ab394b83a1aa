import { folded } from '../../../src/words/written/reading.ts';
import type { View } from '../view.ts';
import { type SettingRow, settingWords } from './settings.ts';

/** Where the cursor of the settings may stand: which of them a search leaves, and where sections begin. Pure. */

const wordsOf = (row: SettingRow, view: View): readonly string[] => {
  const section = view.t.settingSection[row.section];
  if (row.kind === 'heading') return [];
  if (row.kind === 'instructions')
    return [...section, view.t.settingWords.prompt, view.t.settingWords.promptDoes, row.text];
  const { name, does } = settingWords(row.setting.key, view);
  return [...section, row.setting.key, name, does, row.setting.value];
};

/** The rows in whose words every word of the text stands, below their headings; all of them for none. */
export const matchingRows = (rows: readonly SettingRow[], text: string, view: View): readonly SettingRow[] => {
  const typed = folded(text).split(' ').filter(Boolean);
  if (typed.length === 0) return rows;
  const found = rows.filter((row) => {
    const words = folded(wordsOf(row, view).join(' '));
    return row.kind !== 'heading' && typed.every((word) => words.includes(word));
  });
  const left = new Set(found.map(({ section }) => section));
  return rows.filter((row) => (row.kind === 'heading' ? left.has(row.section) : found.includes(row)));
};

/** Headings are no place for the cursor: the rows that are, as their indexes. */
export const fieldRows = (rows: readonly SettingRow[]): readonly number[] =>
  rows.flatMap((row, index) => (row.kind === 'heading' ? [] : [index]));

/** Among the rows for the cursor the first one of the section before or after, in a circle. */
export const sectionFrom = (rows: readonly SettingRow[], cursor: number, step: 1 | -1): number => {
  const sections = fieldRows(rows).map((index) => rows[index]?.section);
  const order = [...new Set(sections)];
  const wanted = order[(order.indexOf(sections[cursor]) + step + order.length) % order.length];
  return Math.max(0, sections.indexOf(wanted));
};
