import { type Failover, failovers } from '../../session/failover.ts';
import { maxInstructions } from '../../session/instructions.ts';
import { parsePhone } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import { aiConfigSchema, filtersSchema, type SessionConfig, timingConfigSchema } from '../../session/session-config.ts';
import type { DesiredState } from '../../session/session-state.ts';
import { choosePreset, writtenTiming } from '../../session/timing-presets.ts';
import type { RepliesMode } from '../../session/verdict.ts';
import { firstIssue } from '../../words/first-issue.ts';

/** What a person can change in Supabase, in our words. */
export interface Editable {
  readonly label: string;
  readonly replies: RepliesMode;
  readonly failover: Failover;
  readonly expectedPhone: string | null;
  readonly desiredState: DesiredState;
  readonly instructions: string;
  readonly config: SessionConfig;
}

export interface RemoteEditable {
  readonly is_active: boolean | null;
  readonly ai_config: unknown;
  readonly timing_config: unknown;
  readonly filters: unknown;
  readonly custom_prompt: string | null;
  readonly label: string | null;
  readonly replies: string | null;
  /** Missing where Supabase lacks file 6 of the migrations. */
  readonly failover?: string | null | undefined;
  readonly expected_phone: string | null;
}

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const take = (from: Fields, ...names: readonly string[]): unknown => {
  let found: unknown;
  for (const name of names) {
    if (from[name] !== undefined && found === undefined) found = from[name];
    delete from[name];
  }
  return found;
};
const put = (to: Fields, name: string, value: unknown): void => {
  if (value !== undefined && value !== null) to[name] = value;
};

const promptNames = ['system_prompt', 'systemPrompt', 'system prompt', 'prompt'] as const;

/** The first bot's `{model, temperature, max_tokens, system prompt}` in our words. We never write its names, so where one stands a person typed it. */
const modernAi = (raw: Fields, provider: string): { config: Fields; prompt: string | null } => {
  const config = { ...raw };
  const prompt = take(config, ...promptNames);
  put(config, 'maxTokens', take(config, 'max_tokens'));
  if (config['provider'] === undefined) {
    const model = typeof config['model'] === 'string' ? config['model'] : '';
    config['provider'] = /^(gpt|o\d|chatgpt)/i.test(model) ? 'openai' : /^gemini/i.test(model) ? 'gemini' : provider;
  }
  return { config, prompt: typeof prompt === 'string' && prompt.trim() !== '' ? prompt : null };
};

const hoursOf = (value: unknown): { from: unknown; to: unknown } | null => {
  if (typeof value === 'string') {
    const match = /^\s*(\d{1,2}:\d{2})\s*(?:-|–|—|to|às|a)\s*(\d{1,2}:\d{2})\s*$/i.exec(value);
    return match === null ? null : { from: match[1]?.padStart(5, '0'), to: match[2]?.padStart(5, '0') };
  }
  if (!isObject(value)) return null;
  return { from: value['start'] ?? value['from'], to: value['end'] ?? value['to'] };
};
const everyDay = [0, 1, 2, 3, 4, 5, 6];

/**
 * The first bot's `{response_time, message_delay, rest_period, hours, message_limit_per_hour, typing_simulation}` in our words: time
 * before an answer → reading delay; time between messages → pause between parts; hours → opening hours on every day; limit → cap per
 * hour. `rest_period` has no counterpart and changes nothing.
 */
const modernTiming = (raw: Fields): Fields => {
  const config = { ...raw };
  put(config, 'readingDelayMs', take(config, 'response_time'));
  put(config, 'pauseBetweenPartsMs', take(config, 'message_delay'));
  put(config, 'maxPerHour', take(config, 'message_limit_per_hour'));
  put(config, 'typing', take(config, 'typing_simulation'));
  take(config, 'rest_period');
  const hours = take(config, 'hours', 'working_hours', 'business_hours');
  if (hours !== undefined && hours !== null) {
    const span = hoursOf(hours);
    // What cannot be read goes on as it is, so that the schema names the field.
    config['openingHours'] = span === null ? hours : [{ days: everyDay, ...span }];
  }
  return config;
};

export interface Reading {
  readonly value: Editable;
  /** One line per value that was not taken: the last good one stays. */
  readonly problems: readonly string[];
}

const replyModes: readonly RepliesMode[] = ['on', 'paused', 'draft'];
const isReplyMode = (text: string): text is RepliesMode => replyModes.some((mode) => mode === text);

