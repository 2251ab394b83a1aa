import type { SessionRow } from '../../src/protocol/fleet.ts';
import { type VerdictLook, type VerdictToken, verdictLooks } from '../../src/session/verdict.ts';
import { glyph } from '../paint/glyphs.ts';
import type { Tone } from '../paint/tone.ts';

/** How the state of a session looks: its shape and its colour. */

const shapes: Readonly<Record<VerdictLook['symbol'], string>> = {
  x: glyph.gaveUp,
  '!': glyph.needsYou,
  '?': glyph.wantsYou,
  '~': glyph.recovers,
  o: glyph.starting,
  '.': glyph.answers,
  '=': glyph.watches,
  '-': glyph.off,
};

export const shapeOf = (row: SessionRow): string => shapes[verdictLooks[row.verdict].symbol];

const tones: Readonly<Record<VerdictToken, Tone>> = {
  bad: 'bad',
  person: 'warn',
  motion: 'move',
  ok: 'ok',
  off: 'muted',
};

/** Of its shape and its word where it is no pill. */
export const toneOfState = (row: SessionRow): Tone => tones[verdictLooks[row.verdict].token];
