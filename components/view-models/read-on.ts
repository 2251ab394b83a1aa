import { type Line, span } from '../paint/line.ts';

/** Told how many rows there are beyond those that are seen at once, says by how many of them it was read on. */
export type ReadOn = (most: number) => number;

/** Which rows of how many are seen, and the keys that lead to the others; nothing where all are seen. */
export const readOnMark = (top: number, rows: number, all: number, keys: 'h l' | 'j k' = 'h l'): Line =>
  all <= rows ? [] : [span(keys, 'accent+'), span(` ${top + 1}-${Math.min(all, top + rows)}/${all}`, 'muted')];
