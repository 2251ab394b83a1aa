import { glyph } from '../glyphs.ts';
import { type Line, span } from '../line.ts';
import type { Tone } from '../tone.ts';

/** From 80 % of a limit on it is late, from 90 % it is too late. */
export const meterTone = (share: number): Tone => (share >= 0.9 ? 'bad' : share >= 0.8 ? 'warn' : 'ok');

/** Of what may be spent: its own colour, late from 80 % on, and too late when all of it is gone. */
export const budgetTone = (share: number): Tone => (share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : 'accent');

/** A thin bar of exactly `width` cells, `share` (0 to 1) of it heavy, in steps of half a cell; `tick` (0 to 1) marks a limit. */
export const meter = (
  share: number,
  width: number,
  tone: Tone = meterTone(share),
  tick: number | null = null,
): Line => {
  const halves = Math.round(Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * width * 2);
  const full = Math.floor(halves / 2);
  const on = glyph.heavy.repeat(full) + (halves % 2 === 1 ? glyph.heavyHalf : '');
  const track = glyph.light.repeat(Math.max(0, width - on.length));
  const line: readonly { readonly text: string; readonly tone: Tone }[] = [
    { text: on, tone },
    { text: track, tone: 'faint' },
  ];
  if (tick === null || width === 0) return line.filter(({ text }) => text !== '');

  const at = Math.min(width - 1, Math.round(Math.max(0, Math.min(1, tick)) * width));
  const cells = line.flatMap(({ text, tone: own }) => [...text].map((char) => ({ text: char, tone: own })));
  const marked: { text: string; tone: Tone }[] = [];
  for (const [index, cell] of cells.entries()) {
    const next = index === at ? span(glyph.tick, 'muted') : cell;
    const last = marked.at(-1);
    if (last !== undefined && last.tone === next.tone) last.text += next.text;
    else marked.push({ ...next });
  }
  return marked;
};
