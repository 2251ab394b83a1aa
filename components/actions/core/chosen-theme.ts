import type { Background } from '../../paint/palette.ts';
import type { Theme } from '../../paint/theme.ts';
import type { AnsweredBackground } from '../../terminal/background-answer.ts';
import { type Preferences, themeChoices } from './preferences.ts';

/** What the terminal can show, as the person wants it. Colours are never added to a terminal that has none. */
export const chosenTheme = (theme: Theme, choice: Preferences['theme'], glyphs: Preferences['glyphs']): Theme => {
  const shown = glyphs === null ? theme : { ...theme, glyphs };
  switch (choice) {
    case 'auto':
      return shown;
    case 'plain':
      return { ...shown, colors: 'none' };
    case '256':
    case '16':
      return theme.colors === 'none' ? shown : { ...shown, colors: choice };
    case 'dark':
    case 'light':
    case 'neutral':
      return { ...shown, background: choice };
  }
};

/** What a person chose goes before what the environment says (`FLEET_THEME`); anything unknown there counts as `auto`. */
export const themeChoice = (chosen: Preferences['theme'], fromEnvironment: string | undefined): Preferences['theme'] =>
  chosen === 'auto'
    ? (themeChoices.find((choice) => choice === fromEnvironment?.trim().toLowerCase()) ?? 'auto')
    : chosen;

/** What answers of a terminal are remembered under: the program, where it names itself. */
export const terminalKey = (env: Readonly<Record<string, string | undefined>>): string =>
  (env['TERM_PROGRAM'] || env['TERM'] || '').slice(0, 40);

/**
 * The background by the terminal's own word, or by its word of the last time until it answers, or by `COLORFGBG` (which `theme` has).
 * A terminal that does not know the question is not taken for the one that did.
 */
export const backgroundFrom = (
  theme: Theme,
  answered: AnsweredBackground | null | undefined,
  remembered: AnsweredBackground | undefined,
): Background => (answered === undefined ? remembered : answered) ?? theme.background;

const mostRemembered = 20;

/** The remembered backgrounds after an answer; null: nothing changes. */
export const rememberedBackgrounds = (
  known: Preferences['backgrounds'],
  terminal: string,
  answered: AnsweredBackground | null | undefined,
): Preferences['backgrounds'] | null => {
  if (answered === undefined || known[terminal] === (answered ?? undefined)) return null;
  const others = Object.entries(known).filter(([name]) => name !== terminal);
  return Object.fromEntries(
    answered === null ? others : [...others, [terminal, answered] as const].slice(-mostRemembered),
  );
};
