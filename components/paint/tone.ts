import { type RoleName, roleNames } from '../../src/look/colors.ts';

/**
 * How a piece of text looks, by what it says: a role, the same in bold (`ok+`), or a fixed pair of colours (`p:bad`). Which colours these
 * are is the palette's business (palette.ts).
 */

export const roles = roleNames;
export type Role = RoleName;

/** Foreground and background together, the same on every terminal: badges, pills and bubbles. */
export const pairNames = ['bad', 'bad2', 'warn', 'move', 'ok', 'off', 'accent', 'customer', 'bot', 'owner'] as const;
export type PairName = (typeof pairNames)[number];

export type Tone = 'plain' | 'bold' | Role | `${Role}+` | `p:${PairName}`;

/** A bar that lies under a whole line: the cursor's row, the head's banner, a field that is typed into. */
export type Ground = 'cursor' | 'head' | 'field';

/** The same role in bold; a pair stays what it is. */
export const strong = (tone: Tone): Tone => {
  if (tone === 'plain' || tone === 'bold') return 'bold';
  return tone.startsWith('p:') || tone.endsWith('+') ? tone : (`${tone as Role}+` as Tone);
};

export const isPair = (tone: Tone): tone is `p:${PairName}` => tone.startsWith('p:');
