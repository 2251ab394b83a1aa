import type { TimingConfig } from '../../session/session-config.ts';
import type { Language } from '../language.ts';
import { type HoursToken, hoursTokens } from './hours-tokens.ts';
import { meansNone, quoted, type Reading, read, refuse, withExample } from './reading.ts';

/**
 * Opening hours as people write them, `Mon-Fri 08:00-18:00, Sat 9-13` or `seg-sex 8h às 18h`, and back. Read in both languages, whatever
 * the screen's is.
 */

export type OpeningHours = TimingConfig['openingHours'];
type Range = NonNullable<OpeningHours>[number];

const words = {
  en: {
    days: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
    everyDay: 'every day',
    always: 'always open',
    never: 'closed',
    closedOn: (days: string) => `closed ${days}`,
    nextDay: 'of the next day',
    example: 'Mon-Fri 08:00-18:00, Sat 9-13',
    unknown: (word: string) => `${word} is not understood as opening hours`,
    noTime: (days: string) => `say from when to when it is open on ${days}`,
    noEnd: (time: string) => `until when is it open from ${time} on?`,
    empty: (time: string) => `it cannot open and close at ${time}`,
    tooMany: 'these are more than 50 opening times',
  },
  'pt-BR': {
    days: ['dom', 'seg', 'ter', 'qua', 'qui', 'sex', 'sáb'],
    everyDay: 'todos os dias',
    always: 'sempre aberto',
    never: 'fechado',
    closedOn: (days: string) => `fechado ${days}`,
    nextDay: 'do dia seguinte',
    example: 'seg-sex 8h às 18h, sáb 9-13',
    unknown: (word: string) => `não entendi ${word} como horário de atendimento`,
    noTime: (days: string) => `diga de que hora a que hora abre em ${days}`,
    noEnd: (time: string) => `até que hora fica aberto a partir das ${time}?`,
    empty: (time: string) => `não dá para abrir e fechar às ${time}`,
    tooMany: 'são mais de 50 horários',
  },
} as const;

/** A week is read from Monday on. */
const week = [1, 2, 3, 4, 5, 6, 0];
const ordered = (days: Iterable<number>): readonly number[] => [...new Set(days)].sort((a, b) => a - b);

const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** `Mon-Fri`, `Sat, Sun`, `Mon-Wed, Fri`, `every day`. */
const daysText = (days: readonly number[], language: Language): string => {
  const { days: names, everyDay } = words[language];
  if (days.length === 7) return everyDay;

  const runs: number[][] = [];
  for (const day of week.filter((each) => days.includes(each))) {
    const run = runs.at(-1);
    const isNext = run !== undefined && week.indexOf(day) === week.indexOf(run.at(-1) ?? -1) + 1;
    if (isNext) run.push(day);
    else runs.push([day]);
  }
  return runs
    .flatMap((run) =>
      run.length > 2 ? [`${names[run[0] ?? 0]}-${names[run.at(-1) ?? 0]}`] : run.map((day) => names[day]),
    )
    .join(', ');
};

const hoursLines = (
  hours: readonly Range[],
  language: Language,
  time: (range: Range) => string = ({ from, to }) => `${from}-${to}`,
): string =>
  hours
    .map((range, index) => {
      const before = hours[index - 1];
      const isSame = before !== undefined && ordered(before.days).join() === ordered(range.days).join();
      return isSame ? time(range) : `${daysText(ordered(range.days), language)} ${time(range)}`;
    })
    .join(', ');

/** As a field shows it and `readOpeningHours` takes it back. */
export const openingHoursText = (hours: OpeningHours, language: Language): string => {
  if (hours === null) return words[language].always;
  return hours.length === 0 ? words[language].never : hoursLines(hours, language);
};

/** As it is told back to the person who set it: `Mon-Fri 08:00-18:00, Sat 22:00-02:00 of the next day; closed Sun`. */
export const openingHoursInWords = (hours: OpeningHours, language: Language): string => {
  if (hours === null || hours.length === 0) return openingHoursText(hours, language);

  const { closedOn, nextDay } = words[language];
  const open = new Set(hours.flatMap(({ days }) => days));
  const closed = week.filter((day) => !open.has(day));
  const text = hoursLines(hours, language, ({ from, to }) => `${from}-${to}${to < from ? ` ${nextDay}` : ''}`);
  return closed.length === 0 ? text : `${text}; ${closedOn(daysText(closed, language))}`;
};

type Time = Extract<HoursToken, { readonly kind: 'time' }>;

/** `9-5pm` opens at nine in the morning, `1-5pm` at one in the afternoon, `9am-5` closes at five in the afternoon. */
const spanOf = (from: Time, to: Time): { readonly from: number; readonly to: number } => {
  const noon = 720;
  const end = to.isMidnight === true ? 1440 : to.minutes;
  if (to.half === 'pm' && from.half === null && from.minutes < noon && from.minutes >= 60)
    return { from: from.minutes + noon < end ? from.minutes + noon : from.minutes, to: end };
  if (from.half === 'am' && to.half === null && end <= from.minutes && end < noon)
    return { from: from.minutes, to: end + noon };
  return { from: from.minutes, to: end };
};

