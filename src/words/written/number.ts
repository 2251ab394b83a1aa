import type { Language } from '../language.ts';
import { folded, quoted, type Reading, read, refuse, withExample } from './reading.ts';

/** Numbers and money as people write them in English (`1,000.5`) and in Portuguese (`1.000,5`). */

const groupOf: Readonly<Record<Language, string>> = { en: ',', 'pt-BR': '.' };
const grouped = /^\d{1,3}([.,\s]\d{3})+$/;

/** `1.000` is a thousand in Portuguese and one in English; where only one reading makes sense, it counts in both. */
const decimalIn = (text: string, language: Language): number | null => {
  const group = groupOf[language];
  const point = group === ',' ? '.' : ',';
  const bare = text.replace(/\s(?=\d{3}(\D|$))/g, '');
  if (/^\d+$/.test(bare)) return Number(bare);

  const marks = [...bare].filter((letter) => letter === '.' || letter === ',');
  // Both signs: the last one parts the decimals. One sign several times groups.
  if (marks.includes('.') && marks.includes(',')) {
    const last = bare.lastIndexOf('.') > bare.lastIndexOf(',') ? '.' : ',';
    const [whole = '', decimals = '', ...more] = bare.split(last);
    if (more.length > 0 || !grouped.test(whole) || !/^\d+$/.test(decimals)) return null;
    return Number(`${whole.replace(/[.,]/g, '')}.${decimals}`);
  }
  if (marks.length > 1) return grouped.test(bare) ? Number(bare.replace(/[.,]/g, '')) : null;
  if (!/^\d*[.,]\d+$/.test(bare)) return null;
  if (bare.includes(group) && grouped.test(bare)) return Number(bare.replace(group, ''));
  return Number(`0${bare.replace(bare.includes(point) ? point : group, '.')}`);
};

const say = {
  en: {
    number: (text: string) => `${text} is not a number`,
    whole: (text: string) => `${text} is not a whole number`,
    money: (text: string) => `${text} is not an amount of dollars`,
    reais: 'what the AI costs is counted in dollars, not in reais',
    range: (from: string, to: string) => `must be from ${from} to ${to}`,
  },
  'pt-BR': {
    number: (text: string) => `${text} não é um número`,
    whole: (text: string) => `${text} não é um número inteiro`,
    money: (text: string) => `${text} não é um valor em dólares`,
    reais: 'o custo da IA é contado em dólares, não em reais',
    range: (from: string, to: string) => `deve ser de ${from} a ${to}`,
  },
} as const;

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly example: number;
}

export const rangeProblem = (
  value: number,
  range: NumberRange,
  shown: (n: number) => string,
  language: Language,
): string | null =>
  value >= range.min && value <= range.max
    ? null
    : withExample(say[language].range(shown(range.min), shown(range.max)), shown(range.example), language);

/** Digits grouped in thousands, decimals as the language writes them. `readNumber` takes it back exactly. */
export const numberText = (value: number, language: Language): string => {
  const [whole = '0', decimals] = String(value).split('.');
  const group = groupOf[language];
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return decimals === undefined ? spaced : `${spaced}${group === ',' ? '.' : ','}${decimals}`;
};

export const readNumber = (text: string, range: NumberRange, language: Language): Reading<number> => {
  const trimmed = text.trim();
  const share = /^(.*\d)\s*%$/.exec(trimmed);
  const value = decimalIn(share?.[1] ?? trimmed, language);
  const shown = (n: number): string => numberText(n, language);
  if (value === null) return refuse(withExample(say[language].number(quoted(trimmed)), shown(range.example), language));

  // Of 25 % a share from 0 to 1 is meant; nowhere else is a per cent sign of any use.
  const counted = share === null ? value : value / 100;
  const problem = rangeProblem(counted, range, shown, language);
  return problem === null ? read(counted) : refuse(problem);
};

/** Thousands may be grouped as in either language: nobody writes three decimals where there are none. */
export const readWhole = (text: string, range: NumberRange, language: Language): Reading<number> => {
  const trimmed = text.trim();
  const bare = grouped.test(trimmed) ? trimmed.replace(/[.,\s]/g, '') : trimmed;
  const shown = (n: number): string => numberText(n, language);
  if (!/^-?\d{1,15}$/.test(bare))
    return refuse(withExample(say[language].whole(quoted(trimmed)), shown(range.example), language));

  const problem = rangeProblem(Number(bare), range, shown, language);
  return problem === null ? read(Number(bare)) : refuse(problem);
};

/** `$5.00`, `US$ 5,50`: at least two decimals, and all that there are. */
export const moneyText = (usd: number, language: Language): string => {
  const [whole = '0', decimals = ''] = String(usd).split('.');
  const spaced = numberText(Number(whole), language);
  return language === 'en' ? `$${spaced}.${decimals.padEnd(2, '0')}` : `US$ ${spaced},${decimals.padEnd(2, '0')}`;
};

export const readMoney = (text: string, range: NumberRange, language: Language): Reading<number> => {
  const trimmed = folded(text);
  const example = moneyText(range.example, language);
  if (/^r\$|\breais?$/.test(trimmed)) return refuse(withExample(say[language].reais, example, language));

  const bare = trimmed.replace(/^(us\s?\$|usd|u\$s?|\$)\s*/, '').replace(/\s*(usd|us\$|\$|dollars?|dolar(es)?)$/, '');
  const value = decimalIn(bare, language);
  if (value === null) return refuse(withExample(say[language].money(quoted(text.trim())), example, language));

  const problem = rangeProblem(value, range, (n) => moneyText(n, language), language);
  return problem === null ? read(value) : refuse(problem);
};
