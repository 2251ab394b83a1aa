import { describe, expect, it } from 'vitest';
import {
  backgroundFrom,
  chosenTheme,
  rememberedBackgrounds,
  terminalKey,
  themeChoice,
} from '../../../components/actions/core/chosen-theme.ts';
import type { Theme } from '../../../components/paint/theme.ts';

const theme: Theme = { colors: 'true', background: 'light', glyphs: 'full' };

describe('the theme that is shown', () => {
  it('is the chosen one, then that of the environment, then what the terminal says', () => {
    expect(themeChoice('dark', 'light')).toBe('dark');
    expect(themeChoice('auto', ' Light ')).toBe('light');
    expect(themeChoice('auto', 'pink')).toBe('auto');
    expect(chosenTheme(theme, 'auto', null)).toBe(theme);
    expect(chosenTheme(theme, 'dark', 'safe')).toEqual({ colors: 'true', background: 'dark', glyphs: 'safe' });
    expect(chosenTheme(theme, '16', null).colors).toBe('16');
    expect(chosenTheme(theme, 'plain', null).colors).toBe('none');
    expect(chosenTheme({ ...theme, colors: 'none' }, '256', null).colors).toBe('none');
  });

  it('takes the answer of now before that of the last time, and COLORFGBG where there is none', () => {
    expect(backgroundFrom(theme, undefined, undefined)).toBe('light');
    expect(backgroundFrom(theme, undefined, 'dark')).toBe('dark');
    expect(backgroundFrom(theme, 'dark', 'light')).toBe('dark');
    expect(backgroundFrom(theme, null, 'dark')).toBe('light');
  });

  it('remembers what each terminal answered, and forgets one that does not know the question', () => {
    expect(terminalKey({ TERM_PROGRAM: 'WezTerm', TERM: 'xterm-256color' })).toBe('WezTerm');
    expect(terminalKey({ TERM: 'xterm-256color' })).toBe('xterm-256color');
    expect(rememberedBackgrounds({}, 'a', undefined)).toBeNull();
    expect(rememberedBackgrounds({}, 'a', null)).toBeNull();
    expect(rememberedBackgrounds({ a: 'dark' }, 'a', 'dark')).toBeNull();
    expect(rememberedBackgrounds({ a: 'dark', b: 'light' }, 'a', 'light')).toEqual({ a: 'light', b: 'light' });
    expect(rememberedBackgrounds({ a: 'dark', b: 'light' }, 'a', null)).toEqual({ b: 'light' });
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`t${n}`, 'dark' as const]));
    const next = rememberedBackgrounds(many, 'new', 'light') ?? {};
    expect(Object.keys(next)).toHaveLength(20);
    expect(next).toMatchObject({ new: 'light', t19: 'dark' });
  });
});
