import { inkOnPaper } from '../../src/qr/qr-text.ts';
import type { Line, Tone } from './line.ts';

/**
 * Colours in fixed pairs (foreground and background together), so that one theme reads on a dark and on a light terminal
 * and its states keep apart for the colour-blind. Bold and dim are no colours and stay under NO_COLOR.
 */

export type ColorLevel = 'none' | '16' | '256';
export type ThemeName = 'pairs' | 'plain';

export interface Theme {
  readonly colors: ColorLevel;
  /** False: the terminal shows ASCII only; accents are stripped and a QR is drawn with blanks. */
  readonly utf8: boolean;
}

const pairs: Readonly<Record<ColorLevel, Partial<Record<Tone, string>>>> = {
  none: { bold: '1', dim: '2', mark: '1' },
  '16': {
    bold: '1',
    dim: '2',
    bad: '97;41',
    person: '30;43',
    motion: '97;44',
    sim: '97;100',
    bar: '100',
    'bar-rest': '2',
    mark: '30;46',
  },
  '256': {
    bold: '1',
    dim: '2',
    bad: '38;5;231;48;5;160',
    person: '38;5;16;48;5;214',
    motion: '38;5;231;48;5;25',
    sim: '38;5;231;48;5;240',
    bar: '48;5;244',
    'bar-rest': '2',
    mark: '38;5;231;48;5;61',
  },
};

/** What the terminal can show, read from its environment. `NO_COLOR` counts when set and not empty (no-color.org). */
export const themeFrom = (env: Readonly<Record<string, string | undefined>>): Theme => {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  // A machine without any locale is nearly always a container whose terminal does speak UTF-8; only a named other charset counts.
  const utf8 = locale === '' || /utf-?8/i.test(locale);
  const term = env['TERM'] ?? '';
  const colors: ColorLevel =
    (env['NO_COLOR'] ?? '') !== '' || term === 'dumb'
      ? 'none'
      : /256|direct|kitty|ghostty|alacritty|tmux|screen/.test(term) || (env['COLORTERM'] ?? '') !== ''
        ? '256'
        : '16';
  return { colors, utf8 };
};

/** Text for a terminal that shows ASCII only: accents go, everything else becomes a question mark. */
export const asciiOnly = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');

const esc = '\u001b';

/** One line as the terminal gets it. Equal lines give equal strings, which is what keeps rows from being painted again. */
export const paint = (line: Line, theme: Theme): string => {
  const codes = pairs[theme.colors];
  let out = '';
  for (const { text, tone } of line) {
    const shown = tone === 'bar' && theme.colors !== 'none' ? ' '.repeat(text.length) : text;
    const plain = theme.utf8 ? shown : asciiOnly(shown);
    const code = codes[tone];
    out += code === undefined ? plain : `${esc}[${code}m${plain}${esc}[0m`;
  }
  return out;
};

/** The fixed white and black of a QR code, never the theme's own: `ink` on `paper`, as one SGR code. */
export const qrPair = (theme: Theme): string | null =>
  theme.colors === '256' ? inkOnPaper : theme.colors === '16' ? '30;107' : null;
