import type { GlyphSet } from '../../paint/glyphs.ts';
import type { Theme } from '../../paint/theme.ts';
import type { Preferences } from './preferences.ts';

/** What the terminal can show, as the person wants it. Colours are never added to a terminal that has none. */
export const chosenTheme = (theme: Theme, choice: Preferences['theme'], glyphs: GlyphSet | null): Theme => {
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
