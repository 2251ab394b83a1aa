import { type Ground, isPair, type PairName, type Role, type Tone } from './tone.ts';

/**
 * The colours of every role, for a dark, a light and an unknown background, and the fixed pairs. Contrast was computed: on #0f1218 and
 * #1e1e2e all roles of the dark column have 5.1:1 or more, on white the light ones 4.9:1, and the neutral ones 4.3:1 on black and on white.
 * Under simulated protan-, deuteran- and tritanopia ok, warn, bad and move stay at least 16 (neutral) to 29 (dark) CIE76 apart.
 */

/** `true`: 24 bits a colour. */
export type ColorLevel = 'none' | '16' | '256' | 'true';
/** What the terminal's background is; `neutral` when nobody knows. */
export type Background = 'dark' | 'light' | 'neutral';

/** A colour as `#rrggbb` and as its number among the 256. */
type Color = readonly [hex: string, index: number];

const roleColors: Readonly<Record<Background, Readonly<Record<Role, Color>>>> = {
  dark: {
    ok: ['#62e6bd', 79],
    calm: ['#3fa88b', 72],
    warn: ['#ffca4b', 221],
    bad: ['#ff4d6d', 203],
    move: ['#7f99ff', 69],
    in: ['#86d9f7', 117],
    accent: ['#c3a6ff', 183],
    muted: ['#949db3', 246],
    faint: ['#4b5266', 240],
  },
  light: {
    ok: ['#0f7f70', 30],
    calm: ['#3f9483', 66],
    warn: ['#935800', 94],
    bad: ['#b3113a', 161],
    move: ['#1f45c0', 26],
    in: ['#0a6787', 24],
    accent: ['#6a35c4', 55],
    muted: ['#5a6277', 241],
    faint: ['#c3c8d4', 251],
  },
  neutral: {
    ok: ['#0b8a78', 30],
    calm: ['#0b8a78', 30],
    warn: ['#ab6800', 130],
    bad: ['#d42a55', 161],
    move: ['#4a6cf0', 62],
    in: ['#17809f', 31],
    accent: ['#9a57dc', 98],
    muted: ['#767676', 243],
    faint: ['#808080', 244],
  },
};

const roles16: Readonly<Record<Role, string>> = {
  ok: '32',
  calm: '32',
  warn: '33',
  bad: '91',
  move: '36',
  in: '36',
  accent: '35',
  muted: '2',
  faint: '2',
};

interface Pair {
  readonly ink: Color;
  readonly paper: Color;
  /** Bold where it alarms or is what is chosen. */
  readonly bold: boolean;
  readonly in16: string;
  /** Without colours only what needs a person, and what is chosen, stands reversed. */
  readonly withoutColors: string;
}

const white: Color = ['#ffffff', 231];
const pair = (ink: Color, paper: Color, bold: boolean, in16: string, withoutColors = ''): Pair => ({
  ink,
  paper,
  bold,
  in16,
  withoutColors,
});

/** Good ones are light and bad ones dark, which survives every kind of colour blindness. */
const fixedPairs: Readonly<Record<Exclude<PairName, 'customer' | 'bot'>, Pair>> = {
  bad: pair(white, ['#d01c45', 160], true, '97;41', '7'),
  bad2: pair(white, ['#6e0f27', 52], true, '97;41', '7'),
  warn: pair(['#1a1200', 16], ['#ffca4b', 221], true, '30;43', '7'),
  move: pair(white, ['#2f55d4', 26], false, '97;44'),
  ok: pair(['#06281f', 16], ['#62e6bd', 79], true, '30;42'),
  off: pair(white, ['#515a70', 240], false, '30;47'),
  accent: pair(white, ['#6d3fc0', 61], true, '97;45', '7'),
};

/** Bubbles take the side of the background, so that a chat does not shine. */
const bubbles: Readonly<Record<'dark' | 'light', Readonly<Record<'customer' | 'bot', Pair>>>> = {
  dark: {
    customer: pair(['#e6e9f2', 254], ['#2b3040', 237], false, ''),
    bot: pair(['#e8fff8', 231], ['#0f4a3f', 23], false, ''),
  },
  light: {
    customer: pair(['#20242f', 235], ['#e9ebf1', 254], false, ''),
    bot: pair(['#08332a', 22], ['#cdf3e4', 194], false, ''),
  },
};

const bars: Readonly<Record<'dark' | 'light', Readonly<Record<Ground, Color>>>> = {
  dark: { cursor: ['#2a2f42', 236], field: ['#20242f', 235], head: ['#1b1f2a', 234] },
  light: { cursor: ['#ebe9f7', 255], field: ['#e4e5ec', 254], head: ['#eceef4', 255] },
};
/** On an unknown background a bar brings its own foreground. */
const neutralBar: Color = ['#3d4663', 60];

const channels = (hex: string): string => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(';');
const colored = ([hex, index]: Color, level: '256' | 'true', layer: '38' | '48'): string =>
  level === 'true' ? `${layer};2;${channels(hex)}` : `${layer};5;${index}`;

export interface Palette {
  readonly colors: ColorLevel;
  readonly background: Background;
}

const pairOf = (name: PairName, background: Background): Pair =>
  name === 'customer' || name === 'bot'
    ? bubbles[background === 'light' || background === 'neutral' ? 'light' : 'dark'][name]
    : fixedPairs[name];

const pairCodes = (name: PairName, { colors, background }: Palette): readonly string[] => {
  const { ink, paper, bold, in16, withoutColors } = pairOf(name, background);
  const weight = bold ? ['1'] : [];
  if (colors === 'none') return withoutColors === '' ? weight : [...weight, withoutColors];
  if (colors === '16') return in16 === '' ? [] : [...weight, ...in16.split(';')];
  return [...weight, colored(ink, colors, '38'), colored(paper, colors, '48')];
};

const roleCodes = (role: Role, { colors, background }: Palette): readonly string[] => {
  if (colors === 'none') return role === 'muted' || role === 'faint' ? ['2'] : [];
  if (colors === '16') return [roles16[role]];
  return [colored(roleColors[background][role], colors, '38')];
};

const barCodes = (ground: Ground, { colors, background }: Palette): readonly string[] => {
  if (colors === 'none') return ground === 'cursor' ? ['7'] : [];
  if (colors === '16') return ground === 'head' ? [] : ['7'];
  if (background === 'neutral') return [colored(white, colors, '38'), colored(neutralBar, colors, '48')];
  return [colored(bars[background][ground], colors, '48')];
};

/** With 16 colours or an unknown background a bar's own pair is all that reads on it. */
const isFlat = ({ colors, background }: Palette): boolean =>
  colors === 'none' || colors === '16' || background === 'neutral';

/** The SGR codes of a tone, on a bar or on the terminal's own background; empty for plain text. */
export const sgrCodes = (tone: Tone, ground: Ground | undefined, palette: Palette): readonly string[] => {
  if (isPair(tone)) return pairCodes(tone.slice(2) as PairName, palette);

  const bold = tone === 'bold' || tone.endsWith('+');
  const role = tone === 'plain' || tone === 'bold' ? null : (tone.replace('+', '') as Role);
  const under = ground === undefined ? [] : barCodes(ground, palette);
  const drops = ground !== undefined && under.length > 0 && isFlat(palette);
  const color = role === null || drops ? [] : roleCodes(role, palette);
  const weight = bold && !color.includes('2') ? ['1'] : [];
  return [...weight, ...color, ...under];
};