/** What has been read so far. */
interface Draft {
  readonly ranges: Range[];
  days: Set<number>;
  /** Whether a time was read since the days: then the next day begins another group. */
  hasTimes: boolean;
  readonly closed: Set<number>;
  never: boolean;
}

const daysBetween = (first: number, last: number): readonly number[] => {
  const days = [first];
  for (let day = first; day !== last; ) {
    day = (day + 1) % 7;
    days.push(day);
  }
  return days;
};

/** The days from `at` on; how many tokens they took. */
const takeDays = (tokens: readonly HoursToken[], at: number, draft: Draft): number => {
  const first = tokens[at];
  if (first?.kind !== 'days') return 1;
  if (draft.hasTimes) {
    draft.days = new Set();
    draft.hasTimes = false;
  }

  const last = tokens[at + 2];
  const isRange = tokens[at + 1]?.kind === 'range' && last?.kind === 'days';
  if (isRange && first.days.length === 1 && last.days.length === 1) {
    for (const day of daysBetween(first.days[0] ?? 0, last.days[0] ?? 0)) draft.days.add(day);
    return 3;
  }
  for (const day of first.days) draft.days.add(day);
  return 1;
};

const addRange = (draft: Draft, from: number, to: number): void => {
  const days = draft.days.size === 0 ? week : [...draft.days];
  draft.ranges.push({ days: [...ordered(days)], from: clockOf(from), to: clockOf(to) });
  draft.hasTimes = true;
};

/** A time and the one that it goes to; how many tokens they took, or what is wrong. */
const takeTimes = (tokens: readonly HoursToken[], at: number, draft: Draft, language: Language): number | string => {
  const from = tokens[at];
  const to = tokens[at + 2];
  if (from?.kind !== 'time') return 1;
  if (tokens[at + 1]?.kind !== 'range' || to?.kind !== 'time') {
    if (from.minutes !== 1440) return words[language].noEnd(clockOf(from.minutes));
    addRange(draft, 0, 1440);
    return 1;
  }

  const span = spanOf(from, to);
  if (span.from === span.to || span.from === 1440) return words[language].empty(clockOf(span.to));
  addRange(draft, span.from, span.to);
  return 3;
};

/** `Sun closed` and `closed Sun`; without days the whole week is. */
const takeClosed = (tokens: readonly HoursToken[], at: number, draft: Draft): number => {
  const isBehind = draft.days.size > 0 && !draft.hasTimes;
  let end = at + 1;
  if (!isBehind) {
    draft.days = new Set();
    while (tokens[end]?.kind === 'days' || (tokens[end]?.kind === 'and' && tokens[end + 1]?.kind === 'days'))
      end += takeDays(tokens, end, draft);
  }

  if (draft.days.size === 0) draft.never = true;
  for (const day of draft.days) draft.closed.add(day);
  draft.hasTimes = true;
  return end - at;
};

/** What the tokens say, or what is wrong with them. */
const understood = (tokens: readonly HoursToken[], language: Language): Draft | string => {
  const draft: Draft = { ranges: [], days: new Set(), hasTimes: true, closed: new Set(), never: false };
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    let taken: number | string = 1;
    if (token?.kind === 'unknown') return words[language].unknown(quoted(token.word));
    if (token?.kind === 'days') taken = takeDays(tokens, at, draft);
    if (token?.kind === 'time') taken = takeTimes(tokens, at, draft, language);
    if (token?.kind === 'all-day') addRange(draft, 0, 1440);
    if (token?.kind === 'closed') taken = takeClosed(tokens, at, draft);
    if (typeof taken === 'string') return taken;
    at += taken;
  }
  return draft.hasTimes ? draft : words[language].noTime(daysText(ordered(draft.days), language));
};

/** Null: always open; an empty list: never. */
export const readOpeningHours = (text: string, language: Language): Reading<OpeningHours> => {
  const { example, tooMany, unknown } = words[language];
  const no = (problem: string) => refuse(withExample(problem, example, language));
  if (meansNone(text)) return read(null);

  const tokens = hoursTokens(text);
  const kinds = tokens.filter(({ kind }) => kind !== 'and').map(({ kind }) => kind);
  if (kinds.length === 1 && kinds[0] === 'always') return read(null);
  if (kinds.includes('always') || kinds.length === 0) return no(unknown(quoted(text)));

  const draft = understood(tokens, language);
  if (typeof draft === 'string') return no(draft);
  if (draft.never) return draft.ranges.length === 0 ? read([]) : no(unknown(quoted(text)));

  const open = draft.ranges
    .map((range) => ({ ...range, days: range.days.filter((day) => !draft.closed.has(day)) }))
    .filter(({ days }) => days.length > 0);
  if (open.length === 0 && draft.closed.size < 7) return no(unknown(quoted(text)));
  return open.length > 50 ? no(tooMany) : read(open);
};

/** The same hours with days in order and each once, as `readOpeningHours` gives them. */
export const tidyHours = (hours: OpeningHours): OpeningHours =>
  hours === null ? null : hours.map((range) => ({ ...range, days: [...ordered(range.days)] }));
