import { type Line, span } from '../line.ts';
import type { Tone } from '../tone.ts';

/** One bar of lower blocks, so that bars below each other keep a gap; what is not nothing has at least one cell. Exactly `width` cells. */
export const dataBar = (share: number, width: number, tone: Tone): Line => {
  const wanted = Math.round(Math.max(0, Math.min(1, share)) * width);
  const cells = Math.min(width, share > 0 ? Math.max(1, wanted) : 0);
  return [span('▆'.repeat(cells), tone), span(' '.repeat(width - cells))].filter(({ text }) => text !== '');
};
