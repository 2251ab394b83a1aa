import process from 'node:process';
import { FleetError } from '../session/fleet-error.ts';
import { type Language, languageFrom } from '../words/language.ts';
import { chosenLanguage } from './language.ts';

/** What stands behind `--name` or `--name=`; undefined: it is not there. */
const optionIn = (args: readonly string[], name: string): string | undefined => {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  const found = args[at];
  if (found === undefined) return undefined;
  return found === name ? args[at + 1] : found.slice(name.length + 1);
};

/** The language in which help and errors are said, before (or although not) the command line and the settings were understood. */
export const spokenLanguage = async (args: readonly string[]): Promise<Language> => {
  const option = optionIn(args, '--lang');
  if (option !== undefined) return languageFrom(option);

  const { env } = process;
  const ofShell = languageFrom(env['FLEET_LANG'] || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG']);
  if (env['FLEET_LANG']) return ofShell;
  const { loadSettings } = await import('../settings/load-settings.ts');
  try {
    // A copy: reading settings takes the secrets out of what it is given.
    const loaded = loadSettings({ env: { ...env }, cwd: process.cwd(), home: optionIn(args, '--home') });
    return chosenLanguage(loaded.settings, undefined);
  } catch (error) {
    // Settings that cannot be read are told about elsewhere; the shell's language is known all the same.
    if (error instanceof FleetError) return ofShell;
    throw error;
  }
};
