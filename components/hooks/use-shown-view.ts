import { useWindowSize } from 'ink';
import { useMemo, useSyncExternalStore } from 'react';
import type { Language } from '../../src/words/language.ts';
import { backgroundFrom, chosenTheme, themeChoice } from '../actions/core/chosen-theme.ts';
import type { Preferences } from '../actions/core/preferences.ts';
import { keyHintsWithin } from '../actions/key-hints.ts';
import { widestScope } from '../actions/needed-scopes.ts';
import { calendar } from '../paint/format.ts';
import type { Theme } from '../paint/theme.ts';
import type { TerminalBackground } from '../terminal/background.ts';
import { textsOf } from '../texts/texts-of.ts';
import type { View } from '../view-models/view.ts';
import type { Frame } from './frames.ts';

/** Fewer rows or columns than this show the badge and nothing that would not fit. */
const smallest = { columns: 20, rows: 4 };

/** What the terminal can show, as far as it is known without asking, and who knows more. */
export interface TerminalLook {
  readonly theme: Theme;
  /** `FLEET_THEME`. */
  readonly wanted: string | undefined;
  /** What its answers are remembered under. */
  readonly terminal: string;
  readonly background: TerminalBackground;
}

const useShownTheme = ({ theme, wanted, terminal, background }: TerminalLook, preferences: Preferences): Theme => {
  const answered = useSyncExternalStore(background.subscribe, background.current);
  const remembered = preferences.backgrounds[terminal];
  return useMemo<Theme>(
    () =>
      chosenTheme(
        { ...theme, background: backgroundFrom(theme, answered, remembered) },
        themeChoice(preferences.theme, wanted),
        preferences.glyphs,
      ),
    [theme, wanted, answered, remembered, preferences.theme, preferences.glyphs],
  );
};

/** This frame as a person wants it: in their language and theme, or else those of the terminal, in the window as it is now. */
export const useShownView = (
  frame: Frame,
  preferences: Preferences,
  {
    language,
    look,
    timeZone,
  }: { readonly language: Language; readonly look: TerminalLook; readonly timeZone: string | undefined },
): View => {
  const { columns, rows } = useWindowSize();
  const shownLanguage = preferences.language ?? language;
  const shownTheme = useShownTheme(look, preferences);
  return useMemo<View>(
    () => ({
      snapshot: frame.snapshot,
      lostSince: frame.lostSince,
      lostElsewhere: frame.lostElsewhere,
      now: frame.now,
      columns: Math.max(smallest.columns, columns),
      rows: Math.max(smallest.rows, rows),
      language: shownLanguage,
      t: textsOf(shownLanguage),
      theme: shownTheme,
      calendar: calendar(shownLanguage, timeZone),
      keys: keyHintsWithin[widestScope(frame.snapshot)],
    }),
    [frame, columns, rows, shownLanguage, shownTheme, timeZone],
  );
};
