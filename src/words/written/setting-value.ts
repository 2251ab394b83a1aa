import { nearestWord } from '../../session/nearest-word.ts';
import { formatPhone, parsePhoneList, phoneProblem, readPhone, splitPhoneList } from '../../session/phone.ts';
import { issueSentence } from '../first-issue.ts';
import type { Language } from '../language.ts';
import { choiceWord } from './choice-words.ts';
import { askedMilliseconds, durationText, inDays, inMilliseconds, inMinutes, readDuration } from './duration.ts';
import { daysText, listText, readDays, readList } from './list.ts';
import { moneyText, numberText, readMoney, readNumber, readWhole } from './number.ts';
import { type OpeningHours, openingHoursInWords, openingHoursText, readOpeningHours } from './opening-hours.ts';
import { folded, meansNone, quoted, type Reading, read, refuse, withExample } from './reading.ts';
import { type SettingKind, type SettingShape, settingKeys, settingShape } from './setting-kinds.ts';
import { readZone } from './time-zones.ts';

/** A setting of a session as a person writes and reads it, and as the door takes it: one way for the shell, the screen and the API. */

const say = {
  en: {
    yes: 'yes',
    no: 'no',
    none: 'not set',
    yesNo: (text: string) => `${text} is neither yes nor no`,
    choice: (text: string, choices: string) => `${text} is not one of ${choices}`,
    unit: (text: string) => `${text} is not a whole number of minutes`,
    unitDays: (text: string) => `${text} is not a whole number of days`,
    days: (days: string) => `${days} days`,
    unknown: (key: string, near: string | null) =>
      `there is no setting ${key}.${near === null ? '' : ` Did you mean ${near}?`}`,
  },
  'pt-BR': {
    yes: 'sim',
    no: 'não',
    none: 'não definido',
    yesNo: (text: string) => `${text} não é sim nem não`,
    choice: (text: string, choices: string) => `${text} não é uma destas opções: ${choices}`,
    unit: (text: string) => `${text} não é um número inteiro de minutos`,
    unitDays: (text: string) => `${text} não é um número inteiro de dias`,
    days: (days: string) => `${days} dias`,
    unknown: (key: string, near: string | null) =>
      `não existe o ajuste ${key}.${near === null ? '' : ` Seria ${near}?`}`,
  },
} as const;

const yes = new Set(['yes', 'y', 'true', 'on', '1', 'sim', 's', 'verdadeiro', 'ligado', '[x]']);
const no = new Set(['no', 'n', 'false', 'off', '0', 'nao', 'falso', 'desligado', '[ ]']);

const minute = 60_000;
const day = 24 * 60 * minute;

const readTime = (
  text: string,
  { unit, asks }: { readonly unit: 'ms' | 'minutes' | 'days'; readonly asks: boolean },
  language: Language,
): Reading<number> => {
  const ms = asks ? askedMilliseconds : inMilliseconds;
  const length = readDuration(text, unit === 'ms' ? ms : unit === 'minutes' ? inMinutes : inDays, language);
  if (!length.ok || unit === 'ms') return length;

  const count = length.value / (unit === 'minutes' ? minute : day);
  if (Number.isInteger(count)) return read(count);
  const words = say[language];
  return unit === 'minutes'
    ? refuse(withExample(words.unit(quoted(text)), '90 min, 1h30', language))
    : refuse(withExample(words.unitDays(quoted(text)), words.days('90'), language));
};

const readPhones = (text: string, language: Language): Reading<readonly string[]> => {
  // Ids of groups and chats may stand between the numbers.
  const parts = readList(text).flatMap((part) => (/@/.test(part) ? [part] : splitPhoneList(part)));
  const problem = parts
    .filter((part) => !part.includes('@'))
    .map((part) => phoneProblem(part, language))
    .find((found) => found !== null);
  if (problem !== undefined) return refuse(problem ?? '');
  return read(parts.flatMap((part) => (part.includes('@') ? [part] : parsePhoneList(part).phones)));
};

/** By the choice itself or by its word in any language: a command that somebody sent works wherever it is pasted. */
const readChoice = (key: string, text: string, choices: readonly string[], language: Language): Reading<string> => {
  const typed = folded(text);
  const found =
    choices.find((choice) => folded(choice) === typed) ??
    choices.find((choice) => folded(choiceWord(key, choice, 'pt-BR')) === typed);
  if (found !== undefined) return read(found);
  const words = choices.map((choice) => choiceWord(key, choice, language));
  return refuse(withExample(say[language].choice(quoted(text), words.join(', ')), words[0] ?? '', language));
};

