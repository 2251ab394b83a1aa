import type { SessionDetails } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { defaultConfig, type SessionConfig } from '../../../src/session/session-config.ts';
import { type PresetName, presetTimings } from '../../../src/session/timing-presets.ts';
import type { Language } from '../../../src/words/language.ts';
import { settingKeys, settingShape } from '../../../src/words/written/setting-kinds.ts';
import { readSetting, settingInWords, settingText } from '../../../src/words/written/setting-value.ts';
import type { Texts } from '../../texts/texts.ts';
import type { View } from '../view.ts';

/** What can be set for a session, as rows; a value is checked with the session's own schemas while it is typed. */

export interface Setting {
  /** As the door's `setConfig` wants it. */
  readonly key: string;
  /** As it is shown. */
  readonly value: string;
  /** Words to choose from; null: free text. */
  readonly choices: readonly string[] | null;
  readonly secret: boolean;
  /** What it is when nobody chose; null: it is as it would be. */
  readonly otherwise: string | null;
  /** Whose that is, as a word of the language; null: the program's. */
  readonly preset: string | null;
}

export type SectionId = keyof Texts['settingSection'];

export type SettingRow =
  | { readonly kind: 'heading'; readonly section: SectionId }
  | { readonly kind: 'setting'; readonly section: SectionId; readonly setting: Setting }
  | { readonly kind: 'instructions'; readonly section: SectionId; readonly text: string };

/** The sections, and what stands in each, in the order in which it is read. */
export const sections: Readonly<Record<SectionId, readonly string[]>> = {
  who: [
    'replies',
    'instructions',
    'ai_config.provider',
    'ai_config.model',
    'ai_key',
    'ai_config.dailyBudgetUsd',
    'ai_config.overBudget',
    'ai_config.cheapModel',
    'ai_config.historyTokens',
    'ai_config.maxTokens',
    'ai_config.temperature',
    'ai_config.timeoutMs',
    'ai_config.api',
    'ai_config.baseUrl',
  ],
  rhythm: [
    'timing_config.preset',
    'timing_config.quietMs',
    'timing_config.maxWaitMs',
    'timing_config.maxMessages',
    'timing_config.readingDelayMs',
    'timing_config.typing',
    'timing_config.charactersPerSecond',
    'timing_config.maxTypingMs',
    'timing_config.split',
    'timing_config.partLength',
    'timing_config.maxParts',
    'timing_config.pauseBetweenPartsMs',
    'timing_config.jitter',
    'timing_config.takeoverMinutes',
    'timing_config.maxAgeMs',
  ],
  hours: [
    'timing_config.openingHours',
    'timing_config.outsideHours',
    'timing_config.awayMessage',
    'timing_config.quietDays',
    'timing_config.timeZone',
  ],
  people: [
    'filters.groups',
    'filters.broadcasts',
    'filters.newsletters',
    'filters.status',
    'filters.calls',
    'filters.ignoreSavedContacts',
    'filters.allow',
    'filters.deny',
    'filters.botLoopTurns',
    'ai_config.handover',
    'ai_config.handoverWords',
    'ai_config.handoverMessage',
    'ai_config.handoverAfterSilent',
    'ai_config.claims',
  ],
  media: [
    'ai_config.voice',
    'ai_config.voiceName',
    'ai_config.audio',
    'ai_config.image',
    'ai_config.document',
    'ai_config.video',
    'ai_config.mediaReply',
  ],
  knows: ['ai_config.embeddings', 'ai_config.embeddingsModel', 'ai_config.embeddingsBudgetUsd'],
  limits: [
    'timing_config.maxPerChatHour',
    'timing_config.maxPerChatDay',
    'timing_config.maxPerHour',
    'timing_config.maxPerDay',
    'timing_config.warmUpPerDay',
    'timing_config.warmUpGrowth',
  ],
  learns: ['ai_config.propose', 'ai_config.proposeAt', 'ai_config.proposeBudgetUsd', 'ai_config.proposeModel'],
  name: ['label', 'phone', 'failover', 'filters.retentionDays'],
};

/** Words to choose from, as they are shown; null: free text. An empty word stands for nothing. */
const choicesOf = (key: string, language: Language): readonly string[] | null => {
  const shape = settingShape(key);
  if (shape?.takes.kind === 'yes-no') return [true, false].map((value) => settingText(key, value, language));
  if (shape?.takes.kind !== 'choice') return null;
  const words = shape.takes.choices.map((choice) => settingText(key, choice, language));
  return shape.isOptional ? [...words, ''] : words;
};

/** The typed text as the door takes it: `9-18`, `90 s`, `$5`, `1.000`, a list. What cannot be read stays as it was typed. */
export const settingValue = (key: string, text: string, language: Language): unknown => {
  const value = readSetting(key, text, language, true);
  return value.ok ? value.value : text;
};

