import { inkOnPaper } from '../../src/qr/qr-text.ts';
import { cellText } from '../../src/session/cell-text.ts';
import { type GlyphSet, inGlyphs } from './glyphs.ts';
import { type Line, span } from './line.ts';
import { type Background, type ColorLevel, sgrCodes } from './palette.ts';
import type { Ground, Tone } from './tone.ts';

/** What a terminal can show, and a line painted for it. */

export interface Theme {
  readonly colors: ColorLevel;
  readonly background: Background;
  /** `ascii`: accents are stripped, and a QR is drawn with blanks. */
  readonly glyphs: GlyphSet;
  /** Everything in one faint tone: what lies behind a dialog. */
  readonly faded?: true;
}

const fadedOf = new WeakMap<Theme, Theme>();
/** The same theme with all colours gone faint; always the same one for a theme. */
export const fadedTheme = (theme: Theme): Theme => {
  const known = fadedOf.get(theme) ?? { ...theme, faded: true };
  fadedOf.set(theme, known);
  return known;
};

export const isAscii = (theme: Theme): boolean => theme.glyphs === 'ascii';

/** `COLORFGBG` ends with the number of the background: 7 and 9 to 15 are light. */
const backgroundFrom = (value: string | undefined): Background => {
  const last = /(?:^|;)(\d{1,2})$/.exec(value ?? '')?.[1];
  if (last === undefined) return 'neutral';
  const number = Number(last);
  return number === 7 || (number >= 9 && number <= 15) ? 'light' : 'dark';
};

const colorsFrom = (env: Readonly<Record<string, string | undefined>>, term: string): ColorLevel => {
  if ((env['NO_COLOR'] ?? '') !== '' || term === 'dumb') return 'none';
  const colorTerm = env['COLORTERM'] ?? '';
  if (/truecolor|24bit/.test(colorTerm)) return 'true';
  return colorTerm !== '' || /256|direct|kitty|ghostty|alacritty|tmux|screen/.test(term) ? '256' : '16';
};

/** What the terminal can show, read from its environment. `NO_COLOR` counts when set and not empty (no-color.org). */
export const themeFrom = (env: Readonly<Record<string, string | undefined>>): Theme => {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const term = env['TERM'] ?? '';
  // A machine without any locale is nearly always a container whose terminal does speak UTF-8; only a named other charset counts.
  const utf8 = locale === '' || /utf-?8/i.test(locale);
  return {
    colors: colorsFrom(env, term),
    background: backgroundFrom(env['COLORFGBG']),
    glyphs: utf8 ? (term === 'linux' ? 'safe' : 'full') : 'ascii',
  };
};

const esc = '\u001b';

/** A theme's codes are asked for with every span of every frame. */
const codesOf = new WeakMap<Theme, Map<string, string>>();

const opening = (tone: Tone, ground: Ground | undefined, theme: Theme): string => {
  let known = codesOf.get(theme);
  if (known === undefined) {
    known = new Map();
    codesOf.set(theme, known);
  }
  const key = ground === undefined ? tone : `${tone}@${ground}`;
  let found = known.get(key);
  if (found === undefined) {
    found = sgrCodes(tone, ground, theme)
      .map((code) => `${esc}[${code}m`)
      .join('');
    known.set(key, found);
  }
  return found;
};

const fadedLine = (line: Line): Line => [span(line.map(({ text }) => text).join(''), 'faint')];

/** One line as the terminal gets it. Equal lines give equal strings, which is what keeps rows from being painted again. */
export const paint = (line: Line, theme: Theme): string => {
  let out = '';
  for (const { text, tone, on } of theme.faded === true ? fadedLine(line) : line) {
    const shown = inGlyphs(cellText(text), theme.glyphs);
    const codes = opening(tone, on, theme);
    out += codes === '' ? shown : `${codes}${shown}${esc}[0m`;
  }
  return out;
};

/** The fixed white and black of a QR code, never the theme's own: `ink` on `paper`, as one SGR code. */
export const qrPair = (theme: Theme): string | null =>
  theme.colors === '256' || theme.colors === 'true' ? inkOnPaper : theme.colors === '16' ? '30;107' : null;