/** What the text says, for this kind of setting. */
const readKind = (
  text: string,
  { key, takes }: Pick<SettingShape, 'key' | 'takes'>,
  asks: boolean,
  language: Language,
): Reading<unknown> => {
  switch (takes.kind) {
    case 'hours':
      return readOpeningHours(text, language);
    case 'duration':
      return readTime(text, { unit: takes.unit, asks }, language);
    case 'money':
      return readMoney(text, takes, language);
    case 'number':
      return readNumber(text, takes, language);
    case 'whole':
      return readWhole(text, takes, language);
    case 'days':
      return readDays(text, language);
    case 'phones':
      return readPhones(text, language);
    case 'words':
      return read(readList(text));
    case 'zone':
      return readZone(text, language);
    case 'choice':
      return readChoice(key, text, takes.choices, language);
    case 'yes-no':
      if (yes.has(folded(text))) return read(true);
      if (no.has(folded(text))) return read(false);
      return refuse(withExample(say[language].yesNo(quoted(text)), say[language].yes, language));
    case 'phone': {
      const phone = readPhone(text);
      return 'phone' in phone ? read(phone.phone) : refuse(phoneProblem(text, language) ?? '');
    }
    default:
      return read(text);
  }
};

/** Lists and opening hours are also taken as they were written before people could write them: as JSON. */
const asJson = (text: string): unknown => {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const isList: ReadonlySet<SettingKind['kind']> = new Set(['hours', 'days', 'phones', 'words']);
const isFreeText: ReadonlySet<SettingKind['kind']> = new Set(['text', 'secret']);
/** Kinds for which "none" says something of its own, or is no value at all. */
const readsNone: ReadonlySet<SettingKind['kind']> = new Set(['hours', 'choice', 'yes-no']);

const checked = (value: unknown, shape: SettingShape, language: Language): Reading<unknown> => {
  const parsed = shape.schema?.safeParse(value);
  if (parsed === undefined || parsed.success) return read(parsed === undefined ? value : parsed.data);
  const [issue] = parsed.error.issues;
  return refuse(issue === undefined ? '' : issueSentence(issue, language));
};

const durationRange = (shape: SettingShape, value: unknown, language: Language): string | null => {
  if (shape.takes.kind !== 'duration' || typeof value !== 'number' || shape.schema === null) return null;
  const parsed = shape.schema.safeParse(value);
  const [issue] = parsed.success ? [] : parsed.error.issues;
  if (issue?.code !== 'too_small' && issue?.code !== 'too_big') return null;
  const limit = Number(issue.code === 'too_big' ? issue.maximum : issue.minimum);
  const shown = settingText(shape.key, limit, language);
  return language === 'en'
    ? `must be ${issue.code === 'too_big' ? 'at most' : 'at least'} ${shown}. Example: ${shown}`
    : `deve ser ${issue.code === 'too_big' ? 'no máximo' : 'pelo menos'} ${shown}. Exemplo: ${shown}`;
};

const unknownSetting = (key: string, language: Language): string =>
  say[language].unknown(quoted(key), nearestWord(key, settingKeys()));

/**
 * The typed text as the value that the door takes; checked by the setting's own schema. A number without a unit is in the unit that the
 * key names (`quietMs`); `asks`: where no key is seen, as in a field, a small one is refused with the units that it may mean.
 */
export const readSetting = (key: string, text: string, language: Language, asks = false): Reading<unknown> => {
  const shape = settingShape(key);
  if (shape === null) return refuse(unknownSetting(key, language));

  const { takes, isOptional } = shape;
  const trimmed = text.trim();
  if (isFreeText.has(takes.kind)) {
    const isNone = isOptional && (trimmed === '' || trimmed === 'null');
    return checked(isNone ? null : takes.kind === 'secret' ? trimmed : text, shape, language);
  }
  if (isOptional && !readsNone.has(takes.kind) && meansNone(trimmed)) return read(null);
  if (isOptional && takes.kind === 'choice' && meansNone(trimmed) && !takes.choices.includes(trimmed))
    return read(null);

  const json = isList.has(takes.kind) ? asJson(trimmed) : undefined;
  const value = json === undefined ? readKind(trimmed, shape, asks, language) : read(json);
  if (!value.ok) return value;
  const range = durationRange(shape, value.value, language);
  return range === null ? checked(value.value, shape, language) : refuse(range);
};

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** The value as a field shows it; `readSetting` takes it back. Nothing is an empty text. */
export const settingText = (key: string, value: unknown, language: Language): string => {
  const takes = settingShape(key)?.takes;
  if (takes?.kind === 'hours' && (value === null || Array.isArray(value)))
    // Only what the schema of opening hours let in is stored under this key.
    return openingHoursText(value as OpeningHours, language);
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? say[language].yes : say[language].no;
  if (isTexts(value)) return takes?.kind === 'days' ? daysText(value, language) : listText(value);
  if (typeof value === 'string') return takes?.kind === 'choice' ? choiceWord(key, value, language) : value;
  if (typeof value !== 'number') return JSON.stringify(value);

  switch (takes?.kind) {
    case 'duration':
      if (takes.unit === 'days') return say[language].days(String(value));
      return durationText(takes.unit === 'ms' ? value : value * minute, language);
    case 'money':
      return moneyText(value, language);
    default:
      return numberText(value, language);
  }
};

/** The value as it is told back to the person who set it. */
export const settingInWords = (key: string, value: unknown, language: Language): string => {
  const takes = settingShape(key)?.takes;
  if (takes?.kind === 'hours' && (value === null || Array.isArray(value)))
    return openingHoursInWords(value as OpeningHours, language);
  if (takes?.kind === 'phone' && typeof value === 'string') return formatPhone(value);
  const text = settingText(key, value, language);
  return text === '' ? say[language].none : text;
};
