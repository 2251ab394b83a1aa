import { z } from 'zod';
import { failovers } from '../../session/failover.ts';
import { aiConfigSchema, filtersSchema, timingConfigSchema } from '../../session/session-config.ts';

/** What kind of value each setting of a session takes, read from its schema; what a schema cannot say stands in the table. */

export type SettingKind =
  | { readonly kind: 'text' | 'zone' | 'hours' | 'days' | 'phones' | 'phone' | 'secret' }
  | { readonly kind: 'words' }
  | { readonly kind: 'duration'; readonly unit: 'ms' | 'minutes' | 'days' }
  | {
      readonly kind: 'number' | 'whole' | 'money';
      readonly min: number;
      readonly max: number;
      readonly example: number;
    }
  | { readonly kind: 'yes-no' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

export interface SettingShape {
  readonly key: string;
  readonly takes: SettingKind;
  /** Whether it may be nothing. */
  readonly isOptional: boolean;
  readonly schema: z.ZodType | null;
}

const groups = { ai_config: aiConfigSchema, timing_config: timingConfigSchema, filters: filtersSchema } as const;

const named: Readonly<Record<string, SettingKind>> = {
  'timing_config.openingHours': { kind: 'hours' },
  'timing_config.quietDays': { kind: 'days' },
  'timing_config.timeZone': { kind: 'zone' },
  'timing_config.takeoverMinutes': { kind: 'duration', unit: 'minutes' },
  'filters.retentionDays': { kind: 'duration', unit: 'days' },
  'filters.allow': { kind: 'phones' },
  'filters.deny': { kind: 'phones' },
};

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

const kindOf = (key: string, parts: readonly JsonSchema[], preset: unknown): SettingKind => {
  const fixed = named[key];
  if (fixed !== undefined) return fixed;

  const types = new Set(parts.map(({ type }) => type));
  const choices = parts.flatMap((part) => part.enum ?? []).filter((word): word is string => typeof word === 'string');
  if (choices.length > 0) return { kind: 'choice', choices };
  if (types.has('boolean')) return { kind: 'yes-no' };
  if (types.has('array')) return { kind: 'words' };
  const number = parts.find(({ type }) => type === 'number' || type === 'integer');
  if (number === undefined) return { kind: 'text' };
  if (key.endsWith('Ms')) return { kind: 'duration', unit: 'ms' };

  const { minimum: min = 0, maximum: max = Number.MAX_SAFE_INTEGER, type } = number;
  const example = typeof preset === 'number' && preset > 0 ? preset : Math.min(max, 5);
  return { kind: key.endsWith('Usd') ? 'money' : type === 'integer' ? 'whole' : 'number', min, max, example };
};

const shapeOf = (key: string, schema: z.ZodType): SettingShape => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const parts = json.anyOf ?? [json];
  return {
    key,
    schema,
    takes: kindOf(key, parts, json.default),
    isOptional: parts.some(({ type }) => type === 'null'),
  };
};

const ofSession: readonly SettingShape[] = [
  { key: 'label', takes: { kind: 'text' }, isOptional: false, schema: null },
  { key: 'phone', takes: { kind: 'phone' }, isOptional: true, schema: null },
  { key: 'replies', takes: { kind: 'choice', choices: ['on', 'paused', 'draft'] }, isOptional: false, schema: null },
  { key: 'failover', takes: { kind: 'choice', choices: failovers }, isOptional: false, schema: null },
  { key: 'ai_key', takes: { kind: 'secret' }, isOptional: true, schema: null },
];

let known: ReadonlyMap<string, SettingShape> | null = null;

/** Made once, when a setting is first asked for: reading forty schemas costs some milliseconds. */
const shapes = (): ReadonlyMap<string, SettingShape> => {
  known ??= new Map(
    [
      ...ofSession,
      ...Object.entries(groups).flatMap(([group, { shape }]) =>
        Object.entries(shape as Readonly<Record<string, z.ZodType>>).map(([name, schema]) =>
          shapeOf(`${group}.${name}`, schema),
        ),
      ),
    ].map((shape) => [shape.key, shape]),
  );
  return known;
};

/** Every setting of a session by its dotted name, in the order in which they are shown. */
export const settingKeys = (): readonly string[] => [...shapes().keys()];

export const settingShape = (key: string): SettingShape | null => shapes().get(key) ?? null;