/** What is wrong with a typed value, in one sentence with an example; null: nothing. */
export const settingProblem = (key: string, text: string, language: Language): string | null => {
  const value = readSetting(key, text, language, true);
  return value.ok ? null : plainText(value.problem);
};

const groupOf = { ai_config: 'ai', timing_config: 'timing', filters: 'filters' } as const;

/** The value of a dotted name in a configuration. */
const valueIn = (config: SessionConfig, key: string): unknown => {
  const [group = '', name = ''] = key.split('.');
  if (!Object.hasOwn(groupOf, group)) return undefined;
  const values: Readonly<Record<string, unknown>> = { ...config[groupOf[group as keyof typeof groupOf]] };
  return values[name];
};

const ownSetting = (key: string, { row, hasOwnAiKey }: SessionDetails, view: View): Setting | null => {
  const own = (value: string, otherwise: string | null, more: Partial<Setting> = {}): Setting => ({
    key,
    value: plainText(value),
    choices: null,
    secret: false,
    otherwise,
    preset: null,
    ...more,
  });
  switch (key) {
    case 'label':
      return own(row.label, null);
    case 'phone':
      return own(row.expectedPhone ?? '', null);
    case 'replies':
      return own(
        settingText(key, row.replies, view.language),
        row.replies === 'on' ? null : settingText(key, 'on', view.language),
        { choices: choicesOf(key, view.language) },
      );
    case 'failover': {
      const failover = row.failover ?? 'manual';
      return own(
        settingText(key, failover, view.language),
        failover === 'manual' ? null : settingText(key, 'manual', view.language),
        { choices: choicesOf(key, view.language) },
      );
    }
    case 'ai_key':
      return own(hasOwnAiKey ? view.t.settings.ownKey : '', null, { secret: true });
    default:
      return null;
  }
};

/** What a setting is when nobody changes it, and by which preset. */
const untouched = (key: string, { config }: SessionDetails): readonly [unknown, PresetName | null] => {
  const { preset } = config.timing;
  const [group, name = ''] = key.split('.');
  const own: Readonly<Record<string, unknown>> = preset === null ? {} : presetTimings[preset];
  if (group === 'timing_config' && Object.hasOwn(own, name)) return [own[name], preset];
  return [valueIn(defaultConfig(), key), null];
};

const settingOf = (key: string, details: SessionDetails, view: View): Setting => {
  const own = ownSetting(key, details, view);
  if (own !== null) return own;

  const textOf = (value: unknown): string => plainText(settingText(key, value, view.language));
  const value = textOf(valueIn(details.config, key));
  const [usual, by] = untouched(key, details);
  // New bots take the zone of their fleet.
  const isOfFleet = key === 'timing_config.timeZone' && value === view.snapshot.fleet.timeZone;
  return {
    key,
    value,
    choices: choicesOf(key, view.language),
    secret: false,
    otherwise: isOfFleet || value === textOf(usual) ? null : textOf(usual),
    preset: by === null ? null : settingText('timing_config.preset', by, view.language),
  };
};

export const settingRows = (details: SessionDetails, view: View): readonly SettingRow[] => {
  const { settings } = view.t;
  const { instructions } = details;
  const text =
    instructions === null
      ? settings.noInstructions
      : settings.version(instructions.version, plainText(instructions.text));
  const known = new Set(Object.values(sections).flat());
  return (Object.keys(sections) as SectionId[]).flatMap((section): SettingRow[] => [
    { kind: 'heading', section },
    ...sections[section].map(
      (key): SettingRow =>
        key === 'instructions'
          ? { kind: 'instructions', section, text }
          : { kind: 'setting', section, setting: settingOf(key, details, view) },
    ),
    // What a newer schema has and no section yet.
    ...(section === 'name'
      ? settingKeys()
          .filter((key) => !known.has(key))
          .map((key): SettingRow => ({ kind: 'setting', section, setting: settingOf(key, details, view) }))
      : []),
  ]);
};

/** What a setting is called and what it does, in the person's language. */
export const settingWords = (key: string, { t }: View): { readonly name: string; readonly does: string } => {
  const words = Object.hasOwn(t.setting, key) ? t.setting[key as keyof Texts['setting']] : null;
  return { name: words?.[0] ?? key, does: words?.[1] ?? '' };
};

/** A setting with a value, in a line of other words: `Model: gpt-5.6-terra`. */
export const settingWithValue = (key: string, value: unknown, view: View): string =>
  `${plainText(settingWords(key, view).name)}: ${plainText(settingInWords(key, value, view.language))}`;
