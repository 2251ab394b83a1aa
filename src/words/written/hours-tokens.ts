import { folded } from './reading.ts';

/**
 * Opening hours taken apart into days, times and what joins them; both languages at once, which share no word with two meanings here.
 * Monday to Friday are 2ª to 6ª in Portuguese.
 */

export type HoursToken =
  | { readonly kind: 'days'; readonly days: readonly number[] }
  | { readonly kind: 'time'; readonly minutes: number; readonly half: 'am' | 'pm' | null; readonly isMidnight?: true }
  | { readonly kind: 'range' | 'and' | 'all-day' | 'closed' | 'always' }
  | { readonly kind: 'unknown'; readonly word: string };

const weekday = [1, 2, 3, 4, 5];
const everyDay = [1, 2, 3, 4, 5, 6, 0];

const feira = '(?:\\s*-?\\s*feiras?)?';
const dayWords: readonly (readonly [RegExp, readonly number[]])[] = [
  [/(?:weekdays?|working days|dias uteis|dia util|dias de semana|durante a semana)/y, weekday],
  [/(?:weekends?|(?:fim|fins|final|finais) de semanas?)/y, [6, 0]],
  [/(?:every\s?day|daily|all days|todos os dias|todo dia|todo o dia|diariamente|qualquer dia)/y, everyDay],
  [/(?:sundays?|suns?|domingos?|dom)\b\.?/y, [0]],
  [new RegExp(`(?:mondays?|mons?|segundas?|seg|2a)${feira}\\b\\.?`, 'y'), [1]],
  [new RegExp(`(?:tuesdays?|tues?|tercas?|ter|3a)${feira}\\b\\.?`, 'y'), [2]],
  [new RegExp(`(?:wednesdays?|weds?|quartas?|qua|4a)${feira}\\b\\.?`, 'y'), [3]],
  [new RegExp(`(?:thursdays?|thurs?|thu|quintas?|qui|5a)${feira}\\b\\.?`, 'y'), [4]],
  [new RegExp(`(?:fridays?|fri|sextas?|sex|6a)${feira}\\b\\.?`, 'y'), [5]],
  [/(?:saturdays?|sats?|sabados?|sab)\b\.?/y, [6]],
];

const plainWords: readonly (readonly [RegExp, 'range' | 'and' | 'all-day' | 'closed' | 'always' | 'skip'])[] = [
  [/(?:24\s*[/x]\s*7|(?:always|sempre)(?:\s+(?:open|abert[oa]))?)\b/y, 'always'],
  [/(?:(?:all|whole) day(?: long)?|(?:o )?dia (?:todo|inteiro))\b/y, 'all-day'],
  [/(?:(?:always|sempre)\s+)?(?:closed|fechad[oa]s?|nao (?:abre|abrimos|atendemos|atende)|folga)\b/y, 'closed'],
  [/(?:-+|(?:to|until|till|til|through|thru|ate as|ate os|ate o|ate|as|ao|a)\b)/y, 'range'],
  [/(?:[,;\n+&/]|(?:e|and)\b)/y, 'and'],
  [/(?:(?:of )?the next day|do dia seguinte)\b/y, 'skip'],
  [
    /(?:[:.()|]|(?:from|das|de|da|dos|do|os|aos|nas|nos|no|na|on|at|the|o|open|hours|horas|abert[oa]|abrimos|abre|atendemos|atende)\b)/y,
    'skip',
  ],
];

const times: readonly (readonly [RegExp, (found: RegExpExecArray) => HoursToken | null])[] = [
  [/(?:noon|midday|meio[-\s]dia)\b/y, () => ({ kind: 'time', minutes: 720, half: null })],
  [/(?:midnight|meia[-\s]noite)\b/y, () => ({ kind: 'time', minutes: 0, half: null, isMidnight: true })],
  [
    /(\d{1,2})(?:[:.]|\s?hs?)(\d{2})(?!\d)(?:\s*(?:h|hs|hrs?|min|m|horas?)\b\.?)?(?:\s*([ap])\.?\s?m\b\.?)?/y,
    ([, hours, minutes, half]) => timeOf(Number(hours), Number(minutes), half),
  ],
  [/(\d{2})(\d{2})(?!\d)\s*(?:h\b)?/y, ([, hours, minutes]) => timeOf(Number(hours), Number(minutes), undefined)],
  [
    /(\d{1,2})(?![:.]?\d)(?:\s*(?:h|hs|hrs?|horas?|hours?|o'clock)\b\.?)?(?:\s*([ap])\.?\s?m\b\.?)?/y,
    ([, hours, half]) => timeOf(Number(hours), 0, half),
  ],
];

const timeOf = (hours: number, minutes: number, half: string | undefined): HoursToken | null => {
  if (minutes > 59 || hours > 24 || (hours === 24 && minutes > 0)) return null;
  if (half === undefined) return { kind: 'time', minutes: hours * 60 + minutes, half: null };
  if (hours < 1 || hours > 12) return null;
  const from = (hours % 12) * 60 + minutes;
  return half === 'p' ? { kind: 'time', minutes: from + 720, half: 'pm' } : { kind: 'time', minutes: from, half: 'am' };
};

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

interface Step {
  readonly token: HoursToken | null;
  readonly length: number;
}

const stepAt = (text: string, at: number): Step => {
  for (const [pattern, days] of dayWords) {
    const found = matchAt(pattern, text, at);
    if (found !== null) return { token: { kind: 'days', days }, length: found[0].length };
  }
  // "24/7" and "all day" before the numbers and words that they begin with.
  for (const [pattern, kind] of plainWords.slice(0, 3)) {
    const found = matchAt(pattern, text, at);
    const isAlways = kind === 'always' && /^\s+(closed|fechad)/.test(text.slice(at + (found?.[0].length ?? 0)));
    if (found !== null && kind !== 'skip' && !isAlways) return { token: { kind }, length: found[0].length };
  }
  for (const [pattern, make] of times) {
    const found = matchAt(pattern, text, at);
    const token = found === null ? null : make(found);
    if (found !== null && token !== null) return { token, length: found[0].length };
  }
  for (const [pattern, kind] of plainWords.slice(3)) {
    const found = matchAt(pattern, text, at);
    if (found !== null) return { token: kind === 'skip' ? null : { kind }, length: found[0].length };
  }
  const word = /[^\s,;]+/y;
  const found = matchAt(word, text, at)?.[0] ?? text.slice(at, at + 1);
  return { token: { kind: 'unknown', word: found }, length: found.length };
};

export const hoursTokens = (text: string): readonly HoursToken[] => {
  const plain = folded(text);
  const tokens: HoursToken[] = [];
  let at = 0;
  while (at < plain.length) {
    if (/[^\S\n]/.test(plain[at] ?? '')) {
      at += 1;
      continue;
    }
    const { token, length } = stepAt(plain, at);
    if (token !== null) tokens.push(token);
    at += Math.max(1, length);
  }
  return tokens;
};
