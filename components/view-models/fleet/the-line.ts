import type { VerdictGroup } from '../../../src/session/verdict.ts';
import type { GlyphSet } from '../../paint/glyphs.ts';
import { type Line, span, type Tone } from '../../paint/line.ts';
import type { GroupCounts } from './badge.ts';
import { groupOrder } from './order.ts';

/** The rule under the title is the whole fleet, a share for each group: heavy where a person is needed, so that it reads from across the room. */

const signs: Readonly<Record<GlyphSet, Readonly<Record<VerdictGroup, string>>>> = {
  full: { needs_you: '━', unknown: '┅', recovering: '━', answering: '─', off: '╌' },
  // Without heavy and light strokes the groups differ by their sign.
  safe: { needs_you: '■', unknown: '?', recovering: '≈', answering: '─', off: '·' },
  ascii: { needs_you: '#', unknown: '?', recovering: '~', answering: '-', off: '.' },
};
const tones: Readonly<Record<VerdictGroup, Tone>> = {
  needs_you: 'bad+',
  unknown: 'warn',
  recovering: 'move',
  answering: 'ok',
  off: 'faint',
};

/** However small its share, a group that has a session is seen. */
const least = 2;

const shares = (counts: GroupCounts, width: number): readonly (readonly [VerdictGroup, number])[] => {
  const present = groupOrder.filter((group) => counts[group] > 0);
  const all = present.reduce((sum, group) => sum + counts[group], 0);
  const cells = present.map((group) => Math.max(least, Math.round((counts[group] / all) * width)));
  // What rounding and the least gave too much or too little is the largest group's.
  const largest = cells.indexOf(Math.max(...cells));
  const rest = width - cells.reduce((sum, n) => sum + n, 0);
  return present.map((group, index) => [group, (cells[index] ?? 0) + (index === largest ? rest : 0)] as const);
};

export const theLine = (counts: GroupCounts, width: number, glyphs: GlyphSet): Line => {
  const parts = shares(counts, width);
  if (parts.length === 0) return [span(signs[glyphs].off.repeat(width), 'faint')];
  return parts.map(([group, cells]) => span(signs[glyphs][group].repeat(Math.max(0, cells)), tones[group]));
};
