import process from 'node:process';
import { FleetError } from '../session/fleet-error.ts';
import type { Verdict } from '../session/verdict.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
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

/**
 * `--lang` as the language of a fleet that names none itself: a master that this command starts writes its alerts and pages in it. Where
 * FLEET_LANG is set that stays: it is the fleet's, and `--lang` one person's.
 */
export const withLanguage = (loaded: LoadedSettings, option: string | undefined): LoadedSettings => {
  const { settings, raw } = loaded;
  if (option === undefined || settings.FLEET_LANG !== undefined) return loaded;

  const language = chosenLanguage(settings, option);
  return { ...loaded, settings: { ...settings, FLEET_LANG: language }, raw: { ...raw, FLEET_LANG: language } };
};

/** How one-shot commands name a verdict, in the chosen language. */
export const verdictWordOf = (settings: Settings, option: string | undefined): ((verdict: Verdict) => string) => {
  const words = verdictWords[chosenLanguage(settings, option)];

  return (verdict) => words[verdict];
};
