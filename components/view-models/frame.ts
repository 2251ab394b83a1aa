import { emptyLine, fillRows, type Line } from '../paint/line.ts';
import type { View } from './view.ts';

/** A screen that fills the window: head, as much of the body as fits, the last result, footers. */

export interface Parts {
  readonly head: readonly Line[];
  readonly status: Line | null;
  readonly foot: readonly Line[];
}

/** From 30 rows on the place of the last result is always kept free, so that nothing moves when one comes. */
const resultRows = (view: View, status: Line | null): readonly Line[] =>
  status !== null ? [status] : view.rows >= 30 ? [emptyLine] : [];

export const bodyRows = (view: View, { head, status, foot }: Parts): number =>
  Math.max(1, view.rows - head.length - foot.length - resultRows(view, status).length);

export const framed = (view: View, parts: Parts, body: readonly Line[]): readonly Line[] =>
  fillRows(
    [...parts.head, ...fillRows(body, bodyRows(view, parts)), ...resultRows(view, parts.status), ...parts.foot],
    view.rows,
  );
