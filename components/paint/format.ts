import type { Bytes, EpochMs, Milliseconds } from '../../src/session/units.ts';
import { decimals } from '../../src/words/figures.ts';
import type { Language } from '../../src/words/language.ts';

/** Times and sizes as the screens write them: short, in ASCII, in steps that do not change every second (figures: src/words/figures.ts). */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `40s` in steps of ten, then whole units: `27m`, `19h`, `41d`. */
export const age = (duration: Milliseconds): string => {
  const ms = Math.max(0, duration);
  if (ms < minute) return `${Math.floor(ms / (10 * second)) * 10}s`;
  if (ms < hour) return `${Math.floor(ms / minute)}m`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)}h`;
  return `${Math.min(9999, Math.floor(ms / day))}d`;
};

/** Like `age`, but exact below ten seconds: a message that just came is worth it. */
export const recentAge = (duration: Milliseconds): string =>
  duration < 10 * second ? `${Math.max(0, Math.floor(duration / second))}s` : age(duration);

/** How long something took: `0.4s` (`0,4s`), `18s`, `2m 40s`, `3h 5m`. */
export const took = (duration: Milliseconds, language: Language): string => {
  const seconds = Math.round(Math.max(0, duration) / second);
  if (duration < 1000) return `${decimals(Math.max(0, duration) / second, 1, language)}s`;
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return seconds % 60 === 0 ? `${seconds / 60}m` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
};

/** A countdown: `14s`, `3:02`, `12m`, `2h`. */
export const countdown = (left: Milliseconds): string => {
  const seconds = Math.max(0, Math.ceil(left / second));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return age(left);
};

const giga = 2 ** 30;
const mega = 2 ** 20;

/** `188M`, `1.2G` (`1,2G`): at most five columns. */
export const bytesShort = (bytes: Bytes, language: Language): string => {
  if (bytes >= 10 * giga) return `${Math.round(bytes / giga)}G`;
  if (bytes >= 1000 * mega) return `${decimals(bytes / giga, 1, language)}G`;
  if (bytes >= mega) return `${Math.round(bytes / mega)}M`;
  return `${Math.round(bytes / 1024)}K`;
};

/** Gigabytes with one digit, without the unit. */
export const gigas = (bytes: Bytes, language: Language): string => decimals(bytes / giga, 1, language);

export const percent = (part: number, whole: number): number => (whole <= 0 ? 0 : Math.round((part / whole) * 100));

const ramp = ' .:-=+*#';

/** Memory over the last hour: eight steps between the least and the most that a browser takes (0 to 400 MB, or its own maximum). */
export const trend = (buckets: readonly (Bytes | null)[]): string => {
  const top = Math.max(400 * mega, ...buckets.map((bucket) => bucket ?? 0));
  return buckets
    .map((bucket) => (bucket === null ? ' ' : (ramp[Math.min(7, Math.max(1, Math.round((bucket / top) * 7)))] ?? ' ')))
    .join('');
};

const formats = new Map<string, Intl.DateTimeFormat>();
const formatter = (language: Language, timeZone: string | undefined, options: Intl.DateTimeFormatOptions) => {
  const key = `${language} ${timeZone ?? ''} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'pt-BR', {
      ...options,
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    formats.set(key, found);
  }
  return found;
};

export interface Calendar {
  /** `14:41` */
  readonly time: (at: EpochMs) => string;
  /** `14:41:09` */
  readonly timeSeconds: (at: EpochMs) => string;
  /** `Sun 22 Nov` */
  readonly weekday: (at: EpochMs) => string;
  /** `22 Nov` */
  readonly date: (at: EpochMs) => string;
  /** `November`, or `December 2025` when it is not of the year of `now`. */
  readonly month: (at: EpochMs, now: EpochMs) => string;
  /** `14:41`, or `22 Nov` when it is not the day of `now`. */
  readonly when: (at: EpochMs, now: EpochMs) => string;
  /** `2026-11-22` */
  readonly day: (at: EpochMs) => string;
}

const part = (parts: readonly Intl.DateTimeFormatPart[], type: string): string =>
  (parts.find((found) => found.type === type)?.value ?? '').replace(/\.$/, '');

const two = (n: number): string => String(n).padStart(2, '0');

/** As `Intl` names them, Sunday and January first. */
const dayNames: Readonly<
  Record<Language, { readonly weekdays: readonly string[]; readonly months: readonly string[] }>
> = {
  en: {
    weekdays: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
    months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'],
  },
  'pt-BR': {
    weekdays: ['dom', 'seg', 'ter', 'qua', 'qui', 'sex', 'sáb'],
    months: ['jan', 'fev', 'mar', 'abr', 'mai', 'jun', 'jul', 'ago', 'set', 'out', 'nov', 'dez'],
  },
};

/**
 * Times of day in the machine's time zone, or in `timeZone`. The machine's own needs no formatter for clock and date of the first frame: the
 * first one that is made costs 10 to 20 ms.
 */
export const calendar = (language: Language, timeZone?: string): Calendar => {
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const time = (at: EpochMs): string => {
    if (timeZone !== undefined) return formatter(language, timeZone, clock).format(at);
    const local = new Date(at);
    return `${two(local.getHours())}:${two(local.getMinutes())}`;
  };
  const timeSeconds = (at: EpochMs): string =>
    timeZone === undefined
      ? `${time(at)}:${two(new Date(at).getSeconds())}`
      : formatter(language, timeZone, { ...clock, second: '2-digit' }).format(at);
  const days = (at: EpochMs): { readonly weekday: string; readonly date: string } => {
    if (timeZone === undefined) {
      const local = new Date(at);
      const { weekdays, months } = dayNames[language];
      return { weekday: weekdays[local.getDay()] ?? '', date: `${local.getDate()} ${months[local.getMonth()] ?? ''}` };
    }
    const wanted = { weekday: 'short', day: 'numeric', month: 'short' } as const;
    const parts = formatter(language, timeZone, wanted).formatToParts(at);
    return { weekday: part(parts, 'weekday'), date: `${part(parts, 'day')} ${part(parts, 'month')}` };
  };
  const date = (at: EpochMs): string => days(at).date;
  const month = (at: EpochMs, now: EpochMs): string => {
    const [then, today] = [at, now].map((moment) =>
      formatter(language, timeZone, { month: 'long', year: 'numeric' }).formatToParts(moment),
    );
    const name = part(then ?? [], 'month');
    const year = part(then ?? [], 'year');
    return year === part(today ?? [], 'year') ? name : `${name} ${year}`;
  };
  return {
    time,
    timeSeconds,
    weekday: (at) => {
      const { weekday, date: rest } = days(at);
      return `${weekday} ${rest}`;
    },
    date,
    month,
    when: (at, now) => (date(at) === date(now) ? time(at) : date(at)),
    day: (at) => {
      const parts = formatter('en', timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
      return `${part(parts, 'year')}-${part(parts, 'month')}-${part(parts, 'day')}`;
    },
  };
};
