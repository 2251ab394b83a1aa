import { type AiProviderName, defaultConfig } from '../../src/session/session-config.ts';
import type { Language } from '../../src/words/language.ts';
import { zonesMatching } from '../../src/words/written/time-zones.ts';
import { emptyField, type Field } from '../paint/field.ts';
import type { KeyTest } from './dashboard-operations.ts';
import { settingProblem, settingValue } from './settings/settings.ts';
import type { View } from './view.ts';

/** The parts of the first run, what was answered in them, and which comes next. Pure. */

const firstRunParts = ['language', 'zone', 'provider', 'key', 'name', 'phone'] as const;
export type FirstRunPart = (typeof firstRunParts)[number];
export const stepOf: Readonly<Record<FirstRunPart, 1 | 2 | 3 | 4>> = {
  language: 1,
  zone: 1,
  provider: 2,
  key: 3,
  name: 4,
  phone: 4,
};

export interface FirstRunState {
  readonly focus: FirstRunPart;
  /** The zone that is picked. */
  readonly zone: string;
  /** What is typed to find another one, and which of those found the cursor is on. */
  readonly zoneSearch: Field;
  readonly zoneAt: number;
  readonly provider: AiProviderName;
  readonly key: Field;
  readonly name: Field;
  readonly phone: Field;
  readonly problem: string | null;
  readonly busy: boolean;
  /** What the service said to the key that was tested. */
  readonly keyTest: { readonly key: string; readonly test: KeyTest } | null;
  readonly working: 'test' | 'save' | null;
  readonly browser: { readonly ok: boolean; readonly text: string } | null;
}

export const needsKey = (provider: AiProviderName): boolean => provider === 'openai' || provider === 'gemini';

export const firstRunProviders = ['openai', 'gemini', 'echo', 'none'] as const;

/** A server in a cloud counts in UTC, which is no shop's clock. */
const shopZone = (timeZone: string): string =>
  /^(UTC|GMT|Etc\/.*)$/.test(timeZone) ? defaultConfig().timing.timeZone : timeZone;

/** `timeZone`: the fleet's. */
export const firstRunState = (timeZone: string): FirstRunState => ({
  focus: 'language',
  zone: shopZone(timeZone),
  zoneSearch: emptyField,
  zoneAt: Math.max(0, zonesMatching('').indexOf(shopZone(timeZone))),
  provider: 'openai',
  key: emptyField,
  name: emptyField,
  phone: emptyField,
  problem: null,
  busy: false,
  keyTest: null,
  working: null,
  browser: null,
});

/** The zones that what is typed may mean; all of them while nothing is. */
export const zoneChoices = ({ zoneSearch }: FirstRunState): readonly string[] => zonesMatching(zoneSearch.text);

/** Up and down in the list of zones. */
export const moveZone = (state: FirstRunState, by: number): FirstRunState => ({
  ...state,
  zoneAt: Math.max(0, Math.min(zoneChoices(state).length - 1, state.zoneAt + by)),
});

/** After a key in the field: the nearest one is under the cursor; of no text, the one that is picked. */
export const searchZone = (state: FirstRunState, zoneSearch: Field): FirstRunState => {
  if (zoneSearch.text === state.zoneSearch.text) return { ...state, zoneSearch };
  const at = zoneSearch.text === '' ? zonesMatching('').indexOf(state.zone) : 0;
  return { ...state, zoneSearch, zoneAt: Math.max(0, at), problem: null };
};

/** The one under the cursor; a name that stands in no list (`Brazil/East`) as it is typed. */
const pointedZone = (state: FirstRunState): string => zoneChoices(state)[state.zoneAt] ?? state.zoneSearch.text;

/** The one under the cursor is picked, and the field is empty again. */
export const pickZone = (state: FirstRunState, language: Language): FirstRunState => {
  const zone = String(settingValue('timing_config.timeZone', pointedZone(state), language));
  return { ...state, zone, zoneSearch: emptyField, zoneAt: Math.max(0, zonesMatching('').indexOf(zone)) };
};

export const isText = (part: FirstRunPart): part is 'zone' | 'key' | 'name' | 'phone' =>
  part !== 'language' && part !== 'provider';

/** What is wrong with the answer of a part; null: nothing. */
export const partProblem = (
  part: FirstRunPart,
  state: FirstRunState,
  { t, snapshot, language }: View,
): string | null => {
  switch (part) {
    case 'zone':
      return settingProblem('timing_config.timeZone', pointedZone(state), language);
    case 'name':
      if (state.name.text === '') return t.firstRun.nameNeeded;
      if (snapshot.sessions.some(({ name }) => name === state.name.text)) return t.create.taken(state.name.text);
      return t.create.badName(state.name.text);
    case 'phone':
      return state.phone.text === '' ? null : t.dialog.badPhone(state.phone.text);
    default:
      return null;
  }
};

/** The part before or after the one that is asked for, past a key that is not needed; null: there is none. */
export const neighbourPart = ({ focus, provider }: FirstRunState, by: 1 | -1): FirstRunPart | null => {
  const next = firstRunParts[firstRunParts.indexOf(focus) + by];
  if (next === 'key' && !needsKey(provider)) return by === 1 ? 'name' : 'provider';
  return next ?? null;
};

/** The first part of a later step; null: this is the last step. */
export const laterPart = ({ focus, provider }: FirstRunState): FirstRunPart | null =>
  firstRunParts.find((part) => stepOf[part] > stepOf[focus] && (part !== 'key' || needsKey(provider))) ?? null;

export const chooseProvider = (state: FirstRunState, by: 1 | -1): FirstRunState => {
  const at = firstRunProviders.indexOf(state.provider as (typeof firstRunProviders)[number]);
  const { length } = firstRunProviders;
  return { ...state, provider: firstRunProviders[(at + by + length) % length] ?? 'openai' };
};

/** What was confirmed, as the settings that `zap-fleet init` writes. */
export const confirmedSettings = (
  { provider, key, zone }: FirstRunState,
  confirmed: ReadonlySet<FirstRunPart>,
  language: Language,
): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  if (confirmed.has('language')) values['FLEET_LANG'] = language;
  if (confirmed.has('zone')) values['TZ'] = zone;
  if (confirmed.has('provider') && needsKey(provider)) {
    values['AI_SELECTED'] = provider === 'openai' ? 'GPT' : 'GEMINI';
    if (confirmed.has('key') && key.text !== '') values[provider === 'openai' ? 'OPENAI_KEY' : 'GEMINI_KEY'] = key.text;
  }
  return values;
};
