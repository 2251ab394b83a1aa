import type { Language } from '../language.ts';

/** What came of reading what a person wrote: the value, or one sentence on what is wrong, with an example. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export const read = <T>(value: T): Reading<T> => ({ ok: true, value });
export const refuse = (problem: string): { readonly ok: false; readonly problem: string } => ({ ok: false, problem });

/** Lower case, without accents, every dash the same: `Terça – SÁB` is `terca - sab`. */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[‐-―−]/g, '-')
    .toLowerCase()
    .trim();

/** `…. Example: 90 s` in the language. */
export const withExample = (sentence: string, example: string, language: Language): string =>
  `${sentence}${sentence.endsWith('?') ? '' : '.'} ${language === 'en' ? 'Example' : 'Exemplo'}: ${example}`;

/** Enough of what was written to know it again, in quotes. */
export const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** What stands for "nothing", where nothing may be set. */
const noneWords = new Set(['', 'none', 'null', 'no', 'off', 'unset', '-', 'nenhum', 'nenhuma', 'nada', 'nao', 'sem']);
const limitless = /^(no limit|unlimited|sem limite|ilimitad[oa])$/;

export const meansNone = (text: string): boolean => noneWords.has(folded(text)) || limitless.test(folded(text));