/** A row of Supabase as what it asks for. Each value (a whole config group, or one field) that is not valid keeps `last`. */
export const readEditable = (row: RemoteEditable, last: Editable): Reading => {
  const problems: string[] = [];
  const group = <T>(
    name: string,
    value: unknown,
    kept: T,
    schema: {
      safeParse(v: unknown): { success: true; data: T } | { success: false; error: Parameters<typeof firstIssue>[1] };
    },
  ): T => {
    if (value === null || value === undefined) return kept;
    if (!isObject(value)) {
      problems.push(`${name}: must be names with values, in braces. Example: {}`);
      return kept;
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    problems.push(plainText(firstIssue(name, result.error)));
    return kept;
  };
  const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;
  const ai = isObject(row.ai_config)
    ? modernAi(row.ai_config, last.config.ai.provider)
    : { config: row.ai_config, prompt: null };
  const timing = isObject(row.timing_config) ? writtenTiming(modernTiming(row.timing_config)) : row.timing_config;

  const field = <T>(name: string, kept: T, read: () => T | undefined, wanted: string): T => {
    const value = read();
    if (value !== undefined) return value;
    problems.push(`${name}: ${wanted}`);
    return kept;
  };
  const prompt = row.custom_prompt === null || row.custom_prompt === '' ? (ai.prompt ?? '') : row.custom_prompt;
  return {
    problems,
    value: {
      label: field(
        'label',
        last.label,
        () => ((row.label ?? '').length <= 200 ? plainText(row.label ?? '').trim() : undefined),
        'at most 200 characters',
      ),
      replies: field(
        'replies',
        last.replies,
        () => (isReplyMode(row.replies ?? 'on') ? ((row.replies ?? 'on') as RepliesMode) : undefined),
        'must be on, paused or draft',
      ),
      failover: field(
        'failover',
        last.failover,
        () => failovers.find((one) => one === (row.failover ?? last.failover)),
        'must be manual or auto',
      ),
      expectedPhone: field(
        'expected_phone',
        last.expectedPhone,
        () =>
          row.expected_phone === null || row.expected_phone === ''
            ? null
            : (parsePhone(row.expected_phone) ?? undefined),
        'must be a phone number. Example: 5511987654321',
      ),
      desiredState: row.is_active === null ? last.desiredState : row.is_active ? 'running' : 'stopped',
      instructions: field(
        'custom_prompt',
        last.instructions,
        () => (prompt.length <= maxInstructions ? prompt : undefined),
        `at most ${maxInstructions} characters`,
      ),
      config: {
        // `{}` is the table's default: nobody has set anything.
        ai: isEmpty(row.ai_config) ? last.config.ai : group('ai_config', ai.config, last.config.ai, aiConfigSchema),
        timing: isEmpty(row.timing_config)
          ? last.config.timing
          : group('timing_config', timing, last.config.timing, timingConfigSchema),
        filters: isEmpty(row.filters)
          ? last.config.filters
          : group('filters', row.filters, last.config.filters, filtersSchema),
      },
    },
  };
};

/**
 * An edit of a row that this fleet wrote, where the preset was exchanged: beside it stand the old preset's values, which nobody typed.
 * They follow the new preset, as when it is chosen here; what was typed beside it stays. The same object where no preset was exchanged.
 */
export const followPreset = (edited: Editable, last: Editable): Editable => {
  const typed = edited.config.timing;
  const before = last.config.timing;
  if (typed.preset === before.preset) return edited;
  const kept = Object.entries(typed).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof typeof before]),
  );
  const timing = timingConfigSchema.parse({ ...choosePreset(before, typed.preset), ...Object.fromEntries(kept) });
  return { ...edited, config: { ...edited.config, timing } };
};

/** Text without what Postgres cannot hold (NUL) and JSON must not carry (half a surrogate pair). */
export const cleanText = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();

export const clean = (value: unknown): unknown => {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clean(each)]));
  return value;
};

const differs = (a: unknown, b: unknown): boolean => JSON.stringify(clean(a)) !== JSON.stringify(clean(b));

/** Fields in which two sides differ, with the value of `from`. Both sides have passed the schemas, so their keys stand in one order. */
export const differences = (from: Editable, to: Editable): Record<string, unknown> => {
  const found: Record<string, unknown> = {};
  if (differs(from.label, to.label)) found['label'] = from.label;
  if (differs(from.replies, to.replies)) found['replies'] = from.replies;
  if (from.failover !== to.failover) found['failover'] = from.failover;
  if (differs(from.expectedPhone, to.expectedPhone)) found['expected_phone'] = from.expectedPhone;
  if (from.desiredState !== to.desiredState) found['is_active'] = from.desiredState === 'running';
  if (differs(from.instructions, to.instructions)) found['custom_prompt'] = from.instructions;
  const groups = [
    ['ai_config', from.config.ai, to.config.ai],
    ['timing_config', from.config.timing, to.config.timing],
    ['filters', from.config.filters, to.config.filters],
  ] as const;
  for (const [name, mine, other] of groups) {
    for (const [key, value] of Object.entries(mine)) {
      if (differs(value, (other as Fields)[key])) found[`${name}.${key}`] = value;
    }
  }
  return found;
};
