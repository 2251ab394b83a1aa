import type { SessionRow } from '../../src/protocol/fleet.ts';
import { type VerdictLook, type VerdictToken, verdictLooks } from '../../src/session/verdict.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { type Line, span } from '../paint/line.ts';
import { strong, type Tone } from '../paint/tone.ts';
import type { View } from './view.ts';

/** How the state of a session looks: its shape, its colour, and both with the word, as the head of its screens shows it. */

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

const isPill = (row: SessionRow): boolean => verdictLooks[row.verdict].group === 'needs_you';

/** A filled pill and for how long, where it needs a person; else its shape and how it does. */
export const stateLine = (row: SessionRow, view: View): Line => {
  const { now, t } = view;
  const word = t.verdict[row.verdict];
  const since = age(now - row.since);
  if (isPill(row)) {
    const pill = verdictLooks[row.verdict].token === 'bad' ? 'p:bad' : 'p:warn';
    return [span(` ${word} `, pill), span(` ${since}`, 'muted')];
  }
  const shown: Line = [span(`${shapeOf(row)} `, toneOfState(row)), span(word, strong(toneOfState(row)))];
  return verdictLooks[row.verdict].group === 'answering' ? shown : [...shown, span(` ${since}`, 'muted')];
};
