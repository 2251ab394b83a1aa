import type { Language } from './language.ts';

/** Figures as each language writes them: `1,204.5` and `$0.07`, `1.204,5` and `US$ 0,07`. */

/** `99.7` in English, `99,7` in Portuguese. */
export const decimals = (value: number, digits: number, language: Language): string =>
  value.toFixed(digits).replace('.', language === 'en' ? '.' : ',');

/** `18,332` in English, `18.332` in Portuguese. */
export const thousands = (n: number, language: Language): string =>
  String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, language === 'en' ? ',' : '.');

/** What an amount of dollars begins with: `$` alone would be read as reais in Brazil. */
export const dollarSign: Readonly<Record<Language, string>> = { en: '$', 'pt-BR': 'US$ ' };

/** `$0.07`, `US$ 0,07`; without cents from a thousand on. Another number of digits only where two say nothing. */
export const dollars = (usd: number, language: Language, digits = usd >= 1000 ? 0 : 2): string => {
  const [whole = '0', cents] = usd.toFixed(digits).split('.');
  const point = language === 'en' ? '.' : ',';
  return `${dollarSign[language]}${thousands(Number(whole), language)}${cents === undefined ? '' : `${point}${cents}`}`;
};
