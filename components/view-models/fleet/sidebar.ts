import type { Line } from '../../paint/line.ts';
import type { BoxSize } from '../session/overview-data.ts';
import type { View } from '../view.ts';
import { answerBox } from './boxes/answer-box.ts';
import { costBox } from './boxes/cost-box.ts';
import { messagesBox } from './boxes/messages-box.ts';
import { serverBox } from './boxes/server-box.ts';
import { waitingBox } from './boxes/waiting-box.ts';
import { weekBox } from './boxes/week-box.ts';
import type { FleetExtra } from './fleet-extra.ts';

/** The right of a wide window: the number to read from across the room, and what the fleet does over hours and days. */

interface Part {
  readonly draw: (size: BoxSize) => readonly Line[];
  readonly least: number;
  /** More rows than this say no more. */
  readonly most: number;
  /** 1 is given its rows first. */
  readonly rank: number;
}

const parts = (view: View, extra: FleetExtra): readonly Part[] => [
  { draw: (size) => waitingBox(view, extra.troubleAt, size), least: 5, most: 5, rank: 1 },
  { draw: (size) => messagesBox(view, size), least: 7, most: 9, rank: 2 },
  { draw: (size) => answerBox(view, size), least: 6, most: 6, rank: 4 },
  { draw: (size) => weekBox(extra.heat, view, size), least: 10, most: 10, rank: 5 },
  { draw: (size) => costBox(extra.usage, view, size), least: 5, most: 8, rank: 6 },
  { draw: (size) => serverBox(view, size), least: 6, most: 6, rank: 3 },
];

export const sidebar = (view: View, extra: FleetExtra, { width, rows }: BoxSize): readonly Line[] => {
  const all = parts(view, extra);
  let room = rows;
  const heights = new Map<Part, number>();
  for (const part of [...all].sort((a, b) => a.rank - b.rank)) {
    if (part.least > room) continue;
    heights.set(part, part.least);
    room -= part.least;
  }
  for (const [part, least] of heights) {
    const more = Math.min(room, part.most - least);
    heights.set(part, least + more);
    room -= more;
  }
  return all.flatMap((part) => {
    const height = heights.get(part);
    return height === undefined ? [] : part.draw({ width, rows: height });
  });
};
