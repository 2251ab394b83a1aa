import { type Line, layout, type Placed, place, textWidth } from '../paint/line.ts';
import { countGroups } from './fleet/badge.ts';
import { whereWords } from './fleet/where-line.ts';
import { lastColumn, type View } from './view.ts';

const wideFrom = 110;
export const isWide = (view: View): boolean => view.columns >= wideFrom;

/** The head of every other screen: where we are, and on the right what it is about and the clock. */
export const pathLine = (view: View, path: string, right: Placed | null = null): Line => {
  const clock = view.calendar.time(view.now);
  const edge = lastColumn(view);
  const clockAt = edge + 1 - clock.length;
  const pieces: Placed[] = [];
  if (right !== null) {
    const end = clockAt - 3;
    const start = end - textWidth(right.text);
    pieces.push({ column: 1, text: path, width: Math.max(0, start - 2) });
    pieces.push({ ...right, column: start });
  } else pieces.push({ column: 1, text: path, width: Math.max(0, clockAt - 3) });
  pieces.push(place(clockAt, clock));
  return layout(pieces, view.columns - 1);
};

export const leadTitle = (view: View): string =>
  view.t.header.title(countGroups(view.snapshot.sessions).needs_you, whereWords(view));
