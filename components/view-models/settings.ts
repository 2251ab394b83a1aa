import { z } from 'zod';
import type { SessionDetails } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { aiConfigSchema, filtersSchema, timingConfigSchema } from '../../src/session/session-config.ts';
import { type Line, layout, place, textLine, toned } from '../paint/line.ts';
import type { Texts } from '../texts/texts.ts';
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

const shownValue = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
}

/** What a field takes, read from its schema: words to choose from, and its JSON types. */
const shapeOf = (
  schema: z.ZodType,
): { readonly choices: readonly string[] | null; readonly types: ReadonlySet<string> } => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const parts = json.anyOf ?? [json];
  const types = new Set(parts.flatMap(({ type }) => (type === undefined ? [] : [type])));
  if (types.has('boolean')) return { choices: ['true', 'false'], types };
  const words = parts.flatMap((part) => part.enum ?? []).filter((word): word is string => typeof word === 'string');
  return { choices: words.length > 0 ? [...words, ...(types.has('null') ? [''] : [])] : null, types };
};

const fieldSchema = (key: string): z.ZodType | null => {
  const [prefix, name] = key.split('.');
  const group = groups.find((found) => found.prefix === prefix);
  if (group === undefined || name === undefined) return null;
  const shape = group.schema.shape as Readonly<Record<string, z.ZodType>>;
  return Object.hasOwn(shape, name) ? (shape[name] ?? null) : null;
};

/** The typed text as the value that the schema wants: empty is null where null is allowed, lists are split at commas. */
export const settingValue = (key: string, text: string): unknown => {
  const trimmed = text.trim();
  const schema = fieldSchema(key);
  if (schema === null) {
    if ((key === 'phone' || key === 'ai_key') && trimmed === '') return null;
    return trimmed;
  }
  const { types } = shapeOf(schema);
  if (trimmed === '' && types.has('null')) return null;
  if (types.has('array') && !trimmed.startsWith('['))
    return trimmed === '' ? [] : trimmed.split(/[,;\n]/).map((part) => part.trim());
  if (types.has('string') && !types.has('number')) return trimmed;
  try {
    return JSON.parse(trimmed);
  } catch (error) {
    if (error instanceof SyntaxError) return trimmed;
    throw error;
  }
};

/** What is wrong with a typed value, or null. */
export const settingProblem = (key: string, text: string, t: Texts): string | null => {
  if (key === 'phone') return text.trim() === '' ? null : t.dialog.badPhone(text);
  const schema = fieldSchema(key);
  if (schema === null) return null;
  const parsed = schema.safeParse(settingValue(key, text));
  return parsed.success ? null : plainText(parsed.error.issues[0]?.message ?? t.settings.notValid);
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
    for (const [name, field] of Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>))
      rows.push(setting(`${prefix}.${name}`, shownValue(values[name]), shapeOf(field).choices));
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
