import type { Milliseconds } from '../../session/units.ts';
import type { Language } from '../language.ts';
import { folded, quoted, type Reading, read, refuse, withExample } from './reading.ts';

/** Lengths of time as people write them: `1h30`, `90 s`, `2 min`, `1,5 h`, `1 hora e 30 minutos`. Read in both languages, whatever the screen's is. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const units: readonly (readonly [pattern: RegExp, Milliseconds])[] = [
  [/^(ms|milli?s?econds?|milissegundos?)$/, 1],
  [/^(s|secs?|seconds?|segs?|segundos?)$/, second],
  [/^(m|min|mins|minutes?|minutos?)$/, minute],
  [/^(h|hs|hrs?|hours?|horas?)$/, hour],
  [/^(d|days?|dias?)$/, day],
  [/^(w|weeks?|sem|semanas?)$/, 7 * day],
];

const lengthOf = (unit: string): Milliseconds | null => units.find(([pattern]) => pattern.test(unit))?.[1] ?? null;

/** What a number without a unit after this one is: minutes after hours, seconds after minutes. */
const nextSmaller = new Map<Milliseconds, Milliseconds>([
  [day, hour],
  [hour, minute],
  [minute, second],
]);

const part = /^(\d+(?:[.,]\d+)?)\s*([a-z]*)\s*(?:,|e\b|and\b)?\s*/;

/** Milliseconds, or null where it cannot be read. `bare`: the unit of a number that stands alone; null: such a number is not read. */
const lengthIn = (text: string, bare: Milliseconds | null): Milliseconds | null => {
  let rest = folded(text);
  let total = 0;
  let last: Milliseconds | null = null;
  if (rest === '') return null;

  while (rest !== '') {
    const found = part.exec(rest);
    if (found === null) return null;
    const [whole, digits = '', unit = ''] = found;
    const isJoined = unit === 'e' || unit === 'and';
    const length: Milliseconds | null =
      unit !== '' && !isJoined ? lengthOf(unit) : last === null ? bare : (nextSmaller.get(last) ?? null);
    if (length === null || (last !== null && length >= last)) return null;

    total += Number(digits.replace(',', '.')) * length;
    last = length;
    rest = rest.slice(whole.length);
  }

  return Math.round(total);
};

/** The unit of a number without one. `ask`: up to a thousand it is not guessed: 20 may be seconds or milliseconds. */
export type BareUnit = { readonly unit: Milliseconds; readonly ask: boolean };

export const inMilliseconds: BareUnit = { unit: 1, ask: false };
export const askedMilliseconds: BareUnit = { unit: 1, ask: true };
export const inMinutes: BareUnit = { unit: minute, ask: false };
export const inDays: BareUnit = { unit: day, ask: false };

const say = {
  en: {
    unread: (text: string) => `${text} is not a length of time`,
    unitless: (text: string) => `${text} of what? Say the unit: ${text} s, ${text} min or ${text} ms`,
    example: '90 s, 2 min, 1h30',
  },
  'pt-BR': {
    unread: (text: string) => `${text} não é uma duração`,
    unitless: (text: string) => `${text} de quê? Diga a unidade: ${text} s, ${text} min ou ${text} ms`,
    example: '90 s, 2 min, 1h30',
  },
} as const;

export const readDuration = (text: string, bare: BareUnit, language: Language): Reading<Milliseconds> => {
  const words = say[language];
  const alone = /^\d+$/.test(text.trim()) ? Number(text) : null;
  if (alone !== null && bare.ask && alone > 0 && alone < 1000) return refuse(words.unitless(text.trim()));

  const length = lengthIn(text, bare.unit);
  if (length === null || !Number.isSafeInteger(length))
    return refuse(withExample(words.unread(quoted(text)), words.example, language));
  return read(length);
};

const decimal = (value: number, language: Language): string =>
  language === 'en' ? String(value) : String(value).replace('.', ',');

/** Exact, and as `readDuration` takes it back: `0 s`, `400 ms`, `1.5 s`, `90 s`, `2 min`, `1h30`, `1 d`, `2 d 3 h`. */
export const durationText = (duration: Milliseconds, language: Language): string => {
  if (duration === 0) return '0 s';
  if (duration < second) return `${duration} ms`;
  if (duration <= 2 * minute && duration !== minute && duration !== 2 * minute)
    return `${decimal(duration / second, language)} s`;

  const days = Math.floor(duration / day);
  const hours = Math.floor((duration % day) / hour);
  const minutes = Math.floor((duration % hour) / minute);
  const seconds = (duration % minute) / second;
  const clock = hours > 0 && minutes > 0 ? `${hours}h${String(minutes).padStart(2, '0')}` : null;
  return [
    days > 0 ? `${days} d` : '',
    clock ?? (hours > 0 ? `${hours} h` : minutes > 0 ? `${minutes} min` : ''),
    seconds > 0 ? `${decimal(seconds, language)} s` : '',
  ]
    .filter((piece) => piece !== '')
    .join(' ');
};
