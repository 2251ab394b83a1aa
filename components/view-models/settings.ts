import type { SessionDetails } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { aiConfigSchema, filtersSchema, timingConfigSchema } from '../../src/session/session-config.ts';
import type { Language } from '../../src/words/language.ts';
import { settingShape } from '../../src/words/written/setting-kinds.ts';
import { readSetting, settingText } from '../../src/words/written/setting-value.ts';
import { type Line, layout, place, textLine, toned } from '../paint/line.ts';
import type { View } from './view.ts';

/** What can be set for a session, as rows; a value is checked with the session's own schemas while it is typed. */

export interface Setting {
  /** As the door's `setConfig` wants it. */
  readonly key: string;
  /** As it is shown. */
  readonly value: string;
  /** Words to choose from; null: free text. */
  readonly choices: readonly string[] | null;
  readonly secret: boolean;
}

export type SettingRow =
  | { readonly kind: 'heading'; readonly title: string }
  | { readonly kind: 'setting'; readonly setting: Setting }
  | { readonly kind: 'instructions'; readonly text: string }
  | { readonly kind: 'version'; readonly version: number; readonly text: string };

const groups = [
  { prefix: 'ai_config', schema: aiConfigSchema, of: (details: SessionDetails) => details.config.ai },
  { prefix: 'timing_config', schema: timingConfigSchema, of: (details: SessionDetails) => details.config.timing },
  { prefix: 'filters', schema: filtersSchema, of: (details: SessionDetails) => details.config.filters },
] as const;

/** Words to choose from, as they are shown; null: free text. An empty word stands for nothing. */
const choicesOf = (key: string, language: Language): readonly string[] | null => {
  const shape = settingShape(key);
  if (shape?.takes.kind === 'yes-no') return [true, false].map((value) => settingText(key, value, language));
  if (shape?.takes.kind !== 'choice') return null;
  return shape.isOptional ? [...shape.takes.choices, ''] : shape.takes.choices;
};

/** The typed text as the door takes it: `9-18`, `90 s`, `$5`, `1.000`, a list. What cannot be read stays as it was typed. */
export const settingValue = (key: string, text: string, language: Language): unknown => {
  const value = readSetting(key, text, language);
  return value.ok ? value.value : text;
};

/** What is wrong with a typed value, in one sentence with an example; null: nothing. */
export const settingProblem = (key: string, text: string, language: Language): string | null => {
  const value = readSetting(key, text, language);
  return value.ok ? null : plainText(value.problem);
};

export const settingRows = (details: SessionDetails, view: View): readonly SettingRow[] => {
  const { settings } = view.t;
  const { row } = details;
  const setting = (
    key: string,
    value: string,
    choices: readonly string[] | null = null,
    secret = false,
  ): SettingRow => ({
    kind: 'setting',
    setting: { key, value: plainText(value), choices, secret },
  });
  const rows: SettingRow[] = [
    { kind: 'heading', title: settings.general },
    setting('label', row.label),
    setting('phone', row.expectedPhone ?? ''),
    setting('replies', row.replies, ['on', 'paused', 'draft']),
    setting('ai_key', details.hasOwnAiKey ? settings.ownKey : '', null, true),
    { kind: 'heading', title: settings.instructions },
    {
      kind: 'instructions',
      text:
        details.instructions === null
          ? settings.noInstructions
          : settings.version(details.instructions.version, plainText(details.instructions.text)),
    },
  ];
  for (const { prefix, schema, of } of groups) {
    rows.push({ kind: 'heading', title: prefix });
    const values = of(details) as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(schema.shape)) {
      const key = `${prefix}.${name}`;
      rows.push(setting(key, settingText(key, values[name], view.language), choicesOf(key, view.language)));
    }
  }
  return rows;
};

const keyWidth = 28;

export const settingLine = (row: SettingRow, view: View, cursor: boolean, edited: string | null): Line => {
  const width = view.columns - 1;
  if (row.kind === 'heading') return textLine(`-- ${row.title} --`);
  const at = Math.min(4 + keyWidth, Math.floor(view.columns / 2));
  if (row.kind === 'setting') {
    const name = row.setting.key.includes('.')
      ? row.setting.key.slice(row.setting.key.indexOf('.') + 1)
      : row.setting.key;
    const value = edited ?? (row.setting.value === '' ? view.t.settings.unset : row.setting.value);
    const line = layout(
      [
        place(0, cursor ? '>' : ''),
        { column: 4, text: name, width: at - 5 },
        { column: at, text: value, tone: edited === null && row.setting.value === '' ? 'muted' : 'plain' },
      ],
      width,
    );
    return cursor ? toned(line, 'bold') : line;
  }
  const line = layout([place(0, cursor ? '>' : ''), place(4, row.text)], width);
  return cursor ? toned(line, 'bold') : line;
};
