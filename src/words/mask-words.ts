import { maskMarks } from '../session/mask-persons.ts';
import type { Language } from './language.ts';

/** What stands where a name or a number was (src/session/mask-persons.ts), as a person reads it. */

const portuguese: ReadonlyMap<string, string> = new Map([
  [maskMarks.name, '[nome]'],
  [maskMarks.number, '[número]'],
  [maskMarks.document, '[documento]'],
  [maskMarks.key, '[chave]'],
]);

/** A masked text in that language. */
export const maskedIn = (text: string, language: Language): string =>
  language === 'en' ? text : text.replace(/\[[a-z]+\]/g, (mark) => portuguese.get(mark) ?? mark);
