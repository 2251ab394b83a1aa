import { useWindowSize } from 'ink';
import { useMemo } from 'react';
import type { Language } from '../../src/words/language.ts';
import { chosenTheme } from '../actions/core/chosen-theme.ts';
import type { Preferences } from '../actions/core/preferences.ts';
import { keyHints } from '../actions/key-hints.ts';
import { calendar } from '../paint/format.ts';
import type { Theme } from '../paint/theme.ts';
import { textsOf } from '../texts/texts-of.ts';
import type { View } from '../view-models/view.ts';
import type { Frame } from './frames.ts';

/** Fewer rows or columns than this show the badge and nothing that would not fit. */
const smallest = { columns: 20, rows: 4 };

/** This frame as a person wants it: in their language and theme, or else those of the terminal, in the window as it is now. */
export const useShownView = (
  frame: Frame,
  preferences: Preferences,
  {
    language,
    theme,
    timeZone,
  }: { readonly language: Language; readonly theme: Theme; readonly timeZone: string | undefined },
): View => {
  const { columns, rows } = useWindowSize();
  const shownLanguage = preferences.language ?? language;
  const shownTheme = useMemo<Theme>(
    () => chosenTheme(theme, preferences.theme, preferences.glyphs),
    [theme, preferences.theme, preferences.glyphs],
  );
  return useMemo<View>(
    () => ({
      snapshot: frame.snapshot,
      lostSince: frame.lostSince,
      now: frame.now,
      columns: Math.max(smallest.columns, columns),
      rows: Math.max(smallest.rows, rows),
      language: shownLanguage,
      t: textsOf(shownLanguage),
      theme: shownTheme,
      calendar: calendar(shownLanguage, timeZone),
      keys: keyHints,
    }),
    [frame, columns, rows, shownLanguage, shownTheme, timeZone],
  );
};
