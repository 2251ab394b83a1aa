import type { TerminalCell } from '../test/support/terminal.ts';

/** A terminal's cells in the colours that a person sees, on a dark or a light terminal. */

export type Ground = 'dark' | 'light';
export const paperOf: Readonly<Record<Ground, string>> = { dark: '#0f1218', light: '#fdfcf8' };
export const inkOf: Readonly<Record<Ground, string>> = { dark: '#dfe3ec', light: '#23262e' };

const base16 = [
  ...['#000000', '#cc3333', '#33aa55', '#c8a02a', '#3a76d0', '#a050c0', '#2fa0a8', '#c8ccd0'],
  ...['#606870', '#ff5555', '#55dd77', '#ffd23e', '#6ba0ff', '#d080f0', '#5fd7df', '#ffffff'],
];

const hex = (...channels: readonly number[]): string =>
  `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;

const indexed = (index: number): string => {
  if (index < 16) return base16[index] ?? '#000000';
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return hex(grey, grey, grey);
  }
  const step = (part: number): number => (part === 0 ? 0 : 55 + part * 40);
  const at = index - 16;
  return hex(step(Math.floor(at / 36)), step(Math.floor((at % 36) / 6)), step(at % 6));
};

const colorOf = (value: number, isRgb: boolean, otherwise: string): string => {
  if (value < 0) return otherwise;
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : indexed(value);
};

const channelsOf = (color: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

/** Dim text is as terminals draw it: most of its colour, the rest of what lies under it. */
const dimmed = (ink: string, paper: string): string => {
  const under = channelsOf(paper);
  return hex(...channelsOf(ink).map((channel, index) => channel * 0.6 + (under[index] ?? 0) * 0.4));
};

export interface SeenCell {
  readonly char: string;
  readonly ink: string;
  /** Null: the terminal's own background. */
  readonly paper: string | null;
  readonly bold: boolean;
}

export const seenCell = (cell: TerminalCell, ground: Ground): SeenCell => {
  const own = paperOf[ground];
  const front = colorOf(cell.fg, cell.fgRgb, inkOf[ground]);
  const back = colorOf(cell.bg, cell.bgRgb, own);
  const [ink, paper] = cell.inverse ? [back, front] : [front, back];
  return {
    char: cell.char,
    ink: cell.dim ? dimmed(ink, paper) : ink,
    paper: paper === own ? null : paper,
    bold: cell.bold,
  };
};
