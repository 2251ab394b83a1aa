import {
  barColors,
  bubbleColors,
  type Color,
  type ColorPair,
  pairColors,
  roleColors,
  whiteColor,
} from '../../src/look/colors.ts';
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

const pair = ([ink, paper]: ColorPair, bold: boolean, in16: string, withoutColors = ''): Pair => ({
  ink,
  paper,
  bold,
  in16,
  withoutColors,
});

type BubbleName = 'customer' | 'bot' | 'owner';

const fixedPairs: Readonly<Record<Exclude<PairName, BubbleName>, Pair>> = {
  bad: pair(pairColors.bad, true, '97;41', '7'),
  bad2: pair(pairColors.bad2, true, '97;41', '7'),
  warn: pair(pairColors.warn, true, '30;43', '7'),
  move: pair(pairColors.move, false, '97;44'),
  ok: pair(pairColors.ok, true, '30;42'),
  off: pair(pairColors.off, false, '30;47'),
  accent: pair(pairColors.accent, true, '97;45', '7'),
};

const bubblesOn = (background: 'dark' | 'light'): Readonly<Record<BubbleName, Pair>> => {
  const { customer, bot, owner } = bubbleColors[background];
  return { customer: pair(customer, false, ''), bot: pair(bot, false, ''), owner: pair(owner, false, '') };
};
const bubbles = { dark: bubblesOn('dark'), light: bubblesOn('light') };

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
  name === 'customer' || name === 'bot' || name === 'owner'
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
  if (background === 'neutral') return [colored(whiteColor, colors, '38'), colored(neutralBar, colors, '48')];
  return [colored(barColors[background][ground], colors, '48')];
};

/** With 16 colours or an unknown background a bar's own pair is all that reads on it. */
const isFlat = ({ colors, background }: Palette): boolean =>
  colors === 'none' || colors === '16' || background === 'neutral';

/** The SGR codes of a tone, on a bar or on the terminal's own background; empty for plain text. */
export const sgrCodes = (tone: Tone, ground: Ground | undefined, palette: Palette): readonly string[] => {
  if (isPair(tone)) {
    const pair = pairCodes(tone.slice(2) as PairName, palette);
    // A pill that is no pill without colours has no hole in the cursor's bar either.
    return palette.colors === 'none' && ground === 'cursor' && !pair.includes('7') ? [...pair, '7'] : pair;
  }

  const bold = tone === 'bold' || tone.endsWith('+');
  const role = tone === 'plain' || tone === 'bold' ? null : (tone.replace('+', '') as Role);
  const under = ground === undefined ? [] : barCodes(ground, palette);
  const drops = ground !== undefined && under.length > 0 && isFlat(palette);
  const color = role === null || drops ? [] : roleCodes(role, palette);
  const weight = bold && !color.includes('2') ? ['1'] : [];
  return [...weight, ...color, ...under];
};
