import { fillRows, type Line } from '../paint/line.ts';
import type { View } from './view.ts';

/** A screen that fills the window: head, as much of the body as fits, the last result, footers. */

export interface Parts {
  readonly head: readonly Line[];
  readonly status: Line | null;
  readonly foot: readonly Line[];
}

export const bodyRows = (view: View, { head, status, foot }: Parts): number =>
  Math.max(1, view.rows - head.length - foot.length - (status === null ? 0 : 1));

export const framed = (view: View, parts: Parts, body: readonly Line[]): readonly Line[] =>
  fillRows(
    [
      ...parts.head,
      ...fillRows(body, bodyRows(view, parts)),
      ...(parts.status === null ? [] : [parts.status]),
      ...parts.foot,
    ],
    view.rows,
  );
