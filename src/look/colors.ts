/**
 * The colours of everything that a person sees, screen, shell and pages alike: each role on a dark, a light and an unknown background, and
 * the fixed pairs, which are the same everywhere.
 */

/** `ok` answers, `calm` a good hour of the past, `warn` wants a person, `bad` is not answered, `move` recovers by itself, `in` customers, `accent` keys and money, `muted` the second voice, `faint` rules and empty tracks. */
export const roleNames = ['ok', 'calm', 'warn', 'bad', 'move', 'in', 'accent', 'muted', 'faint'] as const;
export type RoleName = (typeof roleNames)[number];

/** A colour as `#rrggbb` and as its number among the 256. */
export type Color = readonly [hex: string, index: number];

export const roleColors: Readonly<Record<'dark' | 'light' | 'neutral', Readonly<Record<RoleName, Color>>>> = {
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

/** Ink and paper. */
export type ColorPair = readonly [ink: Color, paper: Color];

export const whiteColor: Color = ['#ffffff', 231];

/** Good ones are light and bad ones dark, which survives every kind of colour blindness. */
export const pairColors = {
  bad: [whiteColor, ['#d01c45', 160]],
  bad2: [whiteColor, ['#6e0f27', 52]],
  warn: [
    ['#1a1200', 16],
    ['#ffca4b', 221],
  ],
  move: [whiteColor, ['#2f55d4', 26]],
  ok: [
    ['#06281f', 16],
    ['#62e6bd', 79],
  ],
  off: [whiteColor, ['#515a70', 240]],
  accent: [whiteColor, ['#6d3fc0', 61]],
} as const satisfies Readonly<Record<string, ColorPair>>;

/** Bubbles take the side of the background, so that a chat does not shine. */
export const bubbleColors = {
  dark: {
    customer: [
      ['#e6e9f2', 254],
      ['#2b3040', 237],
    ],
    bot: [
      ['#e8fff8', 231],
      ['#0f4a3f', 23],
    ],
    owner: [whiteColor, ['#515a70', 240]],
  },
  light: {
    customer: [
      ['#20242f', 235],
      ['#e9ebf1', 254],
    ],
    bot: [
      ['#08332a', 22],
      ['#cdf3e4', 194],
    ],
    owner: [
      ['#33205f', 54],
      ['#e2d9fb', 189],
    ],
  },
} as const satisfies Readonly<Record<'dark' | 'light', Readonly<Record<'customer' | 'bot' | 'owner', ColorPair>>>>;

/** Bars under a row, a field, a head. */
export const barColors = {
  dark: { cursor: ['#2a2f42', 236], field: ['#20242f', 235], head: ['#1b1f2a', 234] },
  light: { cursor: ['#ebe9f7', 255], field: ['#e4e5ec', 254], head: ['#eceef4', 255] },
} as const satisfies Readonly<Record<'dark' | 'light', Readonly<Record<'cursor' | 'field' | 'head', Color>>>>;
