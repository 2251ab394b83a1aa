import process from 'node:process';
import { FleetError } from '../session/fleet-error.ts';
import type { Verdict } from '../session/verdict.ts';
import type { Settings } from '../settings/settings.ts';
import { type Language, languageFrom } from '../words/language.ts';
import { verdictWords } from '../words/verdict-words.ts';

/** `--lang`, then FLEET_LANG, then LC_ALL, LC_MESSAGES, LANG. Throws `usage` for a language that is not there. */
export const chosenLanguage = (settings: Settings, option: string | undefined): Language => {
  if (option !== undefined && !/^(en|pt)([-_].*)?$/i.test(option)) {
    throw new FleetError('usage', `--lang is en or pt-BR, not ${JSON.stringify(option)}.`);
  }
  if (option !== undefined) return languageFrom(option);
  if (settings.FLEET_LANG !== undefined) return settings.FLEET_LANG;

  return languageFrom(process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG']);
};

/** How one-shot commands name a verdict, in the chosen language. */
export const verdictWordOf = (settings: Settings, option: string | undefined): ((verdict: Verdict) => string) => {
  const words = verdictWords[chosenLanguage(settings, option)];

  return (verdict) => words[verdict];
};
