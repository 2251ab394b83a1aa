import process from 'node:process';
import { type Language, languageFrom } from '../../components/texts/language.ts';
import type { Texts } from '../../components/texts/texts.ts';
import { textsOf } from '../../components/texts/texts-of.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { Settings } from '../settings/settings.ts';

/** `--lang`, then FLEET_LANG, then LC_ALL, LC_MESSAGES, LANG. Throws `usage` for a language that is not there. */
export const chosenLanguage = (settings: Settings, option: string | undefined): Language => {
  if (option !== undefined && !/^(en|pt)([-_].*)?$/i.test(option)) {
    throw new FleetError('usage', `--lang is en or pt-BR, not ${JSON.stringify(option)}.`);
  }
  if (option !== undefined) return languageFrom(option);
  if (settings.FLEET_LANG !== undefined) return settings.FLEET_LANG;
  return languageFrom(process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG']);
};

export const languageOf = (settings: Settings, option: string | undefined): Texts =>
  textsOf(chosenLanguage(settings, option));
